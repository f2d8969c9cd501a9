"""What an app answers, and whether that is what its variant is there for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .environs import Environ, is_preflight
from .shapes import Shape


@dataclass(frozen=True)
class Answer:
    """A response.

    :ivar headers: by name in lower case; values of one name are joined by commas.
    """

    status: int
    headers: dict[str, str]


class WrongAnswerError(Exception):
    """An app did not answer as its variant is there for, so that its speed means nothing."""


def ask(app: Callable[..., Iterable[bytes]], environ: Environ) -> Answer:
    """Send one request to a WSGI app."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        started[:] = [(status, headers)]

    body = app(environ, start_response)
    for _ in body:
        pass
    close = getattr(body, "close", None)
    if close is not None:
        close()
    status, headers = started[0]
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return Answer(int(status[:3]), joined)


def check(variant: str, kind: str, shape: Shape, answer: Answer) -> None:
    """Pass the `answer` of `variant` to a request of `kind`, if it is right.

    :raises WrongAnswerError: if it is not.
    """
    wanted = expected(variant, kind, shape)
    found = {name: answer.headers.get(name) for name in wanted}
    status = expected_status(variant, kind)
    if found != wanted or answer.status != status:
        raise WrongAnswerError(
            f"{variant} answers {kind} with {answer.status} and {found}, "
            f"where {status} and {wanted} are right."
        )


def expected(variant: str, kind: str, shape: Shape) -> dict[str, str | None]:
    """The headers that make the answer right; None for one that must not be there."""
    origin = "access-control-allow-origin"
    credentials = "access-control-allow-credentials"
    nothing: dict[str, str | None] = {origin: None, credentials: None}
    allowed: dict[str, str | None] = {origin: shape.front_end, credentials: "true"}
    if variant == "bare":
        return nothing
    if variant == "two-hooks":
        # It allows whoever asks, and everybody where nobody does.
        return (
            {credentials: "true"}
            if kind.endswith("denied")
            else {**allowed, **({origin: "*"} if kind == "plain" else {})}
        )
    wanted = nothing if kind == "plain" or kind.endswith("denied") else allowed
    if variant == "flask-cors" and kind == "plain" and shape.origins == 1 and not shape.patterns:
        return allowed  # it sends a single origin to whoever asks
    if variant == "this" and not is_preflight(kind):
        wanted = {**wanted, "vary": "Cookie, Origin" if shape.session else "Origin"}
    if variant == "this" and kind in {"preflight", "preflight-part"}:
        wanted = {**wanted, "access-control-allow-headers": "content-type, x-requested-with"}
    return wanted


def expected_status(variant: str, kind: str) -> int:
    """The status that makes the answer right."""
    if not is_preflight(kind):
        return 200
    if variant == "two-hooks":
        return 204
    if variant == "this":
        return 403 if kind.endswith("denied") else 204
    return 404 if kind.endswith("unknown") else 200
