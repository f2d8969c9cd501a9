"""Which URL rules the router can choose for the same URL, by the method of the request.

A browser keeps a preflight response by URL, not by method. Where the rules of one URL have
several policies, a response that one of them gave must not serve for another.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from werkzeug.routing import Rule
from werkzeug.routing.rules import RulePart

Parts: TypeAlias = tuple[RulePart, ...]


Methods: TypeAlias = set[str] | None
"""The methods of a rule; None for every method."""

_LAST_SLASHES: Final = 2
"""Those that a URL may have beyond a rule's parts: of a rule that ends with a slash but is not
strict, Werkzeug matches even ``//``."""


class _Place:
    """Rules that match exactly the same URLs: the router chooses among them by method alone.

    :ivar parts: the host and the segments, without the empty segment after a last slash.
    :ivar methods: the methods of all `rules` together.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts: Parts = parts
        self.rules: list[Rule] = []
        self.methods: Methods = set()

    def add(self, rule: Rule) -> None:
        """Add `rule`."""
        self.rules.append(rule)
        if self.methods is None or rule.methods is None:
            self.methods = None
        else:
            self.methods |= rule.methods


class _Node:
    """One state of the router: the places that end here, and the states that can follow.

    :ivar static: by the text of a segment.
    :ivar dynamic: by the part that a segment must match.
    :ivar final: by the part that all the rest of a URL must match.
    """

    def __init__(self) -> None:
        self.places: dict[tuple[object, ...], _Place] = {}
        self.static: dict[str, _Node] = {}
        self.dynamic: list[tuple[RulePart, _Node]] = []
        self.final: list[tuple[RulePart, _Node]] = []

    def make_next(self, part: RulePart) -> "_Node":
        """Return the node that `part` leads to; make it where there is none."""
        if part.static:
            return self.static.setdefault(part.content, _Node())
        nodes = self.final if part.final else self.dynamic
        for known, node in nodes:
            if known == part:
                return node
        nodes.append((part, _Node()))
        return nodes[-1][1]

    def overlapping(self, parts: Parts) -> Iterator[_Place]:
        """Yield every place from here on that can match a URL which goes on with `parts`."""
        if _can_be_slashes(parts):
            yield from self.places.values()
        if not parts:
            yield from self._at_slashes()
            return
        first, others = parts[0], parts[1:]
        for _, node in self.final:
            yield from node.all()
        for node in self._after(first.content) if first.static else self._beside(first):
            yield from node.all() if first.final else node.overlapping(others)

    def _at_slashes(self, limit: int = _LAST_SLASHES) -> Iterator[_Place]:
        """Yield the places after this node that can match where the URL has but last slashes."""
        for part, node in self.final:
            if _can_be_slashes((part,)):
                yield from node.all()
        for node in self._after("") if limit else ():
            yield from node.places.values()
            yield from node._at_slashes(limit - 1)

    def all(self) -> Iterator[_Place]:
        """Yield every place from here on."""
        yield from self.places.values()
        dynamic = (node for _, node in (*self.dynamic, *self.final))
        for node in (*self.static.values(), *dynamic):
            yield from node.all()

    def _after(self, segment: str) -> "Iterator[_Node]":
        """Yield the nodes that `segment` leads to."""
        if segment in self.static:
            yield self.static[segment]
        yield from (node for part, node in self.dynamic if _matches(part, segment))

    def _beside(self, part: RulePart) -> "Iterator[_Node]":
        """Yield the nodes that a segment can lead to which the dynamic `part` matches."""
        for text, node in self.static.items():
            if part.final or _matches(part, text):
                yield node
        yield from (node for _, node in self.dynamic)


class RuleIndex:
    """An index of the rules of one map, built as the router builds its states.

    It may name a rule too many, never one too few. The router's own redirects are left aside:
    no preflight that was redirected may be kept, whichever rule it led to.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._root = _Node()
        self._places: dict[int, _Place] = {}
        for rule in rules:
            # No other rule is for a request that has a preflight.
            if not (rule.build_only or rule.websocket):
                self._places[id(rule)] = self._add(rule)

    def _add(self, rule: Rule) -> _Place:
        parts: Parts = tuple(rule._parts)
        # A rule that is not strict matches a URL with last slashes and without them.
        slash = parts[-1].static and not parts[-1].content
        parts = parts[:-1] if slash else parts
        node = self._root
        for part in parts:
            node = node.make_next(part)
        place = node.places.setdefault((slash, rule.strict_slashes), _Place(parts))
        place.add(rule)
        return place

    def with_rule(self, rule: Rule) -> Iterator[Rule]:
        """Yield every other rule that a URL of `rule` can have for another method."""
        own = self._places.get(id(rule))
        if own is None:
            return
        for place in self._root.overlapping(own.parts):
            for other in place.rules:
                if other is not rule and _can_split(rule, own, other, place):
                    yield other


def _matches(part: RulePart, text: str) -> bool:
    if part.static:
        return part.content == text
    return re.match(part.content, text) is not None


def _can_be_slashes(parts: Parts) -> bool:
    """Return whether `parts` can match the empty segments that last slashes make of a URL."""
    if len(parts) == 1 and parts[0].final:
        return any(_matches(parts[0], "/" * count) for count in range(_LAST_SLASHES))
    return len(parts) <= _LAST_SLASHES and all(_matches(part, "") for part in parts)


def _can_split(rule: Rule, own: _Place, other: Rule, place: _Place) -> bool:
    """Return whether one URL of both can have `rule` for one method and `other` for another."""
    first = _first(own, place)
    if first is own:
        return _adds(other.methods, own.methods)
    if first is place:
        return _adds(rule.methods, place.methods)
    return other.methods != rule.methods


def _first(one: _Place, other: _Place) -> _Place | None:
    """Return the place that the router tries first, whichever URL of both it is; else None.

    Segment by segment, it tries static text before variables, and these by their weights.
    """
    for mine, its in zip(one.parts, other.parts, strict=False):
        if mine.static and its.static:
            continue  # the segment of one URL, so they are equal
        if mine.static or its.static:
            return one if mine.static else other
        if mine.weight != its.weight:
            return one if mine.weight < its.weight else other
        if mine != its:
            break
    return None


def _adds(methods: Methods, others: Methods) -> bool:
    """Return whether `methods` has one that the `others` lack."""
    if others is None:
        return False
    return methods is None or not methods <= others
