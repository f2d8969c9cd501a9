"""The request as it arrived, and the rules that applied then."""

from typing import Final

from flask import Request

from ..context import Environ
from ..core.compiled import CompiledPolicy
from ..scopes.resolver import PolicyResolver
from ..scopes.router import UrlMatcher
from ..state import AppState

ENVIRON_KEY: Final = "flask_crossorigin"
"""Environment key: the snapshot of the request that an app works on. Copies of the environment
share it, so that an app which a view calls can report its response."""


class Snapshot:
    """One request to one app before any hook ran; kept on Flask's request object.

    :ivar state: of the app.
    :ivar rules: its frozen rules; read once, so that one policy applies to the whole response,
        whatever `reconfigure` does meanwhile.
    :ivar policies: those of the rules, as long as nothing but the matched rule decides: none if
        another app has a part in the response.
    :ivar origin: the Origin header; None without one.
    :ivar outer: the snapshot of the app whose view has called this app; None elsewhere.
    :ivar nested: the allow-origin values of apps that the view has called; None as long as it
        has called none.
    :ivar url: the matcher of the request's URL, if the router has matched no rule.
    :ivar environ: a copy, where an origin function takes the request.
    """

    state: AppState
    rules: PolicyResolver
    policies: dict[int, tuple[CompiledPolicy, object]]
    origin: str | None
    # Few requests need more, so that these are set for those alone.
    outer: "Snapshot | None" = None
    nested: list[object] | None = None
    environ: Environ | None = None
    url: UrlMatcher | None = None

    def environ_of(self, live: Request) -> Environ:
        """Return the environment as it arrived, as far as anything looks at it."""
        if self.environ is not None:
            return self.environ
        environ: Environ = {**live.environ, "HTTP_ORIGIN": self.origin}
        if self.origin is None:
            del environ["HTTP_ORIGIN"]
        return environ

    def report(self, disclosed: object) -> None:
        """Pass what this app has `disclosed` to the outer app."""
        if self.outer is not None:
            # In one step each: the view may call several apps at once, in threads.
            vars(self.outer).setdefault("nested", []).append(disclosed)
            self.outer.policies = {}


def take_snapshot(state: AppState, rules: PolicyResolver, live: Request) -> Snapshot:
    """Keep `live` as it arrived, as its attribute ``_crossorigin``."""
    environ = live.environ
    snapshot = Snapshot()
    snapshot.state = state
    snapshot.rules = rules
    snapshot.policies = rules.policies
    snapshot.origin = environ.get("HTTP_ORIGIN")
    outer = environ.get(ENVIRON_KEY)
    if isinstance(outer, Snapshot):
        snapshot.outer = outer
        snapshot.policies = {}
    if rules.reads_requests:
        snapshot.environ = environ.copy()
    if live.url_rule is None:  # hooks may change the environment that the router reads
        snapshot.url = rules.matcher_of(live)
    environ[ENVIRON_KEY] = live._crossorigin = snapshot  # type: ignore[attr-defined]
    return snapshot
