"""Cookies: parsing, the jar, and which cookies a request carries."""

from dataclasses import replace
from pathlib import Path

import pytest

from flask_crossorigin.browser import Browser
from flask_crossorigin.browser.cookies.context import Context
from flask_crossorigin.browser.cookies.dates import seconds_of_date
from flask_crossorigin.browser.cookies.jar import CookieJar
from flask_crossorigin.browser.cookies.reasons import COOKIE_REASONS
from flask_crossorigin.browser.profiles import PROFILES, Profile, ProfileName
from flask_crossorigin.browser.urls import URL

from .scripted import API, APP, OTHER, Reply, Server, allow, browser_of, redirect

NOW = 1_700_000_000.0
HOME = URL("https://api.example.com/docs/page")
HERE = Context("https://example.com")
ELSEWHERE = Context("https://other.example")
LINK = Context("https://other.example", navigation=True)
FORM = Context("https://other.example", navigation=True, safe_method=False)
OPAQUE = Context(None)


class Jar(CookieJar):
    """A jar whose clock can be set."""

    def __init__(self, profile: Profile = PROFILES["standard"]) -> None:
        self.time = NOW
        super().__init__(profile, lambda: self.time)


def cookie_after(line: str, url: str = HOME.href, target: str | None = None) -> str | None:
    """Return the Cookie header that is sent to `target` after `url` has set `line`."""
    jar = Jar()
    jar.store(URL(url), [line], Context(URL(url).site))
    return jar.for_request(URL(target or url), Context(URL(target or url).site))


# Names and values: RFC 6265bis, 5.6.


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("a=1", "a=1"),
        (" a = 1 ; Path=/", "a=1"),
        ("a=b=c", "a=b=c"),
        ('a="1"', 'a="1"'),
        ("a=", "a="),
        ("a", "a"),
        ("=a", "a"),
        ("", None),
        ("=", None),
        ("; Path=/", None),
        ("\ta\t=\t1\t", "a=1"),
        ("\xa0a=1\xa0", "\xa0a=1\xa0"),
        ("a=1\x01", None),
        ("a=1; Path=/\x7f", None),
        ("a=\t1\t2", "a=1\t2"),
        ("a=" + "1" * 4095, "a=" + "1" * 4095),
        ("a=" + "1" * 4096, None),
        ("=__Host-a", None),
        ("__secure-a; Secure", None),
        ("a=__Host-", "a=__Host-"),
        ("__Secure-a=1; Secure", "__Secure-a=1"),
        ("a=1; Partitioned", None),
    ],
)
def test_cookie_is_a_name_and_a_value(line: str, wanted: str | None) -> None:
    assert cookie_after(line) == wanted


def test_later_cookie_replaces_an_earlier_one() -> None:
    jar = Jar()
    jar.store(HOME, ["a=1", "b=2", "a=3"], HERE)
    assert jar.for_request(HOME, HERE) == "a=3; b=2"


def test_longer_paths_are_sent_first() -> None:
    jar = Jar()
    jar.store(HOME, ["a=1; Path=/", "a=2; Path=/docs", "b=3; Path=/"], HERE)
    assert jar.for_request(HOME, HERE) == "a=2; a=1; b=3"


# Domain: 5.1.3 and 5.7.


@pytest.mark.parametrize(
    ("attribute", "target", "sent"),
    [
        ("", "https://api.example.com/docs/", True),
        ("", "https://v1.api.example.com/docs/", False),
        ("", "https://example.com/docs/", False),
        ("; Domain=", "https://v1.api.example.com/docs/", False),
        ("; Domain=..example.com", "https://api.example.com/docs/", False),
        ("; Domain=api.example.com", "https://v1.api.example.com/docs/", True),
        ("; Domain=example.com", "https://app.example.com/docs/", True),
        ("; Domain=.Example.COM", "https://example.com/docs/", True),
        ("; Domain=example.com", "https://badexample.com/docs/", False),
        ("; Domain=example.com", "https://api.example.com:8443/docs/", True),
    ],
)
def test_domain_includes_hosts_below_it(attribute: str, target: str, sent: bool) -> None:
    assert cookie_after(f"a=1{attribute}", target=target) == ("a=1" if sent else None)


