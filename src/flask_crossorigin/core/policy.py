"""Policy: the settings that a user writes, validated as a whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, NoReturn, TypeAlias, TypedDict, cast

from .errors import PolicyError, PolicyProblem
from .fetch_standard import NULL_ORIGIN
from .lists import INVALID, UNSET
from .names import Names
from .origin_predicates import AllowsOrigins, OriginFunction
from .origin_settings import AllowedOrigins, ParsedOrigins
from .origins import is_loopback_host, parse_pattern
from .problems import problem
from .public_suffixes import is_public_suffix
from .settings import PARSERS, parse_settings

OriginItem: TypeAlias = str | OriginFunction | AllowsOrigins
Origins: TypeAlias = OriginItem | Iterable[OriginItem]
NamesWritten: TypeAlias = str | Iterable[str]

_UNSET = cast("Origins", UNSET)
DEFAULT_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY")


class PolicySettings(TypedDict, total=False):
    """The keyword arguments of `Policy`, for every function that takes changes to a policy."""

    origins: Origins
    credentials: bool | NamesWritten
    methods: NamesWritten
    request_headers: NamesWritten
    expose_headers: NamesWritten | None
    max_age: int | timedelta | None
    preflight_status: int
    allow_null_origin: bool
    allow_insecure_origins: bool
    allow_public_suffix_subdomains: bool


@dataclass(frozen=True, init=False, repr=False)
class Policy:
    """The origins that may read responses, and the requests that their pages may send.

    All settings are validated together, so a policy that exists is valid.

    :param origins: the origins that may read responses: exact origins
        (``https://app.example.com``), origin patterns (``https://*.example.com``,
        ``https://preview-*.example.com``, ``http://localhost:*``), and origin functions
        ``f(origin) -> bool`` or ``f(origin, request) -> bool``; one of them, or a list. ``"*"``
        allows every origin, an empty list none.
    :param credentials: allow requests with cookies, TLS client certificates and logins that the
        browser keeps. An Authorization header that a script sets does not need this. True for all
        of `origins`; or a list of the exact origins that may send them, each covered by `origins`.
    :param methods: methods that pages may use; GET covers HEAD; ``"*"`` allows all. To leave out
        GET or POST is no protection: browsers send GET, HEAD and POST without a preflight where
        they can. Only such a request that needs a preflight is then denied.
    :param request_headers: names of headers that scripts may set; case does not matter; ``"*"``
        allows all.
    :param expose_headers: names of response headers that scripts may read, besides those that
        browsers always expose; ``"*"`` exposes all; None exposes no others.
    :param max_age: how long browsers may cache a preflight response, in seconds or as a
        `timedelta`, of which whole seconds count. None, or the text ``none``, leaves the header
        out; browsers then keep a response for 5 seconds.
    :param preflight_status: the status of an allowed preflight response, 200 to 299.
    :param allow_null_origin: permit ``"null"`` in `origins`.
    :param allow_insecure_origins: permit ``http://`` origins of other machines together with
        credentials. Without it, no origin function is called for them.
    :param allow_public_suffix_subdomains: permit patterns such as ``https://*.github.io``
        together with credentials.
    :raises PolicyError: with every problem of the settings.

    Source: Fetch standard, 3.3 CORS protocol.
    """

    origins: tuple[OriginItem, ...] | Literal["*"]
    credentials: bool | tuple[str, ...]
    methods: Names
    request_headers: Names
    expose_headers: Names
    max_age: int | None
    preflight_status: int
    allow_null_origin: bool
    allow_insecure_origins: bool
    allow_public_suffix_subdomains: bool
    _allowed: AllowedOrigins = field(init=False, compare=False)

    def __init__(
        self,
        *,
        origins: Origins = _UNSET,
        credentials: bool | NamesWritten = False,
        methods: NamesWritten = DEFAULT_METHODS,
        request_headers: NamesWritten = "*",
        expose_headers: NamesWritten | None = (),
        max_age: int | timedelta | None = 600,
        preflight_status: int = 204,
        allow_null_origin: bool = False,
        allow_insecure_origins: bool = False,
        allow_public_suffix_subdomains: bool = False,
        **unknown: NoReturn,
    ) -> None:
        written: dict[str, object] = {
            "origins": origins,
            "credentials": credentials,
            "methods": methods,
            "request_headers": request_headers,
            "expose_headers": expose_headers,
            "max_age": max_age,
            "preflight_status": preflight_status,
            "allow_null_origin": allow_null_origin,
            "allow_insecure_origins": allow_insecure_origins,
            "allow_public_suffix_subdomains": allow_public_suffix_subdomains,
        }
        self._set_fields({}, {**written, **unknown})

    def replace(self, **changes: Any) -> "Policy":
        """Return a copy of this policy with `changes`, validated as a whole.

        :param changes: settings, as in the constructor.
        :raises PolicyError: with every problem of the changes and of the policy they result in.
        """
        changed = object.__new__(type(self))
        parsed = {name: getattr(self, name) for name in PARSERS}
        changed._set_fields(
            {**parsed, "origins": ParsedOrigins(self.origins, self._allowed)}, changes
        )
        return changed

    def _set_fields(self, parsed: dict[str, object], written: Mapping[str, object]) -> None:
        """Set every field: parse the settings in `written`, take the others from `parsed`."""
        newly_parsed, problems = parse_settings(written)
        parsed = {**parsed, **newly_parsed}
        problems.extend(_contradictions(parsed))
        if problems:
            raise PolicyError(problems)
        origins = cast("ParsedOrigins", parsed["origins"])
        fields = {**parsed, "origins": origins.written, "_allowed": origins.allowed}
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        others = {name: getattr(self, name) for name in PARSERS if name != "origins"}
        arguments = [
            f"{name}={value!r}"
            for name, value in others.items()
            if value != getattr(_DEFAULTS, name)
        ]
        return f"Policy({', '.join([f'origins={_abbreviated(self.origins)}', *arguments])})"


def allowed_origins(policy: Policy) -> AllowedOrigins:
    """Return the origins of `policy` in the form in which they are checked."""
    return policy._allowed


def _abbreviated(origins: tuple[OriginItem, ...] | Literal["*"]) -> str:
    if origins == "*" or len(origins) <= 10:
        return repr(origins)
    shown = ", ".join(repr(each) for each in origins[:10])
    return f"({shown}, ... {len(origins)} in all)"


def _contradictions(parsed: Mapping[str, object]) -> Iterator[PolicyProblem]:
    """Check the rules between settings, as far as those settings are valid."""
    origins = parsed["origins"]
    credentials = parsed["credentials"]
    if credentials not in (False, INVALID) and parsed["expose_headers"] == "*":
        yield problem("expose-star-with-credentials", "expose_headers", "*")
    if isinstance(credentials, tuple) and parsed["allow_insecure_origins"] is False:
        yield from _insecure_origins("credentials", credentials)
    if not isinstance(origins, ParsedOrigins):
        return
    if NULL_ORIGIN in origins.allowed.allowlist.exact:
        if credentials is True:
            yield problem("origin-null-with-credentials", "origins", NULL_ORIGIN)
        elif parsed["allow_null_origin"] is False:
            yield problem("origin-null", "origins", NULL_ORIGIN)
    if isinstance(credentials, tuple):
        yield from _not_covered(credentials, origins.allowed)
    if credentials is not True:
        return
    if origins.allowed.any_origin:
        yield problem("origins-star-with-credentials", "origins", "*")
    texts = [each for each in origins.written if isinstance(each, str)]
    if parsed["allow_insecure_origins"] is False:
        yield from _insecure_origins("origins", texts)
    if parsed["allow_public_suffix_subdomains"] is False:
        yield from _public_suffix_patterns(texts)


def _not_covered(credentials: Iterable[str], allowed: AllowedOrigins) -> Iterator[PolicyProblem]:
    """Check that the origins with credentials are allowed; a function may not allow them."""
    for origin in credentials:
        if not (allowed.any_origin or allowed.allowlist.allows(origin)):
            yield problem("credentials-origin-not-allowed", "credentials", origin)


def _insecure_origins(field: str, texts: Iterable[str]) -> Iterator[PolicyProblem]:
    for text in texts:
        parts = parse_pattern(text) if text.startswith("http://") else None
        if parts is not None and not is_loopback_host(parts.host):
            from .origin_diagnostics import suggest_origin  # only errors need it

            secure = suggest_origin(f"https{text.removeprefix('http')}")
            yield problem("origin-insecure", field, text, suggestion=secure)


def _public_suffix_patterns(texts: Iterable[str]) -> Iterator[PolicyProblem]:
    for text in texts:
        parts = parse_pattern(text) if "*" in text else None
        if parts is not None and parts.wildcard and is_public_suffix(parts.host):
            yield problem("origin-public-suffix", "origins", text, suffix=repr(parts.host))


_DEFAULTS = Policy(origins=())
