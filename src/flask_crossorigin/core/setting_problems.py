"""The errors that the other settings can have, by code."""

from typing import Final

from .messages import Message

SETTING_PROBLEMS: Final[dict[str, Message]] = {
    "boolean": Message(
        "{field} {value} is neither true nor false.",
        "Write True or False.",
    ),
    "credentials-item": Message(
        "credentials contains {value}, which is not one exact origin.",
        "List exact origins, such as 'https://app.example.com'. Write credentials=True to allow "
        "credentials for everything in origins.",
    ),
    "credentials-origin-not-allowed": Message(
        "credentials contains {value}, which origins does not allow.",
        "Add it to origins, or remove it from credentials. An origin that a function in origins "
        "allows must be listed there too.",
    ),
    "list-type": Message(
        "{field} {value} is not a list of names.",
        "Write a list, or text separated by commas.",
    ),
    "json": Message(
        "{field} {value} starts like JSON but is not valid JSON: {reason}.",
        "Write a JSON list such as {example}, or leave out all brackets and quotes.",
    ),
    "method": Message(
        "method {value} is not a valid method name.",
        "Write a name such as 'PUT'.",
    ),
    "method-lower-case": Message(
        "method {value} is not in upper case: browsers compare methods exactly, and send this one "
        "as {sent}.",
        "Write {suggestion}.",
    ),
    "method-forbidden": Message(
        "method {value} is forbidden by the Fetch standard: no script can send it.",
        "Leave it out.",
    ),
    "header": Message(
        "{field}: {value} is not a valid header name.",
        "Write a name such as 'X-Request-Id'.",
    ),
    "header-forbidden": Message(
        "request_headers: {value} is forbidden by the Fetch standard: no script can set it, "
        "so no browser will request it.",
        "Leave it out. To allow cookies, write credentials=True.",
    ),
    "response-header-forbidden": Message(
        "expose_headers: {value} can't be exposed: the Fetch standard hides it from scripts.",
        "Leave it out. Send data for the script in a header with another name.",
    ),
    "header-of-requests": Message(
        "expose_headers: {value} is a header of requests, so no response has it.",
        "Leave it out. List the response headers that scripts may read.",
    ),
    "header-cors": Message(
        "{field}: {value} belongs to the CORS protocol: servers send it for browsers, and scripts "
        "neither set nor need it.",
        "Leave it out. The policy determines which headers are sent.",
    ),
    "name-pattern": Message(
        "{field}: {value} contains '*', but is compared as a name, not as a pattern. Only a '*' "
        "alone stands for every name.",
        'List the names, or write {field}="*".',
    ),
    "list-item": Message(
        "{field} contains {value}, which is not text.",
        "Write each name as text.",
    ),
    "star-not-alone": Message(
        "{field} {value} combines '*' with other names, but '*' already stands for every name.",
        "Write {field}=\"*\" alone, or remove '*' from the list.",
    ),
    "expose-star-with-credentials": Message(
        "expose_headers '*' with credentials exposes nothing: with credentials, browsers "
        "read '*' as the name of a header.",
        "List the headers that scripts may read.",
    ),
    "max-age": Message(
        "max_age {value} is not a whole number of seconds from 0 to 2147483648.",
        "Write {suggestion}.",
    ),
    "preflight-status": Message(
        "preflight_status {value} is not a status from 200 to 299, and browsers reject any other.",
        "Write 204, or 200 for very old clients.",
    ),
    "unknown-keyword": Message(
        "{field} is not a setting.",
        "{suggestion}",
    ),
    "unknown-config-key": Message(
        "config key {field} is unknown, so its value {value} would be ignored.",
        "{suggestion}",
    ),
}
