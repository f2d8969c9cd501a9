"""The findings of `flask cors explain --live`: what proxies, caches and gateways did.

The table `FINDINGS` is the complete list of codes. Codes are stable; messages may be improved.
A message states what was seen. It says "probably" where the cause is not certain.
"""

from typing import Final

from ...core.messages import Message

FINDINGS: Final[dict[str, Message]] = {
    # Something responds instead of the app.
    "live-redirected-preflight": Message(
        "The response to the preflight is {value}, a redirect to {location}. Browsers do not "
        "follow redirects of preflights. {cause}",
        "{fix}",
    ),
    "live-auth-wall": Message(
        "The response to the {what} is {value} without any CORS header: {wall}. {source}",
        "Let OPTIONS requests through without authentication: browsers send no credentials with a "
        "preflight. Let the app verify access, or add its CORS headers to the refusal.",
    ),
    "live-rate-limited": Message(
        "The response to the {what} is {value} without any CORS header: there were too many "
        "requests. {source}",
        "Exempt OPTIONS requests from the rate limit, and add the CORS headers to its refusals.",
    ),
    "live-gateway-error": Message(
        "The response to the {what} is {value} without any CORS header. A gateway probably got no "
        "response from the app.",
        "Check that the app is running, and that the gateway has the right address for it. In the "
        "browser this looks like a CORS error.",
    ),
    "live-preflight-refused": Message(
        "The response to the preflight is {value} without any CORS header. {source}",
        "Let OPTIONS requests through to the app, and check the URL. If nothing is in front of "
        "the app, make the app respond to preflights.",
    ),
    "live-preflight-not-handled": Message(
        "The response to the preflight is {value} without any CORS header, as for any other "
        "OPTIONS request. {source}",
        "Let OPTIONS requests through to the app, and check the URL. A page that is served for "
        "every URL looks like this, and so does a proxy that responds to OPTIONS itself.",
    ),
    # Something changes the responses of the app.
    "live-duplicate-header": Message(
        "{field} has more than one value in the response to the {what}: {value}. Browsers read "
        "them as one wrong value. The app and a proxy probably both add the header.",
        "Let only one of them add it: remove it from the proxy's configuration, or from the app.",
    ),
    "live-rewritten-header": Message(
        "{field} is {value} in the response to the {what}; the local app would send {expected}. "
        "Something in front of the app probably changes it, or the server has another "
        "configuration.",
        "Let proxies pass the CORS headers on unchanged. If they do, deploy the local app.",
    ),
    "live-reflected-origin": Message(
        "The response to the {what} of {value}, an origin made up for this probe, allows that "
        "origin{with_credentials}. {source}{danger}",
        "Do not send back whatever origin a request names. Leave that to the app, which has an "
        "allowlist.",
    ),
    "live-missing-headers": Message(
        "The response to the {what} is {value} without Access-Control-Allow-Origin, but the "
        "preflight response allows the origin. The response is probably not from the app, or "
        "something removed its CORS headers.",
        "Find out what responds instead of the app (a rate limit, a login, an error page), and let "
        "proxies pass the CORS headers on with every response.",
    ),
    "live-missing-vary": Message(
        "The response to the {what} depends on Origin, but Vary is {value}: a cache may serve it "
        "to pages of other origins.{cached}",
        "Send Vary: Origin. If the app does, find out what replaces Vary on the way: compression, "
        "or a CDN.",
    ),
    "live-cached-preflight": Message("{evidence}", "Do not let caches store responses to OPTIONS."),
    "live-cached-response": Message(
        "{evidence}",
        "Make Origin a part of the cache key, and send Vary: Origin with every response.",
    ),
}
"""The message and the hint of each code."""

HINTS_FOR_REQUEST_ONLY: Final[dict[str, str]] = {
    "live-auth-wall": (
        "Let the app verify access, and respond to scripts with 401 and the CORS headers instead "
        "of a sign-in page. Or add these headers to the refusal."
    ),
    "live-rate-limited": "Add the CORS headers to the responses of the rate limit.",
}
"""Hints to use instead if the finding is not about a preflight."""
