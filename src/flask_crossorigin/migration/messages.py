"""All notes and errors about options of flask-cors, by code.

Codes are stable; messages may be improved. A code is a note if the options have a translation, and
an error if they are unsafe or have none.
"""

from typing import Final

from ..core.errors import PolicyProblem
from ..core.messages import Message
from ..core.text import short_repr

NOTES: Final[dict[str, Message]] = {
    "origins-unstated": Message(
        "origins is not set: flask-cors then lets every site read the responses.",
        'List your own origins. Keep origins="*" only for public data.',
    ),
    "origins-text": Message(
        "origins {value} is one text: flask-cors reads it as a single origin, which no browser "
        "sends. Here it is a list of {count}.",
        "Write a list if you mean all of them.",
    ),
    "origins-none-matches": Message(
        "origins {value}: flask-cors allows no origin with this.",
        "Write origins=[] if you mean that.",
    ),
    "origin-null": Message(
        "origin 'null' is sent by every sandboxed frame and local file, so it stands for every "
        "site.",
        "Leave it out, unless the data is public.",
    ),
    "origin-glob": Message(
        "origin {value} is a regular expression for flask-cors: it matches {slips}, but not "
        "{missed}. Here, {written} is the opposite.",
        "Write that, or less if no subdomain should read the responses.",
    ),
    "origin-regex": Message(
        "origin {value} is a regular expression for flask-cors. Its equivalent here is {written}.",
        "Write that.",
    ),
    "origin-regex-unanchored": Message(
        "origin {value} is a regular expression that also matches {slips}. Its translation here "
        "does not: {written}.",
        "Write that, and list any other origin that you need.",
    ),
    "origin-regex-kept": Message(
        "origin {value} is a regular expression without an equivalent pattern. Here, the whole "
        "origin must match it.",
        "Write {written}, or list the origins.",
    ),
    "origin-regex-loose": Message(
        "origin {value} is a regular expression that also matches {slips}, here too.",
        "List the origins, or write a pattern such as 'https://*.example.com'.",
    ),
    "methods-options": Message(
        "methods {value} names OPTIONS: preflights need no entry.",
        "Leave it out, unless your pages send OPTIONS requests themselves.",
    ),
    "methods-forbidden": Message(
        "methods {value} names {names}, which no script can send.",
        "Leave it out.",
    ),
    "methods-without-preflight": Message(
        "methods {value} leaves out {names}: browsers send many such requests without a preflight, "
        "so no list of methods stops them.",
        "Let the view refuse them, or leave out its route.",
    ),
    "allow-headers-text": Message(
        "allow_headers {value} is one text: flask-cors reads it as a single name, which no request "
        "has. Here it is a list of {count}.",
        "Write a list if you mean all of them.",
    ),
    "allow-headers-forbidden": Message(
        "allow_headers {value} names {names}, which no script can set.",
        "Leave it out. To allow cookies, write supports_credentials=True.",
    ),
    "expose-headers-forbidden": Message(
        "expose_headers {value} names {names}, which browsers hide from scripts.",
        "Leave it out.",
    ),
    "max-age-unset": Message(
        "max_age {value}: browsers then keep a preflight response for 5 seconds.",
        "Leave max_age out to have it kept for 600 seconds.",
    ),
    "option-needless": Message(
        "{field} {value} has no counterpart here: {reason}.",
        "Leave it out.",
    ),
    "private-network": Message(
        "allow_private_network {value} has no counterpart here: browsers have replaced the header "
        "with a permission that they ask the user for.",
        "Leave it out.",
    ),
    "resource-prefix": Message(
        "resource {value} also matches {slips} in flask-cors. Here it is the prefix {prefix}, "
        "which is compared by whole segments.",
        "Call cors.apply for any other part of the app.",
    ),
    "resource-prefix-itself": Message(
        "resource {value} does not match {gains} in flask-cors. Here it is a prefix, and does.",
        "Decorate the view of {gains} if it needs another policy.",
    ),
    "resource-literal": Message(
        "resource {value} is one path in flask-cors. Here it is a prefix, which also applies to "
        "the URL rules below it.",
        "Write {suggestion} if you mean that, or decorate the view.",
    ),
}
"""Messages about options that have a translation."""

DECISIONS: Final = frozenset(
    {
        "origins-text",
        "origins-none-matches",
        "origin-null",
        "origin-glob",
        "origin-regex-unanchored",
        "origin-regex-loose",
        "allow-headers-text",
        "private-network",
        "resource-literal",
    }
)
"""The codes of notes after which something is allowed or denied that was not before, or that
probably was never meant."""

