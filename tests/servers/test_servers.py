"""Every server and proxy keeps the contract."""

from tests.ecosystem.api import APP

from .client import HOST
from .contract import broken_promises
from .serving import Served

BUG = "Exception on /bug [GET]"


def test_nothing_is_broken(served: Served) -> None:
    assert broken_promises(served) == []


def test_a_connection_is_kept_for_many_requests(served: Served) -> None:
    served.client.close()
    before = served.client.opened
    preflight = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
    for _ in range(3):
        assert served.send("OPTIONS", "/marks", preflight).status == 204
        assert served.send("HEAD", "/marks", {"Origin": APP}).status == 200
        assert served.send("GET", "/etag", {"If-None-Match": '"one"'}).status == 304
        assert served.send("GET", "/streamed", {"Origin": APP}).body == b"onetwo"
        assert served.send("GET", "/nowhere", {"Origin": APP}).status == 404
    opened = served.client.opened - before
    assert opened == (1 if served.subject.keeps_connections else 15)


def test_a_redirect_names_the_host_that_the_client_asked(served: Served) -> None:
    received = served.send("GET", "/folder", {"Origin": APP})
    assert received.lines("Location") == [f"http://{HOST}/folder/"]


def test_nothing_fails_but_the_view_that_does(served: Served) -> None:
    served.send("GET", "/bug", {"Origin": APP})
    log = "".join(log.read_text() for log in served.logs)
    assert log.count(BUG) == log.count("Traceback (most recent call last)") >= 1
