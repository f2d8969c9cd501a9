"""CompiledPolicy: a policy whose header strings are built as far as they do not vary."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from .cache import BoundedCache
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
from .names import Names
from .origin_predicates import OriginPredicate
from .origins import Allowlist
from .policy import Policy, allowed_origins


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPolicy:
    """A policy in the form that requests are checked against; compared by identity.

    :ivar policy: the policy that this was compiled from.
    :ivar wildcard_headers: for a policy that allows every origin, the headers of every actual
        response, with or without an Origin: the literal ``*``, and no Vary. `allowlist` and
        `predicates` are then empty. None for any other policy.
    :ivar allowlist: the exact origins and patterns.
    :ivar exact_origins: all allowed origins; None if a wildcard, a pattern or an origin function
        may allow others.
    :ivar predicates: the origin functions, called for a well-formed origin that is not on the
        allowlist.
    :ivar headers_by_origin: a cache of the headers of actual responses, by exact origin; the key
        None is for requests without an Origin.
    :ivar credentials: the allow-credentials header, or nothing.
    :ivar actual_headers: the headers that follow allow-origin on an actual response, Vary included.
    :ivar methods: the methods that a preflight may request; None for every method.
    :ivar allow_methods: the allow-methods header, or nothing; None if the requested method must be
        echoed.
    :ivar request_headers: the names that a preflight may request, in lower case; None for every
        name.
    :ivar allow_headers: the allow-headers header, or nothing; None if the requested names must be
        echoed.
    :ivar max_age: the max-age header, or nothing.
    :ivar preflight_status: the status line of an allowed preflight.
    :ivar preflight_length: the Content-Length of its empty body, or nothing for a 204.
    :ivar preflight_headers: the headers that follow allow-origin on an allowed preflight; None if
        they depend on the request.
    :ivar parts: where the policy lists the origins with credentials, the two policies that it
        consists of: the one for these origins, and the one for all others. Otherwise None.
    """

    policy: Policy
    wildcard_headers: tuple[Header, ...] | None
    allowlist: Allowlist
    exact_origins: frozenset[str] | None
    predicates: tuple[OriginPredicate, ...]
    headers_by_origin: BoundedCache[str | None, tuple[Header, ...]]
    credentials: tuple[Header, ...]
    actual_headers: tuple[Header, ...]
    methods: frozenset[str] | None
    allow_methods: tuple[Header, ...] | None
    request_headers: frozenset[str] | None
    allow_headers: tuple[Header, ...] | None
    max_age: tuple[Header, ...]
    preflight_status: str
    preflight_length: tuple[Header, ...]
    preflight_headers: tuple[Header, ...] | None
    parts: "tuple[CompiledPolicy, CompiledPolicy] | None" = None

    def for_origin(self, origin: str | None) -> "CompiledPolicy":
        """Return the policy for `origin`, which has credentials or not; None is no Origin header.

        `origin` may be any text from a client.
        """
        if self.parts is None:
            return self
        with_credentials, others = self.parts
        return with_credentials if origin in with_credentials.allowlist.exact else others


def compile_policy(policy: Policy) -> CompiledPolicy:
    """Return `policy` in the form that requests are checked against."""
    if isinstance(policy.credentials, bool):
        return _compile(policy)
    listed = policy.replace(origins=policy.credentials, credentials=True)
    others = _compile(policy.replace(credentials=False))
    if others.wildcard_headers is not None:  # caches must not mix the two up
        others = replace(others, wildcard_headers=(*others.wildcard_headers, VARY_ORIGIN))
    parts = (_compile(listed), others)
    return replace(others, policy=policy, wildcard_headers=None, parts=parts)


def _compile(policy: Policy) -> CompiledPolicy:
    """Compile a policy under which every origin has credentials, or none."""
    allowed = allowed_origins(policy)
    credentials: tuple[Header, ...] = ((ALLOW_CREDENTIALS, "true"),) if policy.credentials else ()
    allow_methods = _allow(ALLOW_METHODS, policy.methods, "*", credentials)
    # In the standard, `*` does not cover Authorization, so that is named too.
    allow_headers = _allow(ALLOW_HEADERS, policy.request_headers, "*, Authorization", credentials)
    exposed = _names(EXPOSE_HEADERS, policy.expose_headers)
    max_age = () if policy.max_age is None else ((MAX_AGE, str(policy.max_age)),)
    length = _length_of_empty_body(policy.preflight_status)
    preflight_headers = None
    if allow_methods is not None and allow_headers is not None:
        preflight_headers = (
            *credentials, *allow_methods, *allow_headers, *max_age, VARY_PREFLIGHT, *length
        )  # fmt: skip
    more_than_exact = allowed.any_origin or allowed.allowlist.patterns or allowed.predicates
    wildcard_headers = None
    if allowed.any_origin:
        wildcard_headers = ((ALLOW_ORIGIN, "*"), *credentials, *exposed)
    return CompiledPolicy(
        policy=policy,
        wildcard_headers=wildcard_headers,
        allowlist=allowed.allowlist,
        exact_origins=None if more_than_exact else allowed.allowlist.exact,
        predicates=allowed.predicates,
        headers_by_origin=BoundedCache(),
        credentials=credentials,
        actual_headers=(*credentials, *exposed, VARY_ORIGIN),
        methods=None if policy.methods == "*" else _requestable(policy.methods),
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
    """Return `compiled` with preflight responses that are valid for one request only.

    They allow only the requested method, and must not be cached. A browser caches a preflight
    response for the whole URL (Fetch standard, 4.9), and its header names for every method. Where
    the methods of a URL have different policies, that would mix them up.
    """
    parts = compiled.parts and (
        for_one_request(compiled.parts[0]),
        for_one_request(compiled.parts[1]),
    )
    return replace(
        compiled,
        allow_methods=None,
        max_age=((MAX_AGE, "0"),),
        preflight_headers=None,
        parts=parts,
    )


def _requestable(methods: tuple[str, ...]) -> frozenset[str]:
    """Return the methods that a preflight may request: GET covers HEAD, as in every view."""
    return frozenset(methods) | ({"HEAD"} if "GET" in methods else set())


def _allow(
    header: str, names: Names, every: str, credentials: tuple[Header, ...]
) -> tuple[Header, ...] | None:
    """Return the `header` that allows `names`; None if it must echo the requested ones.

    With credentials, ``*`` is not a wildcard (Fetch standard, 4.8 CORS-preflight fetch).

    :param every: the value for all names.
    """
    if names == "*":
        return None if credentials else ((header, every),)
    return _names(header, names)


def _names(header: str, names: Names) -> tuple[Header, ...]:
    return ((header, ", ".join(names)),) if names else ()


def _length_of_empty_body(status: int) -> tuple[Header, ...]:
    """Return the Content-Length of an empty body, which a 204 must not have (RFC 9110, 8.6)."""
    return () if status == HTTPStatus.NO_CONTENT else (("Content-Length", "0"),)


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} OK"  # a success without a phrase in any standard
