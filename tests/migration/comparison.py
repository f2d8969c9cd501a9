"""Ask both libraries alike through the browser model, and explain every difference."""

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import flask_cors
from flask import Flask

from flask_crossorigin import PolicyError, compat
from flask_crossorigin.browser import Blocked, Browser
from flask_crossorigin.core.origins import Allowlist
from flask_crossorigin.migration.options import Translation, translate
from flask_crossorigin.migration.patterns import is_regex, translate_origin

from .configurations import EXPOSED, ORIGINS, PATHS, Configuration, random_configuration

API: Final = "https://api.example.net"


@dataclass(frozen=True)
class Question:
    """A request of a page."""

    origin: str | None
    path: str
    method: str
    headers: tuple[tuple[str, str], ...]
    credentials: Any


@dataclass(frozen=True)
class Answer:
    """The result for the page.

    :ivar status: None if the page can't read the response.
    :ivar exposed: whether the page can read the header `EXPOSED`.
    """

    status: int | None
    exposed: bool = False


@dataclass(frozen=True)
class Difference:
    """A question with two answers."""

    configuration: Configuration
    question: Question
    theirs: Answer
    ours: Answer

    def __str__(self) -> str:
        return f"{self.configuration}\n  {self.question}\n  {self.theirs} -> {self.ours}"


def questions(random: Random, count: int) -> Iterator[Question]:
    """Yield `count` questions."""
    headers = ((), (), (("X-A", "1"),), (("Authorization", "Bearer 1"),), (("x-c", "1"),))
    for _ in range(count):
        yield Question(
            random.choice(ORIGINS),
            random.choice(PATHS),
            random.choice(("GET", "GET", "POST", "PUT", "PATCH", "DELETE")),
            random.choice(headers),
            random.choice(("omit", "omit", "include")),
        )


def ask(app: Flask, question: Question) -> Answer:
    """Return what the page sees, in a browser that knows nothing yet."""
    page = Browser({API: app}).page(question.origin)
    body = {} if question.method in ("GET", "DELETE") else {"json": [1]}
    try:
        response = page.fetch(
            f"{API}{question.path}",
            method=question.method,
            headers=question.headers,
            credentials=question.credentials,
            **body,  # type: ignore[arg-type]
        )
    except Blocked:
        return Answer(None)
    readable = {name.lower() for name in dict(response.headers)}
    return Answer(response.status, EXPOSED.lower() in readable)


@dataclass(frozen=True)
class Comparison:
    """A configuration under both libraries.

    :ivar refused: the codes of the errors, if the bridge refuses it.
    :ivar asked: the number of questions.
    """

    configuration: Configuration
    refused: tuple[str, ...] = ()
    asked: int = 0
    differences: tuple[Difference, ...] = ()


