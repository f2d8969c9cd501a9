"""Translate flask-cors's options into the settings of a policy, and of its scopes."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from ..core.errors import PolicyError, PolicyProblem, with_location
from ..core.fetch_standard import (
    FORBIDDEN_METHODS,
    FORBIDDEN_RESPONSE_HEADERS,
    NULL_ORIGIN,
    is_forbidden_request_header,
)
from ..core.messages import did_you_mean
from ..core.policy import Policy
from .messages import DECISIONS, error, note
from .patterns import OriginRegex, is_regex, is_text_or_regex, translate_origin, translate_resource

OWN_OPTIONS: Final = (
    "allow_null_origin",
    "allow_insecure_origins",
    "allow_public_suffix_subdomains",
)
"""Settings of this library that are passed on: each permits what is an error without it."""

_NEEDLESS: Final = {
    "send_wildcard": "'*' is always sent for origins=\"*\"",
    "vary_header": "Vary is sent whenever the response depends on the origin",
    "automatic_options": "preflights get their response for every route",
    "intercept_exceptions": "error responses always have the headers",
    "always_send": "the headers depend on the policy alone",
}
OPTIONS: Final = (
    "origins",
    "methods",
    "allow_headers",
    "expose_headers",
    "supports_credentials",
    "max_age",
    *_NEEDLESS,
    "allow_private_network",
    "resources",
)
"""The options of flask-cors."""

CONFIG_KEYS: Final = {f"CORS_{name.upper()}": name for name in OPTIONS}
"""The option for each key that flask-cors reads from an app's config."""

_SAFELISTED: Final = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class ScopeTranslation:
    """The policy of one resource.

    :ivar prefix: the prefix of URL rules.
    :ivar settings: keyword arguments for a whole :class:`Policy`, which inherits nothing.
    """

    prefix: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Translation:
    """The translation of flask-cors's options.

    :ivar settings: keyword arguments for :class:`Policy` or `CrossOrigin`. If `resources` are
        given and none of them is the whole app, nobody is allowed here.
    :ivar scopes: the policies for ``cors.apply``, one for each prefix.
    :ivar notes: messages for a person; those with a code in `DECISIONS` need a decision.
    :ivar errors: options that are unsafe or have no equivalent. With errors, `settings` and
        `scopes` are incomplete and may be invalid.
    """

    settings: Mapping[str, Any]
    scopes: tuple[ScopeTranslation, ...] = ()
    notes: tuple[PolicyProblem, ...] = ()
    errors: tuple[PolicyProblem, ...] = ()

    @property
    def decisions(self) -> tuple[PolicyProblem, ...]:
        """The notes that need a person's decision."""
        return tuple(each for each in self.notes if each.code in DECISIONS)


def options_from_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that flask-cors reads from an app's config."""
    return {name: config[key] for key, name in CONFIG_KEYS.items() if config.get(key) is not None}


def translate(options: Mapping[str, Any]) -> Translation:
    """Translate the `options` of `CORS`, `cross_origin` or one resource.

    :param options: as flask-cors merges them: config, then constructor, then ``init_app``. An
        option that is not there has flask-cors's default.
    """
    reader = _Reader(options)
    reader.check_names()
    if options.get("resources") in (None, "*", "/*", ".*", "/.*"):
        return Translation(reader.settings(), (), tuple(reader.notes), tuple(reader.errors))
    return _translate_resources(options, reader)


def _translate_resources(options: Mapping[str, Any], reader: "_Reader") -> Translation:
    """Translate each resource, with the options that are common to all."""
    common = {name: value for name, value in options.items() if name != "resources"}
    app: Mapping[str, Any] = {"origins": []}
    scopes: dict[str, Mapping[str, Any]] = {}
    for value, own in _resources(options["resources"], reader):
        prefix = reader.read_resource(value)
        each = translate({**common, **own, "resources": None})
        place = f"resource {value!r}"
        reader.notes.extend(with_location(each.notes, place))
        reader.errors.extend(with_location(each.errors, place))
        if prefix == "/":
            app = each.settings
        elif prefix is not None and scopes.setdefault(prefix, each.settings) != each.settings:
            reader.error("resource-twice", "resources", value, prefix=repr(prefix))
    found = tuple(ScopeTranslation(prefix, settings) for prefix, settings in scopes.items())
    return Translation(app, found, tuple(reader.notes), tuple(reader.errors))


