"""`LiveTransport`: requests over the network, to servers on loopback."""

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


def send(url: str, method: str = "GET", timeout: float = 10) -> TransportResponse:
    return LiveTransport(timeout).send(method, URL(url), [("Origin", APP)], None)


def refused(url: str, timeout: float = 10) -> Unreachable:
    """Return how a request fails."""
    with pytest.raises(Unreachable) as caught:
        send(url, timeout=timeout)
    assert caught.value.url == URL(url).href
    return caught.value


def test_nothing_else_imports_urllib3() -> None:
    program = (
        "import sys, flask_crossorigin.browser, flask_crossorigin.cli.explain.command\n"
        "sys.exit('urllib3' in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_it_is_a_transport() -> None:
    assert isinstance(LiveTransport(), Transport)


def test_the_request_is_sent_unchanged() -> None:
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


def test_a_script_can_set_user_agent() -> None:
    with speaking(OK + b"\r\n") as (url, heard):
        LiveTransport().send("GET", URL(url), [("user-agent", "mine")], None)
    assert (heard[0].count(b"mine"), heard[0].lower().count(b"user-agent")) == (1, 1)


def test_names_below_localhost_are_this_machine() -> None:
    with speaking(OK + b"\r\n") as (url, heard):
        port = URL(url).port
        assert send(f"http://api.bulleval.localhost:{port}/").status == 200
    assert f"\r\nHost: api.bulleval.localhost:{port}\r\n".encode() in heard[0]
    assert heard[0].count(b"\r\nHost:") == 1


def test_repeated_header_lines_stay_separate() -> None:
    with speaking(OK + b"X-A: 1\r\nx-b: 2\r\nX-A: 1\r\n\r\nbody") as (url, _):
        response = send(url)
    assert sorted(response.headers) == [("X-A", "1"), ("X-A", "1"), ("x-b", "2")]
    assert (response.status, response.body, response.decision) == (200, b"body", None)


def test_no_redirect_is_followed_and_no_cookie_stored() -> None:
    environs: list[dict[str, Any]] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environs.append(environ)
        start_response("302 Found", [("Location", "/there"), ("Set-Cookie", "a=b")])
        return []

    transport = LiveTransport()
    with served(app) as url:
        for _ in range(2):
            assert transport.send("GET", URL(url), [], None).status == 302
    assert [each["PATH_INFO"] for each in environs] == ["/", "/"]
    assert "HTTP_COOKIE" not in environs[1]


def test_a_body_is_read_up_to_its_limit() -> None:
    with served(instead("200 OK", [], b"x" * (MAX_BODY + 1))) as url:
        assert len(send(url).body) == MAX_BODY


@pytest.mark.parametrize(
    "response",
    [
        b"Content-Length: 9\r\n\r\nhalf",
        b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz",
        b"Content-Encoding: gzip\r\n\r\nhalf",
    ],
)
def test_an_incomplete_body_is_returned(response: bytes) -> None:
    with speaking(OK + response) as (url, _):
        assert send(url).body == b"half"


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"


@pytest.mark.parametrize(
    ("begun", "again"),
    [
        (OK + b"Content-Length: 1000\r\n\r\nhalf", b""),
        (CHUNKED + b"4;", b"x"),
        (CHUNKED + b"0\r\n", b"x: y\r\n"),
    ],
)
def test_an_endless_body_is_cut_at_the_timeout(begun: bytes, again: bytes) -> None:
    with dripping(begun, again, end=b"\r\nrest\r\n0\r\n\r\n") as url:
        response = send(url, timeout=0.1)
    assert (response.status, response.body) == (200, b"half")


@pytest.mark.parametrize(
    ("begun", "again"),
    [
        (OK + b"x: ", b"y"),
        (OK, b""),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 100 Continue\r\nx: ", b"y"),
    ],
)
def test_an_endless_head_times_out(begun: bytes, again: bytes) -> None:
    with dripping(begun, again, end=OK + b"\r\n\r\n") as url:
        assert "no response within 0.1 seconds" in str(refused(url, timeout=0.1))


def test_an_endless_handshake_times_out() -> None:
    # A TLS record of the largest length, sent one byte at a time.
    with dripping(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x00", end=b"") as url:
        cause = refused(url.replace("http:", "https:"), timeout=0.1).cause
    assert cause == "no response within 0.1 seconds"


def test_a_connection_after_the_timeout_is_shut_down() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, _Deadline(60) as deadline:
        deadline._end()
        deadline.watch(ours)
        assert theirs.recv(1) == b""


def test_no_thread_is_left() -> None:
    before = threading.active_count()
    with speaking(OK + b"\r\n") as (url, _):
        send(url)
    assert threading.active_count() == before


def test_a_server_that_is_down_is_reported() -> None:
    with speaking(OK + b"\r\n") as (url, _):
        send(url)
    error = refused(url)
    assert "the connection failed (Connection refused)" in str(error)
    assert error.hint.startswith("Start the server")


def test_an_unknown_host_is_reported() -> None:
    assert "the host nowhere.invalid is unknown" in str(refused("http://nowhere.invalid/"))


def test_an_invalid_host_is_reported() -> None:
    assert "Check the port" in refused(f"http://{'a' * 64}.example/").hint


def test_a_server_that_never_responds_is_reported() -> None:
    with speaking() as (url, _):
        assert "no response within 0.05 seconds" in str(refused(url, timeout=0.05))


@pytest.mark.parametrize(
    "response", [b"", b"SSH-2.0-x\r\n", b"\x15\x03\x01\x00\x02\x02\x16", b"HTTP/"]
)
def test_other_protocols_are_reported(response: bytes) -> None:
    with speaking(response) as (url, _):
        assert "it does not speak HTTP, or the connection broke" in str(refused(url))


def test_a_port_without_tls_is_reported() -> None:
    with speaking(b"HTTP/1.1 400 Bad Request\r\n\r\n") as (url, _):
        error = refused(url.replace("http:", "https:"))
    assert (error.cause, error.hint[:13]) == ("the TLS handshake failed", "Write http://")


def tls(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_an_untrusted_certificate_is_reported() -> None:
    with served(instead("200 OK", []), tls(trustme.CA(), "localhost")) as url:
        error = refused(url)
    assert error.cause.startswith("its TLS certificate is not trusted: ")
    assert "SSL_CERT_FILE=ca.pem" in error.hint


@pytest.mark.skipif(sys.platform == "win32", reason="authorities are configured elsewhere there")
def test_ssl_cert_file_is_trusted_for_its_names_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = tls(authority, "localhost", "api.localhost")
    with served(instead("200 OK", []), context) as url:
        assert send(url).status == 200
        assert send(url.replace("localhost", "api.localhost")).status == 200
        mismatch = refused(url.replace("localhost", "other.localhost"))
    assert mismatch.cause.startswith("its TLS certificate is not trusted: Hostname mismatch")
    assert ".." not in str(mismatch)


def test_a_browser_can_use_it() -> None:
    headers = [("Access-Control-Allow-Origin", APP), ("Content-Type", "text/plain")]
    with served(instead("200 OK", headers, b"hello")) as url:
        page = Browser({url: LiveTransport()}).page(APP)
        assert page.fetch(f"{url}/x").text == "hello"


def test_complete_head_after_the_timeout_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hold(deadline: _Deadline) -> _Deadline:
        deadline.is_over = True
        return deadline

    monkeypatch.setattr(_Deadline, "__enter__", hold)
    monkeypatch.setattr(_Deadline, "__exit__", lambda *_: None)
    monkeypatch.setattr(_Deadline, "watch", lambda _, connected: connected)
    with speaking(OK + b"Content-Length: 0\r\n\r\n") as (url, _):
        assert "no response within 10 seconds" in str(refused(url))
