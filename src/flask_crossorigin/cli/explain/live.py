"""Asking a server over the network, beside what the app of the command line would say."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import click
from flask import Flask

from ...browser.blocked import Blocked
from ...browser.exchange import Exchange, Kind, allow_origin, origin_of
from ...browser.response import Response
from ...browser.transports import Transport, TransportResponse, Unreachable, WSGITransport
from ...browser.urls import URL
from ...core.headers import ALLOW_CREDENTIALS, ALLOW_ORIGIN, Header
from ..app_loader import NotUsable
from .intermediaries import Asked

INSTALL = (
    "--live sends requests with urllib3, which is not installed: "
    "pip install 'flask-crossorigin[live]'."
)


def live_url(written: str, url: str) -> URL:
    """The URL that `url`, which is asked for, is relative to.

    :raises click.UsageError: if they are none, of two servers, or `written` is more than a server.
    """
    try:
        server = URL(written)
    except ValueError:
        server = None
    if server is None or not server.is_http or server.has_credentials:
        raise click.UsageError(
            f"--live {written!r} is not the http or https URL of a server: write one such as "
            "'https://api.example.com'."
        )
    if server.path != "/" or server.query:
        raise click.UsageError(
            f"--live {written!r} has a path, and is to be a server alone: write --live "
            f"{server.origin!r}, and the whole path in URL."
        )
    target = url_on(server, url)
    if target.origin != server.origin:
        raise click.UsageError(
            f"URL {url!r} is not on the server of --live {written!r}: write its path alone, or "
            f"--live {target.origin!r}."
        )
    return server


def url_on(server: URL, url: str) -> URL:
    """What `url` means on a page of `server`.

    :raises click.UsageError: if it is none.
    """
    try:
        return server.join(url)
    except ValueError:
        raise click.UsageError(
            f"URL {url!r} is none: write a path such as '/marks/3', or a whole URL."
        ) from None


def network(timeout: float) -> Transport:
    """What sends requests over the network.

    :raises NotUsable: if what that takes is not installed.
    :raises click.UsageError: if `timeout` is none.
    """
    try:
        from ...browser.live import LiveTransport
    except ImportError:
        raise NotUsable(INSTALL) from None
    try:
        return LiveTransport(timeout)
    except ValueError as error:
        raise click.UsageError(f"--{error}") from None


def is_preflight(method: str, headers: Iterable[Header]) -> bool:
    """Say whether a browser's request is a preflight: no script can set that header."""
    return method == "OPTIONS" and any(
        name == "Access-Control-Request-Method" for name, _ in headers
    )


class LiveAnswers:
    """Sends preflights over the network, and what else there is only if told so.

    Each answer has the decision of the app here, if there is one. It stands in for an answer that
    was not asked for; where there is none, what lets the fetch go on does.
    """

    def __init__(self, network: Transport, app: Flask | None, *, sends: bool) -> None:
        self._network = network
        self._app = None if app is None else WSGITransport(app)
        self._sends = sends

    def send(
        self, method: str, url: URL, headers: Iterable[Header], body: bytes | None
    ) -> TransportResponse:
        """Send a preflight, or answer for what is not sent."""
        listed = list(headers)
        decision = None if self._app is None else self._app.decide(method, url, listed)
        if self._sends or is_preflight(method, listed):
            answer = self._network.send(method, url, listed, body)
            return answer._replace(decision=decision)
        if decision is not None and decision.policy is not None:
            return TransportResponse(200, decision.headers, b"", decision)
        origin = dict(listed).get("Origin", "")
        lets_through = ((ALLOW_ORIGIN, origin), (ALLOW_CREDENTIALS, "true"))
        return TransportResponse(200, lets_through, b"", decision)


@dataclass(frozen=True)
class Beside:
    """What was asked that a browser would not ask.

    :ivar asked: every exchange to look for intermediaries in.
    :ivar exchanges: those among them that no browser would have had.
    :ivar notes: what could not be asked, and why.
    """

    asked: tuple[Asked, ...]
    exchanges: tuple[Exchange, ...]
    notes: tuple[str, ...]


def ask_beside(answers: LiveAnswers, outcome: Response | Blocked, *, sent: bool) -> Beside:
    """Ask what shows the intermediaries: a preflight anyway, and all again for another origin.

    :raises Unreachable: if the server has answered nothing at all.
    """
    asking = _Asking(answers)
    asked: list[Asked] = []
    preflight = next((each for each in outcome.exchanges if each.kind == "preflight"), None)
    request = next((each for each in outcome.exchanges if each.kind == "request"), None)
    if preflight is None and request is not None and _crosses(request):
        preflight = asking.ask(_preflight_for(request), needed=not sent)
    if preflight is not None:
        asked.append(asking.again(preflight))
    if request is not None and sent and _crosses(request):
        # What changes data is not sent twice.
        safe = request.method in ("GET", "HEAD")
        asked.append(asking.again(request) if safe else Asked(request))
    return Beside(tuple(asked), tuple(asking.exchanges), tuple(asking.notes))


def _crosses(request: Exchange) -> bool:
    return origin_of(request) not in ("", URL(request.url).origin)


@dataclass(frozen=True)
class _Question:
    """A request that is to be sent."""

    kind: Kind
    method: str
    url: URL
    headers: tuple[Header, ...]


def _preflight_for(request: Exchange) -> _Question:
    """The preflight of a `request` that needs none."""
    kept = (each for each in request.request_headers if each[0].startswith(("Origin", "Sec-Fetch")))
    headers = (("Accept", "*/*"), ("Access-Control-Request-Method", request.method), *kept)
    return _Question("preflight", "OPTIONS", URL(request.url), headers)


def _for_other(exchange: Exchange, origin: str, *, fresh: bool) -> _Question:
    """The same for a page of `origin`, on another site.

    :param fresh: whether it is to be at a URL that no cache knows.
    """
    changed = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    headers = tuple((name, changed.get(name, value)) for name, value in exchange.request_headers)
    url = URL(exchange.url)
    if fresh:
        query = f"{url.query}&" if url.query else ""
        url = url.join(f"?{query}fresh={secrets.token_hex(8)}")
    return _Question(exchange.kind, exchange.method, url, headers)


class _Asking:
    """Asks, and keeps what it asked.

    :ivar exchanges: all that were answered.
    :ivar notes: what was not, and why.
    """

    def __init__(self, answers: LiveAnswers) -> None:
        self._answers = answers
        # No page has it (RFC 6761), and no cache an answer for it.
        self._other = f"https://{secrets.token_hex(4)}.probe.invalid"
        self.exchanges: list[Exchange] = []
        self.notes: list[str] = []

    def ask(self, question: _Question, *, needed: bool = False) -> Exchange | None:
        """The exchange, or None where no answer came.

        :raises Unreachable: if none came that is `needed`.
        """
        try:
            answer = self._answers.send(question.method, question.url, question.headers, None)
        except Unreachable as error:
            if needed:
                raise
            self.notes.append(f"Asked beside, without an answer: {question.method} {error}")
            return None
        exchange = Exchange(
            question.kind, question.method, question.url.href, question.headers, answer.status,
            answer.headers, answer.body, answer.decision,
        )  # fmt: skip
        self.exchanges.append(exchange)
        return exchange

    def again(self, exchange: Exchange) -> Asked:
        """`exchange`, and what comes when another origin asks the same."""
        other = self.ask(_for_other(exchange, self._other, fresh=False))
        if other is None or allow_origin(other) != origin_of(exchange):
            return Asked(exchange, other)
        return Asked(exchange, other, self.ask(_for_other(exchange, self._other, fresh=True)))
