"""Cases that an earlier version of the library failed, one for each fault.

Random cases find them too; here each stands alone, small and by its name.
"""

from __future__ import annotations

from typing import Any, Final

from .origins import ADMIN, APP, OTHER
from .specs import (
    App,
    Case,
    Declaration,
    Handler,
    Hook,
    LateRule,
    LateView,
    Route,
    Send,
    Wrapper,
)

WIDE: Final = OTHER
"""An origin that the whole app allows."""


def _allows(*listed: str, **settings: Any) -> Declaration:
    return Declaration((("origins", listed), *settings.items()))


def _preflight(path: str, method: str = "PUT", origin: str = WIDE, **headers: str) -> Send:
    asks = (("Access-Control-Request-Method", method), *headers.items())
    return Send(path, "OPTIONS", origin, asks)


_PLAIN: Final = Route("plain", "/", methods=("GET", "PUT"))
_CATCH_ALL: Final = Route("all", "/<path:p>", methods=("GET", "PUT"), declared=(_allows(WIDE),))
_ADMIN: Final = Route("admin", "/admin", methods=("GET", "PUT"), declared=(_allows(ADMIN),))
_BELOW_ADMIN: Final = Route("below", "/admin/x", methods=("GET", "PUT"))
_TO_ADMIN: Final = (Send("/v1/admin", origin=WIDE), _preflight("/v1/admin"))


def _versions(*traits: str, wrappers: tuple[Wrapper, ...] = ()) -> Case:
    """Return an app that takes a version off its paths."""
    routes = (_CATCH_ALL, _ADMIN)
    return Case(App(policy=_allows(), routes=routes, traits=traits, wrappers=wrappers), _TO_ADMIN)


def _hooks(*hooks: Hook, **more: Any) -> App:
    routes = (_PLAIN, _BELOW_ADMIN)
    prefixes = (("/admin", _allows(ADMIN)),)
    return App(policy=_allows(WIDE), routes=routes, prefixes=prefixes, hooks=hooks, **more)


def _late(*steps: LateRule | LateView) -> Case:
    new = Route("new", "/new", methods=("GET", "PUT"), declared=(_allows(ADMIN),))
    routes = (new, _PLAIN, _CATCH_ALL)
    after = tuple(
        each
        for path in ("/new", "/late")
        for origin in (WIDE, ADMIN, APP)
        for each in (_preflight(path, origin=origin), Send(path, "PUT", origin))
    )
    return Case(App(policy=_allows(WIDE), routes=routes), (*after, *steps, *after))


_COPY: Final = Wrapper("copy")
_NARROW: Final = Route("narrow", "/new", methods=("GET", "PUT"), declared=(_allows(APP),))

