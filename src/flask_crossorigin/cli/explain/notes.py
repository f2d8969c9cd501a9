"""What an explanation leaves out or takes for granted, and why."""

from collections.abc import Iterable, Iterator

from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import create_environ

from ...browser.blocked import Blocked
from ...browser.profiles import PROFILES, ProfileName
from ...browser.response import Response
from ...browser.urls import URL
from ...core.decision import Reason
from ...core.fetch_standard import is_forbidden_request_header
from ...core.headers import Header
from ...scopes.router import Router


def headers_left_out(headers: Iterable[Header], profile: ProfileName) -> Iterator[str]:
    """A note for each of the `headers` of a script that a browser does not send."""
    for name, value in headers:
        if is_forbidden_request_header(name, value):
            instead = " Write --cookie 'NAME=VALUE'." if name.lower() == "cookie" else ""
            yield f"The header {name} is left out: no script may set it.{instead}"
        elif name.lower() == "user-agent" and PROFILES[profile].drops_user_agent:
            yield f"The header {name} is left out: {profile} does not let a script set it."


def cookies_left_out(outcome: Response | Blocked) -> Iterator[str]:
    """A note for each cookie that did not go along, or was not kept."""
    withheld = (each for sent in outcome.exchanges for each in sent.withheld)
    refused = (each for sent in outcome.exchanges for each in sent.refused)
    for what, cookies in (("does not go along", withheld), ("is not kept", refused)):
        for each in dict.fromkeys(cookies):
            option = " (--credentials)" if each.reason == "credentials" else ""
            yield f"The cookie {each.name} {what}: {each.message}{option}. {each.hint}"


def without_route(app: Flask, outcome: Response | Blocked, method: str) -> Iterator[str]:
    """A note where `app` has no view for what is asked."""
    if not outcome.exchanges:
        return
    decisions = [each.decision for each in outcome.exchanges if each.decision is not None]
    if any(each.reason in (Reason.ROUTING_FAILED, Reason.NO_MATCH) for each in decisions):
        return
    url = URL(outcome.exchanges[0].url)
    environ = create_environ(url.path, url.origin, method=method)
    match = Router(app).matcher_in(environ).match(method).match
    though = "the policy answers all the same."
    if isinstance(match, NotFound):
        yield f"The app has no route for {url.path}: {though}"
    elif isinstance(match, MethodNotAllowed):
        has = ", ".join(sorted(match.valid_methods or ()))
        yield f"The app's route for {url.path} does not have {method}, but {has}: {though}"
