"""Arguments of a browser and its pages, judged before anything is sent.

A browser throws a TypeError for most of what is refused here; a test should not pass because of it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast, get_args

from ..core.headers import Header
from .request import Credentials, Redirect
from .transports import Transport
from .urls import URL

HeadersWritten = Mapping[str, str] | Iterable[Header]

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "mode": ("cors", "no-cors", "same-origin"),
    "credentials": get_args(Credentials),
    "redirect": get_args(Redirect),
    "cache": ("default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"),
    "referrer_policy": (
        "",
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    ),
}
"""What the members of a script's RequestInit can be (Fetch 5.4, Request class)."""


def require_choices(**given: object) -> None:
    """Check members of a RequestInit.

    :raises TypeError: if one is no text.
    :raises ValueError: if one is not among its `CHOICES`.
    """
    __tracebackhide__ = True
    for name, value in given.items():
        if value not in CHOICES[name]:
            error = ValueError if isinstance(value, str) else TypeError
            known = ", ".join(map(repr, CHOICES[name]))
            raise error(f"{name} {value!r} is none that a browser knows: write one of {known}")


def require_text(name: str, value: object) -> None:
    """Check that `value` is text.

    :raises TypeError: if it is not.
    """
    __tracebackhide__ = True
    if not isinstance(value, str):
        raise TypeError(f"{name} {value!r} is not text: write a str")


def require_one_body(**given: object) -> None:
    """Check that a request has one body.

    :raises ValueError: if more is given.
    """
    __tracebackhide__ = True
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise ValueError(
            f"{'= and '.join(names)}= are each a body, and a request has one: leave out all but one"
        )


def pairs(headers: HeadersWritten) -> list[Header]:
    """The headers that a script writes, line by line.

    :raises TypeError: if they are none.
    """
    __tracebackhide__ = True
    if isinstance(headers, Mapping):
        listed: list[Any] = list(cast("Mapping[str, str]", headers).items())
    else:
        listed = list(headers)
    for each in listed:
        parts: list[Any] = list(each) if isinstance(each, (tuple, list)) else []
        if len(parts) != 2 or not all(isinstance(part, str) for part in parts):
            raise TypeError(
                f"headers: {each!r} is no name and value, both text: write {{'X-Trace': '1'}}, or "
                "[('X-Trace', '1')]"
            )
    return listed


def absolute(name: str, value: object) -> URL:
    """The URL that the argument `name` is.

    :raises TypeError: if it is not text.
    :raises ValueError: if it is not absolute.
    """
    __tracebackhide__ = True
    require_text(name, value)
    try:
        return URL(str(value))
    except ValueError:
        raise ValueError(
            f"{name} {value!r} is not an absolute URL: write one such as 'https://app.example.com'"
        ) from None


def page_origin(origin: object) -> str | None:
    """The origin of a page, serialized; None for an opaque one.

    :raises TypeError: if `origin` is neither text nor None.
    :raises ValueError: if it is not absolute.
    """
    __tracebackhide__ = True
    if origin is None:
        return None
    if origin == "null":
        raise ValueError(
            "origin 'null' is what an opaque origin is told as: write None for a page that has one"
        )
    return absolute("origin", origin).origin


def servers_by_origin(servers: object) -> dict[str, Any]:
    """Each server by its origin, serialized.

    :raises TypeError: if `servers` is no mapping, or a server none that can be asked.
    :raises ValueError: if a key is more than an origin.
    """
    __tracebackhide__ = True
    if not isinstance(servers, Mapping):
        raise TypeError(
            f"servers {servers!r} is no mapping of origins to apps: write "
            "Browser({'https://api.example.com': app})"
        )
    found: dict[str, Any] = {}
    for written, server in cast("Mapping[str, Any]", servers).items():
        url = absolute("server", written)
        if not (callable(server) or isinstance(server, Transport)):
            raise TypeError(
                f"server {written!r} is {server!r}, which is neither an app nor a Transport: write "
                f"{{{written!r}: app}}, with the app itself"
            )
        if url.path != "/" or url.query:
            raise ValueError(
                f"server {written!r} has a path, and a server is found by its origin alone: write "
                f"{url.origin!r}, and the path in the URL that is fetched"
            )
        found[url.origin] = server
    return found
