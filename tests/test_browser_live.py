"""Requests over the network, against servers on loopback."""

import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import trustme

from flask_crossorigin.browser import Browser, Transport
from flask_crossorigin.browser.live import MAX_BODY, LiveTransport, _Deadline
from flask_crossorigin.browser.transports import TransportResponse, Unreachable
from flask_crossorigin.browser.urls import URL

from .conftest import APP
from .loopback import dripping, instead, served, speaking

OK = b"HTTP/1.1 200 OK\r\n"


def ask(url: str, method: str = "GET", timeout: float = 10) -> TransportResponse:
    return LiveTransport(timeout).send(method, URL(url), [("Origin", APP)], None)


def refused(url: str, timeout: float = 10) -> Unreachable:
    """How a request fails."""
    with pytest.raises(Unreachable) as caught:
        ask(url, timeout=timeout)
    assert caught.value.url == URL(url).href
    return caught.value


def test_nothing_else_takes_urllib3() -> None:
    program = (
        "import sys, flask_crossorigin.browser, flask_crossorigin.cli.explain.command\n"
        "sys.exit('urllib3' in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_it_is_a_transport() -> None:
    assert isinstance(LiveTransport(), Transport)


def test_the_request_goes_as_it_is_spelt() -> None:
    with speaking(OK + b"\r\n") as (url, heard):
        headers = [("Origin", APP), ("X-A", "1"), ("X-A", "\xfc")]
        LiveTransport().send("patch", URL(f"{url}/a%20b//c?d=%20e&f"), headers, b"\x00body")
    head, _, body = heard[0].partition(b"\r\n\r\n")
    line, *lines = head.decode("latin-1").split("\r\n")
    assert line == "patch /a%20b//c?d=%20e&f HTTP/1.1"
    assert [each for each in lines if each.startswith(("Origin", "X-A", "User-Agent"))] == [
        f"Origin: {APP}",
        "X-A: 1",
        "X-A: \xfc",
        "User-Agent: flask-crossorigin",
    ]
    assert "Content-Length: 5" in lines
    assert body == b"\x00body"


def test_a_script_may_name_itself() -> None:
    with speaking(OK + b"\r\n") as (url, heard):
        LiveTransport().send("GET", URL(url), [("user-agent", "mine")], None)
    assert (heard[0].count(b"mine"), heard[0].lower().count(b"user-agent")) == (1, 1)


def test_names_below_localhost_are_this_machine() -> None:
    with speaking(OK + b"\r\n") as (url, heard):
        port = URL(url).port
        assert ask(f"http://api.bulleval.localhost:{port}/").status == 200
    assert f"\r\nHost: api.bulleval.localhost:{port}\r\n".encode() in heard[0]
    assert heard[0].count(b"\r\nHost:") == 1


def test_header_lines_that_come_twice_stay_two() -> None:
    with speaking(OK + b"X-A: 1\r\nx-b: 2\r\nX-A: 1\r\n\r\nbody") as (url, _):
        answer = ask(url)
    assert sorted(answer.headers) == [("X-A", "1"), ("X-A", "1"), ("x-b", "2")]
    assert (answer.status, answer.body, answer.decision) == (200, b"body", None)


def test_no_redirect_is_followed_and_no_cookie_kept() -> None:
    asked: list[dict[str, Any]] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        asked.append(environ)
        start_response("302 Found", [("Location", "/there"), ("Set-Cookie", "a=b")])
        return []

    transport = LiveTransport()
    with served(app) as url:
        for _ in range(2):
            assert transport.send("GET", URL(url), [], None).status == 302
    assert [each["PATH_INFO"] for each in asked] == ["/", "/"]
    assert "HTTP_COOKIE" not in asked[1]


def test_a_body_is_read_up_to_its_bound() -> None:
    with served(instead("200 OK", [], b"x" * (MAX_BODY + 1))) as url:
        assert len(ask(url).body) == MAX_BODY


@pytest.mark.parametrize(
    "said",
    [
        b"Content-Length: 9\r\n\r\nhalf",
        b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz",
        b"Content-Encoding: gzip\r\n\r\nhalf",
    ],
)
def test_a_body_that_breaks_off_is_what_came_of_it(said: bytes) -> None:
    with speaking(OK + said) as (url, _):
        assert ask(url).body == b"half"


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"


@pytest.mark.parametrize(
    ("begun", "again"),
    [
        (OK + b"Content-Length: 1000\r\n\r\nhalf", b""),
        (CHUNKED + b"4;", b"x"),
        (CHUNKED + b"0\r\n", b"x: y\r\n"),
    ],
)
def test_a_body_that_goes_on_is_cut_off_in_time(begun: bytes, again: bytes) -> None:
    with dripping(begun, again, end=b"\r\nrest\r\n0\r\n\r\n") as url:
        answer = ask(url, timeout=0.1)
    assert (answer.status, answer.body) == (200, b"half")


@pytest.mark.parametrize(
    ("begun", "again"),
    [
        (OK + b"x: ", b"y"),
        (OK, b""),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 100 Continue\r\nx: ", b"y"),
    ],
)
def test_a_head_that_goes_on_is_too_late(begun: bytes, again: bytes) -> None:
    with dripping(begun, again, end=OK + b"\r\n\r\n") as url:
        assert "no answer came within 0.1 seconds" in str(refused(url, timeout=0.1))


def test_a_handshake_that_goes_on_is_too_late() -> None:
    # A record of TLS as long as can be, of which a byte comes at a time.
    with dripping(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x00", end=b"") as url:
        cause = refused(url.replace("http:", "https:"), timeout=0.1).cause
    assert cause == "no answer came within 0.1 seconds"


def test_a_connection_that_is_made_too_late_is_hung_up_on() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, _Deadline(60) as deadline:
        deadline._end()
        deadline.watch(ours)
        assert theirs.recv(1) == b""


def test_no_thread_is_left() -> None:
    before = threading.active_count()
    with speaking(OK + b"\r\n") as (url, _):
        ask(url)
    assert threading.active_count() == before


def test_a_server_that_is_down_is_told() -> None:
    with speaking(OK + b"\r\n") as (url, _):
        ask(url)
    error = refused(url)
    assert "no connection was made (Connection refused)" in str(error)
    assert error.hint.startswith("Start the server")


def test_a_host_that_nobody_knows_is_told() -> None:
    assert "the host nowhere.invalid is not known" in str(refused("http://nowhere.invalid/"))


def test_a_host_that_is_none_is_told() -> None:
    assert "Check the port" in refused(f"http://{'a' * 64}.example/").hint


def test_a_server_that_never_answers_is_told() -> None:
    with speaking() as (url, _):
        assert "no answer came within 0.05 seconds" in str(refused(url, timeout=0.05))


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-x\r\n", b"\x15\x03\x01\x00\x02\x02\x16", b"HTTP/"])
def test_what_is_not_http_is_told(said: bytes) -> None:
    with speaking(said) as (url, _):
        assert "what came back is not HTTP, or broke off" in str(refused(url))


def test_a_port_without_tls_is_told() -> None:
    with speaking(b"HTTP/1.1 400 Bad Request\r\n\r\n") as (url, _):
        error = refused(url.replace("http:", "https:"))
    assert (error.cause, error.hint[:13]) == ("the TLS handshake failed", "Write http://")


def tls(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_a_certificate_that_nobody_vouches_for_is_told() -> None:
    with served(instead("200 OK", []), tls(trustme.CA(), "localhost")) as url:
        error = refused(url)
    assert error.cause.startswith("its TLS certificate is not trusted: ")
    assert "SSL_CERT_FILE=ca.pem" in error.hint


@pytest.mark.skipif(sys.platform == "win32", reason="authorities come from elsewhere there")
def test_an_authority_of_the_environment_is_trusted_for_its_names_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = tls(authority, "localhost", "api.localhost")
    with served(instead("200 OK", []), context) as url:
        assert ask(url).status == 200
        assert ask(url.replace("localhost", "api.localhost")).status == 200
        mismatch = refused(url.replace("localhost", "other.localhost"))
    assert mismatch.cause.startswith("its TLS certificate is not trusted: Hostname mismatch")
    assert ".." not in str(mismatch)


def test_a_browser_goes_over_the_network_with_it() -> None:
    answered = [("Access-Control-Allow-Origin", APP), ("Content-Type", "text/plain")]
    with served(instead("200 OK", answered, b"hello")) as url:
        page = Browser({url: LiveTransport()}).page(APP)
        assert page.fetch(f"{url}/x").text == "hello"


def test_head_that_is_whole_is_too_late_where_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hold(deadline: _Deadline) -> _Deadline:
        deadline.is_over = True
        return deadline

    monkeypatch.setattr(_Deadline, "__enter__", hold)
    monkeypatch.setattr(_Deadline, "__exit__", lambda *_: None)
    monkeypatch.setattr(_Deadline, "watch", lambda _, connected: connected)
    with speaking(OK + b"Content-Length: 0\r\n\r\n") as (url, _):
        assert "no answer came within 10 seconds" in str(refused(url))
