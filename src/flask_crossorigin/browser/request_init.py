"""RequestInit: check the options of `Page.fetch`, and build the request from them.

A browser throws a TypeError for most options that are refused here. `Page.fetch` raises a TypeError
or a ValueError instead of `Blocked`, so that a test can't pass because of a misspelled option.

Source: Fetch standard, 5.1 Headers class, 5.2 BodyInit unions and 5.4 Request class
(https://fetch.spec.whatwg.org/#fetch-api).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, cast, get_args

from ..core.fetch_standard import (
    NO_CORS_HEADERS,
    SAFELISTED_METHODS,
    is_forbidden_method,
    is_forbidden_request_header,
    is_safelisted_request_header,
    is_token,
)
from ..core.headers import Header
from .blocked import NetworkError
from .exchange import combined, names_of
from .form_data import Fields, Files, encode_form, encode_multipart
from .profiles import Profile
from .request import Credentials, Mode, Redirect, Request
from .urls import scalar

HeadersInit = Mapping[str, str] | Iterable[Header]


class Blob(NamedTuple):
    """A request body with a type of its own, like a Blob or FormData of a script.

    :ivar data: bytes of the body.
    :ivar type: value of the Content-Type header; empty for none.
    """

    data: bytes
    type: str


CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "mode": ("cors", "no-cors", "same-origin"),
    "credentials": get_args(Credentials),
    "redirect": get_args(Redirect),
    "cache": ("default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"),
    "referrer_policy": (
        "",
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    ),
}
"""Possible values of each option (5.4, RequestInit)."""
_CONDITIONAL_HEADERS: Final = frozenset(
    {"if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"}
)


# Check the options.


def require_choices(**options: object) -> None:
    """Check options with a fixed set of values.

    :raises TypeError: if one is not text.
    :raises ValueError: if one is not among its `CHOICES`.
    """
    __tracebackhide__ = True
    for name, value in options.items():
        if value not in CHOICES[name]:
            error = ValueError if isinstance(value, str) else TypeError
            choices = ", ".join(map(repr, CHOICES[name]))
            raise error(f"{name} {value!r} is unknown to browsers. Write one of {choices}.")


def require_text(name: str, value: object) -> None:
    """Check that the option `name` is text.

    :raises TypeError: if it is not.
    """
    __tracebackhide__ = True
    if not isinstance(value, str):
        raise TypeError(f"{name} {value!r} is not text. Write a str.")


def require_one_body(**bodies: object) -> None:
    """Check that at most one option sets the body.

    :raises ValueError: if several do.
    """
    __tracebackhide__ = True
    names = [name for name, value in bodies.items() if value is not None]
    if len(names) > 1:
        raise ValueError(
            f"{'= and '.join(names)}= each set the body, and a request has one body. Leave out "
            "all but one."
        )


def header_pairs(headers: HeadersInit) -> list[Header]:
    """Return the headers that a script sets, as names and values.

    :raises TypeError: if `headers` is neither a mapping nor a list of pairs of text.
    """
    __tracebackhide__ = True
    if isinstance(headers, Mapping):
        pairs: list[Any] = list(cast("Mapping[str, str]", headers).items())
    else:
        pairs = list(headers)
    for pair in pairs:
        parts: list[Any] = list(pair) if isinstance(pair, (tuple, list)) else []
        if len(parts) != 2 or not all(isinstance(part, str) for part in parts):
            raise TypeError(
                f"headers: {pair!r} is not a name and a value, both text. Write "
                "{'X-Trace': '1'} or [('X-Trace', '1')]."
            )
    return pairs


# Build the request.


# 5.4, new Request: https://fetch.spec.whatwg.org/#dom-request
def check_url_and_method(request: Request, url: str, method: str) -> None:
    """Check the URL and the method (steps 5, 25 and 32).

    :raises NetworkError: if a script can't request them.
    """
    if request.url.has_credentials:
        raise NetworkError("url-credentials", url=url)
    if not is_token(method) or is_forbidden_method(method):
        raise NetworkError("method-forbidden", method=method)
    if request.mode == "no-cors" and request.method not in SAFELISTED_METHODS:
        raise NetworkError("no-cors-method", method=request.method)


def set_headers(request: Request, headers: list[Header], profile: Profile) -> None:
    """Set those `headers` that a script may set (5.4, new Request, step 33).

    :raises NetworkError: if a name or a value is invalid.
    """
    if profile.drops_user_agent:
        headers = [each for each in headers if each[0].lower() != "user-agent"]
    request.headers = _allowed_headers(headers, request.mode)
    if request.is_xhr:
        # XMLHttpRequest 3.5.2: setRequestHeader combines the values of a name.
        names = names_of(request.headers)
        request.headers = [(each, combined(request.headers, each) or "") for each in names]
    # Fetch 4.6, step 8.16.
    is_conditional = any(each[0].lower() in _CONDITIONAL_HEADERS for each in request.headers)
    if request.cache == "default" and is_conditional:
        request.cache = "no-store"


# 5.1, append: https://fetch.spec.whatwg.org/#concept-headers-append
def _allowed_headers(headers: Iterable[Header], mode: Mode) -> list[Header]:
    """Return the headers that a script may set, with normalized values.

    :raises NetworkError: if a name or a value is invalid.
    """
    allowed: list[Header] = []
    for name, raw_value in headers:
        # Step 1: normalize.
        value = raw_value.strip(" \t\r\n")
        # Step 2: validate.
        if not is_token(name) or any(each in "\r\n\0" or each > "\xff" for each in value):
            raise NetworkError("header-invalid", name=name)
        if is_forbidden_request_header(name, value):
            continue
        # Step 3: without CORS, safelisted headers only, by their combined value.
        whole_value = combined([*allowed, (name, value)], name) or ""
        if mode == "no-cors" and not (
            name.lower() in NO_CORS_HEADERS and is_safelisted_request_header(name, whole_value)
        ):
            continue
        # Step 4: append.
        allowed.append((name, value))
    return allowed


def set_body(
    request: Request, body: bytes | None, content_type: str | None, profile: Profile
) -> None:
    """Set the body, and its Content-Type unless the script set one (5.4, steps 35 to 37).

    :raises NetworkError: if the method can't have a body.
    """
    if body is not None and request.method in ("GET", "HEAD"):
        if not request.is_xhr:
            raise NetworkError("body-with-get", method=request.method)
        body, content_type = None, None  # XMLHttpRequest 3.5.6, step 3
    request.body = body
    request.use_preflight = request.is_xhr and (
        body is not None or profile.preflights_without_upload
    )
    if content_type and combined(request.headers, "Content-Type") is None:
        added = [("Content-Type", content_type)]
        if request.mode == "no-cors" and not profile.sends_any_body_type:
            added = _allowed_headers(added, request.mode)
        request.headers += added


# 5.2, extract a body: https://fetch.spec.whatwg.org/#concept-bodyinit-extract
def extract_body(
    body: str | bytes | Blob | None, data: Fields | None, files: Files | None
) -> tuple[bytes | None, str | None]:
    """Return the bytes of the body and its Content-Type, or None for either."""
    __tracebackhide__ = True
    if files is not None:
        return encode_multipart(data or (), files)
    if data is not None:
        return encode_form(data), "application/x-www-form-urlencoded;charset=UTF-8"
    if isinstance(body, str):
        return scalar(body).encode(), "text/plain;charset=UTF-8"
    if isinstance(body, Blob):
        return body.data, body.type or None
    return body, None
