"""Declarations: what `apply` and `disable` record for blueprints and prefixes of URL rules."""

import re
import weakref
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from flask import Blueprint, Flask
from werkzeug.routing import Rule

from ..core.errors import PolicyError, with_location
from ..core.policy import Policy
from ..core.problems import problem
from ..core.settings import materialized, parse_settings


class Disabled(Enum):
    """The declaration that a scope is left to Flask."""

    DISABLED = "disabled"


DISABLED: Final = Disabled.DISABLED

_SLASHES: Final = re.compile("/{2,}")


Declaration: TypeAlias = Policy | Mapping[str, Any] | Literal[Disabled.DISABLED]
"""A whole policy, changes to the inherited one, or DISABLED."""


def parse_declaration(policy: object, changes: Mapping[str, Any], place: str) -> Declaration:
    """Return the declaration that a user wrote as a `policy` or as `changes`.

    :raises PolicyError: with the problems that it has whatever it will inherit.
    """
    if isinstance(policy, Policy):
        if changes:
            raise PolicyError([problem("policy-and-settings", "policy", sorted(changes))])
        return policy
    if policy is not None:
        raise PolicyError([problem("policy-type", "policy", policy)])
    if not changes:
        raise PolicyError([problem("scope-empty", "scope", place)])
    changes = materialized(changes)
    _, problems = parse_settings(changes)
    if problems:
        raise PolicyError(with_location(problems, place))
    return changes


def parse_prefix(prefix: str) -> str:
    """Return `prefix` in the form that rules are compared with.

    :raises PolicyError: if no rule can begin with it.
    """
    segments = prefix.strip("^$ ").rstrip(".*+").split("/")
    suggestion = "/" + "/".join(part for part in segments if part)
    if prefix.startswith("/") and prefix.rstrip("/") == suggestion.rstrip("/"):
        return suggestion
    raise PolicyError([problem("prefix", "prefix", prefix, suggestion=repr(suggestion))])


def is_below(path: Rule | str, prefix: str) -> bool:
    """Return whether `path` is `prefix` or goes on from it with a whole segment.

    Slashes are merged as the router merges them: always, but for a rule that keeps them.
    """
    text = path if isinstance(path, str) else path.rule
    if isinstance(path, str) or path.merge_slashes:
        text = _SLASHES.sub("/", text)
    return prefix == "/" or text == prefix or text.startswith(f"{prefix}/")


def blueprint_names(endpoint: str) -> Iterator[str]:
    """Yield the names of the blueprints that `endpoint` is nested in, the outer one first."""
    parts = endpoint.split(".")[:-1]
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])


class _Entry(NamedTuple):
    target: "str | weakref.ref[Blueprint]"
    value: Declaration
    app: "weakref.ref[Flask] | None"

    def is_for(self, app: Flask) -> bool:
        return self.app is None or self.app() is app


class Declarations:
    """The declarations of one extension, each for every app or for one."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []

    def add(self, target: Blueprint | str, declaration: Declaration, app: Flask | None) -> None:
        """Record the `declaration`."""
        limit = None if app is None else weakref.ref(app)
        self._entries.append(_Entry(_key(target), declaration, limit))

    def has(self, target: Blueprint | str, declaration: Declaration, app: Flask | None) -> bool:
        """Return whether the `declaration` is recorded already.

        :raises PolicyError: if another one is recorded for the same target.
        """
        key = _key(target)
        for entry in self._entries:
            if entry.target == key and (app is None or entry.is_for(app)):
                if entry.value == declaration:
                    return True
                raise PolicyError([problem("scope-duplicate", "scope", scope_name(target))])
        return False

    def prefixes(self, app: Flask) -> list[tuple[str, Declaration]]:
        """Return the prefixes declared for `app`, the shortest first."""
        found = [
            (entry.target, entry.value)
            for entry in self._entries
            if isinstance(entry.target, str) and entry.is_for(app)
        ]
        return sorted(found, key=lambda each: each[0].rstrip("/").count("/"))

    def all_blueprints(self) -> list[Blueprint]:
        """Return the blueprints with a declaration, for whichever app."""
        found = [entry.target() for entry in self._entries if not isinstance(entry.target, str)]
        return [each for each in found if each is not None]

    def blueprints(self, app: Flask) -> dict[str, Declaration]:
        """Return the declarations for the blueprints of `app`, by their registered names."""
        declared: dict[object, Declaration] = {
            entry.target(): entry.value
            for entry in self._entries
            if not isinstance(entry.target, str) and entry.is_for(app)
        }
        return {name: declared[each] for name, each in app.blueprints.items() if each in declared}


def _key(target: Blueprint | str) -> "str | weakref.ref[Blueprint]":
    return target if isinstance(target, str) else weakref.ref(target)


def scope_name(target: Blueprint | str) -> str:
    """Return the name of the scope of `target`, as messages show it."""
    return f"prefix {target}" if isinstance(target, str) else f"blueprint {target.name}"


def is_in_app(app: Flask, target: Blueprint | str) -> bool:
    """Return whether `app` has a rule below the prefix `target`, or the blueprint `target`."""
    if isinstance(target, str):
        return any(is_below(rule, target) for rule in app.url_map.iter_rules())
    return target in app.blueprints.values()
