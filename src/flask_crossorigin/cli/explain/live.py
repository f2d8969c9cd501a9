"""Requests to a server over the network, and the extra probes that reveal intermediaries."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import click
from flask import Flask

from ...browser.blocked import Blocked
from ...browser.exchange import Exchange, Kind, allow_origin, origin_of
from ...browser.response import Response
from ...browser.transports import Transport, TransportResponse, Unreachable, WSGITransport
from ...browser.urls import URL
from ...core.fetch_standard import SAFE_METHODS
from ...core.headers import ALLOW_CREDENTIALS, ALLOW_ORIGIN, Header
from ..app_loader import CommandError
from .intermediaries import ProbedExchange

INSTALL: Final = (
    "--live needs urllib3, which is not installed. Run: pip install 'flask-crossorigin[live]'"
)


def parse_server(live: str, url: str) -> URL:
    """Return the URL of the server that `live` names.

    :param live: value of ``--live``.
    :param url: argument URL, which must be on that server.
    :raises click.UsageError: if one of them is not valid.
    """
    try:
        server = URL(live)
    except ValueError:
        server = None
    if server is None or not server.is_http or server.has_credentials:
        raise click.UsageError(
            f"--live {live!r} is not the http or https URL of a server. Write one such as "
            "'https://api.example.com'."
        )
    if server.path != "/" or server.query:
        raise click.UsageError(
            f"--live {live!r} has a path or a query. Write the server only, --live "
            f"{server.origin!r}, and the whole path in URL."
        )
    target = resolve_url(server, url)
    if target.origin != server.origin:
        raise click.UsageError(
            f"URL {url!r} is not on the server of --live {live!r}. Write only its path, or "
            f"--live {target.origin!r}."
        )
    return server


def resolve_url(server: URL, url: str) -> URL:
    """Return `url` as an absolute URL, relative to `server`.

    :raises click.UsageError: if it is not a valid URL.
    """
    try:
        return server.join(url)
    except ValueError:
        raise click.UsageError(
            f"URL {url!r} is not valid. Write a path such as '/marks/3', or a whole URL."
        ) from None


def network_transport(timeout: float) -> Transport:
    """Return a transport that sends requests over the network.

    :param timeout: seconds to wait for each response.
    :raises CommandError: if urllib3 is not installed.
    :raises click.UsageError: if `timeout` is not valid.
    """
    try:
        from ...browser.live import LiveTransport
    except ImportError:
        raise CommandError(INSTALL) from None
    try:
        return LiveTransport(timeout)
    except ValueError as error:
        raise click.UsageError(f"--{error}") from None


def is_preflight(method: str, headers: Iterable[Header]) -> bool:
    """Return whether a browser's request is a preflight, by the header that no script can set."""
    return method == "OPTIONS" and any(
        name == "Access-Control-Request-Method" for name, _ in headers
    )


class ComparingTransport:
    """A transport that sends preflights over the network, and other requests only if allowed.

    Each response has the decision of the local app, if there is one. The decision also makes the
    response to a request that is not sent. Without a decision, that response lets the fetch go
    on.

    :param network: transport to the server.
    :param app: local app, or None.
    :param sends: whether to send actual requests too.
    """

    def __init__(self, network: Transport, app: Flask | None, *, sends: bool) -> None:
        self._network = network
        self._app = None if app is None else WSGITransport(app)
        self._sends = sends

    def send(
        self, method: str, url: URL, headers: Iterable[Header], body: bytes | None
    ) -> TransportResponse:
        """Send the request, or make a response to it without sending it."""
        listed = list(headers)
        decision = None if self._app is None else self._app.decide(method, url, listed)
        if self._sends or is_preflight(method, listed):
            response = self._network.send(method, url, listed, body)
            return response._replace(decision=decision)
        if decision is not None and decision.policy is not None:
            return TransportResponse(200, decision.headers, b"", decision)
        origin = dict(listed).get("Origin", "")
        allowing = ((ALLOW_ORIGIN, origin), (ALLOW_CREDENTIALS, "true"))
        return TransportResponse(200, allowing, b"", decision)


