"""Invalid origins are diagnosed at start-up, with the origin that was probably meant."""

import pytest

from flask_crossorigin import Policy, PolicyError, PolicyProblem
from flask_crossorigin.core.origin_diagnostics import closest_origin, diagnose
from flask_crossorigin.core.origins import MAX_ORIGIN_LENGTH

EXAMPLE = "https://app.example.com"

MEANT = [
    # origin-scheme-missing
    ("origin-scheme-missing", "example.com", "https://example.com"),
    ("origin-scheme-missing", "example.com/", "https://example.com"),
    ("origin-scheme-missing", "example.com:8443", "https://example.com:8443"),
    ("origin-scheme-missing", "example.com:443", "https://example.com"),
    ("origin-scheme-missing", "*.example.com", "https://*.example.com"),
    ("origin-scheme-missing", "//example.com", "https://example.com"),
    ("origin-scheme-missing", "localhost", "http://localhost"),
    ("origin-scheme-missing", "localhost:5173", "http://localhost:5173"),
    ("origin-scheme-missing", "localhost:*", "http://localhost:*"),
    ("origin-scheme-missing", "app.localhost:80", "http://app.localhost"),
    ("origin-scheme-missing", "127.0.0.1:8000", "http://127.0.0.1:8000"),
    ("origin-scheme-missing", "[::1]:8000", "http://[::1]:8000"),
    ("origin-scheme-missing", "[2001:db8::1]", "https://[2001:db8::1]"),
    ("origin-scheme-missing", "Example.com", "https://example.com"),
    # origin-quotes
    ("origin-quotes", "'https://example.com'", "https://example.com"),
    ("origin-quotes", '"https://example.com', "https://example.com"),
    ("origin-quotes", "https://example.com/'", "https://example.com"),
    ("origin-quotes", "'example.com\"", "https://example.com"),
    ("origin-quotes", "''", None),
    # origin-path
    ("origin-path", "https://example.com/", "https://example.com"),
    ("origin-path", "https://example.com/app", "https://example.com"),
    ("origin-path", "https://example.com/*", "https://example.com"),
    ("origin-path", "https://example.com:443/", "https://example.com"),
    ("origin-path", "https://example.com\\", "https://example.com"),
    ("origin-path", "https://*.example.com/", "https://*.example.com"),
    ("origin-path", "http://localhost:*/", "http://localhost:*"),
    ("origin-path", "HTTPS://User@Example.com:443/a?b#c", "https://example.com"),
    ("origin-path", "https://[2001:DB8:0::1]/", "https://[2001:db8::1]"),
    ("origin-path", "https://app-*.example.com/", "https://app-*.example.com"),
    ("origin-path", "https://myapp-*.vercel.app/", "https://myapp-*.vercel.app"),
    ("origin-scheme-missing", "app-*.example.com", "https://app-*.example.com"),
    ("origin-scheme-missing", "app-*.localhost:*", "http://app-*.localhost:*"),
    ("origin-upper-case", "https://App-*.Example.com", "https://app-*.example.com"),
    ("origin-unicode", "https://app-*.bücher.example", "https://app-*.xn--bcher-kva.example"),
    ("origin-default-port", "https://app-*.example.com:443", "https://app-*.example.com"),
    # origin-query
    ("origin-query", "https://example.com?a=1", "https://example.com"),
    ("origin-query", "https://example.com#top", "https://example.com"),
    ("origin-query", "https://example.com?next=/", "https://example.com"),
    # origin-user-info
    ("origin-user-info", "https://user@example.com", "https://example.com"),
    ("origin-user-info", "https://user:secret@example.com:8443", "https://example.com:8443"),
    ("origin-user-info", "https://a@b@example.com", "https://example.com"),
    # origin-white-space
    ("origin-white-space", " https://example.com", "https://example.com"),
    ("origin-white-space", "https://example.com\n", "https://example.com"),
    ("origin-white-space", "\thttps://example.com/ ", "https://example.com"),
    ("origin-white-space", "https://example.com\u00a0", "https://example.com"),
    # origin-upper-case
    ("origin-upper-case", "https://Example.com", "https://example.com"),
    ("origin-upper-case", "HTTPS://example.com", "https://example.com"),
    ("origin-upper-case", "HTTPS://EXAMPLE.COM:443", "https://example.com"),
    ("origin-upper-case", "https://*.Example.com", "https://*.example.com"),
    ("origin-upper-case", "https://My_Host.example", "https://my_host.example"),
    ("origin-upper-case", "http://[2001:DB8::1]", "http://[2001:db8::1]"),
    ("origin-upper-case", "http://0X7F.0.0.1", "http://127.0.0.1"),
    # origin-default-port
    ("origin-default-port", "https://example.com:443", "https://example.com"),
    ("origin-default-port", "http://example.com:80", "http://example.com"),
    ("origin-default-port", "https://*.example.com:443", "https://*.example.com"),
    ("origin-default-port", "http://[::1]:80", "http://[::1]"),
    ("origin-default-port", "ws://example.com:80", "ws://example.com"),
    ("origin-default-port", "wss://example.com:443", "wss://example.com"),
    # origin-port
    ("origin-port", "https://example.com:", "https://example.com"),
    ("origin-port", "https://example.com:0", "https://example.com"),
    ("origin-port", "https://example.com:08443", "https://example.com"),
    ("origin-port", "https://example.com:65536", "https://example.com"),
    ("origin-port", "https://example.com:999999", "https://example.com"),
    ("origin-port", "https://example.com:http", "https://example.com"),
    ("origin-port", "https://example.com:80*", "https://example.com"),
    ("origin-port", "https://[::1]:0", "https://[::1]"),
    # origin-unicode
    ("origin-unicode", "https://maßage.example", "https://xn--maage-mqa.example"),
    ("origin-unicode", "https://bücher.example:8443", "https://xn--bcher-kva.example:8443"),
    ("origin-unicode", "https://*.bücher.example", "https://*.xn--bcher-kva.example"),
    ("origin-unicode", "https://BÜCHER.example", "https://xn--bcher-kva.example"),
    ("origin-unicode", "https://例え.テスト", "https://xn--r8jz45g.xn--zckzah"),
    ("origin-unicode", "https://example。com", "https://example.com"),
    ("origin-unicode", "https://ｅｘａｍｐｌｅ.com", "https://example.com"),
    ("origin-unicode", "https://example.com:８０８０", None),
    ("origin-unicode", "https://😀\ud7ff.example", None),
    # origin-ip
    ("origin-ip", "http://127.1", "http://127.0.0.1"),
    ("origin-ip", "http://2130706433", "http://127.0.0.1"),
    ("origin-ip", "http://0x7f.0.0.1", "http://127.0.0.1"),
    ("origin-ip", "http://0177.0.0.1", "http://127.0.0.1"),
    ("origin-ip", "http://127.0.0.01:8000", "http://127.0.0.1:8000"),
    ("origin-ip", "http://256.0.0.1", None),
    ("origin-ip", "http://example.1", None),
    ("origin-ip", "http://[0:0:0:0:0:0:0:1]:8000", "http://[::1]:8000"),
    ("origin-ip", "http://[2001:0db8::1]", "http://[2001:db8::1]"),
    ("origin-ip", "http://[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]"),
    ("origin-ip", "http://[fe80::1%eth0]", None),
    ("origin-ip", "http://[nonsense]", None),
    ("origin-ip", "http://[::1", None),
    # origin-ip-wildcard
    ("origin-ip-wildcard", "http://*.127.0.0.1", "http://127.0.0.1"),
    ("origin-ip-wildcard", "http://*.127.0.0.1:8000", "http://127.0.0.1:8000"),
    ("origin-ip-wildcard", "http://*.0x7f", "http://0.0.0.127"),
    ("origin-ip-wildcard", "http://app-*.127.0.0.1:8000", "http://127.0.0.1:8000"),
    # origin-wildcard
    ("origin-wildcard", "https://*", None),
    ("origin-wildcard", "https://*:8443", None),
    ("origin-wildcard", "https://example.*", None),
    ("origin-wildcard", "https://*.*", None),
    ("origin-wildcard", "https://app.*.example.com", "https://*.example.com"),
    ("origin-wildcard", "https://*.*.example.com", "https://*.example.com"),
    ("origin-wildcard", "https://**.example.com", "https://*.example.com"),
    ("origin-wildcard", "https://app.preview-*.example.com:8443", "https://*.example.com:8443"),
    ("origin-wildcard", "https://app-*-*.example.com", "https://app-*.example.com"),
    ("origin-wildcard", "https://app-*-x-*-y.example.com:*", "https://app-*-y.example.com:*"),
    ("origin-wildcard", "https://*example.com", "https://*.example.com"),
    ("origin-wildcard", "https://*example.co.uk", "https://*.example.co.uk"),
    ("origin-wildcard", "https://*staging.example.com", "https://*-staging.example.com"),
    ("origin-wildcard", "https://app-*", None),
    ("origin-wildcard", "https://app-*.", None),
    # origin-wildcard-label
    ("origin-wildcard-label", "https://-*.example.com", None),
    ("origin-wildcard-label", "https://*-.example.com", None),
    ("origin-wildcard-label", "https://xn--*.example.com", None),
    ("origin-wildcard-label", "https://my_app-*.example.com", None),
    ("origin-wildcard-label", "https://" + "a" * 63 + "*.example.com:*", None),
    # origin-host
    ("origin-host", "https://", None),
    ("origin-host", "https://.", None),
    ("origin-host", "https://:8443", None),
    ("origin-host", "https://example.com.", "https://example.com"),
    ("origin-host", "https://*.example.com.", "https://*.example.com"),
    ("origin-host", "https://app-*.example.com.", "https://app-*.example.com"),
    ("origin-host", "https://app-*.exam%70le.com", None),
    ("origin-host", "https://.example.com", None),
    ("origin-host", "https://example..com", None),
    ("origin-host", "https://exam%70le.com", None),
    ("origin-regex", "https://([a-z]+)+.example", None),
    ("origin-host", "https://example.com\x00", None),
    # origin-long
    ("origin-long", "https://" + "a" * MAX_ORIGIN_LENGTH, None),
    ("origin-long", "https://*." + "a." * 400 + "com", None),
    # origin-empty
    ("origin-empty", "", None),
    ("origin-empty", " \t", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "text", "meant"), MEANT, ids=[ascii(each[1])[:60] for each in MEANT]
)
def test_diagnosis_has_the_code_and_the_origin_that_was_meant(
    code: str, text: str, meant: str | None
) -> None:
    found = diagnose(text)
    assert (found.code, repr(meant or EXAMPLE) in found.hint) == (code, True), found


