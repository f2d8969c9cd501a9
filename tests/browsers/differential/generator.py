"""Random cases, determined by a seed.

Each case starts with a server that allows its request. Then one or two of its replies are usually
made wrong. So many requests are allowed, and every step of the protocol blocks some.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeVar

from flask_crossorigin import Policy, PolicyError

from .cases import (
    API,
    CROSS_SITE_PAGE,
    PAGES,
    SAME_SITE_PAGE,
    THIRD,
    Body,
    Case,
    Credentials,
    Extension,
    Fetch,
    Headers,
    Mode,
    PageKind,
    Redirect,
    Reply,
    Script,
    Stop,
    View,
)

T = TypeVar("T")

REDIRECTS = (301, 302, 303, 307, 308)
STATUSES = (200, 201, 204, 205, 206, 299, 300, 304, 400, 401, 403, 404, 405, 409, 500, 503)


def generate(seed: int, n: int) -> list[Case]:
    """Return the first n cases of a seed."""
    return [case(seed, index) for index in range(n)]


def case(seed: int, index: int) -> Case:
    """Return one case, which depends on seed and index alone."""
    return _Maker(Random(f"{seed}/{index}"), f"s{seed}-{index}").case()


def _with_a_name(stop: Stop, method: str) -> Stop:
    """Return the stop with a preflight reply that allows a name, so that engines cache it.

    Firefox caches a hundred replies, and first removes those that allow no names.
    """
    names = {"Access-Control-Allow-Methods", "Access-Control-Allow-Headers"}
    if names & {name for name, _ in stop.preflight.headers}:
        return stop
    allowed = ("Access-Control-Allow-Methods", method.upper())
    return replace(stop, preflight=_with(stop.preflight, allowed))


def of_id(case_id: str) -> Case:
    """Return the case with an id: `s7-388` is case 388 of seed 7."""
    seed, _, index = case_id.removeprefix("s").partition("-")
    return case(int(seed), int(index))


def _choose(random: Random, weighted: dict[T, float]) -> T:
    return random.choices(list(weighted), list(weighted.values()))[0]


@dataclass
class _Maker:
    random: Random
    id: str

    def case(self) -> Case:
        random = self.random
        kinds: dict[PageKind, float] = {
            "cross-site": 40,
            "same-site": 25,
            "opaque": 18,
            "same-origin": 17,
        }
        page = _choose(random, kinds)
        rounds = 2 if random.random() < 0.12 else 1
        fetch, second = self.fetch(page), None
        if rounds > 1:
            fetch = replace(fetch, cache=random.choice(["no-store", "default", "default"]))
            second = self.second(fetch) if random.random() < 0.4 else None
        server: Script | Extension
        if random.random() < 0.3:
            server = self.extension(page, fetch)
            if rounds > 1:
                server = _uncached_view(server)
        else:
            server = self.script(page, fetch, rounds)
        return Case(self.id, page, fetch, server, rounds, random.random() < 0.8, second)

    def second(self, fetch: Fetch) -> Fetch:
        """Return another request for the URL, which a cached preflight may cover or not."""
        random = self.random
        what = random.choice(["method", "headers", "fewer headers", "credentials"])
        if what == "method":
            return replace(fetch, method=self.method(fetch.mode), body="none")
        if what == "headers":
            return replace(fetch, headers=(*fetch.headers, ("X-More", "1")))
        if what == "fewer headers":
            return replace(fetch, headers=fetch.headers[1:])
        other: Credentials = "same-origin" if fetch.upload_listener else "omit"
        return replace(fetch, credentials=other if fetch.credentials == "include" else "include")

    # -- The request --------------------------------------------------------------------------

    def fetch(self, page: PageKind) -> Fetch:
        random = self.random
        modes: dict[Mode, float] = {"cors": 84, "no-cors": 11, "same-origin": 5}
        mode = _choose(random, modes)
        method = self.method(mode)
        credentials: dict[Credentials, float] = {"include": 45, "same-origin": 35, "omit": 20}
        redirects: dict[Redirect, float] = {"follow": 88, "error": 6, "manual": 6}
        bodies: dict[Body, float] = {
            "none": 55,
            "text": 12,
            "urlencoded": 8,
            "form": 6,
            "bytes": 5,
            "json": 12,
            "blob": 2,
        }
        bodiless = method.upper() in {"GET", "HEAD"} and random.random() < 0.98
        fetch = Fetch(
            method=method,
            mode=mode,
            credentials=_choose(random, credentials),
            redirect=_choose(random, redirects),
            referrer_policy=random.choice(REFERRER_POLICIES) if random.random() < 0.12 else "",
            headers=self.headers(),
            body="none" if bodiless else _choose(random, bodies),
        )
        if mode == "cors" and random.random() < 0.07:
            return replace(
                fetch,
                upload_listener=True,
                redirect="follow",
                referrer_policy="",
                credentials="include" if fetch.credentials == "include" else "same-origin",
            )
        return fetch

    def method(self, mode: Mode) -> str:
        if mode == "no-cors" and self.random.random() < 0.85:
            return self.random.choice(["GET", "GET", "POST", "POST", "HEAD"])
        return _choose(self.random, METHODS)

    def headers(self) -> Headers:
        random = self.random
        if random.random() < 0.45:
            return ()
        chosen = random.choices(HEADERS, WEIGHTS, k=random.choice([1, 1, 1, 2, 2, 3]))
        unique: dict[str, tuple[str, str]] = {name.lower(): (name, value) for name, value in chosen}
        pairs = list(unique.values())
        if random.random() < 0.02:
            pairs.append(pairs[0])  # twice: the values are combined
        if random.random() < 0.03:
            filling = "a" * 120
            names = ["Accept", "Accept-Language", "Content-Language"]
            total = random.choice([8, 9])  # of 120 bytes: just below 1024 bytes, or above
            pairs = [(names[number % 3], filling) for number in range(total)]
            if random.random() < 0.5:  # each below 128 bytes on its own
                pairs = [(name, filling) for name in names]
        return tuple(pairs)

    # -- A scripted server --------------------------------------------------------------------

    def script(self, page: PageKind, fetch: Fetch, rounds: int) -> Script:
        random = self.random
        origins = self.origins(page)
        stops = []
        origin = "null" if page == "opaque" else PAGES[page]
        for number, host in enumerate(origins):
            previous = origins[number - 1] if number else host
            if previous != host and previous != PAGES[page]:
                # Tainted by a redirect. Some replies name the page's origin and are wrong.
                origin = "null" if random.random() < 0.85 else origin
            stops.append(self.allowing(host, origin, fetch))
        for number in range(len(stops) - 1):
            stops[number] = self.redirecting(stops[number], stops[number + 1].origin, number + 1)
        if len(stops) == 1 and random.random() < 0.05:
            stops[0] = self.odd_redirect(stops[0])
        if rounds > 1:
            stops = [self.cacheable(each) for each in stops]
        wrongs = {0: 40.0, 1: 45.0, 2: 15.0} if rounds == 1 else {0: 75.0, 1: 25.0}
        for _ in range(_choose(random, wrongs)):
            at = random.randrange(len(stops))
            stops[at] = self.spoiled(stops[at], fetch, origin)
        if fetch.upload_listener and (rounds > 1 or stops[0].actual.status in REDIRECTS):
            stops = [_with_a_name(each, fetch.method) for each in stops]
        return Script(tuple(stops))

    def origins(self, page: PageKind) -> list[str]:
        """Return the origins of the stops."""
        random = self.random
        origins = [API]
        while len(origins) < 4 and random.random() < 0.24:
            home = PAGES[page]
            origins.append(random.choice([API, API, THIRD, THIRD, home, SAME_SITE_PAGE]))
        return origins

    def allowing(self, host: str, origin: str, fetch: Fetch) -> Stop:
        """Return a stop that allows the request."""
        random = self.random
        credentials = fetch.credentials == "include"
        allow: list[tuple[str, str]] = [
            ("Access-Control-Allow-Origin", origin if credentials else random.choice([origin, "*"]))
        ]
        if credentials:
            allow.append(("Access-Control-Allow-Credentials", "true"))
        preflight = list(allow)
        method = fetch.method
        if method.upper() in {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}:
            method = method.upper()
        if method not in {"GET", "HEAD", "POST"} or random.random() < 0.3:
            named = random.choice([method, f"GET, {method}", f"{method},PATCH , DELETE"])
            preflight.append(("Access-Control-Allow-Methods", self.wildcard_or(named, credentials)))
        names = [name for name, _ in fetch.headers]
        if names or fetch.body != "none" or random.random() < 0.3:
            names = [*names, "Content-Type"] if fetch.body != "none" else names or ["X-Trace"]
            comma, names = random.choice([",", ", "]), list(dict.fromkeys(names))
            named = comma.join(names)
            named = random.choice([named.lower(), named.title(), named])
            preflight.append(("Access-Control-Allow-Headers", self.wildcard_or(named, credentials)))
        if random.random() < 0.2:
            preflight.append(("Access-Control-Max-Age", random.choice(["0", "60", "600"])))
        headers: list[tuple[str, str]] = [
            ("Content-Type", "text/plain"),
            ("X-Trace", "1"),
            ("ETag", '"1"'),
        ]
        headers += random.sample(RESPONSE_HEADERS, random.choice([0, 0, 1, 2]))
        if random.random() < 0.05:
            headers.append(("X-Trace", "2"))
        actual = [*allow, *headers]
        if random.random() < 0.3:
            actual.append(("Access-Control-Expose-Headers", self.exposed(credentials)))
        if fetch.mode == "no-cors" and random.random() < 0.5:
            policy = random.choice(["same-origin", "same-site", "cross-origin"])
            actual.append(("Cross-Origin-Resource-Policy", policy))
        return Stop(
            host,
            Reply(random.choice([200, 204, 204]), tuple(preflight)),
            Reply(
                200 if random.random() < 0.7 else random.choice(STATUSES), tuple(actual), "a body"
            ),
        )

    def wildcard_or(self, named: str, credentials: bool) -> str:
        return "*" if self.random.random() < (0.05 if credentials else 0.25) else named

    def exposed(self, credentials: bool) -> str:
        if not credentials and self.random.random() < 0.3:
            return "*"
        return self.random.choice(EXPOSED)

    def redirecting(self, stop: Stop, to: str, number: int) -> Stop:
        """Return the stop with a redirect to the next stop as its reply."""
        random = self.random
        path = f"/{self.id}/{number}"
        location = path if to == stop.origin and random.random() < 0.4 else f"{to}{path}"
        if random.random() < 0.04:
            location = f"{to.replace('://', '://user:secret@')}{path}"
        kept = [each for each in stop.actual.headers if each[0] != "ETag"]
        status = random.choice(REDIRECTS)
        reply = Reply(status, (("Location", location), *kept), "moved")
        return replace(stop, actual=reply)

    def odd_redirect(self, stop: Stop) -> Stop:
        """Return the stop with a redirect without Location, to itself, or to another scheme."""
        random = self.random
        location = random.choice(
            [None, f"{API}/{self.id}/0", "data:text/plain,a", "ftp://third.elsewhere.localhost/"]
        )
        headers = stop.actual.headers
        if location is not None:
            headers = (("Location", location), *headers)
        return replace(stop, actual=Reply(random.choice(REDIRECTS), headers, "moved"))

    def cacheable(self, stop: Stop) -> Stop:
        """Return the stop with headers that matter in a second round."""
        random = self.random
        preflight = stop.preflight
        kept = tuple(each for each in preflight.headers if each[0] != "Access-Control-Max-Age")
        if random.random() < 0.8:
            age = ("Access-Control-Max-Age", random.choice(MAX_AGES))
            kept = (*kept, age)
        stop = replace(
            stop, preflight=replace(preflight, headers=kept), actual=_uncached(stop.actual)
        )
        if random.random() < 0.4:
            cookie = random.choice(COOKIES)
            stop = replace(stop, actual=_with(stop.actual, ("Set-Cookie", cookie)))
        if random.random() < 0.15:
            set_by_preflight = ("Set-Cookie", "preflighted=1; Secure; SameSite=None")
            stop = replace(stop, preflight=_with(stop.preflight, set_by_preflight))
        return stop

    # -- Wrong replies ------------------------------------------------------------------------

    def spoiled(self, stop: Stop, fetch: Fetch, origin: str) -> Stop:
        """Return the stop with a wrong header or status."""
        kind = _choose(self.random, SPOILED)
        if kind == "status":
            return self.spoiled_status(stop)
        choices: dict[str, Sequence[str | list[str] | None]] = {
            "allow-origin": _wrong_origins(origin),
            "allow-credentials": WRONG_CREDENTIALS,
            "allow-methods": _wrong_methods(fetch.method),
            "allow-headers": _wrong_names([name for name, _ in fetch.headers]),
            "expose-headers": WRONG_EXPOSED,
            "max-age": MAX_AGES,
        }
        chosen = self.random.choice(choices[kind])
        values = [chosen] if isinstance(chosen, str) else chosen or []
        name = f"Access-Control-{kind.title()}"

        def spoil(reply: Reply) -> Reply:
            kept = tuple(each for each in reply.headers if each[0] != name)
            return replace(reply, headers=(*kept, *((name, value) for value in values)))

        where = self.random.choice(["preflight", "actual", "both"])
        if kind in {"allow-methods", "allow-headers", "max-age"}:
            where = "preflight"
        if kind == "expose-headers":
            where = "actual"
        if where != "actual":
            stop = replace(stop, preflight=spoil(stop.preflight))
        if where != "preflight":
            stop = replace(stop, actual=spoil(stop.actual))
        return stop

    def spoiled_status(self, stop: Stop) -> Stop:
        random = self.random
        status = random.choice([*STATUSES, *REDIRECTS])
        preflight = replace(stop.preflight, status=status)
        if status in REDIRECTS and random.random() < 0.8:
            preflight = _with(preflight, ("Location", f"{stop.origin}/{self.id}/0"))
        return replace(stop, preflight=preflight)

    # -- The real extension -------------------------------------------------------------------

    def extension(self, page: PageKind, fetch: Fetch) -> Extension:
        random = self.random
        while not _sound(settings := self.settings(page, fetch)):
            pass
        views: dict[View, float] = {
            "ok": 60,
            "missing": 8,
            "slash": 10,
            "hook": 8,
            "error": 6,
            "redirect": 8,
        }
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        if random.random() < 0.15:
            methods = random.sample(methods, 2)
        headers: list[tuple[str, str]] = [
            ("Content-Type", "text/plain"),
            ("X-Trace", "1"),
            ("ETag", '"1"'),
        ]
        headers += random.sample(RESPONSE_HEADERS, random.choice([0, 0, 1, 2]))
        if random.random() < 0.1:
            headers.append(random.choice(VIEW_HEADERS))
        status = (
            200 if random.random() < 0.7 else random.choice([201, 204, 400, 401, 404, 409, 500])
        )
        reply = Reply(status, tuple(headers), "a body")
        return Extension(settings, _choose(random, views), tuple(sorted(methods)), reply)

    def settings(self, page: PageKind, fetch: Fetch) -> dict[str, Any]:
        random = self.random
        own = "null" if page == "opaque" else PAGES[page]
        settings: dict[str, Any] = {
            "origins": random.choice(
                [[own], [own], [own, "https://app.example.com"], *(_origin_lists(own))]
            ),
            "credentials": random.random() < (0.75 if fetch.credentials == "include" else 0.25),
            "allow_null_origin": True,
        }
        names = [name for name, _ in fetch.headers] + ["Content-Type"]
        optional: dict[str, Sequence[Any]] = {
            "methods": [["POST", "PUT"], ["POST", "PATCH", "DELETE"], "*", ["GET", "PUT"], []],
            "request_headers": [names, names[:1], ["X-Trace"], [], [*names, "Authorization"]],
            "expose_headers": [["X-Trace"], ["ETag", "X-Other"], "*"],
            "max_age": [0, 5, 60, 7200, 100000],
            "preflight_status": [200, 299],
        }
        for name, values in optional.items():
            if random.random() < 0.4:
                settings[name] = random.choice(values)
        return settings


def _sound(settings: dict[str, Any]) -> bool:
    try:
        Policy(**settings)
    except PolicyError:
        return False
    return True


def _with(reply: Reply, header: tuple[str, str]) -> Reply:
    return replace(reply, headers=(*reply.headers, header))


def _uncached(reply: Reply) -> Reply:
    """Return the reply with no-store, so that the HTTP cache does not serve a second round."""
    kept = tuple(each for each in reply.headers if each[0] != "Cache-Control")
    return replace(reply, headers=(*kept, ("Cache-Control", "no-store")))


def _uncached_view(server: Extension) -> Extension:
    view: View = "ok" if server.view == "slash" else server.view  # browsers cache a 308
    return replace(server, view=view, reply=_uncached(server.reply))


# -- Values -----------------------------------------------------------------------------------

METHODS: dict[str, float] = {
    "GET": 26,
    "POST": 20,
    "PUT": 13,
    "DELETE": 8,
    "PATCH": 6,
    "HEAD": 7,
    "OPTIONS": 3,
    "patch": 3,
    "put": 3,
    "get": 2,
    "Post": 2,
    "X-CUSTOM": 2,
    "Patch": 1,
    "TRACE": 1,
    "connect": 1,
}

REFERRER_POLICIES = (
    "no-referrer",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "no-referrer-when-downgrade",
    "unsafe-url",
)

_HEADERS: dict[tuple[str, str], float] = {
    ("X-Trace", "1"): 10,
    ("x-other", "a, b"): 6,
    ("Authorization", "Bearer secret"): 9,
    ("Content-Type", "application/json"): 7,
    ("Content-Type", "text/plain"): 3,
    ("Content-Type", "TEXT/PLAIN; charset=utf-8"): 2,
    ("Content-Type", 'text/plain; charset="utf-8"'): 2,
    ("Content-Type", "application/x-www-form-urlencoded"): 2,
    ("Content-Type", "text/html"): 2,
    ("Content-Type", "nonsense"): 1,
    ("Content-Type", "text/plain;"): 1,
    ("Content-Type", "text/plain, application/json"): 1,
    ("Accept", "application/json"): 4,
    ("Accept", 'text/"plain"'): 2,
    ("Accept", "text/plain; q=0.5"): 1,
    ("Accept", "a" * 128): 2,
    ("Accept", "a" * 129): 3,
    ("Accept-Language", "de-DE, en;q=0.5"): 3,
    ("Accept-Language", "de_DE"): 2,
    ("Content-Language", "en"): 2,
    ("Content-Language", "en@"): 1,
    ("Range", "bytes=0-5"): 3,
    ("Range", "bytes=5-"): 2,
    ("Range", "bytes=-5"): 2,
    ("Range", "bytes=0-1,3-4"): 1,
    ("Range", "bytes=5-0"): 1,
    ("range", "items=0-1"): 1,
    ("Cookie", "evil=1"): 2,
    ("Host", "evil.localhost"): 2,
    ("Origin", "https://evil.example"): 2,
    ("Sec-Fetch-Site", "none"): 1,
    ("Sec-Mine", "1"): 1,
    ("Proxy-Mine", "1"): 1,
    ("X-HTTP-Method-Override", "TRACE"): 1,
    ("X-HTTP-Method-Override", "DELETE"): 2,
    ("X-Method-Override", "get, trace"): 1,
    ("Access-Control-Request-Method", "GET"): 1,
    ("Access-Control-Request-Private-Network", "true"): 0.5,
    ("DNT", "1"): 1,
    ("Date", "today"): 1,
    ("User-Agent", "mine"): 1,
    ("Save-Data", "on"): 1,
    ("DPR", "2"): 0.5,
    ("Downlink", "1"): 0.5,
    ("Width", "100"): 0.5,
    ("Last-Event-ID", "1"): 1,
    ("If-None-Match", '"1"'): 1,
    ("X-Empty", ""): 1,
    ("X-Long", "a" * 1200): 1,
}
HEADERS = list(_HEADERS)
WEIGHTS = list(_HEADERS.values())

# Other headers of responses.
RESPONSE_HEADERS: list[tuple[str, str]] = [
    ("Cache-Control", "no-store"),
    ("Content-Language", "en"),
    ("Expires", "0"),
    ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
    ("Pragma", "no-cache"),
    ("X-Other", "2"),
    ("Vary", "Origin"),
    ("Timing-Allow-Origin", "*"),
    ("Link", "</a>; rel=next"),
]

EXPOSED = (
    "X-Trace",
    "x-trace,etag",
    "X-Other, ETag",
    "Set-Cookie, X-Trace",
    "*, X-Trace",
    "X-Absent",
)
WRONG_EXPOSED: tuple[str | list[str] | None, ...] = (
    None,
    "*",
    "X Trace",
    "X-Trace, bad name",
    "X-Trace,,ETag",
    "",
    " x-trace ",
    '"X-Trace"',
    ["X-Trace", "ETag"],
    "X-Trace;ETag",
)
WRONG_CREDENTIALS: tuple[str | list[str] | None, ...] = (
    None,
    "True",
    "TRUE",
    "1",
    "false",
    "",
    " true ",
    "true, true",
    ["true", "true"],
    "*",
)
MAX_AGES = ("0", "60", "600", "100000", "-1", "+60", "60s", "60, 60", "", "0.5", " 60 ", "x")
COOKIES = (
    "fresh=1; Secure; SameSite=None",
    "fresh=1; Secure; SameSite=None; HttpOnly",
    "fresh=1; SameSite=None",
    "fresh=1; Secure",
    "fresh=1; SameSite=Lax",
    "fresh=1; SameSite=Strict; Secure",
    "fresh=1; Secure; SameSite=None; Partitioned",
    "fresh=1; Secure; SameSite=None; Path=/elsewhere",
    "fresh=1; Secure; SameSite=None; Max-Age=0",
    "__Host-fresh=1; Secure; SameSite=None",
)
# Headers that a view sets itself, and the extension replaces.
VIEW_HEADERS: list[tuple[str, str]] = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Origin", "https://evil.example"),
    ("Access-Control-Allow-Credentials", "false"),
    ("Access-Control-Expose-Headers", "X-Other"),
]

SPOILED: dict[str, float] = {
    "allow-origin": 26,
    "allow-credentials": 14,
    "allow-methods": 15,
    "allow-headers": 18,
    "expose-headers": 8,
    "max-age": 3,
    "status": 16,
}


def _wrong_origins(origin: str) -> list[str | list[str] | None]:
    return [
        None,
        "*",
        "null",
        f"{origin}/",
        origin.upper(),
        "https://evil.example",
        f"{origin}, {origin}",
        [origin, origin],
        ["*", origin],
        "",
        f" {origin}\t",
        origin.replace("https", "http"),
        "**",
        "*, *",
        f"{origin} {CROSS_SITE_PAGE}",
        CROSS_SITE_PAGE if origin != CROSS_SITE_PAGE else SAME_SITE_PAGE,
        "https://*.other.localhost",
        origin.removeprefix("https://"),
        "Null",
        f"{origin}.evil.example",
    ]


def _wrong_methods(method: str) -> list[str | list[str] | None]:
    return [
        None,
        "*",
        "",
        "GET",
        method.lower(),
        method.upper(),
        f"{method},,POST",
        f"{method} POST",
        f"{method};POST",
        f"({method})",
        f'"{method}"',
        [method, "POST"],
        ["POST", f"\t{method} "],
        f"{method},",
        f"*, {method}",
        ["*", "GET"],
        f"GET, P{{}}T, {method}",
    ]


def _wrong_names(names: list[str]) -> list[str | list[str] | None]:
    joined = ", ".join([*names, "content-type"])
    return [
        None,
        "*",
        "",
        joined.upper(),
        joined.replace(", ", ",,"),
        joined.replace(", ", " "),
        f"{joined}, bad name",
        f"{joined};",
        f'"{joined}"',
        [*names, "content-type"],
        ", ".join(names[:1]),
        ", ".join(names[1:]),
        "*, authorization",
        ["*", joined],
        "x-unrelated",
        f"{joined}, *",
        f"{joined},",
    ]


def _origin_lists(own: str) -> list[Any]:
    return [
        ["https://*.other.localhost:*"],
        ["https://*.site.localhost"],
        ["https://app.example.com"],
        ["null", own],
        [SAME_SITE_PAGE],
        [],
        "*",
        "*",
    ]
