"""Every server and proxy keeps the contract."""

from tests.ecosystem.api import APP

from .client import HOST
from .contract import broken_promises
from .serving import Served

BUG = "Exception on /bug [GET]"
ROUNDS = 3 * (
    ("OPTIONS", "/marks", 204, b""),
    ("HEAD", "/marks", 200, b""),
    ("GET", "/etag", 304, b""),
    ("GET", "/streamed", 200, b"onetwo"),
    ("GET", "/nowhere", 404, b"<!doctype html>"),
)


def test_nothing_is_broken(served: Served) -> None:
    assert broken_promises(served) == []


def test_a_connection_is_kept_for_many_requests(served: Served) -> None:
    served.client.close()
    before = served.client.opened
    headers = {
        "Origin": APP,
        "Access-Control-Request-Method": "PUT",  # makes OPTIONS a preflight
        "If-None-Match": '"one"',
    }
    for method, path, status, body in ROUNDS:
        received = served.send(method, path, headers)
        assert (received.status, received.body[:15]) == (status, body)
    assert served.client.opened - before == served.subject.connections


def test_a_redirect_names_the_host_that_the_client_asked(served: Served) -> None:
    received = served.send("GET", "/folder", {"Origin": APP})
    assert received.lines("Location") == [f"http://{HOST}/folder/"]


def test_nothing_fails_but_the_view_that_does(served: Served) -> None:
    served.send("GET", "/bug", {"Origin": APP})
    log = "".join(log.read_text() for log in served.logs)
    assert log.count(BUG) == log.count("Traceback (most recent call last)") >= 1
