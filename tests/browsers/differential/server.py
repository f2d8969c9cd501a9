"""The server of the cases: one WSGI app for every host, which records what it receives.

Real engines reach it through `serving.served`. The model calls it in process.
"""

from __future__ import annotations

import itertools
import re
import threading
import warnings
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, request

from flask_crossorigin import CrossOrigin, CrossOriginWarning

from .cases import COOKIES, Case, Extension, Fetch, Reply, Script
from .observations import Observation, Received, Round, Seen

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BODILESS = {204, 205, 304}
UNFRAMED = {204, 304}  # statuses without Content-Length
SCRIPT = Path(__file__).with_name("page.js")

LANDED = "Landed."  # the text of the page that a form leads to

# An origin of the cases, or a pattern of one, without a port.
_OURS = re.compile(
    r"https?://(?:[^\s/@,]*@)?(?:\*\.)?(?:[a-z0-9-]+\.)*localhost(?![\w.:-])", re.IGNORECASE
)


class World:
    """Translates between the origins of cases, without a port, and those that are served."""

    def __init__(self, port: int | None) -> None:
        self._port = "" if port is None else f":{port}"
        self._served = re.compile(rf"(?<=localhost){self._port}(?!\d)", re.IGNORECASE)

    def served(self, text: str) -> str:
        """Return `text` with the port in every origin, as it is sent."""
        return _OURS.sub(lambda match: match[0] + self._port, text)

    def neutral(self, text: str) -> str:
        """Return `text` without the port, as in the cases."""
        return self._served.sub("", text) if self._port else text

    def served_settings(self, value: Any) -> Any:
        """Return a policy setting with the port in every origin."""
        if isinstance(value, str):
            return self.served(value)
        return [self.served_settings(each) for each in value] if isinstance(value, list) else value


