"""Serialized origins, origin patterns, and the allowlist that contains both."""

from typing import Any

import pytest

from flask_crossorigin.core import origins
from flask_crossorigin.core.cache import MAX_ENTRIES
from flask_crossorigin.core.origins import (
    _COVERED,
    MAX_ORIGIN_LENGTH,
    Allowlist,
    OriginPattern,
    canonical_ip,
    covering_patterns,
    ends_in_number,
    is_loopback_host,
    is_loopback_origin,
    is_serialized_origin,
    parse_pattern,
)

MIB = 2**20


def parsed(text: str) -> OriginPattern:
    parts = parse_pattern(text)
    assert parts is not None
    return parts


# Parsing.

ORIGINS = [
    ("https://app.example.com", OriginPattern("https", "", "app.example.com", "")),
    ("https://example.com:8443", OriginPattern("https", "", "example.com", "8443")),
    ("http://localhost", OriginPattern("http", "", "localhost", "")),
    ("http://localhost:5173", OriginPattern("http", "", "localhost", "5173")),
    ("http://example.com:443", OriginPattern("http", "", "example.com", "443")),
    ("https://example.com:1", OriginPattern("https", "", "example.com", "1")),
    ("https://example.com:65535", OriginPattern("https", "", "example.com", "65535")),
    ("http://127.0.0.1:8000", OriginPattern("http", "", "127.0.0.1", "8000")),
    ("https://[2001:db8::1]:8443", OriginPattern("https", "", "[2001:db8::1]", "8443")),
    ("http://[::1]", OriginPattern("http", "", "[::1]", "")),
    ("http://[::]", OriginPattern("http", "", "[::]", "")),
    ("http://[::ffff:7f00:1]", OriginPattern("http", "", "[::ffff:7f00:1]", "")),
    ("https://xn--maage-mqa.example", OriginPattern("https", "", "xn--maage-mqa.example", "")),
    ("https://my_host.example", OriginPattern("https", "", "my_host.example", "")),
    ("https://a--b.example", OriginPattern("https", "", "a--b.example", "")),
    ("https://1.example", OriginPattern("https", "", "1.example", "")),
    ("https://1a", OriginPattern("https", "", "1a", "")),
    ("capacitor://localhost", OriginPattern("capacitor", "", "localhost", "")),
    ("tauri://localhost", OriginPattern("tauri", "", "localhost", "")),
    ("chrome-extension://" + "abcdefghijklmnop" * 2,
     OriginPattern("chrome-extension", "", "abcdefghijklmnop" * 2, "")),
    ("moz-extension://0f2b7a3c-1d2e-4f50-8a9b-0c1d2e3f4a5b",
     OriginPattern("moz-extension", "", "0f2b7a3c-1d2e-4f50-8a9b-0c1d2e3f4a5b", "")),
    ("app+v1.2://host", OriginPattern("app+v1.2", "", "host", "")),
]  # fmt: skip

PATTERNS = [
    ("https://*.example.com", OriginPattern("https", "*", "example.com", "")),
    ("https://*.example.com:8443", OriginPattern("https", "*", "example.com", "8443")),
    ("http://localhost:*", OriginPattern("http", "", "localhost", "*")),
    ("http://*.localhost:*", OriginPattern("http", "*", "localhost", "*")),
    ("http://127.0.0.1:*", OriginPattern("http", "", "127.0.0.1", "*")),
    ("http://[::1]:*", OriginPattern("http", "", "[::1]", "*")),
    ("https://*.com", OriginPattern("https", "*", "com", "")),
    ("https://app-*.example.com", OriginPattern("https", "app-*", "example.com", "")),
    ("https://app*.example.com", OriginPattern("https", "app*", "example.com", "")),
    ("https://*-b.example.com:*", OriginPattern("https", "*-b", "example.com", "*")),
    ("https://a-*-b.example.com:1", OriginPattern("https", "a-*-b", "example.com", "1")),
    ("https://a*b.example.com", OriginPattern("https", "a*b", "example.com", "")),
    ("https://1*.example.com", OriginPattern("https", "1*", "example.com", "")),
    ("https://x*.example.com", OriginPattern("https", "x*", "example.com", "")),
    ("https://axn--*.example.com", OriginPattern("https", "axn--*", "example.com", "")),
    ("http://app-*.localhost", OriginPattern("http", "app-*", "localhost", "")),
    ("https://app-*.vercel.app", OriginPattern("https", "app-*", "vercel.app", "")),
    ("https://" + "a" * 62 + "*.example", OriginPattern("https", "a" * 62 + "*", "example", "")),
]

