"""Policies, headers and origin functions for the tests of decisions."""

from typing import Any

from flask_crossorigin import Policy
from flask_crossorigin.core.compiled import CompiledPolicy, compile_policy
from flask_crossorigin.core.origin_predicates import OriginPredicate

APP = "https://app.example.com"
EVIL = "https://evil.example"
MIB = 2**20

Headers = list[tuple[str, str]]

VARY = ("Vary", "Origin")
VARY_PREFLIGHT = (
    "Vary",
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
)
STAR = ("Access-Control-Allow-Origin", "*")
ORIGIN = ("Access-Control-Allow-Origin", APP)
CREDENTIALS = ("Access-Control-Allow-Credentials", "true")
METHODS = ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, QUERY")
ANY_METHOD = ("Access-Control-Allow-Methods", "*")
ANY_HEADER = ("Access-Control-Allow-Headers", "*, Authorization")
MAX_AGE = ("Access-Control-Max-Age", "600")


LISTED: dict[str, Any] = {"origins": [APP]}
ANY_ORIGIN: dict[str, Any] = {"origins": "*"}
CREDENTIALED: dict[str, Any] = {"origins": [APP], "credentials": True}


def methods(names: str) -> tuple[str, str]:
    return ("Access-Control-Allow-Methods", names)


def allow_headers(names: str) -> tuple[str, str]:
    return ("Access-Control-Allow-Headers", names)


def exposed(names: str) -> tuple[str, str]:
    return ("Access-Control-Expose-Headers", names)


def compiled(**settings: Any) -> CompiledPolicy:
    return compile_policy(Policy(**{"origins": [APP], **settings}))


def call_predicate(predicate: OriginPredicate, origin: str) -> bool | None:
    """Call an origin function; return None if it fails."""
    try:
        return predicate.allows(origin, object)
    except LookupError:
        return None


def never(predicate: OriginPredicate, origin: str) -> bool | None:
    raise AssertionError(f"called for {origin!r}")


def fails(origin: str) -> bool:
    raise LookupError