ERRORS: Final[dict[str, Message]] = {
    "origins-star-with-credentials": Message(
        "origins {value} with supports_credentials=True: any site can read your users' data, "
        "because flask-cors then repeats the origin of every request.",
        "List the origins, or leave out supports_credentials.",
    ),
    "origin-regex-any": Message(
        "origin {value} with supports_credentials=True matches {slips}: any site can read your "
        "users' data.",
        "List the origins, or leave out supports_credentials.",
    ),
    "origin-regex-loose-with-credentials": Message(
        "origin {value} with supports_credentials=True also matches {slips}, whose owner can read "
        "your users' data.",
        "List the origins, or write a pattern such as 'https://*.example.com'.",
    ),
    "regex-invalid": Message(
        "{field} {value} is taken for a regular expression, but is not a valid one: {reason}.",
        "Write names without any of *\\]?$^[]().",
    ),
    "origin-type": Message(
        "origin {value} is neither text nor a regular expression: flask-cors compares its text, "
        "which no browser sends.",
        "Write an origin as text, such as 'https://app.example.com'.",
    ),
    "supports-credentials-text": Message(
        "supports_credentials {value} is text: flask-cors takes any text for true, so credentials "
        "are allowed today.",
        "Write True or False.",
    ),
    "methods-star": Message(
        "methods {value}: flask-cors takes '*' for the name of a method, so it allows no "
        "preflighted request.",
        "List the methods, or leave methods out.",
    ),
    "allow-headers-pattern": Message(
        "allow_headers {value} is a regular expression, which browsers do not know: they compare "
        "names.",
        'List the names, or write allow_headers="*".',
    ),
    "allow-headers-type": Message(
        "allow_headers contains {value}, which is not the name of a header.",
        "Write each name as text.",
    ),
    "resource-regex": Message(
        "resource {value} is a regular expression without an equivalent prefix. It matches "
        "{matches}.",
        "Write {suggestion} for a prefix of URL rules, or decorate the views.",
    ),
    "resource-type": Message(
        "resource {value} is not the path of a URL.",
        "Write a path such as '/api/*', or a dictionary from paths to options.",
    ),
    "resource-twice": Message(
        "resource {value} has other options than another resource with the prefix {prefix}: it is "
        "not clear which of them apply.",
        "Write one resource for each prefix.",
    ),
    "option-unknown": Message(
        "{field} is not an option of flask-cors, which ignores it.",
        "{suggestion}",
    ),
    # For the bridge alone.
    "blueprint-resources": Message(
        "resources {value} for a blueprint: a policy is for all of a blueprint.",
        "Write CORS(app, resources=...), or decorate the views of the blueprint.",
    ),
    "bridge-twice": Message(
        "app {value} already has other options from CORS: flask-cors would then allow what either "
        "of them allows.",
        "Call CORS(app, ...) once, or with resources=... that differ.",
    ),
    "decorator-alone": Message(
        "view {name} is decorated with cross_origin, but app {app} is not initialised: nothing "
        "would be allowed.",
        "Write CORS(app), or CORS(app, origins=[]) to allow nothing but decorated views.",
    ),
    "decorator-config": Message(
        "view {name} was decorated with cross_origin before CORS(app) had read {keys} of app "
        "{app}.",
        "Call CORS(app) first, or write these options in cross_origin.",
    ),
    "decorator-arguments": Message(
        "cross_origin got {value}, but takes keyword arguments only.",
        "Write @cross_origin() with parentheses, and the names of all options.",
    ),
    "decorator-class": Message(
        "cross_origin can't decorate {value}: flask-cors decorates functions only.",
        "Write decorators = [cross_origin(...)] in the class.",
    ),
}
"""Messages about options that are unsafe or have no equivalent."""


def note(code: str, field: str, value: object, **facts: object) -> PolicyProblem:
    """Return the note `code` about the option `field`, with `facts` filled in."""
    facts = {"field": field, "value": short_repr(value), **facts}
    return PolicyProblem(code, field, value, *NOTES[code].format(**facts))


def error(code: str, field: str, value: object, **facts: object) -> PolicyProblem:
    """Return the error `code` about the option `field`, with `facts` filled in."""
    facts = {"field": field, "value": short_repr(value), **facts}
    return PolicyProblem(code, field, value, *ERRORS[code].format(**facts))
