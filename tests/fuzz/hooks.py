"""The actions of hooks and error handlers of random apps, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

from .specs import Handler, Hook
from .world import DEPTH, World, is_asked, note

Before: TypeAlias = Callable[[World, Flask, str], Any]
After: TypeAlias = Callable[[World, Flask, str, Any], Any]


def _fails(*_: Any) -> Any:
    raise ZeroDivisionError("hook")


def _set(name: str) -> Before:
    def change(world: World, app: Flask, argument: str) -> None:
        request.environ[name] = argument

    return change


def _set_method(world: World, app: Flask, argument: str) -> None:
    request.method = argument


def _rule_of(app: Flask, name: str) -> Any:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[-1] == name:
            return rule
    return None


def _set_rule(world: World, app: Flask, argument: str) -> None:
    rule = _rule_of(app, argument)
    if rule is not None:
        request.url_rule, request.view_args, request.routing_exception = rule, {}, None


def _clear_rule(world: World, app: Flask, argument: str) -> None:
    request.url_rule = None


def _make_preflight(world: World, app: Flask, argument: str) -> None:
    request.environ.update(REQUEST_METHOD="OPTIONS", HTTP_ACCESS_CONTROL_REQUEST_METHOD="PUT")


def _new_request(world: World, app: Flask, argument: str) -> None:
    WerkzeugRequest(request.environ)


def _call_child(world: World, app: Flask, argument: str) -> Any:
    for child in world.children:
        Response.from_app(child, dict(request.environ)).get_data()


BEFORE: Final[dict[str, Before]] = {
    "pass": lambda world, app, argument: None,
    "answer": lambda world, app, argument: ("hook", int(argument or 200)),
    "answer plain": lambda world, app, argument: WerkzeugResponse("hook", int(argument or 200)),
    "answer shared": lambda world, app, argument: world.shared["plain"],
    "fail": _fails,
    "abort": lambda world, app, argument: abort(int(argument or 401)),
    "set path": _set("PATH_INFO"),
    "set origin": _set("HTTP_ORIGIN"),
    "set host": _set("HTTP_HOST"),
    "set tenant": _set("HTTP_X_TENANT"),
    "set method": _set_method,
    "set rule": _set_rule,
    "clear rule": _clear_rule,
    "make preflight": _make_preflight,
    "new request": _new_request,
    "call child": _call_child,
}


def _status(world: World, app: Flask, argument: str, response: Any) -> Any:
    response.status_code = int(argument or 200)
    return response


def _header(name: str) -> After:
    def change(world: World, app: Flask, argument: str, response: Any) -> Any:
        response.headers[name] = argument
        return response

    return change


def _no_vary(world: World, app: Flask, argument: str, response: Any) -> Any:
    response.headers.pop("Vary", None)
    return response


def _change(change: Before) -> After:
    def after(world: World, app: Flask, argument: str, response: Any) -> Any:
        change(world, app, argument)
        return response

    return after


def _swap(made: type[WerkzeugResponse]) -> After:
    def swapped(world: World, app: Flask, argument: str, response: Any) -> Any:
        return made("swapped", int(argument) if argument else response.status_code)

    return swapped


def _wsgi(world: World, app: Flask, argument: str, response: Any) -> Any:
    """Return what is a response to WSGI alone."""

    def wsgi(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [b"wsgi"]

    return wsgi


AFTER: Final[dict[str, After]] = {
    "pass": lambda world, app, argument, response: response,
    "swap": _swap(Response),
    "swap plain": _swap(WerkzeugResponse),
    "swap wsgi": _wsgi,
    "swap shared": lambda world, app, argument, response: world.shared["vary"],
    "fail": _fails,
    "set status": _status,
    "set vary": _header("Vary"),
    "set allow-origin": _header("Access-Control-Allow-Origin"),
    "no vary": _no_vary,
    "set origin": _change(_set("HTTP_ORIGIN")),
    "set path": _change(_set("PATH_INFO")),
    "set rule": _change(_set_rule),
    "clear rule": _change(_clear_rule),
    "call child": _change(_call_child),
}


def _again(world: World, app: Flask, argument: str, error: Any) -> Any:
    raise error


def _dispatch(world: World, app: Flask, argument: str, error: Any) -> Any:
    """Dispatch the request anew, once."""
    depth = request.environ.get(DEPTH, 0)
    if depth > 1:
        return "handled", 500
    request.environ[DEPTH] = depth + 1
    return app.full_dispatch_request()


HANDLERS: Final[dict[str, After]] = {
    "text": lambda world, app, argument, error: ("handled", int(argument or 200)),
    "plain": lambda world, app, argument, error: WerkzeugResponse("handled", int(argument or 200)),
    "shared": lambda world, app, argument, error: world.shared["plain"],
    "itself": lambda world, app, argument, error: (
        error if isinstance(error, HTTPException) else ("handled", 500)
    ),
    "again": _again,
    "dispatch": _dispatch,
    "fail": _fails,
    "child": lambda world, app, argument, error: (
        Response.from_app(world.children[0], dict(request.environ)) if world.children else "none"
    ),
}

ERRORS: Final[dict[str, Any]] = {
    "HTTPException": HTTPException,
    "Exception": Exception,
    "ZeroDivisionError": ZeroDivisionError,
}


def _acts(hook: Hook) -> bool:
    if hook.when == "unmatched":
        return request.url_rule is None
    return hook.when == "always" or is_asked(hook.name)


def add_hook(world: World, app: Flask, hook: Hook, scaffold: Any) -> None:
    """Register `hook` on the app or on a blueprint of it."""
    if hook.kind == "before_request":

        def before() -> Any:
            note(f"before {hook.name}")
            return BEFORE[hook.action](world, app, hook.argument) if _acts(hook) else None

        scaffold.before_request(before)
    elif hook.kind == "after_request":

        def after(response: Any) -> Any:
            note(f"after {hook.name}")
            if _acts(hook):
                response = AFTER[hook.action](world, app, hook.argument, response)
            return response

        scaffold.after_request(after)
    else:

        def teardown(error: Any) -> None:
            if hook.action == "fail" and _acts(hook):
                raise ArithmeticError("teardown")

        scaffold.teardown_request(teardown)


def add_handler(world: World, app: Flask, handler: Handler) -> None:
    """Register an error handler."""

    def handle(error: Any) -> Any:
        note(f"handler {handler.error}")
        return HANDLERS[handler.action](world, app, handler.argument, error)

    code = ERRORS.get(handler.error) or int(handler.error)
    app.register_error_handler(code, handle)
