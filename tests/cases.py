"""Known defects of CORS libraries, as tables: the input and the expected result.

`CONFIGURATIONS` must raise an error with the given code. `REQUESTS` must get a response with the
given status and headers. Each row names the library and its advisory. Defects that need an app of
their own are in test_known_defects.py.
"""

import re
from typing import Any, NamedTuple

from .conftest import APP, EVIL

CREDENTIALED: dict[str, Any] = {"origins": [APP], "credentials": True}
ANY_ORIGIN: dict[str, Any] = {"origins": "*"}
LISTED: dict[str, Any] = {"origins": [APP]}


class Configuration(NamedTuple):
    """A configuration, and the code of its problem.

    :ivar seen_in: the library and the advisory.
    """

    seen_in: str
    what: str
    settings: dict[str, Any]
    code: str


class Request(NamedTuple):
    """A request under a policy, and its expected response.

    :ivar seen_in: the library and the advisory.
    :ivar expected: headers of the response; None for a header that must be absent.
    """

    seen_in: str
    what: str
    settings: dict[str, Any]
    method: str
    path: str
    headers: dict[str, str]
    status: int
    expected: dict[str, str | None]


ALLOW = "Access-Control-Allow-Origin"
REQUESTED_METHOD = "Access-Control-Request-Method"
REQUESTED_HEADERS = "Access-Control-Request-Headers"

CONFIGURATIONS = [
    Configuration(
        "hono CVE-2026-54290",
        "credentials with *",
        {"origins": "*", "credentials": True},
        "origins-star-with-credentials",
    ),
    Configuration(
        "gofiber CVE-2024-25124",
        "credentials with * in a list",
        {"origins": ["*"], "credentials": True},
        "origins-star-with-credentials",
    ),
    Configuration(
        "Tomcat CVE-2018-8014",
        "only credentials",
        {"credentials": True},
        "origins-unset",
    ),
    Configuration("@koa/cors CVE-2023-49803", "no settings", {}, "origins-unset"),
    Configuration(
        "gin-contrib CVE-2019-25211",
        "a wildcard for a path",
        {"origins": ["https://example.com/*"]},
        "origin-path",
    ),
    Configuration(
        "sanic-cors CVE-2026-37737",
        "re.match",
        {"origins": [re.compile("https://trusted[.]com").match]},
        "origins-regex",
    ),
    Configuration("Gradio CVE-2024-47165", "null", {"origins": ["null"]}, "origin-null"),
    Configuration(
        "Gradio CVE-2024-47165",
        "null with credentials",
        {"origins": ["null"], "credentials": True, "allow_null_origin": True},
        "origin-null-with-credentials",
    ),
    Configuration("flask-cors", "origin for origins", {"origin": APP}, "unknown-keyword"),
    Configuration("flask-cors", "origins=None", {"origins": None}, "origins-unset"),
    Configuration(
        "flask-cors",
        "* with other origins, credentials",
        {"origins": [APP, "*"], "credentials": True},
        "origins-star-not-alone",
    ),
    Configuration("flask-cors", "trailing slash", {"origins": [APP + "/"]}, "origin-path"),
    Configuration(
        "flask-cors", "missing scheme", {"origins": ["app.example.com"]}, "origin-scheme-missing"
    ),
    Configuration("flask-cors", "default port", {"origins": [APP + ":443"]}, "origin-default-port"),
    Configuration("flask-cors", "leading space", {"origins": [" " + APP]}, "origin-white-space"),
    Configuration(
        "flask-cors", "text that is not a boolean", {**LISTED, "credentials": "flase"}, "boolean"
    ),
    Configuration("flask-cors", "max_age abc", {**LISTED, "max_age": "abc"}, "max-age"),
    Configuration("flask-cors", "max_age -1", {**LISTED, "max_age": -1}, "max-age"),
    Configuration(
        "flask-cors",
        "expose * with credentials",
        {**CREDENTIALED, "expose_headers": "*"},
        "expose-star-with-credentials",
    ),
    Configuration(
        "flask-cors", "a guessed regex", {"origins": ["https://([a-z]+)+.example"]}, "origin-regex"
    ),
    Configuration(
        "flask-cors",
        "broken JSON from the environment",
        {"origins": '["https://a.example"'},
        "json",
    ),
    Configuration(
        "flask-cors", "Unicode host", {"origins": ["https://maßage.example"]}, "origin-unicode"
    ),
]


def _denied(seen_in: str, what: str, settings: dict[str, Any], origin: str) -> Request:
    expected: dict[str, str | None] = {ALLOW: None, "Vary": "Origin"}
    return Request(seen_in, what, settings, "GET", "/marks", {"Origin": origin}, 200, expected)


