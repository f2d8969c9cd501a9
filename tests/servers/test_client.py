"""The client of these tests finds bytes that do not belong to a response."""

import pytest

from tests.loopback import speaking

from .client import Client, Malformed

CLOSED = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
KEPT = b"HTTP/1.1 200 OK\r\n"


def port(url: str) -> int:
    return int(url.rpartition(":")[2])


@pytest.mark.parametrize(
    ("said", "body"),
    [
        (CLOSED + b"Content-Length: 3\r\n\r\none", b"one"),
        (CLOSED + b"\r\nup to the end", b"up to the end"),
        (
            CLOSED + b"Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n3;a=b\r\ntwo\r\n0\r\n\r\n",
            b"onetwo",
        ),
        (CLOSED.replace(b"200", b"204") + b"\r\n", b""),
    ],
)
def test_a_body_is_read_to_its_end(said: bytes, body: bytes) -> None:
    with speaking(said) as (url, _), Client(port(url)) as client:
        assert client.send("GET", "/").body == body


def test_each_header_line_is_kept() -> None:
    said = CLOSED + b"Vary: Origin\r\nvary:Cookie \r\n\r\n"
    with speaking(said) as (url, _), Client(port(url)) as client:
        received = client.send("GET", "/")
    assert received.lines("Vary") == ["Origin", "Cookie"]


@pytest.mark.parametrize(
    ("method", "said", "message"),
    [
        ("HEAD", CLOSED + b"\r\n0\r\n\r\n", "more than the response"),
        ("GET", CLOSED + b"Content-Length: 3\r\n\r\nfour", "more than the response"),
        ("GET", CLOSED.replace(b"200", b"304") + b"\r\nbody", "more than the response"),
        ("GET", CLOSED + b"Content-Length: 3\r\n\r\non", "2 bytes instead of 3"),
        ("GET", CLOSED + b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n", "two lengths"),
        ("GET", b"0\r\n\r\n", "no status line"),
        ("GET", CLOSED + b"header\r\n\r\n", "no header line"),
    ],
)
def test_a_response_that_http_does_not_allow_is_an_error(
    method: str, said: bytes, message: str
) -> None:
    with (
        speaking(said) as (url, _),
        Client(port(url)) as client,
        pytest.raises(Malformed, match=message),
    ):
        client.send(method, "/")


def test_a_kept_connection_is_used_until_the_server_closes_it() -> None:
    with speaking(KEPT + b"Content-Length: 0\r\n\r\n") as (url, heard), Client(port(url)) as client:
        client.send("GET", "/one")
        client.send("GET", "/two")
    assert client.opened == len(heard) == 2


def test_bytes_after_the_response_are_found_at_the_next_request() -> None:
    said = KEPT.replace(b"200", b"204") + b"\r\n0\r\n\r\n"
    with speaking(said) as (url, _), Client(port(url)) as client:
        client.send("GET", "/")
        with pytest.raises(Malformed, match="no status line"):
            client.send("GET", "/")


def test_what_a_server_wrongly_sends_after_a_head_can_be_accepted() -> None:
    end = b"0\r\n\r\n"
    with speaking(CLOSED + b"\r\n" + end) as (url, _), Client(port(url), end) as client:
        assert client.send("HEAD", "/").body == b""
