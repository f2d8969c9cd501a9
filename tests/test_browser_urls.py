"""URLs, origins and sites."""

import pytest

from flask_crossorigin.browser.urls import (
    URL,
    is_ip_address,
    is_registrable_suffix,
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
def test_text_without_scheme_or_host_is_no_url(text: str) -> None:
    with pytest.raises(ValueError, match="is not an absolute URL"):
        URL(text)


def test_port_that_is_none_is_no_url() -> None:
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
def test_reference_without_a_host_means_none(reference: str) -> None:
    with pytest.raises(ValueError, match="is not an absolute URL"):
        URL("https://example.com/").join(reference)


def test_only_http_schemes_are_fetched() -> None:
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


def test_public_suffix_is_one() -> None:
    hosts = "com", "co.uk", "github.io", "localhost", "example.com", "a.co.uk"
    assert [is_registrable_suffix(each) for each in hosts] == [True] * 4 + [False] * 2


def test_address_is_no_name() -> None:
    hosts = "10.0.0.1", "[::1]", "example.com", "1.example"
    assert [is_ip_address(each) for each in hosts] == [True, True, False, False]
