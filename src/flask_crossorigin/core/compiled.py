"""CompiledPolicy: what a request meets. Every string that can be built before, is built here."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from .fetch_standard import SAFELISTED_METHODS
from .kept import Kept
from .origin_checks import OriginCheck
from .origins import OriginSet
from .policy import Policy
from .settings import Names

Header = tuple[str, str]

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"
ALLOW_METHODS = "Access-Control-Allow-Methods"
ALLOW_HEADERS = "Access-Control-Allow-Headers"
EXPOSE_HEADERS = "Access-Control-Expose-Headers"
MAX_AGE = "Access-Control-Max-Age"

VARY_ORIGIN: Header = ("Vary", "Origin")
VARY_PREFLIGHT: Header = (
    "Vary",
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
)


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPolicy:
    """A policy in the form that answers requests; compared by identity.

    :ivar policy: what it was compiled from.
    :ivar for_everyone: where every origin is allowed, what every actual response carries, the
        literal ``*`` the same for any Origin or none; then there is no Vary, and `listed` and
        `checks` are empty. None for any other policy.
    :ivar listed: the origins allowed by a look-up.
    :ivar only_exact: all origins that are allowed, where neither patterns nor functions allow
        others; else None.
    :ivar checks: the functions to ask about a well-formed origin that is not listed.
    :ivar added: what actual responses carry, by Origin, of the listed ones that came.
    :ivar credentials: the allow-credentials header, or nothing.
    :ivar after_origin: what follows allow-origin on an actual response, Vary among it.
    :ivar methods: that a preflight may ask for, safelisted ones included; None for every one.
    :ivar allow_methods: the allow-methods header; None where the asked one must be echoed.
    :ivar request_headers: that a preflight may ask for, in lower case; None for every one.
    :ivar allow_headers: the allow-headers header; None where the asked ones must be echoed.
    :ivar max_age: the max-age header.
    :ivar preflight_status: the status line of a preflight that is allowed.
    :ivar preflight_length: the length of its body, where that must be told.
    :ivar after_origin_preflight: all that follows allow-origin on a preflight that is allowed;
        None where it depends on the request.
    """

    policy: Policy
    for_everyone: tuple[Header, ...] | None
    listed: OriginSet
    only_exact: frozenset[str] | None
    checks: tuple[OriginCheck, ...]
    added: Kept[str | None, tuple[Header, ...]]
    credentials: tuple[Header, ...]
    after_origin: tuple[Header, ...]
    methods: frozenset[str] | None
    allow_methods: tuple[Header, ...] | None
    request_headers: frozenset[str] | None
    allow_headers: tuple[Header, ...] | None
    max_age: Header
    preflight_status: str
    preflight_length: tuple[Header, ...]
    after_origin_preflight: tuple[Header, ...] | None


def compile_policy(policy: Policy) -> CompiledPolicy:
    """The form of `policy` that answers requests."""
    rules = policy.rules
    credentials: tuple[Header, ...] = ((ALLOW_CREDENTIALS, "true"),) if policy.credentials else ()
    allow_methods = _allow(ALLOW_METHODS, policy.methods, "*", policy.credentials)
    # The standard's `*` leaves Authorization out, so it is named beside it.
    allow_headers = _allow(
        ALLOW_HEADERS, policy.request_headers, "*, Authorization", policy.credentials
    )
    exposed = _listing(EXPOSE_HEADERS, policy.expose_headers)
    after_origin = (*credentials, *exposed, VARY_ORIGIN)
    for_everyone = ((ALLOW_ORIGIN, "*"), *credentials, *exposed) if rules.everyone else None
    max_age = (MAX_AGE, str(policy.max_age))
    # A 204 ends with its head; of others the length must be told (RFC 9110, 8.6).
    length: tuple[Header, ...] = ()
    if policy.preflight_status != HTTPStatus.NO_CONTENT:
        length = (("Content-Length", "0"),)
    after_origin_preflight = None
    if allow_methods is not None and allow_headers is not None:
        after_origin_preflight = (
            *credentials, *allow_methods, *allow_headers, max_age, VARY_PREFLIGHT, *length
        )  # fmt: skip
    return CompiledPolicy(
        policy=policy,
        for_everyone=for_everyone,
        listed=rules.listed,
        only_exact=None
        if rules.everyone or rules.listed.patterns or rules.checks
        else rules.listed.exact,
        checks=rules.checks,
        added=Kept(),
        credentials=credentials,
        after_origin=after_origin,
        methods=None if policy.methods == "*" else SAFELISTED_METHODS.union(policy.methods),
        allow_methods=allow_methods,
        request_headers=None
        if policy.request_headers == "*"
        else frozenset(name.lower() for name in policy.request_headers),
        allow_headers=allow_headers,
        max_age=max_age,
        preflight_status=_status_line(policy.preflight_status),
        preflight_length=length,
        after_origin_preflight=after_origin_preflight,
    )


def for_one_request(compiled: CompiledPolicy) -> CompiledPolicy:
    """`compiled` in the form whose preflights allow the asked method alone, and only once.

    A browser keeps what a preflight allows for the whole URL (Fetch standard, 4.9), names of
    headers for every method of it; that must not serve for what another policy governs.
    """
    return replace(
        compiled,
        allow_methods=None,
        max_age=(MAX_AGE, "0"),
        after_origin_preflight=None,
    )


def _allow(header: str, names: Names, every: str, credentials: bool) -> tuple[Header, ...] | None:
    """The `header` that allows `names`; None where it must name what the request asked for.

    With credentials ``*`` is no wildcard (Fetch standard, 4.8 CORS-preflight fetch).
    """
    if names == "*":
        return None if credentials else ((header, every),)
    return _listing(header, names)


def _listing(header: str, names: Names) -> tuple[Header, ...]:
    """The `header` with all `names`; nothing where there are none."""
    return ((header, ", ".join(names)),) if names else ()


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} OK"  # the standard knows no more of it than that it is a success
