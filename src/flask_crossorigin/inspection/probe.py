"""Probe: call origin functions with origins that attackers use, and report those they allow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from flask import Flask

from ..context import current_flask_request
from ..core.actual import is_insecure
from ..core.errors import PolicyProblem, with_location
from ..core.fetch_standard import NULL_ORIGIN
from ..core.origin_predicates import OriginPredicate, origin_as_text
from ..core.origins import (
    OriginPattern,
    ends_in_number,
    is_loopback_host,
    is_serialized_origin,
    parse_pattern,
)
from ..core.policy import Policy, allowed_origins
from ..core.public_suffixes import is_public_suffix
from ..core.text import printable, short_repr
from ..scopes.scope import Scope
from ..scopes.table import ScopeTable
from .probe_messages import HARMLESS, PROBED, REASONS
from .probe_seeds import samples_of, seeds_in, texts_of
from .routes import all_scopes

MAX_SEEDS: Final = 30
"""Origins that attacks on one function are made from."""
_ATTACKER: Final = "attacker.test"
_SIMILAR: Final = {"l": "1", "o": "0", "i": "l", "e": "3"}
_CYRILLIC: Final = str.maketrans("aeopcx", "аеорсх")  # noqa: RUF001 - they are to look alike


class Attack(NamedTuple):
    """An origin that an origin function should deny.

    :ivar origin: the origin, or a text that no browser sends.
    :ivar kind: a key of `REASONS`, ``port``, ``scheme`` or ``malformed``.
    :ivar seed: the origin that it was made from.
    """

    origin: str
    kind: str
    seed: str


@dataclass
class Findings:
    """The result of a probe.

    :ivar errors: origins of attackers that are allowed.
    :ivar warnings: origins that are allowed and hardly meant, and what could not be probed.
    :ivar information: what a function allows without harm.
    :ivar functions: how many origin functions were called.
    """

    errors: list[PolicyProblem] = field(default_factory=list)
    warnings: list[PolicyProblem] = field(default_factory=list)
    information: list[PolicyProblem] = field(default_factory=list)
    functions: int = 0

    def add(self, found: PolicyProblem) -> None:
        """Add a finding to the list that it belongs in."""
        if found.code == "probe-allowed":
            self.errors.append(found)
        elif found.code in HARMLESS:
            self.information.append(found)
        else:
            self.warnings.append(found)


def probe(app: Flask, scopes: ScopeTable, origins: Iterable[str]) -> Findings:
    """Call every origin function of `app` with the origins of attackers.

    :param origins: origins that the functions should allow.
    """
    enabled = [each for each in all_scopes(scopes) if each.compiled is not None]
    origins, known = tuple(origins), [*_listed(enabled), *_own(app)]
    findings, probed = Findings(), set[tuple[int, bool]]()
    for scope in enabled:
        for predicate in allowed_origins(scope.policy).predicates:
            key = id(predicate.written), is_insecure(scope.policy, f"http://{_ATTACKER}")
            if key not in probed:
                probed.add(key)
                found = _Probe(app, scope.policy, predicate, origins, known).run()
                for each in with_location(found, scope.name):
                    findings.add(each)
    findings.functions = len({written for written, _ in probed})
    return findings


def _listed(scopes: Iterable[Scope]) -> Iterator[str]:
    """Yield the origins that policies list, and samples of the patterns."""
    for scope in scopes:
        for item in scope.policy.origins:
            if isinstance(item, str):
                yield from samples_of(item)


def _own(app: Flask) -> Iterator[str]:
    """Yield the origin of the app, if its config has a server name."""
    yield from seeds_in([f"https://{app.config['SERVER_NAME'] or ''}"])


class _Probe:
    """The probe of one origin function."""

    def __init__(
        self,
        app: Flask,
        policy: Policy,
        predicate: OriginPredicate,
        origins: Iterable[str],
        known: Iterable[str],
    ) -> None:
        self._app = app
        self._policy = policy
        self._predicate = predicate
        written = [*origins, *seeds_in(texts_of(predicate.function)), *known]
        if predicate.takes_request:
            written.append("https://localhost")
        self._expected = dict.fromkeys(written)
        self._seeds = list(islice(self._expected, MAX_SEEDS))
        self._domains = {each for seed in self._seeds for each in _domains_of(seed)}
        self._allowed_any = False
        self._found: dict[tuple[str, str], PolicyProblem] = {}

    def run(self) -> list[PolicyProblem]:
        """Return the findings, one for each kind."""
        if not self._try(Attack(f"https://{_ATTACKER}", "any", "")):
            self._try(Attack(NULL_ORIGIN, "malformed", ""))
            for seed in self._seeds:
                if self._allows(seed):
                    self._allowed_any = True
            for attack in (each for seed in self._seeds for each in attacks_on(seed)):
                if attack.origin not in self._expected:
                    self._try(attack)
        if not self._allowed_any:
            self._report("probe-without-seed", "", origin_as_text(self._predicate.written))
        return list(self._found.values())

    def _try(self, attack: Attack) -> bool:
        """Call the function for the origin of `attack`; report and return whether it is allowed."""
        if not self._allows(attack.origin):
            return False
        self._allowed_any = True
        code = self._code(attack)
        kind = attack.kind if code == "probe-allowed" else ""
        reason = REASONS.get(attack.kind, "").format(seed=attack.seed)
        self._report(code, kind, attack.origin, reason=reason, seed=attack.seed)
        return True

    def _code(self, attack: Attack) -> str:
        """Return the code of the finding that `attack` is allowed."""
        if is_insecure(self._policy, attack.origin):
            return "probe-insecure"
        if attack.kind in ("port", "scheme", "malformed"):
            return f"probe-{attack.kind}"
        others = self._domains.isdisjoint(_parents_of(_parts(attack.origin).host))
        return "probe-allowed" if others else "probe-subdomain"

    def _allows(self, origin: str) -> bool:
        """Call the function; report an exception for an origin that a browser could send."""
        environ = {"HTTP_ORIGIN": origin}
        try:
            with self._app.test_request_context(environ_overrides=environ):
                return self._predicate.allows(origin, current_flask_request)
        except Exception as error:  # noqa: BLE001 - whatever fails is reported
            if is_serialized_origin(origin):
                self._report("probe-failed", "", origin, error=short_repr(error))
            return False

    def _report(self, code: str, kind: str, value: str, **facts: str) -> None:
        """Add a finding, unless there is one of this `code` and `kind`."""
        if (code, kind) not in self._found:
            function = origin_as_text(self._predicate.written)
            shown = printable(repr(value))
            text, hint = PROBED[code].format(function=function, value=shown, **facts)
            self._found[code, kind] = PolicyProblem(code, "origins", value, text, hint)


def attacks_on(seed: str) -> Iterator[Attack]:
    """Yield the attacks on a function that allows the origin `seed`."""
    parts = _parts(seed)
    scheme, _, host, port = parts
    end = f":{port}" if port else ""
    for kind, name in dict.fromkeys(_names_like(host)):
        # A function may ignore the scheme and the port of the seed.
        for start in dict.fromkeys((scheme, "https")):
            for origin in dict.fromkeys((f"{start}://{name}{end}", f"{start}://{name}")):
                if is_serialized_origin(origin):
                    yield Attack(origin, kind, seed)
    for kind, origin in _variants(parts, seed):
        yield Attack(origin, kind, seed)


def _names_like(host: str) -> Iterator[tuple[str, str]]:
    """Yield kinds and host names that a careless check takes for `host`."""
    domain = registrable_domain(host)
    label, dot, _ = host.partition(".")
    for name in (host, domain):
        for between in (".", "-", ""):
            yield "prefix", f"{name}{between}{_ATTACKER}"
        yield "suffix", f"attacker{name}"
        yield "suffix", f"attacker-{name}"
    if dot:
        yield "prefix", f"{label}.{_ATTACKER}"
    for at, character in enumerate(host):
        if character == ".":
            yield "look-alike", f"{host[:at]}x{host[at + 1 :]}"
            yield "look-alike", f"{host[:at]}-{host[at + 1 :]}"
    for character, similar in _SIMILAR.items():
        yield "look-alike", host.replace(character, similar, 1)
    if (homoglyph := label.translate(_CYRILLIC)) != label:
        yield "look-alike", f"xn--{homoglyph.encode('punycode').decode()}{host[len(label) :]}"
    yield "sibling", f"attacker.{domain.partition('.')[2]}"
    yield "part", host[:-1]
    yield "part", label
    yield "subdomain", f"attacker.{host}"


def _variants(parts: OriginPattern, seed: str) -> Iterator[tuple[str, str]]:
    """Yield kinds and origins with the host of `seed`, and texts that no browser sends."""
    scheme, _, host, port = parts
    for name in () if is_loopback_host(host) else (host, f"attacker.{host}"):
        ports = (f":{port[:4]}1", "") if port else (":8443",)
        for end in ports:
            yield "port", f"{scheme}://{name}{end}"
        if scheme == "https":
            yield "scheme", f"http://{name}{port and ':'}{port}"
    for text in (
        seed.upper(),
        f"{scheme}://{host.upper()}",
        f"{scheme}://{host}.",
        f"{seed}\n",
        f"{seed}/",
        f"{seed} ",
        f"{scheme}://user@{host}",
        f"{seed}@{_ATTACKER}",
        f"{scheme}://{_ATTACKER}/{seed}",
        f"{scheme}://{_ATTACKER}/.{host}",
        f"{scheme}://{_ATTACKER}#.{host}",
        f"{scheme}://{_ATTACKER}?{host}",
        f"{scheme}://{_ATTACKER}\\.{host}",
        f"{scheme}://{_ATTACKER},{seed}",
        f"{scheme}://{_ATTACKER} {seed}",
        host,
    ):
        yield "malformed", text


def registrable_domain(host: str) -> str:
    """Return the part of `host` that one owner has registered; `host` itself if there is none.

    Below a top-level domain that is not on the Public Suffix List, it has two labels.
    """
    if ends_in_number(host):
        return host  # an IP address
    labels = host.split(".")
    for count in range(2, len(labels) + 1):
        domain = ".".join(labels[-count:])
        if not is_public_suffix(domain):
            return domain
    return host


def _parts(origin: str) -> OriginPattern:
    parts = parse_pattern(origin)
    assert parts is not None  # seeds, and the attacks that a browser could send, are origins
    return parts


def _domains_of(seed: str) -> Iterator[str]:
    """Yield the domains whose subdomains belong to the owner of `seed`."""
    host = _parts(seed).host
    yield from (each for each in {host, registrable_domain(host)} if not is_public_suffix(each))


def _parents_of(host: str) -> Iterator[str]:
    """Yield `host` and all its parent domains."""
    while host:
        yield host
        host = host.partition(".")[2]