@pytest.mark.parametrize(
    ("code", "text", "meant"), MEANT, ids=[ascii(each[1])[:60] for each in MEANT]
)
def test_invalid_origin_of_a_policy_is_an_error(code: str, text: str, meant: str | None) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(origins=[text])
    (found,) = caught.value.errors
    assert (found.code, found.field, found.value) == (code, "origins", text)


@pytest.mark.parametrize("text", {meant for _, _, meant in MEANT if meant})
def test_suggested_origin_is_valid(text: str) -> None:
    assert Policy(origins=[text]).origins == (text,)


@pytest.mark.parametrize(
    "origins",
    [
        "https://a.example;https://b.example",
        "https://a.example; https://b.example",
        ["https://a.example,https://b.example"],
        ["https://a.example;http://localhost:*"],
    ],
)
def test_several_origins_in_one_text_are_told_apart(origins: str | list[str]) -> None:
    with pytest.raises(PolicyError, match="separate them by commas or spaces") as caught:
        Policy(origins=origins)
    assert [each.code for each in caught.value.errors] == ["origin-separator"]


@pytest.mark.parametrize("text", ["https://a;b.example", "https://a.example,b"])
def test_a_separator_inside_one_origin_is_a_wrong_host(text: str) -> None:
    assert diagnose(text).code == "origin-host"