INVALID = {
    "empty": "",
    "null": "null",
    "star": "*",
    "no scheme": "example.com",
    "scheme alone": "https://",
    "no slashes": "https:example.com",
    "one slash": "https:/example.com",
    "scheme begins with a digit": "1https://example.com",
    "scheme empty": "://example.com",
    "scheme in upper case": "HTTPS://example.com",
    "scheme is a wildcard": "*://example.com",
    "host in upper case": "https://Example.com",
    "trailing slash": "https://example.com/",
    "path": "https://example.com/path",
    "backslash": "https://example.com\\",
    "query": "https://example.com?a=1",
    "fragment": "https://example.com#a",
    "user": "https://user@example.com",
    "user and password": "https://user:password@example.com",
    "space before": " https://example.com",
    "space after": "https://example.com ",
    "line feed after": "https://example.com\n",
    "line feed and another": "https://example.com\nhttps://evil.example",
    "tab": "https://exam\tple.com",
    "zero byte": "https://example.com\x00",
    "two with comma": "https://a.example,https://b.example",
    "two with comma and space": "https://a.example, https://b.example",
    "two with space": "https://a.example https://b.example",
    "default port of https": "https://example.com:443",
    "default port of http": "http://example.com:80",
    "default port of wss": "wss://example.com:443",
    "default port of ws": "ws://example.com:80",
    "default port of ftp": "ftp://example.com:21",
    "default port under a wildcard": "https://*.example.com:443",
    "port empty": "https://example.com:",
    "port 0": "https://example.com:0",
    "port with leading zero": "https://example.com:0443",
    "port over 65535": "https://example.com:65536",
    "port of six digits": "https://example.com:100000",
    "port no number": "https://example.com:http",
    "port signed": "https://example.com:+80",
    "port of foreign digits": "https://example.com:８０８０",
    "two ports": "https://example.com:80:81",
    "port with wildcard and digits": "https://example.com:80*",
    "Unicode host": "https://maßage.example",
    "long s": "https://exampleſ.com",
    "Kelvin sign": "https://\u212a.example",
    "percent": "https://exa%6dple.com",
    "trailing dot": "https://example.com.",
    "leading dot": "https://.example.com",
    "two dots": "https://example..com",
    "dot alone": "https://.",
    "wildcard alone": "https://*",
    "wildcard and dot": "https://*.",
    "wildcard in a label alone": "https://app-*",
    "wildcard in the second label": "https://app.preview-*.example.com",
    "wildcard in the first label and the second": "https://app-*.*.example.com",
    "wildcard in a label and for subdomains": "https://*.app-*.example.com",
    "wildcard without dot": "https://*example.com",
    "wildcard before a digit": "https://*1.example.com",
    "wildcard twice in a label": "https://app-*-*.example.com",
    "wildcard in a label that begins with a hyphen": "https://-*.example.com",
    "wildcard in a label that ends in a hyphen": "https://*-.example.com",
    "wildcard in an international label": "https://xn--*.example.com",
    "wildcard in a label with an underscore": "https://app_*.example.com",
    "wildcard in a label in upper case": "https://App-*.example.com",
    "wildcard in a label that is too long": "https://" + "a" * 63 + "*.example.com",
    "wildcard in a label before IPv4": "https://app-*.127.0.0.1",
    "wildcard in a label of IPv4": "https://1*.0.0.1",
    "wildcard in a label before IPv6": "https://app-*.[::1]",
    "wildcard in a label before a default port": "https://app-*.example.com:443",
    "wildcard twice": "https://*.*.example.com",
    "two stars": "https://**.example.com",
    "wildcard in the middle": "https://app.*.example.com",
    "wildcard at the end": "https://example.*",
    "wildcard before IPv4": "https://*.127.0.0.1",
    "wildcard before IPv6": "https://*.[::1]",
    "IPv4 of three parts": "http://127.0.1",
    "IPv4 of one number": "http://2130706433",
    "IPv4 in hexadecimal": "http://0x7f.0.0.1",
    "IPv4 ends in 0x": "http://127.0.0.0x",
    "IPv4 in octal": "http://0177.0.0.1",
    "IPv4 with leading zero": "http://127.0.0.01",
    "IPv4 over 255": "http://127.0.0.256",
    "IPv4 of five parts": "http://1.2.3.4.5",
    "name that ends in a number": "http://example.1",
    "name that ends in hexadecimal": "http://example.0xff",
    "IPv6 without brackets": "http://::1",
    "IPv6 not closed": "http://[::1",
    "IPv6 uncompressed": "http://[0:0:0:0:0:0:0:1]",
    "IPv6 in upper case": "http://[2001:DB8::1]",
    "IPv6 leading zero": "http://[2001:0db8::1]",
    "IPv6 compressed at the shorter run": "http://[1::2:0:0:0:3]",
    "IPv6 one zero compressed": "http://[1:2:3::5:6:7:8]",
    "IPv6 with dotted decimals": "http://[::ffff:127.0.0.1]",
    "IPv6 with zone": "http://[fe80::1%eth0]",
    "IPv6 empty": "http://[]",
    "IPv6 of colons": "http://[:::]",
    "IPv6 of nine groups": "http://[1:2:3:4:5:6:7:8:9]",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "parts"), ORIGINS + PATTERNS, ids=[t for t, _ in ORIGINS + PATTERNS]
)
def test_pattern_is_parsed_into_its_parts(text: str, parts: OriginPattern) -> None:
    assert parse_pattern(text) == parts


