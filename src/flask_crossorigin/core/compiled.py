"""CompiledPolicy: a policy in the form that requests meet, with every string built beforehand."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from .cache import BoundedCache
from .fetch_standard import SAFELISTED_METHODS
from .headers import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    MAX_AGE,
    VARY_ORIGIN,
    VARY_PREFLIGHT,
    Header,
)
from .origin_predicates import OriginPredicate
from .origins import OriginSet
from .policy import Policy
from .settings import Names


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPolicy:
    """A policy in the form that requests meet; compared by identity.

    :ivar policy: the policy that this was compiled from.
    :ivar wildcard_headers: the headers of every actual response where any origin is allowed: the
        literal ``*``, with or without an Origin, and no Vary. Then `allowlist` and `predicates`
        are empty. None for any other policy.
    :ivar allowlist: the exact origins and patterns.
    :ivar exact_origins: all allowed origins, where neither patterns nor functions allow others;
        else None.
    :ivar predicates: the origin functions, called for a well-formed origin that is not on the
        allowlist.
    :ivar headers_by_origin: the headers of actual responses, by the exact origins seen so far.
    :ivar credentials: the allow-credentials header, or nothing.
    :ivar actual_headers: the headers that follow allow-origin on an actual response, Vary included.
    :ivar methods: the methods that a preflight may request, safelisted ones included; None for
        every one.
    :ivar allow_methods: the allow-methods header; None where the requested one must be echoed.
    :ivar request_headers: the names that a preflight may request, in lower case; None for every
        one.
    :ivar allow_headers: the allow-headers header; None where the requested names must be echoed.
    :ivar max_age: the max-age header.
    :ivar preflight_status: the status line of an allowed preflight.
    :ivar preflight_length: the Content-Length of its empty body, where HTTP requires one.
    :ivar preflight_headers: the headers that follow allow-origin on an allowed preflight; None
        where they depend on the request.
    """

    policy: Policy
    wildcard_headers: tuple[Header, ...] | None
    allowlist: OriginSet
    exact_origins: frozenset[str] | None
    predicates: tuple[OriginPredicate, ...]
    headers_by_origin: BoundedCache[str | None, tuple[Header, ...]]
    credentials: tuple[Header, ...]
    actual_headers: tuple[Header, ...]
    methods: frozenset[str] | None
    allow_methods: tuple[Header, ...] | None
    request_headers: frozenset[str] | None
    allow_headers: tuple[Header, ...] | None
    max_age: Header
    preflight_status: str
    preflight_length: tuple[Header, ...]
    preflight_headers: tuple[Header, ...] | None


def compile_policy(policy: Policy) -> CompiledPolicy:
    """Return `policy` in the form that requests meet."""
    rules = policy.rules
    credentials: tuple[Header, ...] = ((ALLOW_CREDENTIALS, "true"),) if policy.credentials else ()
    allow_methods = _allow(ALLOW_METHODS, policy.methods, "*", policy.credentials)
    # The standard's `*` does not cover Authorization, so both are named.
    allow_headers = _allow(
        ALLOW_HEADERS, policy.request_headers, "*, Authorization", policy.credentials
    )
    exposed = _names(EXPOSE_HEADERS, policy.expose_headers)
    max_age = (MAX_AGE, str(policy.max_age))
    length = _length_of_empty_body(policy.preflight_status)
    preflight_headers = None
    if allow_methods is not None and allow_headers is not None:
        preflight_headers = (
            *credentials, *allow_methods, *allow_headers, max_age, VARY_PREFLIGHT, *length
        )  # fmt: skip
    others = rules.everyone or rules.allowlist.patterns or rules.predicates
    return CompiledPolicy(
        policy=policy,
        wildcard_headers=((ALLOW_ORIGIN, "*"), *credentials, *exposed) if rules.everyone else None,
        allowlist=rules.allowlist,
        exact_origins=None if others else rules.allowlist.exact,
        predicates=rules.predicates,
        headers_by_origin=BoundedCache(),
        credentials=credentials,
        actual_headers=(*credentials, *exposed, VARY_ORIGIN),
        methods=None if policy.methods == "*" else SAFELISTED_METHODS.union(policy.methods),
        allow_methods=allow_methods,
        request_headers=None
        if policy.request_headers == "*"
        else frozenset(name.lower() for name in policy.request_headers),
        allow_headers=allow_headers,
        max_age=max_age,
        preflight_status=_status_line(policy.preflight_status),
        preflight_length=length,
        preflight_headers=preflight_headers,
    )


def for_one_request(compiled: CompiledPolicy) -> CompiledPolicy:
    """Return `compiled` with preflights that allow only the requested method, and only once.

    A browser keeps what a preflight allows for the whole URL (Fetch standard, 4.9), and header
    names for every method of it. That must not be used where another policy applies.
    """
    return replace(compiled, allow_methods=None, max_age=(MAX_AGE, "0"), preflight_headers=None)


def _allow(header: str, names: Names, every: str, credentials: bool) -> tuple[Header, ...] | None:
    """Return the `header` that allows `names`; None where it must echo the requested ones.

    With credentials ``*`` is no wildcard (Fetch standard, 4.8 CORS-preflight fetch).
    """
    if names == "*":
        return None if credentials else ((header, every),)
    return _names(header, names)


def _names(header: str, names: Names) -> tuple[Header, ...]:
    return ((header, ", ".join(names)),) if names else ()


def _length_of_empty_body(status: int) -> tuple[Header, ...]:
    """Return the Content-Length of an empty body, which a 204 has not (RFC 9110, 8.6)."""
    return () if status == HTTPStatus.NO_CONTENT else (("Content-Length", "0"),)


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} OK"  # no standard names it, but it is a success