@pytest.mark.parametrize(
    "text",
    ["file:///home/me/index.html", "file://", "FILE:///x", "about:blank", "data:text/html,x",
     "javascript:alert(1)", "blob:https://example.com/1234"],
)  # fmt: skip
def test_page_whose_origin_is_null_gets_the_hint_to_serve_it(text: str) -> None:
    found = diagnose(text)
    assert (found.code, "http://localhost" in found.hint) == ("origin-opaque", True)


@pytest.mark.parametrize("text", ["file://localhost", "data://host", "about://blank"])
def test_opaque_scheme_with_a_host_is_an_error(text: str) -> None:
    """Such an entry would never match."""
    with pytest.raises(PolicyError) as caught:
        Policy(origins=[text])
    assert [each.code for each in caught.value.errors] == ["origin-opaque"]


def test_message_about_a_long_origin_has_the_limit() -> None:
    assert str(MAX_ORIGIN_LENGTH) in diagnose("https://" + "a" * 1000).message


def test_field_of_the_problem_is_the_given_field() -> None:
    assert diagnose("example.com", "CORS_ORIGINS").field == "CORS_ORIGINS"


def test_every_wrong_entry_of_a_list_is_a_problem() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(origins=["example.com", "https://fine.example", "https://example.org/"])
    assert [each.value for each in caught.value.errors] == ["example.com", "https://example.org/"]


