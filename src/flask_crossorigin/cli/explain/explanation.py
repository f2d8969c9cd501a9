"""The model of an explanation: what a browser would do with a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ...browser.blocked import Blocked
from ...browser.exchange import Exchange, comparable
from ...browser.response import Response
from ...core.errors import PolicyProblem
from ...scopes.scope import Scope


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """An explained request: its exchanges, its verdict, and notes and findings about it.

    :ivar origin: origin of the page.
    :ivar profile: name of the engine profile.
    :ivar outcome: what the page gets.
    :ivar sent: whether the actual request was sent, and not only its preflight.
    :ivar server: origin of the server of ``--live``; empty if the local app was run.
    :ivar app: name of the local app; None if there is none.
    :ivar probes: extra exchanges, which no browser would have.
    :ivar notes: sentences on what was left out, and why.
    :ivar findings: what proxies, caches and gateways did.
    :ivar findings_in_fetch: whether a finding is about what the browser itself sent.
    :ivar scopes: scopes of the local app, by name.
    :ivar configured: settings of the app's own policy that come from its config.
    :ivar first_check: what to check first, as a sentence; empty if the app has a route for the
        request, or if that is not known.
    """

    origin: str
    profile: str
    outcome: Response | Blocked
    sent: bool
    server: str = ""
    app: str | None = None
    probes: tuple[Exchange, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[PolicyProblem, ...] = ()
    findings_in_fetch: bool = False
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    configured: frozenset[str] = frozenset()
    first_check: str = ""

    @property
    def verdict(self) -> Literal["allowed", "blocked", "unknown"]:
        """Verdict on the request; ``unknown`` if the last response is not known."""
        if self.redirects_elsewhere:
            return "unknown"
        if isinstance(self.outcome, Blocked):
            return "blocked"
        return "allowed" if self.has_response(self.outcome.exchanges[-1]) else "unknown"

    @property
    def redirects_elsewhere(self) -> bool:
        """True if a redirect leads to a server that nothing is sent to."""
        return getattr(self.outcome, "reason", "") == "unknown-server"

    def was_sent(self, exchange: Exchange) -> bool:
        """Return whether the request of `exchange` was sent."""
        return self.sent or exchange.kind == "preflight"

    def has_response(self, exchange: Exchange) -> bool:
        """Return whether the response of `exchange` was received, or predicted by the app."""
        return self.was_sent(exchange) or not self.server or comparable(exchange) is not None