@pytest.mark.parametrize("domain", ["other.example", "v1.api.example.com", "pi.example.com", "com"])
def test_domain_of_another_host_is_rejected(domain: str) -> None:
    assert cookie_after(f"a=1; Domain={domain}") is None


def test_public_suffix_sets_host_only_cookies() -> None:
    line = "a=1; Domain=localhost"
    assert cookie_after(line, "http://localhost/docs/") == "a=1"
    assert cookie_after(line, "http://localhost/docs/", "http://api.localhost/docs/") is None
    assert cookie_after(line, "http://api.localhost/docs/") is None


def test_part_of_an_address_is_not_a_domain() -> None:
    assert cookie_after("a=1; Domain=0.0.1", "http://127.0.0.1/") is None
    assert cookie_after("a=1; Domain=127.0.0.1", "http://127.0.0.1/") == "a=1"


def test_cookies_of_a_host_and_of_its_domain_are_two() -> None:
    jar = Jar()
    jar.store(HOME, ["a=1", "a=2; Domain=api.example.com"], HERE)
    assert jar.for_request(HOME, HERE) == "a=1; a=2"


# Path: 5.1.4.


@pytest.mark.parametrize(
    ("url", "attribute", "path", "sent"),
    [
        ("/docs/page", "", "/docs", True),
        ("/docs/page", "", "/docs/other", True),
        ("/docs/page", "", "/documents", False),
        ("/docs/page", "", "/", False),
        ("/docs", "", "/x", True),
        ("/", "", "/x/y", True),
        ("/docs/page", "; Path=", "/docs/x", True),
        ("/docs/page", "; Path=no", "/x", False),
        ("/docs/page", "; Path=/x", "/x", True),
        ("/docs/page", "; Path=/x", "/x/y", True),
        ("/docs/page", "; Path=/x", "/xy", False),
        ("/docs/page", "; Path=/x/", "/x/y", True),
        ("/docs/page", "; Path=/x/", "/x/", True),
        ("/docs/page", "; Path=/x/", "/x", False),
        ("/docs/page", "; Path=/", "/x", True),
        ("/docs/page", "; Path=/" + "x" * 1024, "/docs/x", True),
    ],
)
def test_path_limits_the_urls(url: str, attribute: str, path: str, sent: bool) -> None:
    assert cookie_after(f"a=1{attribute}", API + url, API + path) == ("a=1" if sent else None)


# Secure.


@pytest.mark.parametrize(
    ("url", "target", "sent"),
    [
        ("https://api.example.com/", "https://api.example.com/", True),
        ("https://api.example.com/", "http://api.example.com/", False),
        ("http://api.example.com/", "https://api.example.com/", False),
        ("http://api.localhost/", "http://api.localhost/", True),
    ],
)
def test_secure_cookie_needs_a_trustworthy_url(url: str, target: str, sent: bool) -> None:
    assert cookie_after("a=1; secure", url, target) == ("a=1" if sent else None)


@pytest.mark.parametrize(
    ("line", "secure", "wanted"),
    [
        ("a=2", "a=1; Secure", "a=1"),
        ("a=2; Domain=example.com", "a=1; Secure", "a=1"),
        ("a=2", "a=1; Secure; Domain=example.com", "a=1"),
        ("a=2; Path=/docs", "a=1; Secure; Path=/", "a=1"),
        ("a=2; Path=/", "a=1; Secure; Path=/docs", "a=1; a=2"),
        ("b=2", "a=1; Secure", "a=1; b=2"),
        ("a=2", "a=1", "a=2"),
    ],
)
def test_response_over_http_does_not_overwrite_secure_cookies(
    line: str, secure: str, wanted: str
) -> None:
    jar, clear = Jar(), URL("http://api.example.com/docs/page")
    jar.store(HOME, [secure], HERE)
    jar.store(clear, [line], Context(clear.site))
    assert jar.for_request(HOME, HERE) == wanted


