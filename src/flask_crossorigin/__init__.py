"""A Flask API that browser front ends on other origins can use: every route, safely and fast.

The way of a request:

    Policy            what the user writes, checked when it is made       core/policy.py
    -> CompiledPolicy what a request meets                                core/compiled.py
    -> Scope          which policy governs, by the router's own match     scopes.py
    -> Decision       origin, method, headers: allowed or not, and why    core/decision.py
    -> the wrapper    round app.wsgi_app writes headers, once, last       wsgi.py
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .access import Access as Access
    from .core.decision import Decision as Decision
    from .core.decision import Outcome as Outcome
    from .core.decision import Reason as Reason
    from .core.errors import CrossOriginWarning as CrossOriginWarning
    from .core.errors import PolicyError as PolicyError
    from .core.errors import PolicyProblem as PolicyProblem
    from .core.policy import Policy as Policy
    from .extension import CrossOrigin as CrossOrigin

else:  # where type checkers do not see that any name can be asked for

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first used (PEP 562).

        pytest imports this package for its plugin in every run, also where nothing uses Flask.
        """
        if name in _ELSEWHERE:
            # `from ... import` would replace the message of an AttributeError by its own.
            raise ImportError(f"{__name__} has no {name}: write {_ELSEWHERE[name]}", name=name)
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = value  # the next use finds it
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__version__ = "0.1.0"

__all__ = [
    "Access",
    "CrossOrigin",
    "CrossOriginWarning",
    "Decision",
    "Outcome",
    "Policy",
    "PolicyError",
    "PolicyProblem",
    "Reason",
]

_MODULES = {
    "Access": ".access",
    "CrossOrigin": ".extension",
    "CrossOriginWarning": ".core.errors",
    "Decision": ".core.decision",
    "Outcome": ".core.decision",
    "Policy": ".core.policy",
    "PolicyError": ".core.errors",
    "PolicyProblem": ".core.errors",
    "Reason": ".core.decision",
}
"""The module of each public name."""

_ELSEWHERE = {
    "CORS": "from flask_crossorigin import CrossOrigin",
    "cross_origin": "@cors.policy(...), with cors = CrossOrigin(app, origins=[...])",
}
"""What to write instead of the names of flask-cors."""
