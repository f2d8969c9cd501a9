"""A model of the browser's half of the CORS protocol, for tests and explanations.

    browser = Browser({"https://api.example.com": app}, profile="chromium")
    page = browser.page("https://app.example.com")
    response = page.fetch("https://api.example.com/marks/3", method="PUT", json={"mark": 12})

If the page may not see the response, `fetch` raises `Blocked`, with the reason, the step of the
standard, and what to change. :class:`Browser` lists what the model leaves out. A server on the
network can take the place of the app: `LiveTransport` in `flask_crossorigin.browser.live`.
"""

from .blocked import Blocked as Blocked
from .cookies.reasons import CookieLeftOut as CookieLeftOut
from .exchange import Exchange as Exchange
from .page import Browser as Browser
from .page import Page as Page
from .request_init import Blob as Blob
from .response import Response as Response
from .response_headers import ResponseHeaders as ResponseHeaders
from .transports import Transport as Transport
from .transports import TransportResponse as TransportResponse
from .transports import Unreachable as Unreachable
from .transports import WSGITransport as WSGITransport
