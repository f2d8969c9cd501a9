"""A proxy on loopback for Firefox, which otherwise never uses its preflight cache here.

Firefox keeps a preflight response only while its DNS cache has a record of the host
(`CORSCacheEntry::CheckDNSCache`). Names under `localhost` never get such a record. Requests through
a proxy do not need one, so the cache works as for other names.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

from ..browser import Browser
from ..marionette import BROWSER, PAGE, MarionetteConnection

EXCHANGE = """
const [direct, exceptions, host, port] = arguments;
const prefs = Services.prefs;
const before = [
  prefs.getBoolPref("network.proxy.allow_hijacking_localhost", false),
  prefs.getCharPref("network.proxy.no_proxies_on", ""),
  prefs.getCharPref("network.proxy.ssl", ""),
  prefs.getIntPref("network.proxy.ssl_port", 0),
];
prefs.setBoolPref("network.proxy.allow_hijacking_localhost", direct);
prefs.setCharPref("network.proxy.no_proxies_on", exceptions);
prefs.setCharPref("network.proxy.ssl", host);
prefs.setIntPref("network.proxy.ssl_port", port);
return before;
"""
"""Set the proxy and return the previous one, because other tests share the browser."""


class _Tunnel(StreamRequestHandler):
    """One connection to a port of this machine, for any name under `localhost`."""

    rbufsize = 0  # read the head only: the rest is passed on

    def handle(self) -> None:
        request = self.rfile.readline().decode("latin-1").split()
        if len(request) != 3:
            return  # connected without a request
        target = request[1]
        while self.rfile.readline() not in {b"\r\n", b""}:
            pass
        host, _, port = target.rpartition(":")
        if not host.endswith("localhost"):
            return
        with suppress(OSError), socket.create_connection(("127.0.0.1", int(port))) as upstream:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            back = Thread(target=_pass_on, args=(upstream, self.connection), daemon=True)
            back.start()
            _pass_on(self.connection, upstream)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class _Proxy(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def tunnelled(browser: Browser) -> Iterator[None]:
    """Let Firefox use a proxy for the servers, for the block."""
    with _Proxy(("127.0.0.1", 0), _Tunnel) as proxy:
        thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        before = _execute(browser, EXCHANGE, True, "", "127.0.0.1", proxy.server_address[1])
        try:
            yield
        finally:
            _execute(browser, EXCHANGE, *before)
            proxy.shutdown()
            thread.join()


def _execute(browser: Browser, script: str, *arguments: Any) -> Any:
    connection = browser.driver.command_executor
    assert isinstance(connection, MarionetteConnection)
    connection._call("Marionette:SetContext", {"value": BROWSER})
    error, result = connection._call(
        "WebDriver:ExecuteScript", {"script": script, "args": list(arguments)}
    )
    connection._call("Marionette:SetContext", {"value": PAGE})
    assert error is None, error
    return result["value"]