@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID)
def test_text_that_no_browser_sends_is_not_a_pattern(text: str) -> None:
    assert parse_pattern(text) is None


@pytest.mark.parametrize("text", [text for text, _ in ORIGINS])
def test_text_that_a_browser_sends_is_a_serialized_origin(text: str) -> None:
    assert is_serialized_origin(text)


@pytest.mark.parametrize("text", [text for text, _ in PATTERNS])
def test_pattern_is_not_a_serialized_origin(text: str) -> None:
    assert not is_serialized_origin(text)


@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID)
def test_text_that_no_browser_sends_is_not_a_serialized_origin(text: str) -> None:
    assert not is_serialized_origin(text)


def test_longest_origin_is_parsed() -> None:
    assert parse_pattern("https://" + "a" * (MAX_ORIGIN_LENGTH - 8)) is not None


def test_longer_origin_is_not_parsed() -> None:
    assert parse_pattern("https://" + "a" * (MAX_ORIGIN_LENGTH - 7)) is None


def test_longest_host_name_fits_with_scheme_and_port() -> None:
    """The limit must not be lower than that of the DNS."""
    host = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61])
    assert len(host) == 253
    assert is_serialized_origin(f"chrome-extension://{host}:65535")


@pytest.mark.parametrize(
    "text", ["file://localhost", "data://host", "about://blank", "blob://host"]
)
def test_scheme_whose_pages_have_the_origin_null_is_not_a_pattern(text: str) -> None:
    """It would never match: browsers send the origin of these pages as 'null'."""
    assert parse_pattern(text) is None


# Addresses.


@pytest.mark.parametrize("host", ["127.0.0.1", "1", "0x7f", "0x", "example.1", "a.0xff", "00"])
def test_last_label_that_is_a_number_makes_an_address(host: str) -> None:
    assert ends_in_number(host)


@pytest.mark.parametrize(
    "host", ["example.com", "1.example", "1a", "a1", "0xg", "x0", "0x1.example", "ff", ""]
)
def test_last_label_that_is_not_a_number_makes_a_name(host: str) -> None:
    assert not ends_in_number(host)


@pytest.mark.parametrize(
    ("host", "canonical"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("[::1]", "[::1]"),
        ("[0:0:0:0:0:0:0:1]", "[::1]"),
        ("[2001:DB8:0:0::1]", "[2001:db8::1]"),
        ("[1:0:0:2:0:0:0:3]", "[1:0:0:2::3]"),
        ("[1:0:0:2:3:0:0:4]", "[1::2:3:0:0:4]"),
        ("[1:2:3:0:5:6:7:8]", "[1:2:3:0:5:6:7:8]"),
        ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
        ("[::ffff:0.0.0.0]", "[::ffff:0:0]"),
        ("[::127.0.0.1]", "[::7f00:1]"),
    ],
)
def test_address_has_the_form_of_the_url_standard(host: str, canonical: str) -> None:
    assert canonical_ip(host) == canonical


