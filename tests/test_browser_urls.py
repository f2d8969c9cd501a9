"""URLs, origins and sites."""

import pytest

from flask_crossorigin.browser.urls import (
    URL,
    is_ip_address,
    is_public_suffix,
    registrable_domain,
    site_of_origin,
)


@pytest.mark.parametrize(
    ("text", "origin", "href"),
    [
        ("https://example.com", "https://example.com", "https://example.com/"),
        ("HTTPS://Example.COM:443/A?b=C#d", "https://example.com", "https://example.com/A?b=C"),
        ("http://example.com:80/", "http://example.com", "http://example.com/"),
        ("http://example.com:443/", "http://example.com:443", "http://example.com:443/"),
        ("https://example.com:8443/a", "https://example.com:8443", "https://example.com:8443/a"),
        ("http://[::1]:5000/a", "http://[::1]:5000", "http://[::1]:5000/a"),
        ("https://ann:pw@example.com/a", "https://example.com", "https://ann:pw@example.com/a"),
        (" https://example.com/a ", "https://example.com", "https://example.com/a"),
    ],
)
def test_url_has_an_origin_and_is_serialized(text: str, origin: str, href: str) -> None:
    url = URL(text)
    assert (url.origin, url.href) == (origin, href)
    assert repr(url) == f"URL({href!r})"


@pytest.mark.parametrize(
    "text", ["", "/marks", "example.com", "https://", "data:,x", "about:blank"]
)
def test_text_without_scheme_or_host_is_not_a_url(text: str) -> None:
    with pytest.raises(ValueError, match="is not an absolute URL"):
        URL(text)


def test_invalid_port_is_not_a_url() -> None:
    with pytest.raises(ValueError, match="Port"):
        URL("https://example.com:99999/")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://ann@example.com/", True),
        ("https://:pw@example.com/", True),
        ("https://@example.com/", False),
        ("https://example.com/@", False),
    ],
)
def test_user_name_or_password_are_credentials(text: str, wanted: bool) -> None:
    assert URL(text).has_credentials is wanted


@pytest.mark.parametrize(
    ("reference", "wanted"),
    [
        ("", "https://example.com/a/b?c=d"),
        ("#e", "https://example.com/a/b?c=d"),
        ("x", "https://example.com/a/x"),
        ("/x?y", "https://example.com/x?y"),
        ("../x", "https://example.com/x"),
        ("?z", "https://example.com/a/b?z"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example", "http://other.example/"),
    ],
)
def test_reference_is_resolved(reference: str, wanted: str) -> None:
    assert URL("https://example.com/a/b?c=d").join(reference).href == wanted


@pytest.mark.parametrize("reference", ["data:,x", "mailto:ann@example.com", "http://"])
def test_reference_without_a_host_is_refused(reference: str) -> None:
    with pytest.raises(ValueError, match="is not an absolute URL"):
        URL("https://example.com/").join(reference)


def test_only_http_schemes_are_http() -> None:
    texts = "http://a/", "https://a/", "ftp://a/", "wss://a/"
    assert [URL(text).is_http for text in texts] == [True, True, False, False]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://example.com", True),
        ("wss://example.com", True),
        ("http://example.com", False),
        ("ws://example.com", False),
        ("http://localhost:5000", True),
        ("http://api.localhost", True),
        ("http://127.0.0.1", True),
        ("http://[::1]", True),
        ("http://notlocalhost", False),
        ("http://10.0.0.1", False),
    ],
)
def test_encrypted_or_local_is_trustworthy(text: str, wanted: bool) -> None:
    assert URL(text).is_trustworthy is wanted


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("example.com", "example.com"),
        ("a.b.example.com", "example.com"),
        ("example.co.uk", "example.co.uk"),
        ("a.example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("ann.github.io", "ann.github.io"),
        ("a.ann.github.io", "ann.github.io"),
        ("localhost", "localhost"),
        ("app.localhost", "app.localhost"),
        ("app.one.localhost", "one.localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
    ],
)
def test_registrable_domain_is_one_label_below_a_suffix(host: str, wanted: str) -> None:
    assert registrable_domain(host) == wanted


