"""Which URL rules can match the same URL.

A browser keeps what a preflight allowed by URL, not by method. Where the methods of one URL are
governed by more than one policy, that memory of the one must not serve for the other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from werkzeug.routing import Rule

_ANY: Final = "*"
_REST: Final = "**"
_VARIABLE: Final = re.compile(r"<(?:(\w+):)?\w+>")


@dataclass(slots=True)
class Overlaps:
    """An index of rules by the segments of their text, hosts left aside.

    It may name a rule too many, never one too few.
    """

    _rules: list[Rule] = field(default_factory=list)
    _next: "dict[str, Overlaps]" = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "Overlaps":
        """The index of `rules`."""
        root = cls()
        for rule in rules:
            node = root
            for segment in _segments(rule):
                node = node._next.setdefault(segment, cls())
            node._rules.append(rule)
        return root

    def with_rule(self, rule: Rule) -> Iterator[Rule]:
        """Every indexed rule that matches some URL that `rule` matches."""
        yield from self._matching(_segments(rule))

    def _matching(self, segments: list[str]) -> Iterator[Rule]:
        if not segments:
            yield from self._rules
            rest = self._next.get(_REST)
            yield from rest._all() if rest else ()
            return
        first, *others = segments
        if first == _REST:
            yield from self._all()
            return
        for segment, node in self._next.items():
            if segment == _REST:
                yield from node._all()
            elif _ANY in (first, segment) or first == segment:
                yield from node._matching(others)

    def _all(self) -> Iterator[Rule]:
        yield from self._rules
        for node in self._next.values():
            yield from node._all()


def _segments(rule: Rule) -> list[str]:
    """The segments of a rule's text: static ones, any one, or any number from there on."""
    segments: list[str] = []
    for segment in rule.rule.strip("/").split("/"):
        if "<" not in segment and ">" not in segment:
            segments.append(segment)
            continue
        converters = [rule.map.converters[each or "default"] for each in _VARIABLE.findall(segment)]
        # What is left may be a variable with arguments, and these can hold anything.
        plain = "<" not in _VARIABLE.sub("", segment)
        if not plain or not all(each.part_isolating for each in converters):
            return [*segments, _REST]
        segments.append(_ANY)
    return segments
