"""Checks of the arguments of `Browser`: origins, URLs and servers."""

from collections.abc import Mapping
from typing import Any, cast

from .request_init import require_text
from .transports import Transport
from .urls import URL


def absolute_url(name: str, value: object) -> URL:
    """Parse the argument `name`, an absolute URL.

    :raises TypeError: if it is not text.
    :raises ValueError: if it is not an absolute URL.
    """
    __tracebackhide__ = True
    require_text(name, value)
    try:
        return URL(str(value))
    except ValueError:
        raise ValueError(
            f"{name} {value!r} is not an absolute URL. Write one such as 'https://app.example.com'."
        ) from None


def page_origin(origin: object) -> str | None:
    """Return the serialized origin of a page; None for an opaque origin.

    :raises TypeError: if `origin` is neither text nor None.
    :raises ValueError: if it is not an absolute URL.
    """
    __tracebackhide__ = True
    if origin is None:
        return None
    if origin == "null":
        raise ValueError(
            "origin 'null' is how an opaque origin is serialized. Write None for a page with an "
            "opaque origin."
        )
    return absolute_url("origin", origin).origin


def servers_by_origin(servers: object) -> dict[str, Any]:
    """Return the app or transport of each server, by its serialized origin.

    :raises TypeError: if `servers` is not a mapping, or a value is neither an app nor a transport.
    :raises ValueError: if a key is not an origin.
    """
    __tracebackhide__ = True
    if not isinstance(servers, Mapping):
        raise TypeError(
            f"servers {servers!r} is not a mapping of origins to apps. Write "
            "Browser({'https://api.example.com': app})."
        )
    by_origin: dict[str, Any] = {}
    for key, server in cast("Mapping[str, Any]", servers).items():
        url = absolute_url("server", key)
        if not (callable(server) or isinstance(server, Transport)):
            raise TypeError(
                f"server {key!r} is {server!r}, which is neither an app nor a Transport. Write "
                f"{{{key!r}: app}}, with the app itself."
            )
        if url.path != "/" or url.query:
            raise ValueError(
                f"server {key!r} has a path, but a server is found by its origin. Write "
                f"{url.origin!r}, and put the path into the URL that is fetched."
            )
        by_origin[url.origin] = server
    return by_origin
