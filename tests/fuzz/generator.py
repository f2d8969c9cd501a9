"""Random cases; the same seed and number make the same case."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from . import classes, origins
from .random_apps import HOSTS, METHODS, PATHS, Apps, outer_prefix
from .specs import App, Case, LateRule, LateView, Reconfigure, Route, Send, Step

METHODS_SENT: Final = (*METHODS, "GET", "GET", "HEAD", "OPTIONS", "PATCH", "put")
METHODS_ASKED: Final = (*METHODS, "HEAD", "PATCH", "put", "OPTIONS", "TRACE", "B AD")


class Generator(Apps):
    """Makes one case."""

    def case(self) -> Case:
        """Return an app and what happens to it."""
        app = self.app()
        count = self._random.randint(6, 16)
        steps: list[Step] = [self._send(app)]
        for _ in range(count):
            if self._chance(0.1):
                steps.extend(self._late(app))
            else:
                steps.append(self._send(app))
                if self._chance(0.25):
                    steps.append(self._again(app, steps[-1]))
        return Case(app, tuple(steps))

    def _again(self, app: App, step: Step) -> Step:
        """Return a request much like `step`, the response to which may be kept."""
        assert isinstance(step, Send)
        kind = self._random.random()
        if kind < 0.3:
            return replace(step, path=self._path(app, self._one(app.routes)))
        if kind < 0.5:
            return replace(step, origin=self._origin(app))
        return step if kind < 0.8 else replace(step, headers=step.headers[:-1])

    def _late(self, app: App) -> list[Step]:
        """Return a change while the app runs, with a request before it and after it."""
        kind = self._random.random()
        route = self._route((), app.hosts, bool(app.children))
        if any(f"<{each}:" in route.rule for each in classes.CONVERTERS):
            route = replace(route, rule="/a/b")
        replaced = self._one(app.routes)
        endpoint = f"{replaced.blueprint}.{replaced.name}".lstrip(".")
        change: Step = LateRule(route, endpoint if self._chance(0.6) else "")
        if kind < 0.35 and app.policy is not None:
            change = Reconfigure(self.declaration(whole=self._chance(0.5)))
        elif kind < 0.6:
            # A decorated method that no rule of the endpoint has would be without effect.
            change, route = LateView(replace(route, methods_declared=()), endpoint), replaced
        request = self._send(app, route)
        return [request, change, request]

    def _send(self, app: App, route: Route | None = None) -> Send:
        route = route or self._one(app.routes)
        path = self._path(app, route)
        method = self._one(METHODS_SENT)
        if self._chance(0.6):
            method = self._one(route.methods)
        headers = [(name, value) for name, value, part in self._headers(app) if self._chance(part)]
        asked = [each.name for each in app.hooks if self._chance(0.35)]
        if asked:
            headers.append(("X-Hooks", ",".join(asked)))
        if self._chance(0.35):
            wanted = method if self._chance(0.7) else self._one(METHODS_ASKED)
            method = "OPTIONS"
            headers.append(("Access-Control-Request-Method", wanted))
            names = self._one(("", "", "x-a", "x-a, content-type", "x-other", "x a"))
            if names:
                headers.append(("Access-Control-Request-Headers", names))
        return Send(path, method, self._origin(app), tuple(headers), self._host(app))

    def _origin(self, app: App) -> str | None:
        if self._chance(0.1):
            return None
        several = [origins.EXPECTED.get(each, (each,)) for each in _listed(app)]
        listed = [each for some in several for each in some if each in origins.SENT]
        return self._one(listed) if listed and self._chance(0.6) else self._one(origins.SENT)

    def _headers(self, app: App) -> list[tuple[str, str, float]]:
        return [
            ("X-Down", "1", 0.4 if app.session else 0),
            ("X-Plain", "1", 0.3 if app.traits else 0),
            ("X-Tenant", "evil", 0.25),
            ("X-User", "user", 0.7 if app.access else 0.05),
            ("If-None-Match", '"one"', 0.1),
            ("X-Method", "PUT", 0.2),
            ("X-Change-Origin", "1", 0.1),
            ("Sec-Fetch-Mode", self._one(("navigate", "cors")), 0.2),
            ("X-Forwarded-Prefix", "/front", 0.1),
            ("Cookie", "session=none", 0.1),
        ]

    def _host(self, app: App) -> str:
        if app.hosts:
            bad = "three.example" if app.children else "a..b"
            return self._one((*HOSTS, *HOSTS, "example", "three.example", bad))
        return "localhost"

    def _path(self, app: App, route: Route) -> str:
        path = self._one(PATHS)
        if self._chance(0.75):
            path = outer_prefix(route, app.parts) + route.rule
            optional, broken = self._one(("", "o")), self._one(("boom", "fine"))
            for variable, value in (
                ("<x>", "zz"), ("<int:n>", "1"), ("<path:p>", "zz/zz"),
                ("<broken:z>", broken), ("<optional:o>", optional),
            ):  # fmt: skip
                path = path.replace(variable, value)
            if self._chance(0.15):
                path = path.rstrip("/") if path.endswith("/") and len(path) > 1 else f"{path}/"
            elif self._chance(0.1):
                path = f"{path.rstrip('/')}/zz"
        if self._chance(0.2 if _strips(app) else 0.01):
            path = f"/v1{path}"
        if self._chance(0.15 if app.children else 0.01):
            path = f"/m{path}"
        return path.encode().decode("latin-1")


def _strips(app: App) -> bool:
    """Return whether anything takes a version off the path."""
    wrapped = any(each.kind.startswith("strip") for each in app.wrappers)
    return wrapped or any(each in classes.STRIPPING for each in app.traits)


def _listed(app: App) -> list[str]:
    """Return the origins of all policies of an app and of those in it."""
    declared = [app.policy, *(each for _, each in app.prefixes)]
    declared += [each.declared for each in app.parts]
    for route in app.routes:
        declared += [*route.declared, *(each for _, each in route.methods_declared)]
    found = [
        origin
        for each in declared
        if each is not None
        for origin in dict(each.settings).get("origins", ())
    ]
    return found + [each for child in app.children for each in _listed(child)]


def generate(seed: int, number: int) -> Case:
    """Return the case `number` of `seed`."""
    return Generator(seed, number).case()
