"""Notes of an explanation: what was not sent or not stored, and what the app lacks."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing.exceptions import WebsocketMismatch
from werkzeug.test import create_environ

from ...browser.blocked import Blocked
from ...browser.profiles import PROFILES, ProfileName
from ...browser.response import Response
from ...browser.urls import URL
from ...core.decision import Reason
from ...core.fetch_standard import is_forbidden_request_header
from ...core.headers import Header
from ...scopes.router import Router

_WEBSOCKETS: Final = (
    "CORS does not apply to it: pages of every origin can open it, unless the view checks the "
    "origin with cors.allows()."
)


def header_notes(headers: Iterable[Header], profile: ProfileName) -> Iterator[str]:
    """Yield a note for each of a script's `headers` that the browser does not send."""
    for name, value in headers:
        if is_forbidden_request_header(name, value):
            instead = " Use --cookie 'NAME=VALUE'." if name.lower() == "cookie" else ""
            yield f"The header {name} is not sent: no script may set it.{instead}"
        elif name.lower() == "user-agent" and PROFILES[profile].drops_user_agent:
            yield f"The header {name} is not sent: {profile} does not let scripts set it."


def cookie_notes(outcome: Response | Blocked) -> Iterator[str]:
    """Yield a note for each cookie that was not sent or not stored."""
    withheld = (cookie for each in outcome.exchanges for cookie in each.cookies_withheld)
    rejected = (cookie for each in outcome.exchanges for cookie in each.cookies_rejected)
    for what, cookies in (("sent", withheld), ("stored", rejected)):
        for each in dict.fromkeys(cookies):
            option = " (--credentials)" if each.reason == "credentials-omitted" else ""
            yield f"The cookie {each.name} is not {what}: {each.message}{option}. {each.hint}"


def websocket_notes(url: str) -> Iterator[str]:
    """Yield a note if `url` is that of a WebSocket."""
    if url.lower().startswith(("ws:", "wss:")):
        yield f"{url} is a WebSocket. {_WEBSOCKETS}"


class MissingRoute(NamedTuple):
    """A request that no route of the app accepts.

    :ivar note: the note on it.
    :ivar first_check: what to check before the policy.
    """

    note: str
    first_check: str


def missing_route(app: Flask, outcome: Response | Blocked, method: str) -> MissingRoute | None:
    """Return a note if `app` has no view for the first request, and what to check first."""
    if not outcome.exchanges:
        return None
    decisions = [each.decision for each in outcome.exchanges if each.decision is not None]
    if any(each.reason in (Reason.ROUTING_FAILED, Reason.NO_MATCH) for each in decisions):
        return None
    url = URL(outcome.exchanges[0].url)
    environ = create_environ(url.path, url.origin, method=method)
    match = Router(app).matcher_in(environ).match(method).match
    if isinstance(match, WebsocketMismatch):
        return MissingRoute(
            f"The app's route for {url.path} is a WebSocket. {_WEBSOCKETS}",
            f"First check the URL: {url.path} is a WebSocket, which can't be fetched.",
        )
    if isinstance(match, NotFound):
        return MissingRoute(
            f"The app has no route for {url.path}. The policy still applies.",
            "First check the URL: the app has no route for it.",
        )
    if isinstance(match, MethodNotAllowed):
        accepted = ", ".join(sorted(match.valid_methods or ()))
        return MissingRoute(
            f"The app's route for {url.path} accepts {accepted}, but not {method}. "
            "The policy still applies.",
            f"First check the method: the route for {url.path} does not accept {method}.",
        )
    return None
