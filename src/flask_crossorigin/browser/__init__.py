"""A model of the browser's half of the CORS protocol, to test with and to explain with.

    browser = Browser({"https://api.example.com": app}, profile="chromium")
    page = browser.page("https://app.example.com")
    response = page.fetch("https://api.example.com/marks/3", method="PUT", json={"mark": 12})

A response that the page may not see is raised as `Blocked`, with the reason, the standard's
step, and what to change. What the model does not know is listed at `Browser`. In the place of an
app there can be a server on the network: `LiveTransport` of `flask_crossorigin.browser.live`.
"""

from .blocked import Blocked as Blocked
from .cookies.reasons import CookieLeftOut as CookieLeftOut
from .exchange import Exchange as Exchange
from .page import Blob as Blob
from .page import Browser as Browser
from .page import Page as Page
from .response import Response as Response
from .transports import Answer as Answer
from .transports import Transport as Transport
from .transports import Unreachable as Unreachable
from .transports import WSGITransport as WSGITransport