@pytest.mark.parametrize(
    "host",
    ["", "example.com", "127.1", "0177.0.0.1", "256.0.0.1", "[::1", "::1]", "::1", "[]", "[1]"],
)
def test_other_text_has_no_canonical_form(host: str) -> None:
    assert canonical_ip(host) is None


@pytest.mark.parametrize(
    "host", ["localhost", "app.localhost", "a.b.localhost", "127.0.0.1", "127.8.8.8", "[::1]"]
)
def test_host_of_this_machine_is_loopback(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "localhost.example",
        "notlocalhost",
        "localhostevil.example",
        "127.evil.example",
        "127.0.0.1.evil.example",
        "128.0.0.1",
        "1.127.0.0",
        "0.0.0.0",
        "[::]",
        "[::2]",
        "[::ffff:7f00:1]",
        "",
    ],
)
def test_other_host_is_not_loopback(host: str) -> None:
    assert not is_loopback_host(host)


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:5173", "https://app.localhost", "http://127.0.0.1", "http://[::1]:1"],
)
def test_origin_of_this_machine_is_loopback(origin: str) -> None:
    assert is_loopback_origin(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "localhost",
        "http://localhost.evil.example",
        "http://LOCALHOST",
        "http://localhost/",
        "http://127.1",
        "http://evil.example:127",
        "http://user@localhost",
        "http://localhost:80",
    ],
)
def test_other_origin_is_not_loopback(origin: str) -> None:
    assert not is_loopback_origin(origin)


@pytest.mark.parametrize("pattern", ["http://localhost:*", "http://*.localhost"])
def test_pattern_is_not_an_origin_of_this_machine(pattern: str) -> None:
    """The text comes from a client, and no page has such an origin."""
    assert not is_loopback_origin(pattern)


# Matching.

EXACT = "https://app.example.com"
SUBDOMAINS = "https://*.example.com"
ANY_PORT = "http://localhost:*"
BOTH = "https://*.example.com:*"
PREVIEW = "https://app-*.example.com"

ALLOWED = [
    (EXACT, "https://app.example.com"),
    ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    ("capacitor://localhost", "capacitor://localhost"),
    ("null", "null"),
    (SUBDOMAINS, "https://app.example.com"),
    (SUBDOMAINS, "https://a.b.c.example.com"),
    (SUBDOMAINS, "https://1.example.com"),
    (SUBDOMAINS, "https://xn--maage-mqa.example.com"),
    ("https://*.example.com:8443", "https://app.example.com:8443"),
    (ANY_PORT, "http://localhost"),
    (ANY_PORT, "http://localhost:1"),
    (ANY_PORT, "http://localhost:65535"),
    ("http://127.0.0.1:*", "http://127.0.0.1:8000"),
    ("http://[::1]:*", "http://[::1]:8000"),
    ("http://[::1]:*", "http://[::1]"),
    (BOTH, "https://app.example.com"),
    (BOTH, "https://app.example.com:8443"),
    (BOTH, "https://a.b.example.com:1"),
    ("tauri://*.localhost:*", "tauri://app.localhost:3"),
    (PREVIEW, "https://app-1.example.com"),
    (PREVIEW, "https://app-a-1-z.example.com"),
    (PREVIEW, "https://app--1.example.com"),
    (PREVIEW, "https://app-xn--a.example.com"),
    (PREVIEW, "https://app-" + "a" * 59 + ".example.com"),
    ("https://*-staging.example.com", "https://a-staging.example.com"),
    ("https://*-staging.example.com", "https://a-b-staging.example.com"),
    ("https://*-a.example.com", "https://a-a.example.com"),
    ("https://pre-*-post.example.com", "https://pre-1-post.example.com"),
    ("https://a*a.example.com", "https://aaa.example.com"),
    ("https://app-*.example.com:8443", "https://app-1.example.com:8443"),
    ("https://app-*.example.com:*", "https://app-1.example.com:8443"),
    ("https://app-*.example.com:*", "https://app-1.example.com"),
    ("http://app-*.localhost:*", "http://app-1.localhost:5173"),
    ("https://x*.example.com", "https://xn.example.com"),
]