@pytest.mark.parametrize(
    ("date", "wanted"),
    [
        ("Tue, 14 Nov 2023 22:13:20 GMT", NOW),
        ("Tuesday, 14-Nov-23 22:13:20 GMT", NOW),
        ("Tue Nov 14 22:13:20 2023", NOW),
        ("Tue, 14 Nov 2023 22:13:20 +0500", NOW),
        ("14th november 2023 22:13:20.5", NOW),
        ("22:13:20 14 NOV 2023", NOW),
        ("1 Jan 70 0:0:0", 0),
        ("1 Jan 69 0:0:0", 3124224000),
        ("31 Feb 2023 22:13:20", None),
        ("0 Nov 2023 22:13:20", None),
        ("14 Nov 1600 22:13:20", None),
        ("14 Nov 2023 24:13:20", None),
        ("14 Nov 2023 22:13", None),
        ("14 Nov 20230 22:13:20", None),
        ("14 Nox 2023 22:13:20", None),
        ("", None),
    ],
)
def test_date_has_a_grammar_of_its_own(date: str, wanted: float | None) -> None:
    assert seconds_of_date(date) == wanted


# Expiry: 5.6.1 and 5.6.2.

PAST = "Expires=Tue, 14 Nov 2023 22:13:19 GMT"
FUTURE = "Expires=Tue, 14 Nov 2023 22:13:30 GMT"


@pytest.mark.parametrize(
    ("attributes", "seconds"),
    [
        ("", None),
        ("Max-Age=10", 10),
        (FUTURE, 10),
        (f"Max-Age=20; {FUTURE}", 20),
        (f"{FUTURE}; Max-Age=20", 20),
        (f"Max-Age=; {FUTURE}", 10),
        (f"Max-Age=+5; {FUTURE}", 10),
        ("Max-Age=1e3", None),
        ("Expires=tomorrow", None),
        ("Max-Age=5; Max-Age=10", 10),
        ("Max-Age=10; Max-Age=x", 10),
        (f"{FUTURE}; Expires=x", 10),
        (f"Max-Age={'9' * 400}", 400 * 24 * 3600),
        (f"Max-Age={'9' * 5000}", None),
        ("Expires=Fri, 31 Dec 9999 23:59:59 GMT", 400 * 24 * 3600),
        (f"Expires=Tue, {'9' * 400} Nov 2023 22:13:30 GMT", None),
        (f"Expires=Tue, 14 Nov {'9' * 400} 22:13:30 GMT", None),
    ],
)
def test_cookie_expires(attributes: str, seconds: int | None) -> None:
    jar = Jar()
    jar.store(HOME, [f"a=1; {attributes}"], HERE)
    jar.time += (seconds or 10_000_000) - 1
    assert jar.for_request(HOME, HERE) == "a=1"
    jar.time += 1
    assert jar.for_request(HOME, HERE) == ("a=1" if seconds is None else None)


@pytest.mark.parametrize(
    "attributes",
    ["Max-Age=0", "Max-Age=-1", f"Max-Age=-{'9' * 400}", PAST, f"Max-Age=0; {FUTURE}"],
)
def test_expired_cookie_removes_the_stored_one(attributes: str) -> None:
    jar = Jar()
    jar.store(HOME, ["a=1", f"a=2; {attributes}", f"b=3; {attributes}"], HERE)
    assert jar.for_request(HOME, HERE) is None


# SameSite: 5.2, 5.6.7 and 5.7.