def compare(configuration: Configuration, random: Random, count: int) -> Comparison:
    """Compare the answers to `count` questions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ours = configuration.set_up(compat.CORS, compat.cross_origin)
        except PolicyError as error:
            return Comparison(configuration, tuple(each.code for each in error.errors))
        theirs = configuration.set_up(flask_cors.CORS, flask_cors.cross_origin)
        for app in (ours, theirs):
            app.logger.disabled = True
        found = []
        for question in questions(random, count):
            answers = ask(theirs, question), ask(ours, question)
            if answers[0] != answers[1]:
                found.append(Difference(configuration, question, *answers))
    return Comparison(configuration, (), count, tuple(found))


def comparisons(count: int, seed: int, asked: int) -> Iterator[Comparison]:
    """Compare `count` random configurations."""
    for number in range(count):
        random = Random(f"{seed}:{number}")
        yield compare(random_configuration(random), random, asked)


# Explanations.


def applicable(difference: Difference) -> tuple[dict[str, Any], Translation]:
    """Return the options that apply to the path, and their translation."""
    configuration, path = difference.configuration, difference.question.path
    options = configuration.merged
    if configuration.where == "two calls" and path.startswith("/open"):
        options = dict(configuration.second)
    resources = options.pop("resources", None)
    if isinstance(resources, dict):
        for resource, own in resources.items():
            text = str(getattr(resource, "pattern", resource)).strip("^$").replace(".*", "*")
            if path.startswith(text.rstrip("*").rstrip("/")) and text != "*":
                options = {**options, **own}
                break
        else:
            options = {**options, **resources.get("*", {})}
    return options, translate(options)


def _origin_text(difference: Difference) -> str:
    return difference.question.origin or "null"


def _opens(difference: Difference) -> bool:
    return difference.theirs.status is None and difference.ours.status is not None


def _is_unanchored(difference: Difference) -> bool:
    """Return whether an expression matches the origin, and its translation does not."""
    written = applicable(difference)[0].get("origins", "*")
    entries = [written] if isinstance(written, (str, re.Pattern)) else written
    origin = _origin_text(difference)
    return difference.ours.status is None and any(
        _is_narrower(each, origin) for each in entries if is_regex(each) and each != "*"
    )


def _is_narrower(entry: Any, origin: str) -> bool:
    regex = re.compile(entry, re.IGNORECASE) if isinstance(entry, str) else entry
    found = translate_origin(entry)
    texts = [each for each in found.origins if isinstance(each, str)]
    allowed = any(each(origin) for each in found.origins if not isinstance(each, str))
    narrower = not allowed and not Allowlist(texts).allows(origin)
    return bool(regex.match(origin)) and narrower and found.slips is not None


def _has_note(code: str) -> Callable[[Difference], bool]:
    return lambda difference: (
        _opens(difference) and code in {each.code for each in applicable(difference)[1].notes}
    )


def _has_header_note(difference: Difference) -> bool:
    has_body = difference.question.method not in ("GET", "DELETE")
    return bool(difference.question.headers or has_body) and _has_note("allow-headers-text")(
        difference
    )


def _is_error(difference: Difference) -> bool:
    """Return whether the app's response is an error or comes after a redirect."""
    path = difference.question.path
    status = difference.ours.status
    return _opens(difference) and (status is not None and (status >= 400 or path == "/api/list"))


def _is_guarded(difference: Difference) -> bool:
    return _opens(difference) and difference.question.path == "/api/guarded"


def _resources(difference: Difference) -> str:
    return repr(difference.configuration.merged.get("resources"))


def _is_sibling(difference: Difference) -> bool:
    return difference.question.path == "/apix" and "/api" in _resources(difference)


def _is_below_literal(difference: Difference) -> bool:
    return difference.question.path == "/open/marks" and "'/open'" in _resources(difference)


def _is_prefix_itself(difference: Difference) -> bool:
    path = difference.question.path
    return _opens(difference) and path == "/api" and "/api/.*" in _resources(difference)


def _is_not_automatic(difference: Difference) -> bool:
    return (
        _opens(difference)
        and difference.configuration.where == "decorator"
        and not difference.configuration.options.get("automatic_options", True)
    )


def _is_left_out(difference: Difference) -> bool:
    methods = applicable(difference)[0].get("methods", "GET POST")
    return _opens(difference) and difference.question.method not in str(methods).upper()


KINDS: Final[dict[str, tuple[str, Callable[[Difference], bool]]]] = {
    "sibling": (
        "flask-cors's '/api/*' also matches /apix; here a prefix is compared by segments.",
        _is_sibling,
    ),
    "unanchored": (
        "An expression matches more than its translation; the note on it names such an origin.",
        _is_unanchored,
    ),
    "guard": (
        "A before_request function refuses the preflight there; here it never runs for one.",
        _is_guarded,
    ),
    "error": (
        "Preflights for URLs without a rule, redirects and errors outside a blueprint's views "
        "have no headers or no good status there.",
        _is_error,
    ),
    "glob": ("A text such as 'https://*.example.com' is a pattern here.", _has_note("origin-glob")),
    "text": ("Several origins in one text are a list here.", _has_note("origins-text")),
    "header text": ("Several header names in one text are a list here.", _has_header_note),
    "below": ("A path without '*' is a prefix here.", _is_below_literal),
    "prefix itself": (
        "flask-cors's '/api/.*' does not match /api; here it is the prefix /api.",
        _is_prefix_itself,
    ),
    "not automatic": (
        "With automatic_options=False, preflights reach a view there; here they have a response.",
        _is_not_automatic,
    ),
    "left out": ("GET and POST are allowed although methods leaves them out.", _is_left_out),
}
"""The kinds of differences that are expected, each with its explanation."""


def kind_of(difference: Difference) -> str | None:
    """Return the kind of `difference`, or None if it has no explanation."""
    return next((kind for kind, (_, matches) in KINDS.items() if matches(difference)), None)
