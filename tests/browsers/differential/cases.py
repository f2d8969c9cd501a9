"""Cases: requests of a page, and the responses of the server, as plain values.

Origins have no port here, and none in the model. For a real engine, `server.World` adds the port to
what is sent, and removes it from what is received.

A page fetches `case.url(0)`. The URL contains the case's id, so that no two cases share anything
that a browser stores by URL. `case.url(1)` is the target of the first redirect.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

API = "https://api.site.localhost"  # the server that pages fetch from
SAME_SITE_PAGE = "https://app.site.localhost"
CROSS_SITE_PAGE = "https://app.other.localhost"
THIRD = "https://third.elsewhere.localhost"  # a target of redirects; no page is from its site
ORIGINS = (API, SAME_SITE_PAGE, CROSS_SITE_PAGE, THIRD)

# Cookies that a visit to each host sets before the first case, with Path=/ and Secure, and their
# SameSite. A response of a case may set another one, named `fresh`.
COOKIES = {"none": "None", "lax": "Lax", "strict": "Strict", "unset": None}

PageKind: TypeAlias = Literal["cross-site", "same-site", "same-origin", "opaque"]
Mode: TypeAlias = Literal["cors", "no-cors", "same-origin"]
Credentials: TypeAlias = Literal["omit", "same-origin", "include"]
Redirect: TypeAlias = Literal["follow", "error", "manual"]
# The body, and its Content-Type if the case sets none.
# none: no body. text: a string, text/plain;charset=UTF-8. urlencoded: URLSearchParams,
# application/x-www-form-urlencoded;charset=UTF-8. form: FormData, multipart/form-data. bytes: a
# Uint8Array, no type. json: a Blob of the type application/json. blob: a Blob without a type.
Body: TypeAlias = Literal["none", "text", "urlencoded", "form", "bytes", "json", "blob"]
Headers: TypeAlias = tuple[tuple[str, str], ...]
# What makes the request: `fetch()` or an XMLHttpRequest; a form that a script submits, or the user
# with a button; the handshake of a WebSocket.
Way: TypeAlias = Literal["fetch", "form", "button", "websocket"]
View: TypeAlias = Literal["ok", "missing", "slash", "hook", "error", "redirect"]

# The origin of each page. The opaque one is in a sandboxed frame.
PAGES: dict[PageKind, str] = {
    "cross-site": CROSS_SITE_PAGE,
    "same-site": SAME_SITE_PAGE,
    "same-origin": API,
    "opaque": CROSS_SITE_PAGE,  # the embedder of the frame
}


@dataclass(frozen=True)
class Fetch:
    """The arguments of `fetch()`, or of an XMLHttpRequest with an upload listener.

    `upload_listener` makes it an XMLHttpRequest. That has the mode cors and the redirect mode
    follow, no cache mode and no referrer policy, and the credentials `include` (withCredentials)
    or `same-origin`.
    """

    method: str = "GET"
    mode: Mode = "cors"
    credentials: Credentials = "same-origin"
    redirect: Redirect = "follow"
    cache: str = "no-store"
    referrer_policy: str = ""
    headers: Headers = ()  # appended one by one
    body: Body = "none"
    upload_listener: bool = False


@dataclass(frozen=True)
class Reply:
    """A response of the server. Only Content-Length is added to its headers.

    No body is sent to HEAD, and none with 204, 205 and 304.
    """

    status: int = 200
    headers: Headers = ()
    body: str = ""


@dataclass(frozen=True)
class Stop:
    """The replies of one URL to preflights and to other requests."""

    origin: str
    preflight: Reply
    actual: Reply


@dataclass(frozen=True)
class Script:
    """A scripted server: stop i is at `case.url(i)`, and its Location leads to the next."""

    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Extension:
    """A Flask app with the real extension.

    :ivar settings: keyword arguments of the Policy.
    :ivar view: response to `case.url(0)`: "ok" is a view that returns `reply`, "missing" has no
        route (404), "slash" redirects to the URL with a slash, "hook" is refused by a
        before_request (401), "error" raises (500), "redirect" leads to `case.url(1)` on the third
        origin, which has the same settings.
    :ivar methods: methods of the route.
    """

    settings: dict[str, Any]
    view: View
    methods: tuple[str, ...]
    reply: Reply


@dataclass(frozen=True)
class Case:
    """One case.

    :ivar fetch: the request. A form uses its method and referrer policy, a WebSocket nothing.
    :ivar rounds: how often the request is made. The second round shows the effect of the preflight
        cache and of cookies.
    :ivar third_party_cookies: whether the browser is configured to allow them.
    :ivar second: request of the second round, at the same URL, if it is another one. A third round
        repeats the first.
    :ivar way: what makes the request.
    """

    id: str
    page: PageKind
    fetch: Fetch
    server: Script | Extension
    rounds: int = 1
    third_party_cookies: bool = True
    second: Fetch | None = None
    way: Way = "fetch"

    @property
    def fetches(self) -> tuple[Fetch, ...]:
        """The request of each round."""
        turns = (self.fetch, self.second or self.fetch)
        return tuple(turns[number % 2] for number in range(self.rounds))

    @property
    def origin(self) -> str:
        """The serialized origin of the page."""
        return "null" if self.page == "opaque" else PAGES[self.page]

    def url(self, stop: int) -> str:
        """Return the URL of a stop."""
        if isinstance(self.server, Extension):
            return f"{(API, THIRD)[stop]}/{self.id}/{stop}"
        return f"{self.server.stops[stop].origin}/{self.id}/{stop}"

    def to_json(self) -> str:
        """Return the case as one line, without its default values."""
        members = asdict(self)
        members["fetch"] = _without_defaults(members["fetch"], asdict(Fetch()))
        if self.second is None:
            del members["second"]
        else:
            members["second"] = _without_defaults(members["second"], asdict(Fetch()))
        kind = "script" if isinstance(self.server, Script) else "extension"
        members[kind] = members.pop("server")
        if self.rounds == 1:
            del members["rounds"]
        if self.third_party_cookies:
            del members["third_party_cookies"]
        if self.way == "fetch":
            del members["way"]
        return json.dumps(members)

    @classmethod
    def from_json(cls, text: str) -> Case:
        """Return the case that `to_json` wrote."""
        members = json.loads(text)
        members["fetch"] = Fetch(**_with_pairs(members["fetch"]))
        if "second" in members:
            members["second"] = Fetch(**_with_pairs(members["second"]))
        if "script" in members:
            members["server"] = Script(
                tuple(_stop(each) for each in members.pop("script")["stops"])
            )
        else:
            settings = members.pop("extension")
            settings["methods"] = tuple(settings["methods"])
            settings["reply"] = _reply(settings["reply"])
            members["server"] = Extension(**settings)
        return cls(**members)


def _without_defaults(members: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value != defaults[name]}


def _with_pairs(members: dict[str, Any]) -> dict[str, Any]:
    return {
        **members,
        "headers": tuple((name, value) for name, value in members.get("headers", ())),
    }


def _reply(members: dict[str, Any]) -> Reply:
    return Reply(**_with_pairs(members))


def _stop(members: dict[str, Any]) -> Stop:
    return Stop(members["origin"], _reply(members["preflight"]), _reply(members["actual"]))