@pytest.mark.parametrize(
    ("same_site", "contexts"),
    [
        ("; SameSite=Strict", [HERE]),
        ("; SameSite=Lax", [HERE, LINK]),
        ("; SameSite=strange", [HERE, LINK]),
        ("", [HERE, LINK]),
        ("; SameSite=None; Secure", [HERE, ELSEWHERE, LINK, FORM, OPAQUE]),
        ("; samesite=none; secure", [HERE, ELSEWHERE, LINK, FORM, OPAQUE]),
    ],
)
def test_same_site_limits_sending(same_site: str, contexts: list[Context]) -> None:
    jar = Jar()
    jar.store(HOME, [f"a=1{same_site}"], HERE)
    every = HERE, ELSEWHERE, LINK, FORM, OPAQUE
    assert [each for each in every if jar.for_request(HOME, each)] == contexts


@pytest.mark.parametrize(
    ("same_site", "contexts"),
    [
        ("; SameSite=Strict", [HERE, LINK, FORM]),
        ("; SameSite=Lax", [HERE, LINK, FORM]),
        ("", [HERE, LINK, FORM]),
        ("; SameSite=None; Secure", [HERE, ELSEWHERE, LINK, FORM, OPAQUE]),
    ],
)
def test_same_site_limits_setting(same_site: str, contexts: list[Context]) -> None:
    found = []
    for context in (HERE, ELSEWHERE, LINK, FORM, OPAQUE):
        jar = Jar()
        jar.store(HOME, [f"a=1{same_site}"], context)
        found.extend([context] if jar.for_request(HOME, HERE) else [])
    assert found == contexts


def test_site_includes_the_scheme() -> None:
    jar = Jar()
    jar.store(HOME, ["a=1"], HERE)
    assert jar.for_request(HOME, Context("http://example.com")) is None


@pytest.mark.parametrize("profile", PROFILES)
def test_default_of_same_site_in_engines(profile: ProfileName) -> None:
    jar = Jar(PROFILES[profile])
    jar.store(HOME, ["a=1", "b=2; SameSite=None"], HERE)
    lax = PROFILES[profile].cookies_lax_by_default
    assert lax is (profile in ("standard", "chromium"))
    found = jar.for_request(HOME, HERE), jar.for_request(HOME, ELSEWHERE)
    wanted = {"webkit": ("a=1; b=2", "a=1; b=2"), "firefox": ("a=1", "a=1")}
    assert found == wanted.get(profile, ("a=1", None))


def test_browser_without_third_party_cookies_sends_and_stores_none() -> None:
    jar = Jar(replace(PROFILES["standard"], third_party_cookies=False))
    jar.store(HOME, ["a=1; SameSite=None; Secure"], HERE)
    jar.store(HOME, ["b=2; SameSite=None; Secure"], ELSEWHERE)
    contexts = HERE, ELSEWHERE, LINK, FORM
    assert [jar.for_request(HOME, each) for each in contexts] == ["a=1", None, "a=1", "a=1"]


# In a browser.

COOKIES = [
    ("Set-Cookie", "strict=1; SameSite=Strict; Path=/"),
    ("Set-Cookie", "lax=1; SameSite=Lax; Path=/"),
    ("Set-Cookie", "none=1; SameSite=None; Secure; Path=/; HttpOnly"),
]


def cookies_of(server: Server) -> str | None:
    return server.log[-1].headers.get("cookie")


def test_credentials_mode_limits_sending() -> None:
    api = Server({"/set": Reply(200, COOKIES), "": allow(credentials="true")})
    browser = browser_of(api, app=Server({"": Reply(200, COOKIES)}))
    browser.page(API).fetch("/set")
    found = []
    for page, credentials in (
        (APP, "omit"), (APP, "same-origin"), (APP, "include"),
        (API, "omit"), (API, "same-origin"), (API, "include"),
    ):  # fmt: skip
        browser.page(page).fetch(f"{API}/", credentials=credentials)  # type: ignore[arg-type]
        found.append(cookies_of(api))
    every = "strict=1; lax=1; none=1"  # the two origins are one site
    assert found == [None, None, every, None, every, every]


