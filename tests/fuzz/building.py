"""Make running apps of the values that describe them: with the library, or the reference."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Flask
from flask.views import MethodView
from werkzeug.routing import Rule

from flask_crossorigin import Access, CrossOrigin, CrossOriginWarning, Policy

from . import classes, origins
from .hooks import add_handler, add_hook
from .reference import ReferenceFlask
from .scopes import Scopes
from .specs import App, Declaration, LateRule, LateView, Reconfigure, Route
from .views import VIEWS, static
from .world import World, note
from .wrappers import wrap


class Running:
    """An app that answers, as its description says.

    :ivar entry: what requests are sent to.
    """

    def __init__(self, spec: App, extension: Any, debug: bool, choice: int | None) -> None:
        self.spec = spec
        self.real = choice is None
        if self.real and not (extension and spec.shared_extension):
            extension = CrossOrigin()
        self.world = World(extension)
        self.world.children = [
            Running(each, extension, debug, choice).app for each in spec.children
        ]
        self.app: Flask = self._make(debug)
        if isinstance(self.app, ReferenceFlask):
            self.app.choice = choice or 0
        self._configure()
        self.entry: Any = self.app.wsgi_app if spec.captured else self.app
        if not spec.init_last:
            self._initialise()
        self._declare()
        if spec.init_last:
            self._initialise()
        self._wrap("between")
        for each in spec.traits:
            classes.AFTER_INIT.get(each, _nothing)(self.app)

    def _make(self, debug: bool) -> Flask:
        spec = self.spec
        made = classes.class_of(Flask if self.real else ReferenceFlask, spec.traits)
        app = made(
            "tests.fuzz",
            host_matching=spec.hosts == "hosts",
            static_host="one.example" if spec.hosts == "hosts" else None,
            subdomain_matching=spec.hosts == "subdomains",
        )
        if spec.hosts == "subdomains":
            app.config["SERVER_NAME"] = "example"
        app.view_functions["static"] = static
        app.config["SECRET_KEY"] = "fuzz"
        app.config["PROPAGATE_EXCEPTIONS"] = spec.propagates
        app.debug = debug
        app.url_map.merge_slashes = spec.merge_slashes
        for name, converter in classes.CONVERTERS.items():
            if any(f"<{name}:" in rule for each in spec.routes for rule in (each.rule, each.also)):
                app.url_map.converters[name] = converter
        if spec.session == "fails":
            app.session_interface = classes.FailingSessions()
        return app

    def _configure(self) -> None:
        for each in self.spec.traits:
            classes.BEFORE_INIT.get(each, _nothing)(self.app)
        self._wrap("before")

    def _wrap(self, when: str) -> None:
        for each in self.spec.wrappers:
            if each.when == when:
                wrap(self.app, self.world, each)

    def _initialise(self) -> None:
        if self.spec.policy is None:
            return
        if isinstance(self.app, ReferenceFlask):
            self.app.scopes = Scopes(self.spec)
        elif self.spec.init_last:
            self.world.extension.init_app(self.app, Policy(**_settings(self.spec.policy)))
        else:
            self.world.extension.init_app(self.app, **_settings(self.spec.policy))

    @property
    def _scopes(self) -> Scopes | None:
        return self.app.scopes if isinstance(self.app, ReferenceFlask) else None

    # What an app has.

    def _declare(self) -> None:
        spec, app = self.spec, self.app
        access = self._access()
        blueprints = {
            each.path: Blueprint(each.path.split(".")[-1], "tests.fuzz", url_prefix=each.prefix)
            for each in spec.parts
        }
        for route in spec.routes:
            scaffold: Any = blueprints.get(route.blueprint, app)
            view = self._view(route, access)
            options = self._options(route)
            if route.also:
                scaffold.add_url_rule(route.also, route.name, view, **options)
            if route.defaults:  # then the other rule redirects to this one
                options["defaults"] = dict(route.defaults)
            scaffold.add_url_rule(route.rule, route.name, view, **options)
        for hook in spec.hooks:
            add_hook(self.world, app, hook, blueprints.get(hook.blueprint, app))
        for handler in spec.handlers:
            add_handler(self.world, app, handler)
        for part in sorted(spec.parts, key=lambda each: -each.path.count(".")):
            outer = blueprints.get(part.path.rpartition(".")[0])
            (outer or app).register_blueprint(blueprints[part.path])
        if self.real and spec.policy is not None:
            self._declare_scopes(blueprints)

    def _declare_scopes(self, blueprints: dict[str, Blueprint]) -> None:
        extension, spec = self.world.extension, self.spec
        declared: list[tuple[Any, Declaration]] = [*spec.prefixes]
        declared += [(blueprints[each.path], each.declared) for each in spec.parts if each.declared]
        for target, each in declared:
            if each.disabled:
                extension.disable(target, app=self.app)
            elif each.whole:
                extension.apply(target, Policy(**_settings(each)), app=self.app)
            else:
                extension.apply(target, app=self.app, **_settings(each))

    def _access(self) -> Any:
        if not self.spec.access:
            return None

        def verify(request: Any, *needs: str) -> Any:
            note("verify")
            return request.headers.get("X-User")

        default: Any = self.spec.access
        return Access(self.app, verify=verify, default=default)

    def _options(self, route: Route) -> dict[str, Any]:
        options: dict[str, Any] = {"methods": [*route.methods]}
        if route.strict_slashes is not None:
            options["strict_slashes"] = route.strict_slashes
        if route.redirect_to:
            options["redirect_to"] = route.redirect_to
        if route.where:
            options["host" if self.spec.hosts == "hosts" else "subdomain"] = route.where
        return options

    # Views.

    def _view(self, route: Route, access: Any) -> Any:
        act = VIEWS[route.view]

        def view(**_: Any) -> Any:
            note(f"view {route.name}")
            return act(self.world, self.app, route)

        if route.methods_declared:
            return self._class_view(route, view)
        view.__name__ = route.name
        made: Any = view
        if access is not None and route.access:
            made = access.public(made) if route.access == "public" else access.required(made)
        return self._decorated(route.declared, made)

    def _class_view(self, route: Route, view: Callable[..., Any]) -> Any:
        declared = dict(route.methods_declared)
        names: dict[str, Any] = {}
        for method in route.methods:

            def answer(_: Any, **arguments: Any) -> Any:
                return view(**arguments)

            each = [declared[method]] if method in declared else []
            names[method.lower()] = self._decorated(tuple(each), answer)
        made = type("Resource", (MethodView,), names)
        return self._decorated(route.declared, made).as_view(route.name)

    def _decorated(self, declared: tuple[Declaration, ...], target: Any) -> Any:
        if not self.real or self.spec.policy is None:
            return target
        extension = self.world.extension
        for each in declared:
            if each.disabled:
                target = extension.disable(target)
            elif each.whole:
                target = extension.policy(Policy(**_settings(each)))(target)
            else:
                target = extension.policy(**_settings(each))(target)
        return target

    # While it runs.

    def wrap_late(self) -> None:
        """Add the wrappers that come after the first request."""
        self._wrap("late")

    def reconfigure(self, step: Reconfigure) -> None:
        """Replace the app's own policy."""
        if self.spec.policy is None:
            return
        if self._scopes is not None:
            self._scopes.reconfigure(step.declared)
        elif step.declared.whole:
            self.world.extension.reconfigure(Policy(**_settings(step.declared)), app=self.app)
        else:
            self.world.extension.reconfigure(app=self.app, **_settings(step.declared))

    def add_rule(self, step: LateRule) -> None:
        """Add a rule of a view that is there, or of a new one."""
        endpoint = step.endpoint
        if endpoint not in self.app.view_functions:
            endpoint = step.route.name
            self.replace_view(LateView(step.route, endpoint))
        if self._scopes is not None:
            self._scopes.late = True
        options = self._options(step.route)
        self.app.url_map.add(Rule(step.route.rule, endpoint=endpoint, **options))

    def replace_view(self, step: LateView) -> None:
        """Put another view in the place of one."""
        self.app.view_functions[step.endpoint] = self._view(step.route, None)
        if self._scopes is not None:
            self._scopes.replace(step.endpoint, step.route)


