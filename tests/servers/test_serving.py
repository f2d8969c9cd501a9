"""Servers that are missing or do not serve, and the end of those that do."""

import sys
import time
from pathlib import Path

import pytest

from .processes import free_port, running, serves
from .serving import demand

WITH_WORKER = """
import os, sys
from wsgiref.simple_server import make_server

def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]

with make_server("127.0.0.1", int(sys.argv[1]), app) as server:
    os.fork()
    server.serve_forever()
"""
"""A server with a worker that outlives it."""


def test_a_missing_server_skips_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    demand("")
    with pytest.raises(pytest.skip.Exception, match="not installed"):
        demand("not installed")


def test_a_missing_server_is_an_error_in_continuous_integration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI", "true")
    demand("")
    with pytest.raises(pytest.fail.Exception, match="not installed"):
        demand("not installed")


def test_a_server_that_ends_at_once_is_an_error_with_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no such option'); raise SystemExit(3)"]
    with (
        pytest.raises(AssertionError, match=r"ended with 3:\nno such option"),
        running(command, free_port(), tmp_path / "log", {}),
    ):
        pytest.fail("it does not serve")


def test_the_workers_of_a_server_end_with_it(tmp_path: Path) -> None:
    port = free_port()
    with running([sys.executable, "-c", WITH_WORKER, str(port)], port, tmp_path / "log", {}):
        assert serves(port)
    deadline = time.monotonic() + 5
    while serves(port) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not serves(port)
