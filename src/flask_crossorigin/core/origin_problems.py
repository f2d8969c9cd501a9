"""The errors that the setting ``origins`` can have, by code."""

from typing import Final

from .messages import Message

ORIGIN_PROBLEMS: Final[dict[str, Message]] = {
    # Origins: the setting as a whole.
    "origins-unset": Message(
        "origins is {value}: a policy must list the origins that may read responses.",
        'Write the origin of the front end, such as origins=["https://app.example.com"]. Write '
        'origins="*" to allow every origin, or origins=[] to allow none.',
    ),
    "origins-type": Message(
        "origins {value} is neither text, nor a list of origins, nor a function.",
        'Write a list of origins such as ["https://app.example.com"].',
    ),
    "origins-star-not-alone": Message(
        "origins {value} combines '*' with other entries, but '*' already allows every origin.",
        "Write origins=\"*\" alone, or remove '*' from the list.",
    ),
    "origins-star-with-credentials": Message(
        "origins '*' with credentials=True would let any site read your users' data.",
        "List the origins, or write credentials=False.",
    ),
    "origins-callable-signature": Message(
        "origins contains {value}, which can be called neither as f(origin) nor as "
        "f(origin, request).",
        "Give it one parameter, the origin as text, or two: the origin and Flask's request.",
    ),
    "origins-callable-async": Message(
        "origins contains {value}, an async function or a generator: it would return an object "
        "that is always true.",
        "Write a plain function that returns True or False.",
    ),
    "origins-callable-class": Message(
        "origins contains the class {value}: calling it would create an object, not check an "
        "origin.",
        "Write an instance that has an `allows` method, or a function.",
    ),
    "origins-regex": Message(
        "origins contains {value}, but of a regular expression only `fullmatch` is accepted: "
        "`match` and `search` would also allow 'https://example.com.evil.example'.",
        "Write re.compile(...).fullmatch, or better a pattern such as 'https://*.example.com' or "
        "'https://app-*.example.com'.",
    ),
    # Origins: each one.
    "origin-type": Message(
        "origin {value} is not text.",
        "Write an origin as text, such as 'https://app.example.com'.",
    ),
    "origin-empty": Message(
        "origin {value} is empty; perhaps an environment variable is not set.",
        "Write an origin such as 'https://app.example.com', or leave the entry out.",
    ),
    "origin-quotes": Message(
        "origin {value} contains quotes; in an env file of docker, for example, they are part of "
        "the value.",
        "Write it without quotes: {suggestion}.",
    ),
    "origin-separator": Message(
        "origin {value} contains a comma or a semicolon: it is probably several origins.",
        "In a list, write each one by itself. In text, separate them by commas or spaces.",
    ),
    "origin-scheme-missing": Message(
        "origin {value}: an Origin header always begins with a scheme.",
        "Write {suggestion}.",
    ),
    "origin-regex": Message(
        "origin {value} looks like a regular expression, but text is never read as one.",
        "Write {suggestion}.",
    ),
    "origin-path": Message(
        "origin {value}: an Origin header never has a path.",
        "Write {suggestion}.",
    ),
    "origin-query": Message(
        "origin {value}: an Origin header never has a query or a fragment.",
        "Write {suggestion}.",
    ),
    "origin-user-info": Message(
        "origin {value}: an Origin header never has a user name.",
        "Write {suggestion}.",
    ),
    "origin-white-space": Message(
        "origin {value}: an Origin header never has white space.",
        "Write {suggestion}.",
    ),
    "origin-upper-case": Message(
        "origin {value}: an Origin header is always in lower case.",
        "Write {suggestion}.",
    ),
    "origin-default-port": Message(
        "origin {value}: an Origin header never has the default port of its scheme.",
        "Write {suggestion}.",
    ),
    "origin-port": Message(
        "origin {value} has no valid port: a port is a number from 1 to 65535 "
        "without leading zeros, or '*' for any port.",
        "Write {suggestion}.",
    ),
    "origin-unicode": Message(
        "origin {value}: an Origin header has its host name in ASCII (IDNA).",
        "Write {suggestion}.",
    ),
    "origin-ip": Message(
        "origin {value}: an Origin header has an IP address in its canonical form.",
        "Write {suggestion}.",
    ),
    "origin-ip-wildcard": Message(
        "origin {value} has a wildcard before an IP address, which has no subdomains.",
        "Write {suggestion}.",
    ),
    "origin-wildcard": Message(
        "origin {value} has a wildcard in the wrong place: one '*' stands for whole labels at the "
        "start of the host ('https://*.example.com'), for a part of the first label "
        "('https://app-*.example.com'), or for the port ('http://localhost:*').",
        "Write {suggestion}.",
    ),
    "origin-wildcard-label": Message(
        "origin {value} allows nothing: a label in which '*' stands for a part has only letters, "
        "digits and hyphens, at most 63 of them; it never begins with 'xn--', and never begins or "
        "ends with a hyphen.",
        "Write {suggestion}.",
    ),
    "origin-host": Message(
        "origin {value} has no valid host name.",
        "Write {suggestion}.",
    ),
    "origin-long": Message(
        "origin {value} is longer than any origin that a browser sends ({limit} characters).",
        "Write {suggestion}.",
    ),
    "origin-opaque": Message(
        "origin {value}: pages with this scheme send the origin 'null'.",
        "Serve the page over https, or from http://localhost during development.",
    ),
    "origin-null": Message(
        "origin 'null' is sent by every sandboxed frame and local file, not by one site.",
        "Leave it out. If you must allow it, add allow_null_origin=True.",
    ),
    "origin-null-with-credentials": Message(
        "origin 'null' with credentials=True would let any site read your users' data: every site "
        "can create a frame whose origin is 'null'.",
        "Leave 'null' out, or write credentials=False.",
    ),
    "origin-insecure": Message(
        "origin {value} with credentials=True is not safe: without https, anyone on the network "
        "can pose as this origin and read your users' data.",
        "Write {suggestion}; if you must allow http, add allow_insecure_origins=True.",
    ),
    "origin-public-suffix": Message(
        "origin {value} with credentials=True is not safe: the names below {suffix} belong to "
        "many owners (Public Suffix List), and each could read your users' data.",
        "Write a domain of your own, or credentials=False. If you must allow it, add "
        "allow_public_suffix_subdomains=True.",
    ),
}