def _preflight(
    seen_in: str,
    what: str,
    settings: dict[str, Any],
    headers: dict[str, str],
    status: int,
    expected: dict[str, str | None],
    path: str = "/marks",
) -> Request:
    request_headers = {"Origin": APP, REQUESTED_METHOD: "PUT", **headers}
    return Request(seen_in, what, settings, "OPTIONS", path, request_headers, status, expected)


_DENIED: dict[str, str | None] = {ALLOW: None, "Access-Control-Allow-Headers": None}
_ANY_PORT = {"origins": ["http://localhost:*"]}
_SUBDOMAINS = {"origins": ["https://*.example.com"]}

REQUESTS = [
    _preflight(
        "rs/cors CVE-2025-47908",
        "1 MiB of commas",
        LISTED,
        {REQUESTED_HEADERS: "," * 2**20},
        403,
        _DENIED,
    ),
    _preflight(
        "rs/cors CVE-2025-47908",
        "1 MiB of commas, credentials",
        CREDENTIALED,
        {REQUESTED_HEADERS: "," * 2**20},
        403,
        _DENIED,
    ),
    Request(
        "rs/cors CVE-2018-20744",
        "* reflects",
        ANY_ORIGIN,
        "GET",
        "/marks",
        {"Origin": EVIL},
        200,
        {ALLOW: "*", "Access-Control-Allow-Credentials": None},
    ),
    _preflight(
        "hono CVE-2026-69207",
        "a long run of white space",
        CREDENTIALED,
        {REQUESTED_HEADERS: "a," + " " * 8000 + "b"},
        204,
        {"Access-Control-Allow-Headers": "a, b"},
    ),
    Request(
        "hono GHSA-q7jf-gf43-6x6p",
        "Vary of the request",
        LISTED,
        "GET",
        "/marks",
        {"Origin": APP, "Vary": "X-Injected"},
        200,
        {"Vary": "Origin"},
    ),
    _denied(
        "jub0bs/cors GHSA-vhxv-fg4m-p2w8",
        "barfoo.com",
        {
            "origins": [
                "https://foo.com",
                "https://bar.com",
                "https://*.foo.com",
                "https://*.bar.com",
            ]
        },
        "https://barfoo.com",
    ),
    _denied(
        "gin-contrib CVE-2019-25211",
        "example.community",
        {"origins": ["https://example.com"]},
        "https://example.community",
    ),
    _denied(
        "go-restful CVE-2022-1996",
        "a longer domain",
        {"origins": ["https://example.com"]},
        "https://example.com.malicious.domain",
    ),
    _denied(
        "go-zero CVE-2024-27302",
        "suffix",
        {"origins": ["https://*.victim.com", "https://victim.com"]},
        "https://evil-victim.com",
    ),
    _denied(
        "@elysiajs/cors CVE-2025-50864",
        "substring",
        {"origins": ["https://example.com"]},
        "https://notexample.com",
    ),
    _denied(
        "Litestar CVE-2026-25478",
        "unescaped dot",
        {"origins": ["https://app.example.com", "https://*.app.example.com"]},
        "https://appxexample.com",
    ),
    _denied(
        "sanic-cors CVE-2026-37737",
        "only the beginning",
        {"origins": ["https://trusted.com"]},
        "https://trusted.com.attacker.io",
    ),
    _preflight(
        "flask-cors CVE-2024-6221",
        "Private Network Access",
        LISTED,
        {"Access-Control-Request-Private-Network": "true"},
        204,
        {"Access-Control-Allow-Private-Network": None},
    ),
    _denied("Gradio CVE-2024-47165", "null", LISTED, "null"),
    _denied("Gradio CVE-2024-47084", "null under a pattern", _SUBDOMAINS, "null"),
    Request(
        "Gradio CVE-2024-47084",
        "a cookie skips the check",
        CREDENTIALED,
        "GET",
        "/marks",
        {"Origin": EVIL, "Cookie": "a=b"},
        200,
        {ALLOW: None},
    ),
    _denied("gorilla/csrf CVE-2025-47909", "the scheme", LISTED, "http://app.example.com"),
    _denied("flask-cors", "garbage", LISTED, "garbage not an origin"),
    _denied("flask-cors", "an origin with a path", {"origins": [EVIL]}, EVIL + "/path?x"),
    _denied("flask-cors", "localhost as a beginning", _ANY_PORT, "http://localhost.evil.example"),
    Request(
        "flask-cors",
        "any port",
        _ANY_PORT,
        "GET",
        "/marks",
        {"Origin": "http://localhost:5173"},
        200,
        {ALLOW: "http://localhost:5173"},
    ),
    Request(
        "flask-cors",
        "no port is a port",
        _ANY_PORT,
        "GET",
        "/marks",
        {"Origin": "http://localhost"},
        200,
        {ALLOW: "http://localhost"},
    ),
    Request(
        "flask-cors",
        "any subdomain",
        _SUBDOMAINS,
        "GET",
        "/marks",
        {"Origin": "https://foo.bar.example.com"},
        200,
        {ALLOW: "https://foo.bar.example.com"},
    ),
    Request(
        "flask-cors",
        "JSON from the environment",
        {"origins": '["https://a.example"]'},
        "GET",
        "/marks",
        {"Origin": "https://a.example"},
        200,
        {ALLOW: "https://a.example"},
    ),
    _denied(
        "flask-cors",
        "JSON is no character class",
        {"origins": '["https://a.example"]'},
        "https://h.example",
    ),
    Request(
        "flask-cors",
        "comma-separated text",
        {"origins": "https://a.example, https://b.example"},
        "GET",
        "/marks",
        {"Origin": "https://b.example"},
        200,
        {ALLOW: "https://b.example"},
    ),
    _denied(
        "flask-cors", "casefold", {"origins": ["https://massage.example"]}, "https://maßage.example"
    ),
    Request(
        "flask-cors",
        "'false' for a boolean",
        {**LISTED, "credentials": "false"},
        "GET",
        "/marks",
        {"Origin": APP},
        200,
        {ALLOW: APP, "Access-Control-Allow-Credentials": None},
    ),
    Request(
        "flask-cors",
        "'0' for a boolean",
        {**LISTED, "credentials": "0"},
        "GET",
        "/marks",
        {"Origin": APP},
        200,
        {"Access-Control-Allow-Credentials": None},
    ),
    _denied("flask-cors", "no Vary for a denied origin", LISTED, EVIL),
    Request(
        "flask-cors",
        "no Vary without Origin",
        LISTED,
        "GET",
        "/marks",
        {},
        200,
        {ALLOW: None, "Vary": "Origin"},
    ),
    Request(
        "flask-cors",
        "several origins, no Origin header",
        {"origins": [APP, EVIL]},
        "GET",
        "/marks",
        {},
        200,
        {ALLOW: None},
    ),
    *(
        _preflight(
            "flask-cors", f"method {method!r}", LISTED, {REQUESTED_METHOD: method}, 403, _DENIED
        )
        for method in ("E", "PU", "GET, HEAD", "patch", "")
    ),
    _preflight(
        "flask-cors",
        "methods *",
        {**LISTED, "methods": "*"},
        {},
        204,
        {ALLOW: APP, "Access-Control-Allow-Methods": "*"},
    ),
    _preflight(
        "flask-cors",
        "methods * with credentials",
        {**CREDENTIALED, "methods": "*"},
        {},
        204,
        {ALLOW: APP, "Access-Control-Allow-Methods": "PUT"},
    ),
    Request(
        "flask-cors",
        "OPTIONS with a method but no Origin",
        LISTED,
        "OPTIONS",
        "/marks",
        {REQUESTED_METHOD: "PUT"},
        200,
        {ALLOW: None, "Access-Control-Allow-Methods": None},
    ),
    _preflight(
        "flask-cors",
        "names as one text",
        {**LISTED, "request_headers": "Content-Type, Authorization"},
        {REQUESTED_HEADERS: "authorization,content-type"},
        204,
        {"Access-Control-Allow-Headers": "Content-Type, Authorization"},
    ),
    *(
        _preflight(
            "flask-cors",
            f"requested headers {shown}",
            CREDENTIALED,
            {REQUESTED_HEADERS: value},
            status,
            {"Access-Control-Allow-Headers": None},
        )
        for shown, value, status in (
            ("not a token", "a b<script>", 403),
            ("only commas", ",,,", 204),
            ("2000 names", ",".join(f"x-{n}" for n in range(2000)), 403),
        )
    ),
    _preflight(
        "flask-cors",
        "max_age 0",
        {**LISTED, "max_age": 0},
        {},
        204,
        {"Access-Control-Max-Age": "0"},
    ),
    _preflight("flask-cors", "an unknown URL", LISTED, {}, 204, {ALLOW: APP}, "/unknown"),
    _preflight("flask-cors", "a trailing-slash redirect", LISTED, {}, 204, {ALLOW: APP}, "/slash"),
    _denied("flask-cors", "two Origin headers", ANY_ORIGIN | LISTED, f"{APP},{EVIL}"),
    _denied("flask-cors", "an empty Origin", LISTED, ""),
    _denied("flask-cors", "a folded Origin", LISTED, f"{APP} {EVIL}"),
    _denied(
        "flask-cors", "a long Origin", _SUBDOMAINS, "https://" + "a." * 500_000 + "example.com"
    ),
    Request(
        "flask-cors",
        "a regex function on a long Origin",
        {"origins": [re.compile("https://([a-z]+)+").fullmatch]},
        "GET",
        "/marks",
        {"Origin": "https://" + "a" * 400},
        200,
        {ALLOW: None},
    ),
    Request(
        "flask-cors",
        "a function",
        {"origins": lambda origin: origin == EVIL},
        "GET",
        "/marks",
        {"Origin": EVIL},
        200,
        {ALLOW: EVIL},
    ),
]
