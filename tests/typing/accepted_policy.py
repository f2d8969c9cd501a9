"""Policies, the extension and decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from flask import Blueprint, Flask, Request, request
from typing_extensions import assert_type

from flask_crossorigin import (
    CrossOrigin,
    CrossOriginWarning,
    Decision,
    Outcome,
    Policy,
    PolicyError,
    PolicyProblem,
    Reason,
)

app = Flask(__name__)
api = Blueprint("api", __name__)


class Tenants:
    """An origin store."""

    def allows(self, origin: str, /) -> bool:
        return origin.endswith(".example")


class TenantsByRequest:
    """An origin store that needs the request."""

    def allows(self, origin: str, request: Request | None = None) -> bool:
        return request is not None


def by_request(origin: str, request: Request) -> bool:
    return request.path == "/"


# Origins are one of several things, or any iterable of them.
Policy(origins="*")
Policy(origins="https://app.example.com")
Policy(origins=lambda origin: origin == "https://app.example.com")
Policy(origins=by_request)
Policy(origins=Tenants())
Policy(origins=["https://app.example.com", by_request, Tenants(), TenantsByRequest()])
Policy(origins={"https://app.example.com"})
Policy(origins=(each for each in ["https://app.example.com"]))
Policy(
    origins=[],
    credentials=True,
    methods=["GET", "PUT"],
    request_headers="*",
    expose_headers=("X-Total",),
    max_age=60,
    preflight_status=200,
    allow_null_origin=False,
    allow_insecure_origins=False,
    allow_public_suffix_subdomains=False,
)

policy = Policy(origins=["https://app.example.com"])
assert_type(policy.credentials, bool | tuple[str, ...])
assert_type(policy.max_age, int | None)
assert_type(policy.methods, tuple[str, ...] | Literal["*"])
assert_type(policy.replace(max_age=0), Policy)

Policy(origins="*", credentials=["https://app.example.com"])
Policy(origins=[], max_age=timedelta(hours=1), expose_headers=None)
Policy(origins=[], max_age=None)

# The extension takes the same settings everywhere.
cors = CrossOrigin(app, origins=["https://app.example.com"], credentials=True)
CrossOrigin(app, policy)
CrossOrigin(policy=policy)
CrossOrigin().init_app(app, origins=Tenants(), max_age=60)
cors.apply("/api", origins="*", credentials=False)
cors.apply(api, policy, app=app)
cors.reconfigure(methods=["GET"])
cors.reconfigure(policy, app=app)

# Decisions.
decision = cors.decide(request)
assert_type(decision, Decision)
assert_type(cors.decide({"REQUEST_METHOD": "GET"}), Decision)
assert_type(decision.outcome, Outcome)
assert_type(decision.reason, Reason)
assert_type(decision.policy, Policy | None)
assert_type(decision.scope, str)
assert_type(decision.headers, tuple[tuple[str, str], ...])
if decision.outcome is Outcome.DENIED:
    text: str = decision.reason  # a reason is its code

# Errors.
try:
    Policy(origins=[])
except PolicyError as error:
    assert_type(error.errors, tuple[PolicyProblem, ...])
    assert_type(error.errors[0].code, str)
    assert_type(error.errors[0].hint, str)
warning: type[UserWarning] = CrossOriginWarning

function: Callable[[Flask], None] = cors.init_app
settings: dict[str, Any] = {"origins": []}
Policy(**settings)
