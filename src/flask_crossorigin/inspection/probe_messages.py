"""The findings of `flask cors check --probe`. Codes are stable; messages may be improved."""

from typing import Final

from ..core.messages import Message

PROBED: Final[dict[str, Message]] = {
    "probe-allowed": Message(
        "{function} allows {value}, {reason}. An attacker can own it and read your responses.",
        "Compare the whole origin: with ==, with a set, with re.compile(...).fullmatch and each "
        "dot escaped, or write an origin pattern such as 'https://*.example.com'.",
    ),
    "probe-port": Message(
        "{function} allows {value}: it ignores the port of {seed}, and something else may run on "
        "another port.",
        "Compare the whole origin, port included.",
    ),
    "probe-scheme": Message(
        "{function} allows {value}: it ignores the scheme of {seed}. Without https, anyone on the "
        "network can pose as this origin.",
        "Compare the whole origin, scheme included.",
    ),
    "probe-malformed": Message(
        "{function} allows {value}, which no browser sends as the origin of one site. The app "
        "denies it without calling the function, so this does no harm here.",
        "Compare the whole origin, unchanged. Do not search, split or convert it.",
    ),
    "probe-insecure": Message(
        "{function} allows {value}, which is not https. The app denies it without calling the "
        "function while credentials are allowed, so this does no harm here.",
        "Compare the whole origin, scheme included.",
    ),
    "probe-failed": Message(
        "{function} raised {error} for the origin {value}, which is denied then.",
        "Return False for origins that it does not know.",
    ),
    "probe-without-seed": Message(
        "{function} could not be probed: it allowed none of the origins that were tried.",
        "Add --origin with an origin that it should allow. Attacks are made from that.",
    ),
    "probe-subdomain": Message(
        "{function} allows {value}: all subdomains of a domain of yours, forgotten ones included.",
        "Do nothing if that is intended. Otherwise list the front ends.",
    ),
}
"""The message and the hint of each code."""

HARMLESS: Final = frozenset({"probe-insecure", "probe-malformed", "probe-subdomain"})
"""The codes that are information: nobody else's origin gets in."""

REASONS: Final = {
    "any": "which has nothing to do with your app",
    "prefix": "which only begins like {seed}",
    "suffix": "which only ends like {seed}",
    "look-alike": "which only looks like {seed}",
    "sibling": "which has another owner than {seed}",
    "part": "which is only a part of {seed}",
    "subdomain": "a name below a public suffix",
}
"""Why an origin should not be allowed, by the kind of attack."""