def _nothing(_: Any) -> None:
    return None


def _settings(declared: Declaration) -> dict[str, Any]:
    settings = dict(declared.settings)
    if "origins" in settings:
        settings["origins"] = origins.written(settings["origins"])
    return settings


def real(spec: App, debug: bool) -> Running:
    """Return the app with the library."""
    return Running(spec, None, debug, None)


def reference(spec: App, debug: bool, choice: int) -> Running:
    """Return the app that says what is right; `choice` as `ReferenceFlask` has it."""
    return Running(spec, None, debug, choice)


@contextmanager
def silent(informed: bool) -> Iterator[None]:
    """Let nothing be printed and no warning be raised; `informed`: the library's log is on."""
    loggers = [logging.getLogger(name) for name in ("tests.fuzz", "flask_crossorigin")]
    before = [(each.handlers, each.propagate, each.level) for each in loggers]
    for each in loggers:
        each.handlers, each.propagate = [logging.NullHandler()], False
    loggers[1].setLevel(logging.INFO if informed else logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CrossOriginWarning)
            warnings.filterwarnings("ignore", "Current server name", UserWarning)
            yield
    finally:
        for each, (handlers, propagate, level) in zip(loggers, before, strict=True):
            each.handlers, each.propagate = handlers, propagate
            each.setLevel(level)
