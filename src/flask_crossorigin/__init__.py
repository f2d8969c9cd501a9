"""A Flask API that browser front ends on other origins can use: every route, safely and fast.

The way of a request:

    Policy            what the user writes, checked when it is made       core/policy.py
    -> CompiledPolicy what a request meets                                core/compiled.py
    -> Scope          which policy governs, by the router's own match     scopes.py
    -> Decision       origin, method, headers: allowed or not, and why    core/decision.py
    -> the wrapper    round app.wsgi_app writes headers, once, last       wsgi.py
"""

from .access import Access as Access
from .core.decision import Decision as Decision
from .core.decision import Outcome as Outcome
from .core.decision import Reason as Reason
from .core.errors import CrossOriginWarning as CrossOriginWarning
from .core.errors import PolicyError as PolicyError
from .core.errors import PolicyProblem as PolicyProblem
from .core.policy import Policy as Policy
from .extension import CrossOrigin as CrossOrigin

__version__ = "0.1.0"