NOT_ALLOWED = [
    (EXACT, "http://app.example.com"),
    (EXACT, "https://app.example.com:8443"),
    (EXACT, "https://app.example.com:443"),
    (EXACT, "https://APP.example.com"),
    (EXACT, "HTTPS://app.example.com"),
    (EXACT, "https://app.example.com."),
    (EXACT, "https://app.example.com/"),
    (EXACT, "https://app.example.com/path?x"),
    (EXACT, " https://app.example.com"),
    (EXACT, "https://app.example.com\n"),
    (EXACT, "https://app.example.com,https://app.example.com"),
    (EXACT, "https://app.example.com.evil.com"),
    (EXACT, "https://evil-app.example.com"),
    (EXACT, "https://app-example.com"),
    (EXACT, "https://appxexample.com"),
    (EXACT, "https://x.app.example.com"),
    (EXACT, "https://example.com"),
    (EXACT, "https://user@app.example.com"),
    (EXACT, "null"),
    (EXACT, ""),
    ("https://example.com", "https://example.community"),
    ("https://example.com", "https://evil-example.com"),
    ("https://example.com", "https://notexample.com"),
    ("https://example.com", "https://example.com.evil.com"),
    ("https://massage.example", "https://maßage.example"),
    ("https://massage.example", "https://maſsage.example"),
    ("https://k.example", "https://\u212a.example"),
    (SUBDOMAINS, "https://*.example.com"),
    (SUBDOMAINS, "https://example.com"),
    (SUBDOMAINS, "https://evil-example.com"),
    (SUBDOMAINS, "https://notexample.com"),
    (SUBDOMAINS, "https://app.notexample.com"),
    (SUBDOMAINS, "https://app.example.com.evil.com"),
    (SUBDOMAINS, "https://app.example.com.evil.example.org"),
    (SUBDOMAINS, "https://.example.com"),
    (SUBDOMAINS, "https://app..example.com"),
    (SUBDOMAINS, "https://app.example.com."),
    (SUBDOMAINS, "https://app.example.com:8443"),
    (SUBDOMAINS, "https://app.example.com:443"),
    (SUBDOMAINS, "https://app.example.com/"),
    (SUBDOMAINS, "https://app.Example.com"),
    (SUBDOMAINS, "http://app.example.com"),
    (SUBDOMAINS, "https://evil.com/.example.com"),
    (SUBDOMAINS, "https://evil.com#.example.com"),
    (SUBDOMAINS, "https://evil.com?.example.com"),
    (SUBDOMAINS, "https://evil.com\\.example.com"),
    (SUBDOMAINS, "https://evil.com:80#.example.com"),
    (SUBDOMAINS, "https://evil.com@app.example.com"),
    (SUBDOMAINS, "https://evil com.example.com"),
    (SUBDOMAINS, "https://evil.com%2f.example.com"),
    (SUBDOMAINS, "https://evil.com`.example.com"),
    (SUBDOMAINS, "https://evil.com\n.example.com"),
    (SUBDOMAINS, "null"),
    ("https://*.example.com:8443", "https://app.example.com"),
    ("https://*.example.com:8443", "https://app.example.com:8444"),
    (ANY_PORT, "http://localhost:*"),
    (ANY_PORT, "http://localhost.evil.example"),
    (ANY_PORT, "http://localhost:1.evil.example"),
    (ANY_PORT, "http://localhost:0"),
    (ANY_PORT, "http://localhost:80"),
    (ANY_PORT, "http://localhost:65536"),
    (ANY_PORT, "http://localhost:"),
    (ANY_PORT, "http://localhost:1@evil.example"),
    (ANY_PORT, "https://localhost:1"),
    (ANY_PORT, "http://app.localhost:1"),
    (ANY_PORT, "http://127.0.0.1:1"),
    (BOTH, "https://*.example.com:*"),
    (BOTH, "https://*.example.com"),
    (BOTH, "https://app.example.com:*"),
    (BOTH, "https://example.com"),
    (BOTH, "https://example.com:8443"),
    (BOTH, "https://notexample.com:8443"),
    ("https://*.1.2.3.4.example", "https://1.2.3.4"),
    (PREVIEW, PREVIEW),
    (PREVIEW, "https://app-.example.com"),
    (PREVIEW, "https://app.example.com"),
    (PREVIEW, "https://app-1.evil.example.com"),
    (PREVIEW, "https://evil.app-1.example.com"),
    (PREVIEW, "https://evil-app-1.example.com"),
    (PREVIEW, "https://app-1.example.com.evil.com"),
    (PREVIEW, "https://app-1.evil-example.com"),
    (PREVIEW, "https://app-1-example.com"),
    (PREVIEW, "https://app-1xexample.com"),
    (PREVIEW, "https://app-evil.com/.example.com"),
    (PREVIEW, "https://app-evil.com#.example.com"),
    (PREVIEW, "https://app-evil.com@x.example.com"),
    (PREVIEW, "https://app-1_2.example.com"),
    (PREVIEW, "https://app-1-.example.com"),
    (PREVIEW, "https://app-" + "a" * 60 + ".example.com"),
    (PREVIEW, "https://app-1.example.com:8443"),
    (PREVIEW, "http://app-1.example.com"),
    (PREVIEW, "https://app-A.example.com"),
    (PREVIEW, "https://app-\u017f.example.com"),
    (PREVIEW, "https://app-1.example.com."),
    (PREVIEW, "https://app-1"),
    ("https://x*.example.com", "https://xn--maage-mqa.example.com"),
    ("https://*-post.example.com", "https://xn--a-post.example.com"),
    ("https://*-post.example.com", "https://-post.example.com"),
    ("https://*-post.example.com", "https://--post.example.com"),
    ("https://*-post.example.com", "https://a-post-1.example.com"),
    ("https://pre-*-post.example.com", "https://pre-post.example.com"),
    ("https://pre-*-post.example.com", "https://pre--post.example.com"),
    ("https://a*a.example.com", "https://aa.example.com"),
    ("https://a*a.example.com", "https://a.example.com"),
    ("https://app-*.example.com:8443", "https://app-1.example.com"),
    ("https://app-*.example.com:8443", "https://app-1.example.com:8444"),
    ("https://1*.3.4.example", "https://12.3.4"),
    ("null", "NULL"),
    ("null", "null "),
    ("null", "https://null"),
]


