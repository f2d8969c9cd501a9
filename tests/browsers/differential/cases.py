"""A case: one request of a page, and what the server does about it, as plain values.

Origins are written without a port, as they are to the model. Where cases run in a real engine,
`server.World` puts its port in on the way out, and takes it away on the way in.

The URL a page asks for is `case.url(0)`: the API's, with the case's id in it, so that no two cases
share anything that a browser keeps by URL. `case.url(1)` is where the first redirect leads.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

API = "https://api.site.localhost"  # what pages ask
SAME_SITE_PAGE = "https://app.site.localhost"
CROSS_SITE_PAGE = "https://app.other.localhost"
THIRD = "https://third.elsewhere.localhost"  # where redirects may lead: no page's site
ORIGINS = (API, SAME_SITE_PAGE, CROSS_SITE_PAGE, THIRD)

# Set at every host before the first case, with Path=/ and Secure, by a visit to that host. The
# value is SameSite, and `unset` has none. `Set-Cookie: fresh` of an answer is another matter.
COOKIES = {"none": "None", "lax": "Lax", "strict": "Strict", "unset": None}

PageKind: TypeAlias = Literal["cross-site", "same-site", "same-origin", "opaque"]
Mode: TypeAlias = Literal["cors", "no-cors", "same-origin"]
Credentials: TypeAlias = Literal["omit", "same-origin", "include"]
Redirect: TypeAlias = Literal["follow", "error", "manual"]
# What is given as the body, and the Content-Type that comes with it if the case sets none.
# none: nothing. text: a string, text/plain;charset=UTF-8. urlencoded: URLSearchParams,
# application/x-www-form-urlencoded;charset=UTF-8. form: FormData, multipart/form-data. bytes: a
# Uint8Array, no type. json: a Blob of the type application/json. blob: a Blob without a type.
Body: TypeAlias = Literal["none", "text", "urlencoded", "form", "bytes", "json", "blob"]
Headers: TypeAlias = tuple[tuple[str, str], ...]
# How a page asks: `fetch()` or an XMLHttpRequest; a form, whose answer takes the page's place, and
# which a script submits, or the user with a button; the handshake of a WebSocket.
Way: TypeAlias = Literal["fetch", "form", "button", "websocket"]
View: TypeAlias = Literal["ok", "missing", "slash", "hook", "error", "redirect"]

# The origin a page has, and the page (in a frame, sandboxed, for the opaque one).
PAGES: dict[PageKind, str] = {
    "cross-site": CROSS_SITE_PAGE,
    "same-site": SAME_SITE_PAGE,
    "same-origin": API,
    "opaque": CROSS_SITE_PAGE,  # the page around the frame
}


@dataclass(frozen=True)
class Fetch:
    """The arguments of `fetch()`; or of an XMLHttpRequest that listens to its upload.

    `upload_listener` makes it an XMLHttpRequest, which knows no mode but cors, no redirect but
    follow, no cache mode, no referrer policy, and of credentials only `include` (withCredentials)
    and `same-origin`.
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
class Answer:
    """An answer, to the letter. Of the headers only Content-Length is added.

    No body is sent to HEAD and with 204, 205 and 304.
    """

    status: int = 200
    headers: Headers = ()
    body: str = ""


@dataclass(frozen=True)
class Stop:
    """One URL: how a preflight is answered there, and how anything else."""

    origin: str
    preflight: Answer
    actual: Answer


@dataclass(frozen=True)
class Script:
    """A hand-made server: stop i is at `case.url(i)`; a Location names the next."""

    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Extension:
    """A Flask app with the real extension.

    :ivar settings: of the Policy, as keyword arguments.
    :ivar view: what becomes of a request for `case.url(0)`: "ok" is answered by a view with
        `answer`, "missing" is no route's (404), "slash" is redirected to the URL with a slash and
        answered there, "hook" is refused by a before_request (401), "error" raises (500),
        "redirect" is answered with a redirect to `case.url(1)` at the third origin, which is
        governed by the same settings.
    """

    settings: dict[str, Any]
    view: View
    methods: tuple[str, ...]  # of the route
    answer: Answer


@dataclass(frozen=True)
class Case:
    """One case.

    :ivar rounds: how often the same request is made, one after the other: what a preflight cache
        or a cookie does is seen in the second.
    :ivar third_party_cookies: whether the browser is one that was told to allow them.
    :ivar second: what is asked in the second round, if that is another request. Its URL is the
        same. A third round is the first again.
    :ivar way: of `fetch`, a form has its method and its referrer policy, a WebSocket nothing.
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
        """What is asked in each round."""
        turns = (self.fetch, self.second or self.fetch)
        return tuple(turns[number % 2] for number in range(self.rounds))

    @property
    def origin(self) -> str:
        """The page's origin, serialized."""
        return "null" if self.page == "opaque" else PAGES[self.page]

    def url(self, stop: int) -> str:
        """Where a stop is."""
        if isinstance(self.server, Extension):
            return f"{(API, THIRD)[stop]}/{self.id}/{stop}"
        return f"{self.server.stops[stop].origin}/{self.id}/{stop}"

    def to_json(self) -> str:
        """In one line, without what is as it mostly is."""
        said = asdict(self)
        said["fetch"] = _unlike(said["fetch"], asdict(Fetch()))
        if self.second is None:
            del said["second"]
        else:
            said["second"] = _unlike(said["second"], asdict(Fetch()))
        kind = "script" if isinstance(self.server, Script) else "extension"
        said[kind] = said.pop("server")
        if self.rounds == 1:
            del said["rounds"]
        if self.third_party_cookies:
            del said["third_party_cookies"]
        if self.way == "fetch":
            del said["way"]
        return json.dumps(said)

    @classmethod
    def from_json(cls, text: str) -> Case:
        """The case that was written."""
        said = json.loads(text)
        said["fetch"] = Fetch(**_with_pairs(said["fetch"]))
        if "second" in said:
            said["second"] = Fetch(**_with_pairs(said["second"]))
        if "script" in said:
            said["server"] = Script(tuple(_stop(each) for each in said.pop("script")["stops"]))
        else:
            settings = said.pop("extension")
            settings["methods"] = tuple(settings["methods"])
            settings["answer"] = _answer(settings["answer"])
            said["server"] = Extension(**settings)
        return cls(**said)


def _unlike(said: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value != usual[name]}


def _with_pairs(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "headers": tuple((name, value) for name, value in said.get("headers", ()))}


def _answer(said: dict[str, Any]) -> Answer:
    return Answer(**_with_pairs(said))


def _stop(said: dict[str, Any]) -> Stop:
    return Stop(said["origin"], _answer(said["preflight"]), _answer(said["actual"]))
