"""What `flask cors explain --live` finds: what intermediaries do, in words.

The table `FINDINGS` is the complete list of codes. Codes are stable; messages may be improved.
A message tells what was seen; where it is not certain what that comes from, it says "likely".
"""

from typing import Final

FINDINGS: Final[dict[str, tuple[str, str]]] = {
    # What answers in the app's place.
    "live-redirected-preflight": (
        "The answer to the preflight is {value}, a redirect to {location}, and no browser follows "
        "it. {cause}",
        "{mend}",
    ),
    "live-auth-wall": (
        "The answer to the {what} is {value} without any CORS header: {wall}. {whose}",
        "Let OPTIONS through without authentication, as browsers send no credentials with a "
        "preflight; let the app verify access, or add its CORS headers to the refusal.",
    ),
    "live-rate-limited": (
        "The answer to the {what} is {value} without any CORS header: there were too many "
        "requests. {whose}",
        "Leave OPTIONS out of the limit, and add the CORS headers to its refusals.",
    ),
    "live-gateway-error": (
        "The answer to the {what} is {value} without any CORS header: likely a gateway got no "
        "answer from the app.",
        "Look whether the app runs, and where the gateway looks for it: to a page this seems to "
        "be an error of CORS.",
    ),
    "live-preflight-refused": (
        "The answer to the preflight is {value} without any CORS header. {whose}",
        "Let OPTIONS through to the app, and see that the URL is right; where nothing stands "
        "before the app, let it answer preflights.",
    ),
    "live-preflight-unanswered": (
        "The answer to the preflight is {value} without any CORS header, as if it were any "
        "OPTIONS. {whose}",
        "Let OPTIONS through to the app, and see that the URL is right: a page that is shown for "
        "every URL, or a proxy that answers OPTIONS by itself, looks like this.",
    ),
    # What is done to the app's answers.
    "live-doubled-header": (
        "{field} has more than one value in the answer to the {what}: {value}. Browsers take that "
        "for one value, and a wrong one. Likely the app and a proxy both add it.",
        "Let one of them add it: take it out of the proxy's configuration, or out of the app.",
    ),
    "live-rewritten-header": (
        "{field} is {value} in the answer to the {what}; the app here would send {wanted}. "
        "Likely something between changes it, or the server has another configuration.",
        "Let proxies pass the CORS headers on untouched; if none does otherwise, deploy what is "
        "here.",
    ),
    "live-reflected-origin": (
        "The answer to the {what} of {value}, an origin that was made up, allows it{with_}. "
        "{whose}{danger}",
        "Let nothing send back whatever origin a request names: leave it to the app, which knows "
        "its front ends.",
    ),
    "live-lost-headers": (
        "The answer to the {what} is {value} without Access-Control-Allow-Origin, and the "
        "preflight's allows the origin: likely the answer is not the app's own, or something "
        "took its CORS headers away.",
        "Look for what answers in the app's place (a limit, a login, a page of errors), and let "
        "proxies pass the CORS headers on with every answer.",
    ),
    "live-lost-vary": (
        "The answer to the {what} depends on Origin, and Vary is {value}: a cache may hand it to "
        "pages of other origins.{cached}",
        "Send Vary: Origin. Where the app does, look for what replaces Vary on the way: "
        "compression, or a CDN.",
    ),
    "live-cached-preflight": ("{told}", "Let no cache keep what is answered to OPTIONS."),
    "live-cached-response": (
        "{told}",
        "Let the cache take Origin into its key, and send Vary: Origin with every answer.",
    ),
}

WITHOUT_PREFLIGHT: Final[dict[str, str]] = {
    "live-auth-wall": (
        "Let the app verify access, and answer scripts with 401 and the CORS headers, in place of "
        "a page to sign in at; or let what refuses add these headers."
    ),
    "live-rate-limited": "Add the CORS headers to what the limit answers.",
}
"""Hints where preflights fare better than the request."""
