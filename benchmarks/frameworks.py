"""Peers in frameworks of their own: what their middleware adds to the answer of one of its apps.

Each framework's app answers ``GET /items`` with two bytes, with its CORS middleware and without.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from .answers import Answer, WrongAnswerError, ask
from .environs import REQUESTED, environ_maker
from .rounds import Runner
from .subjects import wsgi_runner

ORIGIN: Final = "https://site0000000.example.com"
GET: Final = ("GET", {"Origin": ORIGIN})
PREFLIGHT: Final = (
    "OPTIONS",
    {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": REQUESTED,
    },
)


class Pair(NamedTuple):
    """One app of a framework, without the middleware and with it."""

    without: Any
    with_it: Any


def falcon_apps() -> Pair:
    """falcon and its own CORSMiddleware, which sends no Vary."""
    import falcon

    class Items:
        def on_get(self, request: Any, response: Any) -> None:
            response.text = "ok"

        def on_put(self, request: Any, response: Any) -> None:
            response.text = "ok"

    def made(middleware: list[Any]) -> Any:
        app = falcon.App(middleware=middleware)
        app.add_route("/items", Items())
        return app

    cors = falcon.CORSMiddleware(allow_origins=[ORIGIN], allow_credentials=[ORIGIN])
    return Pair(made([]), made([cors]))


def django_apps() -> Pair:
    """Django and django-cors-headers."""
    import django
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpResponse
    from django.urls import path

    def urls() -> list[Any]:
        return [path("items", lambda request: HttpResponse("ok"))]

    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=tuple(urls()),
        MIDDLEWARE=[],
        INSTALLED_APPS=["corsheaders"],
        CORS_ALLOWED_ORIGINS=[ORIGIN],
        CORS_ALLOW_CREDENTIALS=True,
        CORS_ALLOW_HEADERS=REQUESTED.split(","),
        LOGGING_CONFIG=None,
    )
    django.setup()
    without = WSGIHandler()
    settings.MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
    return Pair(without, WSGIHandler())


def starlette_apps() -> Pair:
    """Starlette and its own CORSMiddleware."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def items(request: Any) -> Any:
        return PlainTextResponse("ok")

    def made(middleware: list[Any]) -> Any:
        return Starlette(
            routes=[Route("/items", items, methods=["GET", "PUT"])], middleware=middleware
        )

    cors = Middleware(
        CORSMiddleware,
        allow_origins=[ORIGIN],
        allow_credentials=True,
        allow_methods=["*"],
        allow_headers=["*"],
    )
    return Pair(made([]), made([cors]))


def quart_apps() -> Pair:
    """Quart and quart-cors."""
    from quart import Quart
    from quart_cors import cors

    def made() -> Any:
        app = Quart("measured")

        @app.route("/items", methods=["GET", "PUT"])
        async def items() -> str:
            return "ok"

        return app

    return Pair(
        made(),
        cors(made(), allow_origin=[ORIGIN], allow_credentials=True, allow_headers=["*"]),
    )


WSGI: Final[dict[str, Callable[[], Pair]]] = {
    "falcon": falcon_apps,
    "django-cors-headers": django_apps,
}
ASGI: Final[dict[str, Callable[[], Pair]]] = {
    "Starlette": starlette_apps,
    "quart-cors": quart_apps,
}
NAMES: Final = (*WSGI, *ASGI)


def runners(name: str) -> dict[str, Runner]:
    """What times the framework `name`: actual requests and preflights, without CORS and with it.

    :raises WrongAnswerError: if the middleware does not allow the origin, or the app alone does.
    """
    apps = WSGI[name]() if name in WSGI else ASGI[name]()
    runner = _wsgi_runner if name in WSGI else _asgi_runner
    found = {}
    for kind, (method, headers) in {"GET": GET, "preflight": PREFLIGHT}.items():
        for label, app in {"without": apps.without, "with": apps.with_it}.items():
            made, answer = runner(app, method, headers)
            allowed = answer.headers.get("access-control-allow-origin")
            if allowed != (ORIGIN if label == "with" else None):
                raise WrongAnswerError(f"{name}, {label} CORS, allows {allowed} on a {kind}.")
            found[f"{kind}, {label}"] = made
    return found


def _wsgi_runner(
    app: Callable[..., Iterable[bytes]], method: str, headers: dict[str, str]
) -> tuple[Runner, Answer]:
    make = environ_maker(method, "/items", headers)
    return wsgi_runner(app, make), ask(app, make())


def _asgi_runner(app: Any, method: str, headers: dict[str, str]) -> tuple[Runner, Answer]:
    loop = _loop()
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    sent: list[Any] = []

    received = False

    async def receive() -> dict[str, Any]:
        nonlocal received
        if received:
            await loop.create_future()  # the client says no more
        received = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def send_all(scopes: list[Any]) -> None:
        nonlocal received
        for scope in scopes:
            received = False
            sent.clear()
            await app(scope, receive, send)

    def prepare(count: int) -> list[Any]:
        return [_scope(method, encoded) for _ in range(count)]

    def run(scopes: list[Any]) -> None:
        loop.run_until_complete(send_all(scopes))

    run(prepare(1))
    start = next(each for each in sent if each["type"] == "http.response.start")
    told = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Runner(prepare, run), Answer(start["status"], told)


_loops: list[asyncio.AbstractEventLoop] = []


def _loop() -> asyncio.AbstractEventLoop:
    """The event loop that drives all apps, without any network."""
    if not _loops:
        _loops.append(asyncio.new_event_loop())
    return _loops[0]


def _scope(method: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": "/items",
        "raw_path": b"/items",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"accept", b"*/*"), *headers],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "extensions": {},
    }
