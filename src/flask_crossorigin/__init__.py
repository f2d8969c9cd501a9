"""CORS for Flask: every route is covered, and mistakes are found before the first response.

The public names:

    CrossOrigin         the Flask extension
    Policy              which origins may read responses, and what they may send
    Access              who may use a view (optional)
    Decision            what the policy says about one request, with an Outcome and a Reason
    PolicyError         an invalid configuration, with a PolicyProblem for each mistake
    CrossOriginWarning  something that works, but probably not as intended

How a request is handled:

    Policy             the user's settings, validated as a whole          core/policy.py
    -> CompiledPolicy  header strings, built in advance                   core/compiled.py
    -> PolicyResolver  which policy applies, by the matched rule          scopes/resolver.py
    -> actual.py, preflight.py  check the request, build the headers      core/
    -> dispatch        adds them where the app makes its responses        dispatch/responses.py

Semantic versioning covers these names, the names exported by ``flask_crossorigin.browser`` and by
``flask_crossorigin.compat`` (those of flask-cors, for a migration), the pytest fixtures, the
``CORS_*`` keys, the command line with its JSON, and all codes. Everything else may change in any
release.
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

else:  # hidden from type checkers, which would accept any name

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first used (PEP 562).

        pytest imports this package for its plugin in every run, even if nothing uses Flask.
        """
        if name in _ELSEWHERE:
            # `from ... import` replaces the message of an AttributeError with its own.
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
    "CORS": (
        "from flask_crossorigin import CrossOrigin; or, while you migrate, "
        "from flask_crossorigin.compat import CORS"
    ),
    "cross_origin": (
        "@cors.policy(...), with cors = CrossOrigin(app, origins=[...]); or, while you migrate, "
        "from flask_crossorigin.compat import cross_origin"
    ),
}
"""Replacements for the names of flask-cors."""
