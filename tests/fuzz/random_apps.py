"""Random apps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from . import classes, hooks, origins, views, wrappers
from .chances import Policies
from .specs import App, Declaration, Handler, Hook, Part, Route, Wrapper

RULES: Final = (
    "/", "/a", "/a/", "/a/b", "/a/b/", "/a/<x>", "/a/<int:n>", "/a/<path:p>", "/admin",
    "/admin/", "/admin/x", "/admin/<x>", "/<path:p>", "/<x>", "/<x>/b", "/b", "/b/<broken:z>",
    "/admin/<broken:z>", "/a//b", "//admin/y", "/a/<optional:o>", "/static/own", "/b/<x>/c",
)  # fmt: skip
PATHS: Final = (
    "/", "/a", "/a/", "/a/b", "/a/b/", "/a/1", "/a/1/2", "/a/zz", "/admin", "/admin/", "/admin/x",
    "/admin/y", "/admin/zz", "/admin/zz/zz", "/b", "/b/", "/b/boom", "/admin/boom", "/b/1/c",
    "/zz", "/zz/b", "/zz/zz/zz", "/static/own.txt", "/static/none", "/static/own", "//a",
    "/a//b", "//admin/y", "/health", "/admin//x", "/é",
)  # fmt: skip
METHODS: Final = ("GET", "POST", "PUT", "DELETE")
DEFAULTED: Final = (
    ("/a", "/admin/<x>", (("x", "zz"),)),
    ("/admin/", "/a/<x>", (("x", "zz"),)),
    ("/b", "/<x>/b", (("x", "zz"),)),
)
"""A rule that another one redirects to, that one, and for which values."""
CHANGES: Final = ("set path", "set origin", "set tenant", "set method", "set rule")
PREFIXES: Final = ("/", "/a", "/a/b", "/admin", "/b", "/static", "/a/<x>")
RELAYS: Final = ("relay", "relay in place", "relay as view", "gather", "gather in place")
HOSTS: Final = ("one.example", "two.example")


class Apps(Policies):
    """Makes apps, with other apps in them."""

    def app(self, depth: int = 0) -> App:
        """Return an app, with apps inside it where `depth` is 0."""
        children: tuple[App, ...] = ()
        if depth == 0 and self._chance(0.35):
            children = self._several(lambda: self.app(1), 1, 2)
        parts = self._parts()
        hosts = self._one(("hosts", "subdomains")) if depth == 0 and self._chance(0.1) else ""
        made = self._several(
            lambda: self._route(parts, hosts, bool(children), depth > 0), 1, 2, 3, 4, 5, 6
        )
        names = tuple(each.name for each in made)
        places = ("", "", *(each.path for each in parts))
        traits = self._some(classes.TRAITS, 2) if self._chance(0.45) else ()
        # Accepted: where both are so, the first response has no headers.
        is_patched = any(each.endswith("patched after") for each in traits)
        is_bare = depth == 1 and self._chance(0.25)
        return App(
            name=self._name("app"),
            policy=None if is_bare else self.declaration(whole=True),
            routes=made,
            parts=parts,
            prefixes=self._prefixes(made, parts),
            hooks=self._several(lambda: self._hook(names, places), 0, 0, 1, 2, 3),
            handlers=self._handlers(),
            wrappers=self._several(self._wrapper, 0, 0, 0, 1, 1, 2, 3),
            traits=traits,
            children=children,
            hosts=hosts,
            session="fails" if self._chance(0.15) else "",
            init_last=self._chance(0.5),
            shared_extension=self._chance(0.3),
            captured=depth == 0 and not is_patched and self._chance(0.06),
            propagates=True if self._chance(0.05) else None,
            access=self._one(("public", "required")) if self._chance(0.1) else "",
            merge_slashes=not self._chance(0.1),
            logs=self._chance(0.3),
        )

    def _parts(self) -> tuple[Part, ...]:
        found: list[Part] = []
        for _ in range(self._one((0, 0, 1, 2))):
            outer = f"{self._one(found).path}." if found and self._chance(0.5) else ""
            declared = self.scope() if self._chance(0.6) else None
            path = f"{outer}{self._name('part')}"
            found.append(Part(path, self._one(("", "/a", "/admin", "/b")), declared))
        return tuple(found)

    def _route(
        self, parts: Sequence[Part], hosts: str, nests: bool, is_inner: bool = False
    ) -> Route:
        view = self._one((*views.VIEWS, "environ changed", "environ changed"))
        if nests and self._chance(0.3):
            view = self._one(RELAYS)
        methods = self._some(METHODS, 3, 1) if self._chance(0.5) else ("GET", "PUT")
        by_method: tuple[tuple[str, Declaration], ...] = ()
        if self._chance(0.15):
            by_method = tuple((each, self.scope()) for each in self._some(methods, 2, 1))
        declared = self._several(self.scope, 1, 1, 2) if self._chance(0.4) else ()
        if by_method:
            declared = declared[:1]
        rule = "/<path:p>" if is_inner and self._chance(0.4) else self._one(RULES)
        also = self._one(RULES) if self._chance(0.1) else ""
        defaults: tuple[tuple[str, Any], ...] = ()
        if self._chance(0.06):
            rule, also, defaults = self._one(DEFAULTED)
        return Route(
            name=self._name("view"),
            rule=rule,
            defaults=defaults,
            view=view,
            methods=methods,
            blueprint=self._one(parts).path if parts and self._chance(0.5) else "",
            where=self._where(hosts),
            strict_slashes=False if self._chance(0.05) else None,
            redirect_to=self._redirect() if self._chance(0.05) else "",
            declared=declared,
            methods_declared=by_method,
            argument=self._argument(view),
            also=also,
            access=self._one(("required", "public")) if self._chance(0.3) else "",
        )

    def _where(self, hosts: str) -> str:
        if hosts == "hosts":
            return self._one(HOSTS)
        return self._one(("", "two")) if hosts else ""

    def _redirect(self) -> str:
        return self._one(("/a", "/admin/x", "/zz/none", "/admin/none", "https://else.example/x"))

    def _argument(self, view: str) -> str:
        return {
            "forward": self._one(PATHS),
            "redirect": self._one(PATHS),
            "abort": self._one(("401", "403", "404", "418", "503")),
            "status": self._one(("200", "404", "405", "500")),
            "relay": self._one(("0", "1")),
            "relay in place": self._one(("0", "1")),
            "gather": self._one(("", "", "as evil")),
            "gather in place": self._one(("own", "first", "last")),
        }.get(view, "")

    def _prefixes(
        self, made: Sequence[Route], parts: Sequence[Part]
    ) -> tuple[tuple[str, Declaration], ...]:
        fitting = [each for each in PREFIXES if any(_is_below(r, parts, each) for r in made)]
        fitting.append("/static")
        chosen = self._some(sorted(set(fitting)), 2) if self._chance(0.7) else ()
        return tuple((each, self.scope()) for each in chosen)

    def _hook(self, names: Sequence[str], places: Sequence[str]) -> Hook:
        kind = self._one(("before_request", "before_request", "after_request", "teardown_request"))
        table: Any = {
            "before_request": (*hooks.BEFORE, *CHANGES, *CHANGES, "answer"),
            "after_request": (*hooks.AFTER, "swap plain"),
        }
        action = self._one([*table.get(kind, ("pass", "pass", "pass", "fail"))])
        when = self._one(("asked", "asked", "asked", "unmatched"))
        if action == "pass":
            when = "always"
        arguments = {
            "set path": self._one(PATHS),
            "set origin": self._one(origins.SENT),
            "set host": self._one(HOSTS),
            "set tenant": self._one(("evil", "nobody")),
            "set method": self._one(METHODS),
            "set rule": self._one(names),
            "set vary": self._one(("Cookie", "*", "origin")),
            "set allow-origin": self._one(("*", origins.EVIL)),
            "swap": self._one(("", "200", "404")),
            "swap plain": self._one(("", "200", "404")),
        }
        statuses = self._one(("200", "401", "404", "405"))
        takes_status = action in {"answer", "answer plain", "abort", "set status"}
        if action == "abort" and statuses == "200":
            statuses = "403"
        argument = statuses if takes_status else arguments.get(action, "")
        return Hook(self._name("hook"), kind, action, argument, when, self._one(places))

    def _handlers(self) -> tuple[Handler, ...]:
        pool = ("404", "405", "500", "401", "403", *hooks.ERRORS)
        chosen = self._some(pool, 2) if self._chance(0.35) else ()
        return tuple(
            Handler(each, self._one([*hooks.HANDLERS]), self._one(("200", "404", "400", "500")))
            for each in chosen
        )

    def _wrapper(self) -> Wrapper:
        kind = self._one([*wrappers.WRAPPERS])
        argument = self._one(origins.SENT) if kind == "origin" else self._one(("0", "1"))
        return Wrapper(kind, self._one(("before", "before", "between", "late")), argument)


def outer_prefix(route: Route, parts: Sequence[Part]) -> str:
    """Return what the blueprints of a route put before its rule."""
    prefixes = {each.path: each.prefix for each in parts}
    names = route.blueprint.split(".") if route.blueprint else []
    return "".join(prefixes.get(".".join(names[: n + 1]), "") for n in range(len(names)))


def _is_below(route: Route, parts: Sequence[Part], prefix: str) -> bool:
    rule = outer_prefix(route, parts) + route.rule
    segments = [each for each in rule.split("/") if each]
    wanted = [each for each in prefix.split("/") if each]
    return segments[: len(wanted)] == wanted and "//" not in rule