KNOWN: Final[dict[str, Case]] = {
    "a wrapper copies the environment and changes the path": _versions(
        wrappers=(Wrapper("strip copy"),)
    ),
    "a class copies the environment and changes the path": _versions("wsgi_app copies"),
    "a class changes the path": _versions("wsgi_app changes"),
    "a request context copies the environment and changes the path": _versions(
        "request_context copies"
    ),
    "a request class copies the environment and changes the path": _versions(
        "request_class copies"
    ),
    "a request class changes the path": _versions("request_class changes"),
    "an error handler gives a 404 another status": Case(
        _hooks(handlers=(Handler("404", "text", "200"),)),
        (Send("/admin/none", origin=WIDE), Send("/admin/none", origin=ADMIN)),
    ),
    "an error handler gives a 405 another status": Case(
        _hooks(handlers=(Handler("405", "plain", "400"),)),
        (Send("/admin/x", "DELETE", WIDE), Send("/admin/x", "DELETE", ADMIN)),
    ),
    "a hook answers in the place of a 404": Case(
        _hooks(Hook("hook", "before_request", "answer", when="unmatched")),
        (Send("/admin/none", origin=WIDE), Send("/admin/none", origin=ADMIN)),
    ),
    "the app binds its map in its own way": _versions("adapter on the app"),
    "the map binds in its own way": _versions("url_map_class"),
    "one map binds in its own way": _versions("map on the app"),
    "an after_request hook raises under a wrapper": Case(
        _hooks(Hook("hook", "after_request", "fail"), wrappers=(_COPY,)),
        (Send("/", origin=WIDE, headers=(("X-Hooks", "hook"),)),),
    ),
    "a 404 under a wrapper that was there first": Case(
        _hooks(wrappers=(_COPY,)), (Send("/none", origin=WIDE),)
    ),
    "hooks run for a preflight under a wrapper": Case(
        _hooks(Hook("hook", "before_request", "pass", when="always"), wrappers=(_COPY,)),
        (_preflight("/"),),
    ),
    "requests go to a wsgi_app from before init_app": Case(
        _hooks(captured=True), (Send("/", origin=WIDE), _preflight("/"))
    ),
    "the session store is down": Case(
        _hooks(session="fails"),
        tuple(
            each
            for path in ("/", "/admin/x", "/admin/none")
            for each in (
                Send(path, origin=ADMIN, headers=(("X-Down", "1"),)),
                _preflight(path, origin=ADMIN, **{"X-Down": "1"}),
            )
        ),
    ),
    "a method is replaced by one that returns another class": Case(
        _hooks(traits=("dispatch patched after", "exceptions patched before")),
        (
            Send("/", origin=WIDE, headers=(("X-Plain", "1"),)),
            Send("/none", origin=WIDE, headers=(("X-Plain", "1"),)),
        ),
    ),
    "a late rule of a view with another policy": _late(
        LateRule(Route("late", "/late", methods=("GET", "PUT")), "new")
    ),
    "a view is replaced late by a decorated one": _late(LateView(_NARROW, "new")),
    "the second of two apps that a view gathers from denies": Case(
        App(
            policy=_allows(WIDE),
            routes=(Route("all", "/<path:p>", view="gather in place", argument="first"),),
            children=(
                App("free", policy=_allows(WIDE), routes=(_CATCH_ALL,)),
                App("strict", policy=_allows(ADMIN), routes=(_BELOW_ADMIN,)),
            ),
        ),
        (Send("/admin/x", origin=WIDE), Send("/admin/x", origin=ADMIN)),
    ),
    "a view gathers from an app that relays another open one": Case(
        App(
            policy=_allows(WIDE),
            routes=(Route("all", "/<path:p>", view="gather in place", argument="own"),),
            children=(
                App(
                    "middle",
                    policy=Declaration((("origins", "*"),)),
                    routes=(Route("relay", "/<path:p>", view="relay"),),
                    children=(
                        App(
                            "inner",
                            policy=Declaration((("origins", "*"),)),
                            routes=(Route("all", "/<path:p>"),),
                        ),
                    ),
                ),
            ),
        ),
        (Send("/x", origin=WIDE), Send("/x", origin=ADMIN)),
    ),
    "a hook changes the method of a request that the router redirects": Case(
        App(
            policy=_allows(),
            routes=(
                Route(
                    "slash",
                    "/slash/",
                    methods=("GET", "PUT"),
                    methods_declared=(("PUT", _allows(WIDE)),),
                ),
                Route("out", "/out", methods=("GET",), redirect_to="/slash/"),
            ),
            hooks=(Hook("to put", "before_request", "set method", "PUT"),),
        ),
        tuple(
            Send(path, origin=WIDE, headers=(("X-Hooks", "to put"),)) for path in ("/slash", "/out")
        ),
    ),
    "a request class has a method of its own, and the router redirects": Case(
        App(
            policy=_allows(),
            routes=(
                Route(
                    "slash",
                    "/slash/",
                    methods=("POST", "PUT"),
                    methods_declared=(("PUT", _allows(WIDE)),),
                ),
            ),
            traits=("request_class method",),
        ),
        (Send("/slash", "POST", WIDE, (("X-Method", "PUT"),)),),
    ),
    "the target of a redirect has no rule": Case(
        App(
            policy=_allows(),
            routes=(Route("out", "/admin/out", redirect_to="/none"), _BELOW_ADMIN),
            prefixes=(("/admin", _allows(ADMIN)),),
        ),
        (Send("/admin/out", origin=ADMIN),),
    ),
    "a request class has a path of its own": Case(
        App(
            policy=_allows(WIDE),
            routes=(_BELOW_ADMIN,),
            prefixes=(("/admin", _allows(ADMIN)),),
            traits=("request_class path",),
            wrappers=(_COPY,),
        ),
        (Send("/v1/admin/x", origin=ADMIN), _preflight("/v1/admin/x", origin=ADMIN)),
    ),
    "a hook changes what a function sees of the request": Case(
        App(
            policy=_allows("function by_path"),
            routes=(Route("a", "/a"), Route("b", "/b")),
            hooks=(Hook("to a", "before_request", "set path", "/a"),),
        ),
        (Send("/b", origin=OTHER, headers=(("X-Hooks", "to a"),)), Send("/a", origin=OTHER)),
    ),
    "a hook changes what the function of a late view sees of the request": Case(
        App(
            policy=_allows(),
            routes=(Route("a", "/a"), Route("b", "/b")),
            hooks=(Hook("to a", "before_request", "set path", "/a"),),
        ),
        (
            Send("/b", origin=OTHER),
            LateView(Route("late", "/b", declared=(_allows("function by_path"),)), "b"),
            Send("/b", origin=OTHER, headers=(("X-Hooks", "to a"),)),
        ),
    ),
}