def test_site_has_a_scheme_and_no_port() -> None:
    assert URL("https://a.example.com:8443/x").site == "https://example.com"
    assert URL("http://a.example.com/x").site == "http://example.com"


def test_opaque_origin_has_no_site() -> None:
    assert site_of_origin(None) is None
    assert site_of_origin("https://a.example.com") == "https://example.com"


def test_public_suffixes() -> None:
    hosts = "com", "co.uk", "github.io", "localhost", "example.com", "a.co.uk"
    assert [is_public_suffix(each) for each in hosts] == [True] * 4 + [False] * 2


def test_ip_addresses() -> None:
    hosts = "10.0.0.1", "[::1]", "example.com", "1.example"
    assert [is_ip_address(each) for each in hosts] == [True, True, False, False]


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("/a/./b/../c", "/a/c"),
        ("/a/%2e/b/.%2E/c", "/a/c"),
        ("/../..", "/"),
        ("/a/b/..", "/a/"),
        ("/a/.", "/a/"),
        ("//admin/../x", "//x"),
        ("/a//b", "/a//b"),
        ("/a b", "/a%20b"),
        ("/ü%20{}", "/%C3%BC%20%7B%7D"),
        ("/\ud800", "/%EF%BF%BD"),
        ("/%", "/%"),
        ("/a\\b?\\", "/a/b?\\"),
        ("/?", "/?"),
        ("?", "/?"),
        ("/#?", "/"),
        ("/?a b'ü", "/?a%20b%27%C3%BC"),
        ("/?a?{}", "/?a?{}"),
        ("/\ta\n", "/a"),
    ],
)
def test_path_and_query_are_serialized(written: str, target: str) -> None:
    url = URL(f"https://example.com{written}")
    assert (url.target, url.href) == (target, f"https://example.com{target}")


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("ex%61mple.com", "example.com"),
        ("a_b.example", "a_b.example"),
        ("[0:0::1]", "[::1]"),
        ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
        ("127.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.01", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x", "0.0.0.0"),
        ("127.0.0.1.", "127.0.0.1"),
        ("example.com.", "example.com."),
    ],
)
def test_host_is_serialized_as_in_browsers(written: str, host: str) -> None:
    assert URL(f"http://{written}/").host == host


@pytest.mark.parametrize(
    "host",
    ["a b", "a%20b", "a%00b", "a<b", "a|b", "a^b", "a%", "\x7f", "\u2028", "256.1.1.1", "1.2.3.4.5",
     "1.2.256.4", "1.16777216", "4294967296", "a.1", "08", "1..2", "[::1%25eth0]",
     "[1]", "[::g]", "%ff"],
)  # fmt: skip
def test_invalid_host_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        URL(f"http://{host}/")


@pytest.mark.parametrize(
    ("reference", "wanted"),
    [
        (r"\\other.example\x", "https://other.example/x"),
        ("///other.example/x", "https://other.example/x"),
        ("https:x", "https://example.com/a//x"),
        ("https:/x", "https://example.com/x"),
        ("x", "https://example.com/a//x"),
        ("../../x", "https://example.com/x"),
        ("?", "https://example.com/a//b?"),
        (" /x ", "https://example.com/x"),
        ("//", None),
    ],
)
def test_reference_is_resolved_as_in_browsers(reference: str, wanted: str | None) -> None:
    base = URL("https://example.com/a//b?c=d")
    if wanted is None:
        with pytest.raises(ValueError, match="is not an absolute URL"):
            base.join(reference)
    else:
        assert base.join(reference).href == wanted


def test_localhost_can_end_in_a_dot() -> None:
    assert URL("http://localhost./").is_trustworthy
    assert not URL("http://example.com./").is_trustworthy