@pytest.mark.parametrize(("listed", "origin"), ALLOWED)
def test_origin_that_the_entry_covers_is_allowed(listed: str, origin: str) -> None:
    assert Allowlist([listed]).allows(origin)


@pytest.mark.parametrize(("listed", "origin"), NOT_ALLOWED, ids=ascii)
def test_origin_that_the_entry_does_not_cover_is_not_allowed(listed: str, origin: str) -> None:
    assert not Allowlist([listed]).allows(origin)


def test_two_entries_do_not_combine_to_a_third() -> None:
    listed = Allowlist(["https://foo.com", "https://bar.com", "https://*.foo.com"])
    assert not listed.allows("https://barfoo.com")


def test_host_of_one_entry_and_port_of_another_do_not_combine() -> None:
    listed = Allowlist(["https://*.example.com", "https://*.example.org:8443"])
    assert not listed.allows("https://app.example.com:8443")


def test_empty_allowlist_allows_nothing() -> None:
    assert [each for each in ("", "null", "*", EXACT) if Allowlist([]).allows(each)] == []


def test_exact_origins_and_patterns_are_separate() -> None:
    listed = Allowlist([EXACT, SUBDOMAINS, "null"])
    assert (set(listed.exact), set(listed.patterns)) == ({EXACT, "null"}, {SUBDOMAINS})


def test_allowlist_without_patterns_takes_one_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    monkeypatch.setattr("flask_crossorigin.core.origins.parse_pattern", refuse)
    assert not Allowlist([EXACT]).allows("https://evil.example")