class Server:
    """A WSGI app that responds for every host of the cases.

    It also has `/page` and `/frame`, from which cases run; `/cookies`, which sets the known
    cookies; and `/round/<id>`, which starts the next round of a case.
    """

    def __init__(self, port: int | None = None) -> None:
        self.world = World(port)
        self._cases: dict[str, Case] = {}
        self._apps: dict[str, WSGIApplication] = {}
        self._log: dict[str, list[list[Received]]] = {}
        self._lock = threading.Lock()

    def add(self, case: Case) -> None:
        """Add a case, with nothing received yet."""
        if isinstance(case.server, Extension):
            self._apps[case.id] = _app(case, self.world)
        self._cases[case.id] = case
        self._log[case.id] = [[]]

    def remove(self, case: Case) -> None:
        """Remove a case."""
        self._cases.pop(case.id, None)
        self._apps.pop(case.id, None)
        self._log.pop(case.id, None)

    def next_round(self, case_id: str) -> None:
        """Start the next round of a case, which further requests belong to."""
        with self._lock:
            self._log[case_id].append([])

    def observation(self, case: Case, seen: Iterable[Seen]) -> Observation:
        """Return what the page saw, with what was received."""
        rounds = zip(seen, self._log[case.id], strict=True)
        return Observation(
            case.id, tuple(Round(each, tuple(_once(received))) for each, received in rounds)
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond to a request."""
        first, _, rest = environ["PATH_INFO"].lstrip("/").partition("/")
        if case := self._cases.get(first):
            number = len(self._log[case.id]) - 1
            received = self._received(case.fetches[number], environ)
            with self._lock:
                self._log[case.id][-1].append(received)
            if app := self._apps.get(first):
                return app(environ, start_response)
            reply = _scripted(case, rest, preflight=received.preflight)
        elif first == "round" and rest in self._log:
            self.next_round(rest)
            reply = Reply(204)
        else:
            reply = _PLACES.get(first, lambda: Reply(404))()
        return self._send(reply, environ["REQUEST_METHOD"], start_response)

    def _received(self, fetch: Fetch, environ: WSGIEnvironment) -> Received:
        def header(name: str) -> str | None:
            value = environ.get(_key(name))
            return None if value is None else self.world.neutral(value)

        content_type = environ.get("CONTENT_TYPE") or None
        method = environ["REQUEST_METHOD"]
        request_method = header("Access-Control-Request-Method")
        url = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}{environ['PATH_INFO']}"
        set_by_case: dict[str, list[str]] = {}
        for name, value in fetch.headers:
            set_by_case.setdefault(name.lower(), []).append(value.strip("\t\n\r "))
        received = {"content-type": content_type}
        return Received(
            method=method,
            url=self.world.neutral(url),
            preflight=method == "OPTIONS" and request_method is not None,
            origin=header("Origin"),
            request_method=request_method,
            request_headers=header("Access-Control-Request-Headers"),
            sec_fetch_site=header("Sec-Fetch-Site"),
            sec_fetch_mode=header("Sec-Fetch-Mode"),
            sec_fetch_dest=header("Sec-Fetch-Dest"),
            sec_fetch_user=header("Sec-Fetch-User"),
            cookies=_cookie_names(environ.get("HTTP_COOKIE", "")),
            authorization=header("Authorization"),
            headers=tuple(
                sorted(
                    name
                    for name, values in set_by_case.items()
                    if _same(received.get(name, environ.get(_key(name))), ", ".join(values))
                )
            ),
            content_type=content_type and _typed(content_type),
            body=bool(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))),
        )

    def _send(self, reply: Reply, method: str, start_response: StartResponse) -> Iterable[bytes]:
        headers = [(name, self.world.served(value)) for name, value in reply.headers]
        body = b"" if reply.status in BODILESS else reply.body.encode()
        if reply.status not in UNFRAMED:
            headers.append(("Content-Length", str(len(body))))
        start_response(f"{reply.status} Scripted", headers)
        return [] if method == "HEAD" else [body]


def _key(name: str) -> str:
    return f"HTTP_{name.upper().replace('-', '_')}"


def _same(received: str | None, value: str) -> bool:
    """Return whether a header has the value that was set.

    Engines may change a charset to lower case, and leave out an empty item of a list.
    """
    return received is not None and _items(received) == _items(value)


def _typed(content_type: str) -> str:
    """Return a type for comparison: XMLHttpRequest may add or remove quotes of the charset."""
    return content_type.lower().replace('"', "").partition("; boundary=")[0]


def _items(value: str) -> list[str]:
    return [each for each in re.sub('[ "]', "", value.lower()).split(",") if each]


def _cookie_names(header: str) -> tuple[str, ...]:
    pairs = (each.strip() for each in header.split(";"))
    return tuple(sorted(each.partition("=")[0] for each in pairs if each))


def _once(received: Iterable[Received]) -> Iterable[Received]:
    """Yield the requests, with a preflight that was sent twice in a row once."""
    last = None
    for each in received:
        if not (each.preflight and each == last):
            yield each
        last = each


def _scripted(case: Case, stop: str, *, preflight: bool) -> Reply:
    stops = case.server.stops if isinstance(case.server, Script) else ()
    if not (stop.isdecimal() and int(stop) < len(stops)):
        return Reply(404)
    return stops[int(stop)].preflight if preflight else stops[int(stop)].actual


def _page() -> Reply:
    script = _script()
    html = f"<!doctype html><meta charset=utf-8><title>Cases</title><script>{script}</script>"
    return Reply(200, (("Content-Type", "text/html"), ("Cache-Control", "no-store")), html)


@cache
def _script() -> str:
    return SCRIPT.read_text("utf-8")


def _set_cookies() -> Reply:
    cookies = []
    visit = next(_VISITS)  # a new value, because a cookie with the same value keeps its age
    for name, same_site in COOKIES.items():
        attribute = f"; SameSite={same_site}" if same_site else ""
        cookies.append(("Set-Cookie", f"{name}={visit}; Path=/; Secure{attribute}"))
    return Reply(200, (("Content-Type", "text/html"), *cookies), "<!doctype html>Set.")


_PLACES: dict[str, Callable[[], Reply]] = {
    "page": _page,
    "frame": _page,
    "cookies": _set_cookies,
}


_VISITS = itertools.count()


# -- The real extension -----------------------------------------------------------------------


def _app(case: Case, world: World) -> WSGIApplication:
    """Return an app with the extension, for this case."""
    server = case.server
    assert isinstance(server, Extension)
    app = Flask(__name__)
    app.logger.disabled = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    path = f"/{case.id}/0"
    rule = f"{path}/" if server.view == "slash" else path
    methods = list(server.methods)

    def view() -> Response:
        if server.view == "error":
            raise ZeroDivisionError
        if server.view == "redirect":
            return Response(status=302, headers={"Location": world.served(case.url(1))})
        headers = [(name, world.served(value)) for name, value in server.reply.headers]
        return Response(server.reply.body, server.reply.status, headers)

    def landing() -> Response:
        return Response(server.reply.body, server.reply.status, list(server.reply.headers))

    def sort_allow(response: Response) -> Response:
        if response.allow:  # the order of Werkzeug's set differs between processes
            response.headers["Allow"] = ", ".join(sorted(response.allow))
        return response

    app.after_request(sort_allow)
    if server.view == "hook":
        app.before_request(lambda: abort(401) if request.path == path else None)
    if server.view != "missing":
        app.add_url_rule(rule, "view", view, methods=methods, provide_automatic_options=True)
    app.add_url_rule(f"/{case.id}/1", "landing", landing, methods=methods)
    settings = {name: world.served_settings(each) for name, each in server.settings.items()}
    cors = CrossOrigin(app, **settings)
    with warnings.catch_warnings():  # random methods may leave out GET; each warning comes once
        warnings.simplefilter("ignore", CrossOriginWarning)
        cors.check(app)
    return app
