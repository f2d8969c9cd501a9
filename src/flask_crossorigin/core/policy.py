"""Policy: what the user writes, checked as a whole when it is made."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, TypeAlias, TypedDict, cast

from .errors import PolicyError, PolicyProblem, problem
from .fetch_standard import NULL_ORIGIN
from .origin_diagnostics import suggestion
from .origin_predicates import AllowsOrigins, OriginCallable
from .origins import is_loopback_host, parse_pattern
from .public_suffixes import is_public_suffix
from .settings import (
    PARSERS,
    UNSET,
    Names,
    OriginRules,
    ReadOrigins,
    parse_settings,
)

OriginItem: TypeAlias = str | OriginCallable | AllowsOrigins
Origins: TypeAlias = OriginItem | Iterable[OriginItem]
NamesWritten: TypeAlias = str | Iterable[str]

_UNSET = cast("Origins", UNSET)
DEFAULT_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class PolicySettings(TypedDict, total=False):
    """The keyword arguments of `Policy`, wherever changes to a policy are written."""

    origins: Origins
    credentials: bool
    methods: NamesWritten
    request_headers: NamesWritten
    expose_headers: NamesWritten
    max_age: int
    preflight_status: int
    allow_null_origin: bool
    allow_insecure_origins: bool
    allow_public_suffix_subdomains: bool


@dataclass(frozen=True, init=False, repr=False)
class Policy:
    """Which pages of other origins may read responses, and what they may send.

    Everything is checked here, all problems at once; a policy that exists is sound.

    :param origins: who may read: origins (``https://app.example.com``), patterns
        (``https://*.example.com``, ``http://localhost:*``), ``"*"`` for every origin, or
        functions ``f(origin) -> bool`` or ``f(origin, request) -> bool``, alone or in a list.
    :param credentials: whether requests may carry cookies and HTTP authentication.
    :param methods: allowed beside GET, HEAD and POST, which can't be refused; ``"*"`` for all.
    :param request_headers: that scripts may set, in any case; ``"*"`` for all.
    :param expose_headers: of the response that scripts may read beside the safelisted ones;
        ``"*"`` for all.
    :param max_age: how long browsers may keep a preflight's answer, in seconds.
    :param preflight_status: of a preflight's answer, 200 to 299.
    :param allow_null_origin: permits the origin ``null`` in `origins`.
    :param allow_insecure_origins: permits ``http://`` beyond loopback together with credentials.
    :param allow_public_suffix_subdomains: permits ``https://*.github.io`` and the like
        together with credentials.
    :raises PolicyError: with every problem of the settings.

    Source: Fetch standard, 3.3 CORS protocol.
    """

    origins: tuple[OriginItem, ...] | Literal["*"]
    credentials: bool
    methods: Names
    request_headers: Names
    expose_headers: Names
    max_age: int
    preflight_status: int
    allow_null_origin: bool
    allow_insecure_origins: bool
    allow_public_suffix_subdomains: bool
    _rules: OriginRules = field(init=False, compare=False)

    def __init__(
        self,
        *,
        origins: Origins = _UNSET,
        credentials: bool = False,
        methods: NamesWritten = DEFAULT_METHODS,
        request_headers: NamesWritten = "*",
        expose_headers: NamesWritten = (),
        max_age: int = 600,
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
        self._fill({}, {**written, **unknown})

    def replace(self, **changes: Any) -> "Policy":
        """A policy like this one but for `changes`, checked as a whole.

        :raises PolicyError: with every problem of the changes and of what they lead to.
        """
        changed = object.__new__(type(self))
        changed._fill(self._read(), changes)
        return changed

    def _read(self) -> dict[str, object]:
        """The settings as their readers answered, which need not be read again."""
        read = {name: getattr(self, name) for name in PARSERS}
        return {**read, "origins": ReadOrigins(self.origins, self._rules)}

    def _fill(self, read: dict[str, object], written: Mapping[str, object]) -> None:
        """Set every field: from `written` where it is named there, else from `read`."""
        newly_read, problems = parse_settings(written)
        read = {**read, **newly_read}
        problems.extend(_contradictions(read))
        if problems:
            raise PolicyError(problems)
        origins = cast("ReadOrigins", read["origins"])
        for name, value in {**read, "origins": origins.written, "_rules": origins.rules}.items():
            object.__setattr__(self, name, value)

    @property
    def rules(self) -> OriginRules:
        """The origins in the form they are asked in."""
        return self._rules

    def __repr__(self) -> str:
        defaults = {name: getattr(_DEFAULTS, name) for name in PARSERS if name != "origins"}
        shown = [f"origins={_abbreviated(self.origins)}"]
        for name, default in defaults.items():
            if getattr(self, name) != default:
                shown.append(f"{name}={getattr(self, name)!r}")
        return f"Policy({', '.join(shown)})"


def _abbreviated(origins: tuple[OriginItem, ...] | Literal["*"]) -> str:
    if origins == "*" or len(origins) <= 10:
        return repr(origins)
    shown = ", ".join(repr(each) for each in origins[:10])
    return f"({shown}, ... {len(origins)} in all)"


def _contradictions(read: Mapping[str, object]) -> Iterator[PolicyProblem]:
    """The rules between settings, as far as the settings they need could be read."""
    origins = read["origins"]
    credentials = read["credentials"]
    if credentials is True and read["expose_headers"] == "*":
        yield problem("expose-star-with-credentials", "expose_headers", "*")
    if not isinstance(origins, ReadOrigins):
        return
    listed = origins.rules.allowlist
    if NULL_ORIGIN in listed.exact:
        if credentials is True:
            yield problem("origin-null-with-credentials", "origins", NULL_ORIGIN)
        elif read["allow_null_origin"] is False:
            yield problem("origin-null", "origins", NULL_ORIGIN)
    if credentials is not True:
        return
    if origins.rules.everyone:
        yield problem("origins-star-with-credentials", "origins", "*")
    texts = [each for each in origins.written if isinstance(each, str)]
    if read["allow_insecure_origins"] is False:
        yield from _insecure(texts)
    if read["allow_public_suffix_subdomains"] is False:
        yield from _below_public_suffixes(texts)


def _insecure(texts: Iterable[str]) -> Iterator[PolicyProblem]:
    for text in texts:
        parts = parse_pattern(text) if text.startswith("http://") else None
        if parts is not None and not is_loopback_host(parts.host):
            secure = suggestion(f"https{text.removeprefix('http')}")
            yield problem("origin-insecure", "origins", text, suggestion=secure)


def _below_public_suffixes(texts: Iterable[str]) -> Iterator[PolicyProblem]:
    for text in texts:
        parts = parse_pattern(text) if "*." in text else None
        if parts is not None and is_public_suffix(parts.host):
            yield problem("origin-public-suffix", "origins", text, suffix=repr(parts.host))


_DEFAULTS = Policy(origins=())