@pytest.mark.parametrize(
    ("credentials", "wanted"), [("omit", None), ("same-origin", None), ("include", "a=1")]
)
def test_credentials_mode_limits_setting(credentials: str, wanted: str | None) -> None:
    line = ("Set-Cookie", "a=1; SameSite=None; Secure; Path=/")
    reply = Reply(200, [*dict(allow(credentials="true").headers).items(), line])
    api = Server({"": reply})
    browser = browser_of(api)
    browser.page(APP).fetch(f"{API}/", credentials=credentials)  # type: ignore[arg-type]
    browser.page(API).fetch("/")
    assert cookies_of(api) == wanted


def test_clock_of_the_browser_expires_cookies() -> None:
    api = Server({"/set": Reply(200, {"Set-Cookie": "a=1; Max-Age=60"}), "": Reply()})
    browser = browser_of(api)
    page = browser.page(API)
    page.fetch("/set")
    browser.clock.advance(59)
    page.fetch("/")
    assert cookies_of(api) == "a=1"
    browser.clock.advance(1)
    page.fetch("/")
    assert cookies_of(api) is None


def test_preflight_neither_carries_nor_sets_cookies() -> None:
    reply = allow(credentials="true", methods="PUT")
    preflight = Reply(200, {**dict(reply.headers), "Set-Cookie": "p=1; Path=/"})
    api = Server({"/set": Reply(200, COOKIES), "OPTIONS": preflight, "": reply})
    browser = browser_of(api)
    browser.page(API).fetch("/set")
    browser.page(APP).fetch(f"{API}/", method="PUT", credentials="include")
    assert [each.headers.get("cookie") for each in api.log[1:]] == [
        None,
        "strict=1; lax=1; none=1",
    ]


@pytest.mark.parametrize(
    ("origin", "method", "wanted"),
    [
        (APP, "POST", "strict=1; lax=1; none=1"),
        (OTHER, "GET", "lax=1; none=1"),
        (OTHER, "POST", "none=1"),
        (None, "POST", "none=1"),
    ],
)
def test_same_site_applies_to_forms(origin: str | None, method: str, wanted: str) -> None:
    api = Server({"": Reply(200, COOKIES)})
    browser = browser_of(api)
    browser.page(API).fetch("/")
    browser.page(origin).submit_form(f"{API}/", {"a": "1"}, method=method)
    assert cookies_of(api) == wanted


def test_form_from_another_site_can_log_in() -> None:
    api = Server({"": Reply(200, COOKIES)})
    browser = browser_of(api)
    browser.page(OTHER).submit_form(f"{API}/", {"a": "1"})
    browser.page(API).fetch("/")
    assert cookies_of(api) == "strict=1; lax=1; none=1"


def test_cookies_of_a_redirect_are_sent_to_its_target() -> None:
    reply = redirect("/b")
    api = Server({"/a": Reply(302, [*dict(reply.headers).items(), *COOKIES]), "/b": Reply()})
    browser_of(api).page(API).fetch("/a")
    assert cookies_of(api) == "strict=1; lax=1; none=1"


# New cookies.

NEW_COOKIES = replace(PROFILES["standard"], sends_new_cookies_with_post=True)


@pytest.mark.parametrize(
    ("line", "age", "context", "sent"),
    [
        ("a=1", 120, FORM, True),
        ("a=1", 121, FORM, False),
        ("a=1; SameSite=Lax", 0, FORM, False),
        ("a=1; SameSite=Strict", 0, FORM, False),
        ("a=1", 0, ELSEWHERE, False),
    ],
)
def test_new_cookie_without_same_site_is_sent_with_a_form(
    line: str, age: int, context: Context, sent: bool
) -> None:
    jar = Jar(NEW_COOKIES)
    jar.store(HOME, [line], HERE)
    jar.time += age
    assert jar.for_request(HOME, context) == ("a=1" if sent else None)


