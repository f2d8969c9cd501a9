"""Random configurations: what a user could write for flask-cors."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final, Literal

from flask import Blueprint, Flask, request

from flask_crossorigin.migration.options import translate

APP: Final = "https://app.example.com"
Where = Literal["app", "config", "init_app", "blueprint", "decorator", "two calls"]


@dataclass(frozen=True)
class Configuration:
    """A configuration, to be made with the names of either library.

    :ivar where: how the options are given.
    :ivar options: the options of the only or the first call.
    :ivar second: those of the second one.
    :ivar config: the options in the app's config.
    """

    where: Where
    options: Mapping[str, Any]
    second: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def merged(self) -> dict[str, Any]:
        """The options of the only or the first call, with those in the config."""
        return {**self.config, **self.options}

    def set_up(self, cors: Callable[..., Any], cross_origin: Callable[..., Any]) -> Flask:
        """Return an app with this configuration."""
        app = Flask("compared")
        app.config.update({f"CORS_{name.upper()}": value for name, value in self.config.items()})
        decorate: Callable[[Any], Any] = lambda view: view  # noqa: E731
        owner: Flask | Blueprint = app
        if self.where == "blueprint":
            owner = Blueprint("part", "part")
            cors(owner, **self.options)
        elif self.where == "decorator":
            cors(app, origins=[])
            decorate = cross_origin(**self.options)
        elif self.where == "init_app":
            cors(**self.options).init_app(app)
        else:
            cors(app, **self.options)
            if self.where == "two calls":
                cors(app, **self.second)
        add_views(owner, decorate)
        if isinstance(owner, Blueprint):
            app.register_blueprint(owner)
        add_hooks(app)
        return app


RAN: Final = "X-Ran"
EXPOSED: Final = "X-B"


def add_views(owner: Flask | Blueprint, decorate: Callable[[Any], Any]) -> None:
    """Add the views: some below /api, one beside it, one that redirects and one that fails."""
    methods = ["GET", "POST", "PUT", "DELETE"]

    def view() -> tuple[str, dict[str, str]]:
        return "ok", {EXPOSED: "1"}

    def fail() -> str:
        raise RuntimeError

    for number, path in enumerate(("/", "/api", "/api/marks", "/apix", "/open", "/open/marks")):
        owner.add_url_rule(path, f"view{number}", decorate(view), methods=methods)
    owner.add_url_rule("/api/list/", "list", decorate(view), methods=methods)
    owner.add_url_rule("/api/guarded", "guarded", decorate(view), methods=methods)
    owner.add_url_rule("/fail", "fail", decorate(fail), methods=methods)


def add_hooks(app: Flask) -> None:
    """Add a guard, as before_request functions of users are."""

    @app.before_request
    def guard() -> tuple[str, int] | None:
        if request.path == "/api/guarded" and "Authorization" not in request.headers:
            return "sign in", 401
        return None


PATHS: Final = (
    "/", "/api", "/api/marks", "/apix", "/open", "/open/marks", "/api/list/", "/api/list",
    "/api/guarded", "/fail", "/missing", "/api/missing",
)  # fmt: skip

ORIGINS: Final = (
    APP,
    "https://other.example",
    "https://b.c.example.com",
    "https://example.com",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com.evil.test",
    "https://evilexample.com",
    "http://localhost:3000",
    "https://stranger.test",
    None,
)
"""The origins of pages; None for ``null``."""

_ORIGINS: Final[tuple[Any, ...]] = (
    APP,
    "https://other.example",
    "http://localhost:3000",
    "HTTPS://App.Example.com",
    "http://app.example.com",
    "null",
    "https://example.com",
    "https://app.example.com/",
    "https://*.example.com",
    "http://localhost:*",
    r"https://.*\.example\.com",
    r"https://.*\.example\.com$",
    r"https://.*example\.com",
    r"^https?://(.*\.)?example\.com(:\d+)?$",
    r"https://(app|www)\.example\.com",
    r"https://[a-z]+\.example\.com",
    r"^https://[a-z]+\.example\.com$",
    r"https?://localhost:\d+",
    r"https?://.*",
    r"https://.*.example.com",
    re.compile(r"https://[a-z.]+\.example\.com"),
    re.compile(r"^https://app\.example\.com$"),
    re.compile(r".*"),
)
_METHODS: Final[tuple[Any, ...]] = (
    ["GET", "POST"],
    ["GET", "HEAD", "POST", "PUT"],
    ["GET", "POST", "PUT", "DELETE", "OPTIONS"],
    "GET, POST, PUT",
    ["put", "get", "post"],
    {"DELETE", "GET", "POST"},
    ["GET"],
    ["PUT"],
    [],
    None,
    "*",
)
_ALLOW_HEADERS: Final[tuple[Any, ...]] = (
    "*",
    ["X-A"],
    "X-A",
    ["x-a", "Content-Type"],
    {"Content-Type", "Authorization"},
    ["Authorization", "X-A", "Content-Type"],
    "X-A, Content-Type",
    [],
    [r"X-.*"],
    ["Cookie", "X-A"],
    None,
)
_EXPOSE_HEADERS: Final[tuple[Any, ...]] = (
    ["X-B"],
    "X-B",
    "X-A, x-b",
    {"X-A", "X-B"},
    "*",
    [],
    None,
)
_MAX_AGES: Final[tuple[Any, ...]] = (0, 60, "600", timedelta(minutes=5), None, "soon")
_RESOURCES: Final[tuple[Any, ...]] = (
    r"/api/*", r"/*", "*", r"^/api/.*$", "/open", [r"/api/*", "/open"], r"/api*",
    re.compile("/api/.*"), re.compile("^/api"), [],
)  # fmt: skip
_FLAGS: Final = (
    "send_wildcard", "vary_header", "automatic_options", "intercept_exceptions", "always_send",
    "allow_private_network",
)  # fmt: skip


def random_configuration(random: Random) -> Configuration:
    """Return a configuration. Most of them have nothing that is refused."""
    for _ in range(3):
        found = _any_configuration(random)
        if not translate(found.merged).errors:
            break
    return found


def _any_configuration(random: Random) -> Configuration:
    where: Where = random.choice(
        ("app", "app", "config", "init_app", "blueprint", "decorator", "two calls")
    )
    options = _policy(random)
    if where in ("app", "config", "init_app") and random.random() < 0.5:
        options["resources"] = _resources(random)
    if where == "config":
        moved = {name for name in options if random.random() < 0.6}
        config = {name: options.pop(name) for name in moved}
        return Configuration(where, options, config=config)
    if where == "decorator":
        options.pop("intercept_exceptions", None)
    if where == "two calls":
        second = {**_policy(random), "resources": {r"/open/*": _policy(random)}}
        return Configuration(where, {**options, "resources": r"/api/*"}, second)
    return Configuration(where, options)


def _policy(random: Random) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if random.random() < 0.85:
        options["origins"] = _origins(random)
    if random.random() < 0.4:
        options["supports_credentials"] = random.choice((True, True, False, "true", "no"))
    for name, values in (
        ("methods", _METHODS),
        ("allow_headers", _ALLOW_HEADERS),
        ("expose_headers", _EXPOSE_HEADERS),
        ("max_age", _MAX_AGES),
    ):
        if random.random() < 0.4:
            options[name] = random.choice(values)
    for name in _FLAGS:
        if random.random() < 0.1:
            options[name] = random.random() < 0.5
    if options.get("supports_credentials") and random.random() < 0.7:
        options["origins"] = random.sample([APP, "https://other.example", _ORIGINS[11]], 2)
    return options


def _origins(random: Random) -> Any:
    if random.random() < 0.1:
        return random.choice(("*", f"{APP}, https://other.example", [], ["*", APP]))
    if random.random() < 0.3:
        return random.choice(_ORIGINS)
    return random.sample(_ORIGINS, random.randint(1, 3))


def _resources(random: Random) -> Any:
    if random.random() < 0.5:
        return random.choice(_RESOURCES)
    paths = random.sample((r"/api/*", "/open", r"/api/list/*", "*", r"/fail", r"/op*"), 2)
    return {path: _policy(random) if random.random() < 0.7 else {} for path in paths}
