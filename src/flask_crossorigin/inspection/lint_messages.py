"""The warnings of `flask cors check`: settings that work but are probably unintended.

The table `WARNINGS` is the complete list of codes. Codes are stable; messages may be improved.
"""

from typing import Final

from ..core.errors import PolicyProblem
from ..core.messages import Message
from ..core.text import printable

WARNINGS: Final[dict[str, Message]] = {
    # Origins.
    "http-origin": Message(
        "origin {value} is not safe: without https, anyone on the network can pose as this origin.",
        "Write {secure}. During development, run `flask --debug cors check`.",
    ),
    "loopback-origin": Message(
        "origin {value} is for development: on a user's machine, any program can listen there.",
        "Remove it in production. During development, run `flask --debug cors check`.",
    ),
    "any-port": Message(
        "origin {value} allows every port of that host, whatever runs there.",
        "Write the port of the front end, or no port.",
    ),
    "any-subdomain": Message(
        "origin {value} with credentials=True: every subdomain can read your users' data, "
        "forgotten ones included.",
        "List the front ends, or write an origin function.",
    ),
    "mistyped-scheme": Message(
        "origin {value} has a scheme that no page has. It is probably mistyped.",
        "If so, write {secure}.",
    ),
    # The other settings.
    "max-age-too-long": Message(
        "max_age {value} is longer than any browser keeps a preflight response: Firefox 86400 "
        "seconds, Chromium 7200, Safari 600.",
        "Write max_age=86400, or less.",
    ),
    "method-without-route": Message(
        "method {value} is allowed, but no route accepts it.",
        "Remove it, or correct its name.",
    ),
    # The rest of the app.
    "unguarded-write": Message(
        "every origin may use {routes}, and no access guard limits who may.",
        "Decorate the views with access.required, or with access.public if anyone may use them; "
        "or list the origins.",
    ),
    "cookie-samesite": Message(
        "SESSION_COOKIE_SAMESITE is {value} while credentials are allowed: some browsers then "
        "send the session cookie with requests from any site.",
        "Set it to 'Lax' if the front end is on the same site as the API, else to 'None'.",
    ),
    "cookie-secure": Message(
        "SESSION_COOKIE_SECURE is {value} while credentials are allowed: the session cookie is "
        "also sent without encryption.",
        "Set it to True. During development, run `flask --debug cors check`.",
    ),
    "cookie-rejected": Message(
        "SESSION_COOKIE_SAMESITE is {value} but SESSION_COOKIE_SECURE is not True: browsers "
        "reject such a cookie.",
        "Set SESSION_COOKIE_SECURE to True.",
    ),
    # The setup.
    "blueprint-not-registered": Message(
        "blueprint {value} has a policy but is not registered on any app, so the policy applies "
        "to nothing.",
        "Call app.register_blueprint, or remove the policy.",
    ),
    "other-cors-library": Message("{message}", "{hint}"),
    "connexion-before": Message("{message}", "{hint}"),
}
"""The message and the hint of each code."""


def warning(code: str, field: str, value: object, **facts: object) -> PolicyProblem:
    """Make the warning `code` about the setting `field`, with `facts` filled into its texts."""
    message = WARNINGS[code].format(**{"value": printable(repr(value)), **facts})
    return PolicyProblem(code, field, value, message.text, message.hint)