@dataclass(frozen=True)
class ProbeResults:
    """Results of the extra probes.

    :ivar probed: exchanges to look for intermediaries in, each with its probes.
    :ivar exchanges: the exchanges that no browser would have had.
    :ivar notes: sentences on the probes that got no response.
    """

    probed: tuple[ProbedExchange, ...]
    exchanges: tuple[Exchange, ...]
    notes: tuple[str, ...]


def probe(
    transport: ComparingTransport, outcome: Response | Blocked, *, sent: bool
) -> ProbeResults:
    """Send a preflight if there was none, and repeat the requests for another origin.

    :param sent: whether the actual request was sent.
    :raises Unreachable: if the server has not responded to anything.
    """
    prober = _Prober(transport)
    probed: list[ProbedExchange] = []
    preflight = next((each for each in outcome.exchanges if each.kind == "preflight"), None)
    request = next((each for each in outcome.exchanges if each.kind == "request"), None)
    if preflight is None and request is not None and _is_cross_origin(request):
        preflight = prober.send(_preflight_for(request), required=not sent)
    if preflight is not None:
        probed.append(prober.repeat(preflight))
    if request is not None and sent and _is_cross_origin(request):
        # A request that may change data is never sent twice.
        safe = request.method in SAFE_METHODS
        probed.append(prober.repeat(request) if safe else ProbedExchange(request))
    return ProbeResults(tuple(probed), tuple(prober.exchanges), tuple(prober.notes))


def _is_cross_origin(request: Exchange) -> bool:
    return origin_of(request) not in ("", URL(request.url).origin)


@dataclass(frozen=True)
class _Probe:
    """A request to send that no browser would send."""

    kind: Kind
    method: str
    url: URL
    headers: tuple[Header, ...]


def _preflight_for(request: Exchange) -> _Probe:
    """Build a preflight for a `request` that needs none."""
    kept = (each for each in request.request_headers if each[0].startswith(("Origin", "Sec-Fetch")))
    headers = (("Accept", "*/*"), ("Access-Control-Request-Method", request.method), *kept)
    return _Probe("preflight", "OPTIONS", URL(request.url), headers)


def _from_origin(exchange: Exchange, origin: str, *, uncached: bool) -> _Probe:
    """Build the request of `exchange` as a page of `origin`, on another site, would send it.

    :param uncached: whether to send it to a URL that no cache has a response for.
    """
    changed = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    headers = tuple((name, changed.get(name, value)) for name, value in exchange.request_headers)
    url = URL(exchange.url)
    if uncached:
        query = f"{url.query}&" if url.query else ""
        url = url.join(f"?{query}fresh={secrets.token_hex(8)}")
    return _Probe(exchange.kind, exchange.method, url, headers)


class _Prober:
    """Sends probes, and keeps their exchanges.

    :ivar exchanges: exchanges of the probes that got a response.
    :ivar notes: sentences on the probes that got none.
    """

    def __init__(self, transport: ComparingTransport) -> None:
        self._transport = transport
        # No page has this origin (RFC 6761), and no cache has a response for it.
        self._other_origin = f"https://{secrets.token_hex(4)}.probe.invalid"
        self.exchanges: list[Exchange] = []
        self.notes: list[str] = []

    def send(self, probe: _Probe, *, required: bool = False) -> Exchange | None:
        """Return the exchange; None if there was no response.

        :raises Unreachable: if there was no response and the probe is `required`.
        """
        try:
            response = self._transport.send(probe.method, probe.url, probe.headers, None)
        except Unreachable as error:
            if required:
                raise
            self.notes.append(f"An extra probe got no response: {probe.method} {error}")
            return None
        exchange = Exchange(
            probe.kind, probe.method, probe.url.href, probe.headers, response.status,
            response.headers, response.body, response.decision,
        )  # fmt: skip
        self.exchanges.append(exchange)
        return exchange

    def repeat(self, exchange: Exchange) -> ProbedExchange:
        """Repeat the request of `exchange` for another origin.

        If the response allows the origin of `exchange`, repeat it at an uncached URL too.
        """
        other = self.send(_from_origin(exchange, self._other_origin, uncached=False))
        if other is None or allow_origin(other) != origin_of(exchange):
            return ProbedExchange(exchange, other)
        uncached = self.send(_from_origin(exchange, self._other_origin, uncached=True))
        return ProbedExchange(exchange, other, uncached)