# Suggestions that would be dangerous or wrong.


def hint(text: str) -> str:
    return diagnose(text).hint


def test_star_before_a_name_does_not_suggest_its_top_level_domain() -> None:
    """'https://*.com' would allow every .com site."""
    assert "'https://*.example.com'" in hint("https://*example.com")


@pytest.mark.parametrize(
    "text",
    ["https://a.*.com", "https://a.my-*.co.uk", "https://*.*.vercel.app", "https://**.github.io"],
)
def test_all_subdomains_of_a_public_suffix_are_not_suggested(text: str) -> None:
    """Anyone can register a name there."""
    assert EXAMPLE in hint(text)


@pytest.mark.parametrize(
    "text", ["https:/example.com", "https:example.com", "https//example.com", "HTTPS:example.com/"]
)
def test_scheme_without_colon_or_slashes_is_not_read_as_the_host(text: str) -> None:
    assert "'https://example.com'" in hint(text)


def test_wildcard_before_an_ipv6_address_shows_the_address() -> None:
    assert "'http://[::1]'" in hint("http://*.[::1]")


@pytest.mark.parametrize("text", ["NULL", "Null", " null"])
def test_null_in_another_spelling_is_not_read_as_a_host(text: str) -> None:
    assert "https://null" not in hint(text)


@pytest.mark.parametrize(
    "text",
    ["http://1\x00.1", "http://\ud800.1", "http://\udcff.example", "http://[\ud800]"],
    ids=ascii,
)
def test_text_that_can_not_be_encoded_is_a_problem(text: str) -> None:
    """Environment variables that are not UTF-8 contain such characters."""
    assert EXAMPLE in hint(text)


# The closest origin.


@pytest.mark.parametrize(
    "text", ["https://app.example.com", "http://localhost:*", "https://*.example.com"]
)
def test_valid_pattern_is_closest_to_itself(text: str) -> None:
    assert closest_origin(text) == text


@pytest.mark.parametrize("text", ["", "*", "://", "https://a b", "@", "[", "]:1"])
def test_text_without_a_host_has_no_closest_origin(text: str) -> None:
    assert closest_origin(text) is None


def test_problem_is_made_of_plain_values() -> None:
    assert isinstance(diagnose("example.com"), PolicyProblem)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (r"https://.*\.example\.com", "'https://*.example.com'"),
        (r"^https://example\.com$", "'https://example.com'"),
        (r"https://(.*\.)?example\.com", "'https://*.example.com'"),
        (r"https://.+\.example\.com", "'https://*.example.com'"),
        (r"https://(a|b)\.example\.com", EXAMPLE),
        (r"https://app-[0-9]+\.example\.com", "'https://app-*.example.com'"),
        ("https://app-[0-9]+.example.com", "'https://app-*.example.com'"),
        (r"^https://app-\d+\.example\.com$", "'https://app-*.example.com'"),
        (r"https://app-.*\.example\.com", "'https://app-*.example.com'"),
        (r"https?://app-[a-f0-9]{8}\.example\.com", "'https://app-*.example.com'"),
        (r"https://([a-z0-9-]+)-staging\.example\.com", "'https://*-staging.example.com'"),
        (r"https://(?:[a-z]+-[0-9]+)\.example\.com:8443", "'https://*.example.com:8443'"),
        (r"https://myapp-[a-z0-9]+-me\.vercel\.app", "'https://myapp-*-me.vercel.app'"),
        (r"https://my\-app-\w+\.example\.com", "'https://my-app-*.example.com'"),
        (r"https://([a-z]+)+\.example\.com", EXAMPLE),
        (r"https://[^.]+\.github\.io", EXAMPLE),
    ],
)
def test_regular_expression_is_recognized_and_its_pattern_suggested(text: str, meant: str) -> None:
    found = diagnose(text)
    assert (found.code, meant in found.hint) == ("origin-regex", True)
