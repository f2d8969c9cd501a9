"""What `flask cors check` warns of: what works, but hardly as it was meant.

The table `WARNINGS` is the complete list of codes. Codes are stable; messages may be improved.
"""

from typing import Final

from ..core.errors import PolicyProblem
from ..core.text import printable

WARNINGS: Final[dict[str, tuple[str, str]]] = {
    # Origins.
    "http-origin": (
        "origin {value} is not encrypted: whoever sits on the network between can pose as it.",
        "Write {secure}; while developing, run `flask --debug cors check`.",
    ),
    "loopback-origin": (
        "origin {value} is for development: on a user's own machine anything may listen there.",
        "Leave it out in production; while developing, run `flask --debug cors check`.",
    ),
    "any-port": (
        "origin {value} is every port of that host, whatever is served there.",
        "Write the port that the front end has, or none.",
    ),
    "any-subdomain": (
        "origin {value} and credentials=True: every subdomain, forgotten ones among them, can "
        "read your users' data.",
        "List the front ends, or write a function that knows them.",
    ),
    "mistyped-scheme": (
        "origin {value} has a scheme that is hardly one: no page has it.",
        "Write {secure}, if you meant that.",
    ),
    # The other settings.
    "max-age": (
        "max_age {value} is longer than any browser keeps a preflight's answer: Firefox 86400 "
        "seconds, Chromium 7200, Safari 600.",
        "Write max_age=86400, or less.",
    ),
    "method-without-route": (
        "method {value} is allowed, but no route has it.",
        "Leave it out, or correct its name.",
    ),
    # What the app does beside.
    "open-to-write": (
        "every origin may use {routes}, and nothing states who may.",
        "Decorate the views with access.required, or with access.public if anybody may; or list "
        "the origins.",
    ),
    "cookie-samesite": (
        "SESSION_COOKIE_SAMESITE is {value} while credentials are allowed: some browsers then "
        "send the session with requests from any site.",
        "Set it to 'Lax' if the front end is on the API's own site, else to 'None'.",
    ),
    "cookie-secure": (
        "SESSION_COOKIE_SECURE is {value} while credentials are allowed: the session is sent "
        "without encryption too.",
        "Set it to True; while developing, run `flask --debug cors check`.",
    ),
    "cookie-refused": (
        "SESSION_COOKIE_SAMESITE is {value} but SESSION_COOKIE_SECURE is not True: browsers "
        "refuse such a cookie.",
        "Set SESSION_COOKIE_SECURE to True.",
    ),
    # How things are wired.
    "blueprint-without-rule": (
        "blueprint {value} has a policy, but is registered on no app: it governs nothing.",
        "Call app.register_blueprint, or take the policy out.",
    ),
    "other-cors-library": ("{message}", "{hint}"),
}


def warning(code: str, field: str, value: object, **facts: object) -> PolicyProblem:
    """The warning `code` about the setting `field`, its texts filled in with `facts`."""
    message, hint = WARNINGS[code]
    shown = {"value": printable(repr(value)), **facts}
    return PolicyProblem(code, field, value, message.format(**shown), hint.format(**shown))