def test_origin_of_one_mebibyte_is_not_allowed() -> None:
    origin = "https://" + "a." * (MIB // 2) + "example.com"
    assert not Allowlist([SUBDOMAINS, EXACT, BOTH]).allows(origin)


def test_origin_over_the_limit_is_never_matched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text comes from a client, so its length is checked before its grammar."""
    touched: list[str] = []

    class Grammar:
        def fullmatch(self, text: str) -> None:
            touched.append(text)

    monkeypatch.setattr("flask_crossorigin.core.origins._PATTERN", Grammar())
    Allowlist([SUBDOMAINS]).allows("https://" + "a." * MIB + "example.com")
    assert touched == []


@pytest.mark.parametrize("labels", [1, 2, 10, 100])
def test_at_most_two_patterns_are_looked_up_per_label(labels: int) -> None:
    parts = parsed("https://" + ".".join(["a"] * labels))
    assert len(list(covering_patterns(parts))) <= 2 * labels


@pytest.mark.parametrize("host", ["127.0.0.1", "[2001:db8::1]"])
def test_address_has_no_parent_patterns(host: str) -> None:
    assert list(covering_patterns(parsed(f"http://{host}:1"))) == [f"http://{host}:*"]


def test_covering_patterns_are_all_parents_with_the_same_or_any_port() -> None:
    assert set(covering_patterns(parsed("https://a.b.example:1"))) == {
        "https://a.b.example:*",
        "https://*.b.example:1",
        "https://*.b.example:*",
        "https://*.example:1",
        "https://*.example:*",
    }


def test_cache_of_covered_origins_is_bounded_for_all_policies_together() -> None:
    for number in range(3):
        listed = Allowlist([f"https://*.p{number}.example"])
        for name in range(MAX_ENTRIES):
            assert listed.allows(f"https://a{name}.p{number}.example")
            assert len(_COVERED) <= MAX_ENTRIES


class Counted(str):
    """Text that counts comparisons."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)


def test_equal_allowlists_are_not_compared_with_each_other() -> None:
    written = [f"https://*.tenant{number}.example" for number in range(100)]
    origin = "https://a.tenant7.example"
    assert Allowlist(map(Counted, written)).allows(origin)
    anew = Allowlist(map(Counted, written))
    assert anew.allows(origin)
    Counted.compared = 0
    assert anew.allows(origin)
    assert Counted.compared == 0


# The cost of patterns with a wildcard inside a label.


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with every comparison of a label with such a pattern."""
    found: list[str] = []
    compare = origins._is_between

    def counted(label: str, before: str, after: str) -> bool:
        found.append(f"{before}*{after}")
        return compare(label, before, after)

    monkeypatch.setattr(origins, "_is_between", counted)
    return found


def previews(count: int) -> Allowlist:
    """Return an allowlist of as many patterns, each of a parent domain of its own."""
    return Allowlist(f"https://app-*.tenant{number}.example" for number in range(count))


@pytest.mark.parametrize("count", [100, 10_000])
def test_pattern_is_compared_only_with_labels_of_its_parent_domain(
    compared: list[str], count: int
) -> None:
    listed = previews(count)
    assert listed.allows("https://app-1.tenant7.example")
    assert not listed.allows("https://other.tenant8.example")
    assert compared == ["app-*", "app-*"]


def test_all_patterns_of_a_parent_domain_are_compared_once_at_most(compared: list[str]) -> None:
    written = [f"app{number}-*" for number in range(100)]
    listed = Allowlist(f"https://{each}.example.com" for each in written)
    assert not listed.allows("https://other.example.com")
    assert sorted(compared) == sorted(written)


@pytest.mark.parametrize(
    "origin",
    ["https://app-1.sub.tenant7.example", "https://app-1.tenant7.example:8443",
     "http://app-1.tenant7.example", "https://tenant7.example", "https://[::1]",
     "https://app-1.tenant7.example/"],
)  # fmt: skip
def test_origin_of_another_parent_domain_scheme_or_port_is_compared_with_nothing(
    compared: list[str], origin: str
) -> None:
    assert not previews(100).allows(origin)
    assert compared == []


class CountedDict(dict[Any, Any]):
    """A dictionary that counts its lookups."""

    lookups = 0

    def get(self, key: Any, default: Any = None) -> Any:
        CountedDict.lookups += 1
        return super().get(key, default)


@pytest.mark.parametrize("labels", [2, 10, 100])
def test_two_parent_domains_are_looked_up_however_many_labels_there_are(labels: int) -> None:
    listed = previews(1000)
    object.__setattr__(listed, "_labels", CountedDict(listed._labels))
    CountedDict.lookups = 0
    assert not listed.allows("https://" + ".".join(["a"] * labels))
    assert CountedDict.lookups == 2


def test_covered_preview_is_compared_once(compared: list[str]) -> None:
    listed = previews(10)
    for _ in range(3):
        assert listed.allows("https://app-1.tenant7.example")
    assert compared == ["app-*"]


def test_invented_previews_do_not_fill_the_cache() -> None:
    listed = previews(1)
    for number in range(3 * MAX_ENTRIES):
        assert listed.allows(f"https://app-{number}.tenant0.example")
        assert not listed.allows(f"https://other-{number}.tenant0.example")
        assert len(_COVERED) <= MAX_ENTRIES
