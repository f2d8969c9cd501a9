"""What is measured in process: groups of subjects, each an app, its shape and a request to it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from .answers import ask, check
from .environs import Environ, maker
from .rounds import Runner
from .shapes import ORDINARY, Shape
from .variants import VARIANTS, WRAPPERS, WSGIApp


@dataclass(frozen=True)
class Subject:
    """A variant of an app of some shape, and a kind of request to it."""

    variant: str
    kind: str
    shape: Shape = ORDINARY


Group = dict[str, Subject]
"""Subjects that are compared, by what they are called in the group."""

SIDE_BY_SIDE: Final = ("bare", "two-hooks", "flask-cors", "this")
MAIN_KINDS: Final = (
    "plain",
    "allowed",
    "denied",
    "preflight",
    "preflight-denied",
    "preflight-unknown",
)
SESSION: Final = "session"
"""The group of an app that reads its session."""
IN_APP: Final = "preflight in the app"
"""The group of preflights that the shortcut leaves to the app, since a wrapper stands between."""
ORIGINS: Final = (1, 100, 10_000, 1_000_000)
PATTERNS: Final = (1, 100, 10_000)
PARTS: Final = (1, 20, 500)
ROUTES: Final = (10, 300, 3000)
MILLION: Final = 1_000_000


def side_by_side(kind: str, shape: Shape = ORDINARY) -> Group:
    """Return all variants of an app."""
    return {variant: Subject(variant, kind, shape) for variant in SIDE_BY_SIDE}


def main(kind: str) -> Group:
    """Return all variants with one policy, and bare Flask a second time: the noise floor."""
    return {**side_by_side(kind), "bare again": Subject("bare", kind)}


def wrapped() -> Group:
    """Return all variants without a wrapper, and under each one."""
    group = side_by_side("allowed")
    for wrapper in WRAPPERS:
        under = side_by_side("allowed", Shape(wrapper=wrapper))
        group |= {f"{label}, {wrapper}": subject for label, subject in under.items()}
    return group


def _three(kind: str, shape: Shape) -> Group:
    return {variant: Subject(variant, kind, shape) for variant in ("bare", "flask-cors", "this")}


def parts(count: int, kind: str) -> Group:
    """Return an app with `count` blueprints and views, with policies of their own and without."""
    stated, silent = Shape(parts=count), Shape(parts=count, scoped=False)
    return {
        "bare": Subject("bare", kind, silent),
        "flask-cors": Subject("flask-cors", kind, stated),
        "this": Subject("this", kind, stated),
        "this, one policy": Subject("this", kind, silent),
    }


def verdicts() -> Group:
    """Return denied preflights beside allowed ones."""
    return {kind: Subject("this", kind) for kind in ("preflight", "preflight-denied")}


def scoped_preflights() -> Group:
    """Return preflights where 20 blueprints and views have policies, and where none has."""
    shape = Shape(parts=20)
    return {
        "flask-cors": Subject("flask-cors", "preflight-part", shape),
        "this": Subject("this", "preflight-part", shape),
        "this, elsewhere": Subject("this", "preflight", shape),
        "this, one policy": Subject("this", "preflight"),
    }


def million(kind: str) -> Group:
    """Return a million origins beside one."""
    return {str(count): Subject("this", kind, Shape(origins=count)) for count in (1, MILLION)}


def judged_groups() -> dict[str, Group]:
    """Return the groups that the goals are judged by."""
    return {
        **{kind: main(kind) for kind in MAIN_KINDS},
        SESSION: side_by_side("allowed", Shape(session=True)),
        IN_APP: side_by_side("preflight", Shape(wrapper="passing")),
        "wrapped": wrapped(),
        "verdicts": verdicts(),
        "scoped preflights": scoped_preflights(),
        "500 parts, part": parts(500, "part"),
        "million": million("allowed"),
        "million, preflight": million("preflight"),
    }


def all_groups() -> dict[str, Group]:
    """Return every group; what they show beyond the goals is how the costs grow."""
    groups = judged_groups()
    for count in ORIGINS:
        for kind in ("allowed", "preflight"):
            groups[f"{count} origins, {kind}"] = _three(kind, Shape(origins=count))
    for count in PATTERNS:
        for kind in ("allowed", "preflight"):
            groups[f"{count} patterns, {kind}"] = _three(kind, Shape(patterns=count))
    for count in PARTS:
        for kind in ("part", "preflight-part"):
            groups[f"{count} parts, {kind}"] = parts(count, kind)
    for count in ROUTES:
        for kind in ("allowed", "preflight"):
            groups[f"{count} routes, {kind}"] = _three(kind, Shape(routes=count))
    return groups


class Apps:
    """Builds apps, and keeps those that may be wanted again."""

    def __init__(self) -> None:
        self._kept = cache(build)

    def runner(self, subject: Subject) -> Runner:
        """What times `subject`, whose answer has been found right.

        :raises WrongAnswerError: if it is not.
        """
        app = self._kept(subject.variant, subject.shape)
        return checked_runner(app, subject)

    def runners(self, group: Group) -> dict[str, Runner]:
        """What times each of `group`; of two equal subjects each has an app of its own."""
        runners = {}
        seen: set[Subject] = set()
        for label, subject in group.items():
            if subject in seen:
                app = build(subject.variant, subject.shape)
                runners[label] = checked_runner(app, subject)
            else:
                runners[label] = self.runner(subject)
            seen.add(subject)
        return runners


def build(variant: str, shape: Shape) -> WSGIApp:
    """The app of a variant."""
    return VARIANTS[variant](shape)


def checked_runner(app: WSGIApp, subject: Subject) -> Runner:
    """What times `app`, which answers rightly as `subject`."""
    make = maker(subject.kind, subject.shape)
    for _ in range(2):  # the first request of an app is not like the others
        check(subject.variant, subject.kind, subject.shape, ask(app, make()))
    return wsgi_runner(app, make)


def wsgi_runner(app: Callable[..., Iterable[bytes]], make: Callable[[], Environ]) -> Runner:
    """What sends a WSGI app the requests that `make` makes, as a server does."""

    def start_response(status: str, headers: list[Any], exc_info: Any = None) -> None:
        return None

    def run(environs: list[Environ]) -> None:
        for environ in environs:
            body = app(environ, start_response)
            for _ in body:
                pass
            if hasattr(body, "close"):
                body.close()

    return Runner(lambda count: [make() for _ in range(count)], run)
