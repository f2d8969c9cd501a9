"""Parse the settings that list origins: ``origins``, and ``credentials``."""

from dataclasses import replace
from typing import Any, Final, Literal, NamedTuple

from .errors import PolicyProblem
from .fetch_standard import NULL_ORIGIN
from .lists import INVALID, UNSET, NoValue, Report, invalid, items_of, split_list
from .origin_predicates import OriginPredicate, make_predicate
from .origins import Allowlist, is_serialized_origin, parse_pattern
from .problems import problem


class AllowedOrigins(NamedTuple):
    """The origins that a policy allows, in the form in which they are checked.

    :ivar any_origin: whether every origin is allowed; the other two are then empty.
    :ivar allowlist: the exact origins and origin patterns.
    :ivar predicates: the origin functions, in the order written; called for an origin that is
        not on the allowlist.
    """

    any_origin: bool
    allowlist: Allowlist
    predicates: tuple[OriginPredicate, ...]


class ParsedOrigins(NamedTuple):
    """The parsed setting ``origins``.

    :ivar written: the value of `Policy.origins`.
    :ivar allowed: the form in which origins are checked.
    """

    written: tuple[Any, ...] | Literal["*"]
    allowed: AllowedOrigins


_ANY_ORIGIN: Final = ParsedOrigins("*", AllowedOrigins(True, Allowlist(()), ()))


def parse_origins(value: object, report: Report) -> ParsedOrigins | NoValue:
    """Parse ``origins``."""
    if value is UNSET or value is None or (isinstance(value, str) and not split_list(value)):
        return invalid(report, problem("origins-unset", "origins", value))
    items = items_of("origins", value, report)
    if items is INVALID:
        return INVALID
    if items is None:
        return invalid(report, problem("origins-type", "origins", value))
    # A subclass of str may override comparison, so only its text is kept.
    items = tuple(str.__str__(item) if isinstance(item, str) else item for item in items)
    if "*" in [item for item in items if isinstance(item, str)]:
        if len(items) > 1:
            report(problem("origins-star-not-alone", "origins", value))
            _parse_entries(tuple(item for item in items if item != "*"), report)
        return _ANY_ORIGIN
    return _parse_entries(items, report)


def _parse_entries(items: tuple[object, ...], report: Report) -> ParsedOrigins:
    """Parse the entries of a list; return the valid ones, so that other rules can check them."""
    texts: list[str] = []
    predicates: list[OriginPredicate] = []
    for item in items:
        if isinstance(item, str):
            if parse_pattern(item) is not None or item == NULL_ORIGIN:
                texts.append(item)
            else:
                from .origin_diagnostics import diagnose  # only errors need it

                report(diagnose(item))
            continue
        predicate = make_predicate(item)
        if isinstance(predicate, OriginPredicate):
            predicates.append(predicate)
        else:
            report(predicate or problem("origin-type", "origins", item))
    return ParsedOrigins(items, AllowedOrigins(False, Allowlist(texts), tuple(predicates)))


def parse_credentialed_origins(value: object, report: Report) -> tuple[str, ...] | bool | NoValue:
    """Parse ``credentials`` that is not a boolean: a list of exact origins."""
    # Text that has no origin in it was meant as a boolean.
    word = isinstance(value, str) and "://" not in value and value.strip()[:1] not in ("[", '"')
    items = None if word or callable(value) else items_of("credentials", value, report)
    if items is INVALID:
        return INVALID
    if items is None:
        return invalid(report, problem("boolean", "credentials", value))
    parsed = [_parse_credentialed_origin(item) for item in items]
    problems = [each for each in parsed if isinstance(each, PolicyProblem)]
    for each in problems:
        report(each)
    texts = [each for each in parsed if isinstance(each, str)]
    return INVALID if problems else tuple(dict.fromkeys(texts)) or False


def _parse_credentialed_origin(item: object) -> str | PolicyProblem:
    if not isinstance(item, str) or "*" in item:
        return problem("credentials-item", "credentials", item)
    if item == NULL_ORIGIN:
        return problem("origin-null-with-credentials", "credentials", item)
    if is_serialized_origin(item):
        return str.__str__(item)
    from .origin_diagnostics import diagnose  # only errors need it

    return replace(diagnose(item), field="credentials")