def _resources(value: object, reader: "_Reader") -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Yield each path with its own options."""
    if isinstance(value, Mapping):
        pairs: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, (str, re.Pattern)) or not isinstance(value, Iterable):
        pairs = [(value, {})]
    else:
        pairs = [(each, {}) for each in value]
    for path, own in pairs:
        if is_text_or_regex(path) and isinstance(own, Mapping):
            yield path, own
        else:
            reader.errors.append(error("resource-type", "resources", path))


@dataclass
class _Reader:
    """Reads the options of one policy, and collects the notes and errors."""

    options: Mapping[str, Any]
    notes: list[PolicyProblem] = field(default_factory=list)
    errors: list[PolicyProblem] = field(default_factory=list)

    def note(self, code: str, name: str, value: object, **facts: object) -> None:
        self.notes.append(note(code, name, value, **facts))

    def error(self, code: str, name: str, value: object, **facts: object) -> None:
        self.errors.append(error(code, name, value, **facts))

    def check_names(self) -> None:
        """Report options that flask-cors does not have."""
        known = [*OPTIONS, *OWN_OPTIONS]
        for name, value in self.options.items():
            if name not in known:
                hint = did_you_mean(name, known, "The options")
                self.error("option-unknown", name, value, suggestion=hint)

    def settings(self) -> Mapping[str, Any]:
        """Return the settings of the policy."""
        credentials = self.read_credentials()
        found: dict[str, Any] = {"origins": self.read_origins(credentials)}
        if credentials:
            found["credentials"] = True
        found.update({name: self.options[name] for name in OWN_OPTIONS if name in self.options})
        if NULL_ORIGIN in found["origins"] and not credentials:
            found["allow_null_origin"] = True
        for name, read in _READERS.items():
            if name in self.options:
                found.update(read(self, self.options[name]))
        found["max_age"] = self.read_max_age()
        self.read_needless()
        self.check(found)
        return MappingProxyType(found)

    def check(self, settings: Mapping[str, Any]) -> None:
        """Report what `Policy` says about the `settings`, in the words of flask-cors."""
        known = {each.code for each in self.errors}
        try:
            Policy(**settings)
        except PolicyError as invalid:
            self.errors.extend(
                _in_their_words(each) for each in invalid.errors if each.code not in known
            )

    def read_credentials(self) -> bool:
        value = self.options.get("supports_credentials", False)
        if isinstance(value, str) and value.strip().lower() not in ("true", "1", "yes", "on"):
            self.error("supports-credentials-text", "supports_credentials", value)
        return bool(value)

    # Origins.

    def read_origins(self, credentials: bool) -> Any:
        if "origins" not in self.options:
            self.note("origins-unstated", "origins", "*")
        written = self.options.get("origins", "*")
        items = self.split_origins(written)
        if any(isinstance(each, str) and each in ("*", ".*") for each in items):
            if credentials:
                self.error("origins-star-with-credentials", "origins", written)
            return "*"
        found: list[Any] = []
        for item in items:
            found.extend(self.read_origin(item, credentials))
        return "*" if "*" in found else list(dict.fromkeys(found))

    def split_origins(self, written: object) -> list[Any]:
        """Return the entries of `origins`; one text may have several of them."""
        if written is None:
            self.note("origins-none-matches", "origins", written)
            return []
        if isinstance(written, str):
            parts = written.replace(",", " ").split()
            if len(parts) > 1 and all(_ORIGIN_START.match(each) for each in parts):
                self.note("origins-text", "origins", written, count=len(parts))
                return parts
            return [written]
        return _items(written)

    def read_origin(self, item: object, credentials: bool) -> Iterable[Any]:
        """Return the entries of `Policy.origins` for one of flask-cors."""
        if not is_text_or_regex(item):
            self.error("origin-type", "origins", item)
            return ()
        if is_regex(item):
            return self.read_origin_regex(item, credentials)
        text = str(item)
        if text == NULL_ORIGIN and not credentials:
            self.note("origin-null", "origins", text)
        return (text.lower(),)

    def read_origin_regex(self, item: Any, credentials: bool) -> Iterable[Any]:
        try:
            found = translate_origin(item)
        except re.error as invalid:
            self.error("regex-invalid", "origins", item, reason=invalid)
            return ()
        facts = {"written": found.written, "slips": repr(found.slips or found.loose)}
        if credentials and found.loose is not None:
            code = "origin-regex-any" if found.any_origin else "origin-regex-loose-with-credentials"
            self.error(code, "origins", item, slips=repr(found.loose))
        else:
            self.note(_note_code(found), "origins", item, missed=repr(found.missed), **facts)
        return found.origins

    # Methods and headers.

    def read_methods(self, value: object) -> Mapping[str, Any]:
        names = [name.upper() for item in _items(value) for name in _names(item)]
        if "*" in names:
            self.error("methods-star", "methods", value)
            return {}
        if "OPTIONS" in names:
            self.note("methods-options", "methods", value)
        forbidden = [name for name in names if name in FORBIDDEN_METHODS]
        if forbidden:
            self.note("methods-forbidden", "methods", value, names=_listed(forbidden))
        absent = [name for name in ("GET", "POST") if name not in names]
        if absent:
            self.note("methods-without-preflight", "methods", value, names=_listed(absent))
        return {"methods": [n for n in names if n != "OPTIONS" and n not in forbidden]}

    def read_allow_headers(self, value: object) -> Mapping[str, Any]:
        items = _items(value)
        if any(isinstance(each, str) and each in ("*", ".*") for each in items):
            return {"request_headers": "*"}
        if isinstance(value, str) and len(_names(value)) > 1 and not is_regex(value):
            items = _names(value)
            self.note("allow-headers-text", "allow_headers", value, count=len(items))
        for item in items:
            if is_regex(item):
                self.error("allow-headers-pattern", "allow_headers", item)
            elif not isinstance(item, str) and item is not None:
                self.error("allow-headers-type", "allow_headers", item)
        names = [each for each in items if isinstance(each, str) and not is_regex(each)]
        forbidden = [name for name in names if is_forbidden_request_header(name)]
        if forbidden:
            self.note("allow-headers-forbidden", "allow_headers", value, names=_listed(forbidden))
        return {"request_headers": [name for name in names if name not in forbidden]}

    def read_expose_headers(self, value: object) -> Mapping[str, Any]:
        names = [name for item in _items(value) for name in _names(item)]
        if not isinstance(value, str):
            names.sort()  # as flask-cors sends them
        forbidden = [name for name in names if name.lower() in FORBIDDEN_RESPONSE_HEADERS]
        if forbidden:
            self.note("expose-headers-forbidden", "expose_headers", value, names=_listed(forbidden))
        return {"expose_headers": [name for name in names if name not in forbidden]}

    # The other options.

    def read_max_age(self) -> object:
        value = self.options.get("max_age")
        if value is None:
            self.note("max-age-unset", "max_age", value)
            return None
        return int(value.total_seconds()) if isinstance(value, timedelta) else value

    def read_needless(self) -> None:
        for name, reason in _NEEDLESS.items():
            if name in self.options:
                self.note("option-needless", name, self.options[name], reason=reason)
        if self.options.get("allow_private_network"):
            self.note("private-network", "allow_private_network", True)

    def read_resource(self, value: Any) -> str | None:
        """Return the prefix of URL rules for a resource, or None if there is none."""
        try:
            found = translate_resource(value)
        except re.error as invalid:
            self.error("regex-invalid", "resources", value, reason=invalid)
            return None
        if found.prefix is None:
            matches = _listed(found.matches) if found.matches else "no path that is known"
            facts = {"matches": matches, "suggestion": repr(found.suggestion)}
            self.error("resource-regex", "resources", value, **facts)
        elif found.literal:
            suggestion = repr(found.suggestion)
            self.note("resource-literal", "resources", value, suggestion=suggestion)
        elif found.slips is not None:
            facts = {"slips": repr(found.slips), "prefix": repr(found.prefix)}
            self.note("resource-prefix", "resources", value, **facts)
        elif found.gains is not None:
            self.note("resource-prefix-itself", "resources", value, gains=repr(found.gains))
        return found.prefix


_READERS: Final[dict[str, Callable[[_Reader, object], Mapping[str, Any]]]] = {
    "methods": _Reader.read_methods,
    "allow_headers": _Reader.read_allow_headers,
    "expose_headers": _Reader.read_expose_headers,
}

_ORIGIN_START: Final = re.compile(r"[a-z][a-z0-9+.-]*://|\*$|null$", re.IGNORECASE)


def _note_code(found: OriginRegex) -> str:
    """Return the code of the note on the translation of a regular expression."""
    if found.missed is not None:
        return "origin-glob"
    if found.loose is not None:
        return "origin-regex-loose"
    if found.slips is not None:
        return "origin-regex-unanchored"
    return "origin-regex" if isinstance(found.origins[0], str) else "origin-regex-kept"


def _items(value: object) -> list[Any]:
    """Return the items of a list, in a stable order; a single value is one item."""
    if value is None:
        return []
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        return [value]
    return sorted(value, key=str) if isinstance(value, (set, frozenset)) else list(value)


def _names(item: object) -> list[str]:
    """Return the names in a text, which flask-cors sends as it is."""
    return str(item).replace(",", " ").split()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, dict.fromkeys(names)))


_THEIR_WORDS: Final = {
    "request_headers": "allow_headers",
    "credentials": "supports_credentials",
}


def _in_their_words(found: PolicyProblem) -> PolicyProblem:
    """Return a problem of a setting as one of flask-cors's option of that meaning."""
    message, hint = found.message, found.hint
    for ours, theirs in _THEIR_WORDS.items():
        message = re.sub(rf"\b{ours}\b(?=[ =:])", theirs, message)
        hint = re.sub(rf"\b{ours}\b(?=[ =:])", theirs, hint)
    name = _THEIR_WORDS.get(found.field, found.field)
    return replace(found, field=name, message=message, hint=hint)