@pytest.mark.parametrize(("value", "sent"), [("1", None), ("2", "a=2")])
def test_age_of_a_cookie_is_that_of_its_value(value: str, sent: str | None) -> None:
    jar = Jar(NEW_COOKIES)
    jar.store(HOME, ["a=1"], HERE)
    jar.time += 100
    jar.store(HOME, [f"a={value}"], HERE)
    jar.time += 100
    assert jar.for_request(HOME, FORM) == sent


@pytest.mark.parametrize("profile", PROFILES)
def test_form_carries_a_new_cookie_in_chromium(profile: ProfileName) -> None:
    api = Server({"": Reply(200, {"Set-Cookie": "a=1; Path=/"})})
    browser = browser_of(api, profile)
    browser.page(API).fetch("/")
    found = []
    for _ in range(2):
        browser.page(OTHER).submit_form(f"{API}/form")
        found.append(cookies_of(api))
        browser.clock.advance(121)
    lax = {"standard": [None, None], "chromium": ["a=1", None]}
    assert found == lax.get(profile, ["a=1", "a=1"])


# Embedded pages.


@pytest.mark.parametrize(
    ("embedder", "wanted"),
    [
        (None, "strict=1; lax=1; none=1"),
        (API, "strict=1; lax=1; none=1"),
        (APP, "strict=1; lax=1; none=1"),
        (OTHER, "none=1"),
    ],
)
def test_embedder_makes_a_page_cross_site(embedder: str | None, wanted: str) -> None:
    api = Server({"": Reply(200, COOKIES)})
    browser = browser_of(api)
    browser.page(API).fetch("/")
    browser.page(API, embedder=embedder).fetch("/")
    assert cookies_of(api) == wanted


@pytest.mark.parametrize(("embedder", "wanted"), [(APP, "none=1"), (OTHER, None)])
def test_page_embedded_in_another_site_is_a_third_party(embedder: str, wanted: str | None) -> None:
    line = {"Set-Cookie": "none=1; SameSite=None; Secure; Path=/"}
    api = Server({"/set": Reply(200, line), "": Reply()})
    browser = Browser({API: api}, third_party_cookies=False)
    browser.page(API).fetch("/set")
    browser.page(API, embedder=embedder).fetch("/")
    assert cookies_of(api) == wanted


# Cookies that are left out, and the reasons.

HTTP_HOME = URL("http://api.example.com/docs/page")
NO_THIRD_PARTY = replace(PROFILES["standard"], third_party_cookies=False)


@pytest.mark.parametrize(
    ("line", "context", "wanted"),
    [
        ("a=1", None, "credentials-omitted"),
        ("a=1; SameSite=Lax", ELSEWHERE, "same-site"),
        ("a=1; SameSite=Strict", LINK, "same-site"),
        ("a=1", ELSEWHERE, "same-site-default"),
        ("a=1; SameSite=None; Secure", ELSEWHERE, "third-party"),
    ],
)
def test_withheld_cookie_is_reported(line: str, context: Context | None, wanted: str) -> None:
    jar = Jar(NO_THIRD_PARTY)
    jar.store(HOME, [line], HERE)
    assert jar.withheld(HOME, HERE) == ()
    assert jar.withheld(HOME, context) == (("a", wanted),)


def test_secure_cookie_is_withheld_over_http() -> None:
    jar = Jar()
    jar.store(HOME, ["a=1; Secure"], HERE)
    assert jar.withheld(HTTP_HOME, Context("http://example.com")) == (("a", "secure-over-http"),)


def test_cookie_of_another_url_or_partition_is_not_reported() -> None:
    jar = Jar()
    partitioned = replace(ELSEWHERE, partition="https://other.example")
    jar.store(HOME, ["a=1; SameSite=None; Secure; Partitioned"], partitioned)
    jar.store(HOME, ["b=1; Path=/other", "c=1; Max-Age=1"], HERE)
    jar.time += 2
    for context in (None, HERE, ELSEWHERE):
        assert jar.withheld(HOME, context) == ()


@pytest.mark.parametrize(
    ("line", "url", "context", "wanted"),
    [
        ("a=1", HOME, None, "credentials-omitted"),
        ("a=1; SameSite=Lax", HOME, ELSEWHERE, "same-site"),
        ("a=1", HOME, ELSEWHERE, "same-site-default"),
        ("a=1; SameSite=None; Secure", HOME, ELSEWHERE, "third-party"),
        ("a=1; Secure", HTTP_HOME, Context("http://example.com"), "secure-over-http"),
        ("a=1; SameSite=None", HOME, HERE, "same-site-none-without-secure"),
        ("a=1; Partitioned", HOME, HERE, "partitioned-without-secure"),
        ("b=2", HTTP_HOME, Context("http://example.com"), "overwrites-secure"),
        ("a=1; Domain=com", HOME, HERE, "domain-mismatch"),
        ("__Host-a=1; Secure", HOME, HERE, "prefix-mismatch"),
        ("a=\x01", HOME, HERE, "malformed"),
    ],
)
def test_rejected_cookie_is_reported(
    line: str, url: URL, context: Context | None, wanted: str
) -> None:
    jar = Jar(NO_THIRD_PARTY)
    jar.store(HOME, ["b=1; Secure"], HERE)
    [rejected] = jar.store(url, [line], context)
    assert rejected == (line.partition("=")[0], wanted)
    assert rejected.message
    assert rejected.hint.endswith(".")
    assert jar.rejected_before(url) == (rejected,)
    assert jar.rejected_before(URL(OTHER)) == ()


def test_cookie_that_is_stored_later_is_not_reported() -> None:
    jar = Jar()
    assert jar.store(HOME, ["a=1"], ELSEWHERE)
    assert not jar.store(HOME, ["a=1"], HERE)
    assert jar.rejected_before(HOME) == ()


def test_every_reason_is_tested() -> None:
    text = Path(__file__).read_text("utf-8")
    assert all(f'"{reason}"' in text for reason in COOKIE_REASONS)


def test_response_shows_the_cookies_that_were_left_out() -> None:
    allowed = allow(OTHER, credentials="true")
    api = Server({"": allowed._replace(headers={**dict(allowed.headers), "Set-Cookie": "a=1"})})
    page = browser_of(api).page(OTHER)
    start = f"<Response cors 200 {API}/"
    shown = repr(page.fetch(f"{API}/"))
    assert shown == (
        f"{start}; the cookie a was not stored: the script fetches without credentials: 'include'>"
    )
    shown = repr(page.fetch(f"{API}/", credentials="include"))
    assert shown == (
        f"{start}; the cookie a was not stored before: the script fetches without credentials: "
        "'include'; the cookie a was not stored: it has no SameSite attribute, which counts as Lax "
        "and limits it to requests from its own site>"
    )
    browser = browser_of(api)
    browser.set_cookie(f"{API}/", "b=1; SameSite=Lax")
    api.table[""] = allow(OTHER)
    assert repr(browser.page(OTHER).fetch(f"{API}/", credentials="omit")) == (
        f"{start}; the cookie b was not sent: the script fetches without credentials: 'include'>"
    )


def test_preflight_reports_no_cookie() -> None:
    api = Server({"": allow("*", headers="x-a")})
    browser = browser_of(api)
    browser.set_cookie(f"{API}/", "b=1")
    response = browser.page(OTHER).fetch(f"{API}/", headers={"X-A": "1"})
    assert [len(each.cookies_withheld) for each in response.exchanges] == [0, 1]
