"""`Browser` and `Page`: arguments, the Request constructor, filtered responses and forms."""

import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.wrappers import Response

from flask_crossorigin.browser import (
    Blob,
    Blocked,
    Browser,
    ResponseHeaders,
    TransportResponse,
    urls,
)
from flask_crossorigin.browser.profiles import PROFILES, ProfileName

from .scripted import API, APP, OTHER, Reply, Server, allow, blocked, browser_of, page_of, sent

URL = f"{API}/marks"
EVERY_METHOD = allow(methods="*", headers="*")


# The arguments of Browser.


def test_servers_must_be_a_mapping() -> None:
    with pytest.raises(
        TypeError, match=r"is not a mapping of origins to apps\. Write Browser\(\{'http"
    ):
        Browser(Server())  # type: ignore[arg-type]


@pytest.mark.parametrize("end", ["/v1", "/?a=b"])
def test_server_with_a_path_is_refused(end: str) -> None:
    with pytest.raises(ValueError, match=f"has a path, .* Write '{API}', and put the path into"):
        Browser({f"{API}{end}": Server()})


def test_null_is_not_an_origin_of_a_page() -> None:
    with pytest.raises(ValueError, match=r"origin 'null' is how an opaque .* Write None"):
        Browser({}).page("null")
    with pytest.raises(TypeError, match=r"origin 1 is not text\. Write a str"):
        Browser({}).page(1)  # type: ignore[arg-type]


def test_set_cookie_is_like_a_visit() -> None:
    server = Server({"": allow(credentials="true")})
    browser = browser_of(server)
    browser.set_cookie(API, "a=1; SameSite=None; Secure")
    browser.set_cookie(API, "strict=1; SameSite=Strict")
    browser.page(APP).fetch(f"{API}/", credentials="include")
    browser.page(OTHER).fetch(f"{API}/", mode="no-cors", credentials="include")
    assert [each.headers["cookie"] for each in server.log] == ["a=1; strict=1", "a=1"]


def test_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'opera' is unknown\. Write one of standard, chromium"):
        Browser({}, profile="opera")  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", PROFILES)
def test_profile_is_kept(profile: ProfileName) -> None:
    assert Browser({}, profile).profile == PROFILES[profile]


def test_origin_of_a_page_is_serialized() -> None:
    browser = Browser({})
    origins = [browser.page(each).origin for each in ("https://A.example:443/x", APP, None)]
    assert origins == ["https://a.example", APP, None]


def test_server_is_found_by_its_origin() -> None:
    browser = Browser({"HTTPS://API.example.com:443/": Server({"": Reply()})})
    assert browser.page(API).fetch("/").ok


def test_fixture_serves_the_app(cors_browser: Browser) -> None:
    page = cors_browser.page(API)
    assert page.fetch("/marks").text == "marks"
    assert blocked(cors_browser.page(APP), "/marks").exchanges[0].url == f"{API}/marks"


def test_relative_url_is_resolved_against_the_page() -> None:
    assert page_of(Server({"/a": Reply()}), origin=API).fetch("a").url == f"{API}/a"


def test_hint_for_a_relative_url_without_a_server_names_base() -> None:
    server = Server()
    hint = blocked(page_of(server), "/marks").hint
    assert hint == (
        f"Pass an app for this origin: Browser({{'{APP}': app}}). A relative URL is resolved "
        "against the page. Write the whole URL of the API, or pass base= to Browser."
    )
    assert "relative" not in blocked(page_of(server), f"{OTHER}/marks").hint


def test_relative_url_is_resolved_against_base() -> None:
    browser = Browser({API: Server({"/a": allow()})}, base=API)
    assert browser.page(APP).fetch("/a").url == f"{API}/a"


def test_server_can_be_a_transport() -> None:
    class Fixed:
        def send(
            self, method: str, url: urls.URL, headers: Any, body: bytes | None
        ) -> TransportResponse:
            return TransportResponse(
                200, (("Access-Control-Allow-Origin", "*"),), f"{method} {url}".encode()
            )

    response = Browser({API: Fixed()}).page(APP).fetch(URL)
    assert response.text == f"GET URL('{URL}')"


# The Request constructor (5.4).


@pytest.mark.parametrize("url", ["/marks", "marks", "https://", "https://a:b/"])
def test_invalid_url_is_blocked(url: str) -> None:
    error = blocked(page_of(Server(), origin=None), url)
    assert (error.reason, error.message) == (
        "url-invalid",
        f"{url} is not a URL that can be fetched.",
    )


@pytest.mark.parametrize("url", ["https://ann@api.example.com/", "https://ann:pw@api.example.com/"])
def test_url_with_a_user_name_is_blocked(url: str) -> None:
    assert blocked(page_of(Server()), url).reason == "url-credentials"


@pytest.mark.parametrize("method", ["CONNECT", "trace", "Track", "", "GET ", "a b", "po\u017ft"])
def test_forbidden_method_is_blocked(method: str) -> None:
    server = Server()
    assert blocked(page_of(server), method=method).reason == "method-forbidden"
    assert server.log == []


@pytest.mark.parametrize("method", ["PUT", "patch", "delete", "OPTIONS"])
def test_unsafe_method_is_blocked_without_cors(method: str) -> None:
    assert blocked(page_of(Server()), method=method, mode="no-cors").reason == "no-cors-method"


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_safelisted_method_is_sent_without_cors(method: str) -> None:
    server = Server({"": Reply()})
    page_of(server).fetch(URL, method=method, mode="no-cors")
    assert server.methods == [method.upper()]


@pytest.mark.parametrize("method", ["GET", "head"])
@pytest.mark.parametrize("body", [{"body": ""}, {"body": b"x"}, {"json": 0}, {"data": {}}])
def test_get_has_no_body(method: str, body: dict[str, Any]) -> None:
    error = blocked(page_of(Server()), method=method, **body)
    assert error.message == f"A request with {method.upper()} can't have a body."


@pytest.mark.parametrize(
    ("name", "value"),
    [("", "1"), ("X A", "1"), ("X:", "1"), ("\xe9", "1"), ("X-A", "1\n2"), ("X-A", "1\r2"),
     ("X-A", "\0"), ("X-A", "\u20ac")],
)  # fmt: skip
def test_invalid_header_is_blocked(name: str, value: str) -> None:
    assert blocked(page_of(Server()), headers={name: value}).reason == "header-invalid"


def test_value_is_normalized() -> None:
    server = Server({"": Reply()})
    page_of(server, origin=API).fetch("/", headers=[("X-A", " \t1 2\r\n"), ("X-B", "\xe9")])
    assert (server.log[0].headers["x-a"], server.log[0].headers["x-b"]) == ("1 2", "\xe9")


def test_forbidden_header_is_not_sent() -> None:
    server = Server({"OPTIONS": EVERY_METHOD, "": allow()})
    page_of(server).fetch(
        URL,
        headers={
            "Origin": OTHER,
            "Cookie": "a=1",
            "Sec-Fetch-Site": "none",
            "Proxy-A": "1",
            "X-HTTP-Method-Override": "TRACE",
            "X-Method-Override": "PUT",
        },
    )
    headers = server.log[-1].headers
    assert server.log[0].headers["access-control-request-headers"] == "x-method-override"
    assert (headers["origin"], headers["sec-fetch-site"]) == (APP, "same-site")
    assert headers["x-method-override"] == "PUT"
    assert not {"cookie", "proxy-a", "x-http-method-override"} & headers.keys()


def test_without_cors_only_safelisted_headers_are_sent() -> None:
    server = Server({"": Reply()})
    headers = {
        "Accept": "text/plain",
        "Accept-Language": "de",
        "Content-Language": "@",
        "Content-Type": "application/json",
        "Range": "bytes=0-1",
        "Authorization": "x",
        "X-A": "1",
    }
    page_of(server).fetch(URL, method="POST", mode="no-cors", headers=headers, body="text")
    arrived = server.log[0].headers
    assert (arrived["accept"], arrived["accept-language"]) == ("text/plain", "de")
    assert arrived["content-type"] == "text/plain;charset=UTF-8"
    assert not {"content-language", "range", "authorization", "x-a"} & arrived.keys()


def test_without_cors_a_header_is_safelisted_as_a_whole() -> None:
    server = Server({"": Reply()})
    headers = [("Accept-Language", "a" * 100), ("accept-language", "b" * 100)]
    page_of(server).fetch(URL, mode="no-cors", headers=headers)
    assert server.log[0].headers["accept-language"] == "a" * 100


# Bodies (5.2).


@pytest.mark.parametrize(
    ("options", "body", "content_type"),
    [
        ({"body": "\xe9"}, "\xe9".encode(), "text/plain;charset=UTF-8"),
        ({"body": b"\xff"}, b"\xff", None),
        ({"json": {"a": [1]}}, b'{"a": [1]}', "application/json"),
        ({"json": 1, "headers": {"content-type": "a/b"}}, b"1", "a/b"),
        ({"data": {"a": "1 2", "b": "&"}}, b"a=1+2&b=%26",
         "application/x-www-form-urlencoded;charset=UTF-8"),
        ({"body": "x", "headers": [("CONTENT-TYPE", "a/b")]}, b"x", "a/b"),
        ({}, b"", None),
    ],
)  # fmt: skip
def test_body_has_a_type(options: dict[str, Any], body: bytes, content_type: str | None) -> None:
    server = Server({"": Reply()})
    page_of(server, origin=API).fetch("/", method="POST", **options)
    [arrived] = server.log
    assert (arrived.body, arrived.headers.get("content-type")) == (body, content_type)


@pytest.mark.parametrize(("headers", "wanted"), [({}, "*/*"), ({"accept": "a/b"}, "a/b")])
def test_accept_is_anything_unless_it_is_set(headers: dict[str, str], wanted: str) -> None:
    server = Server({"": Reply()})
    page_of(server, origin=API).fetch("/", headers=headers)
    assert server.log[0].headers["accept"] == wanted


# Filtered responses (2.2.6).

ALL = {
    "Cache-Control": "1",
    "Content-Language": "2",
    "Content-Length": "4",
    "Content-Type": "text/plain",
    "Expires": "0",
    "Last-Modified": "0",
    "Pragma": "0",
    "X-A": "a",
    "X-B": "b",
    "Set-Cookie": "a=1",
    "Set-Cookie2": "a=1",
}
SAFELISTED = list(ALL)[:7]


@pytest.mark.parametrize(
    ("expose", "credentials", "readable"),
    [
        (None, "omit", []),
        ("X-A", "omit", ["X-A"]),
        ("x-b, x-a", "include", ["X-A", "X-B"]),
        ("X-A, Set-Cookie", "omit", ["X-A"]),
        ("*", "omit", ["X-A", "X-B", "Access-Control-Allow-Credentials",
                       "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"]),
        ("*", "include", []),
        ("*, X-A", "include", ["X-A"]),
        ("X-A X-B", "omit", []),
        ("", "omit", []),
    ],
)  # fmt: skip
def test_page_reads_safelisted_and_exposed_headers(
    expose: str | None, credentials: Any, readable: list[str]
) -> None:
    more: dict[str, Any] = {} if expose is None else {"expose": expose}
    reply = Reply(200, {**ALL, **dict(allow(credentials="true", **more).headers)})
    response = page_of(Server({"": reply})).fetch(URL, credentials=credentials)
    assert response.type == "cors"
    assert sorted(response.headers) == sorted(SAFELISTED + readable)


def test_wildcard_with_credentials_exposes_a_header_of_that_name() -> None:
    reply = Reply(200, {"*": "1", **dict(allow(credentials="true", expose="*").headers)})
    response = page_of(Server({"": reply})).fetch(URL, credentials="include")
    assert response.headers == {"*": "1"}


def test_page_reads_all_headers_of_its_own_origin_but_cookies() -> None:
    response = page_of(Server({"": Reply(200, ALL)}), origin=API).fetch("/")
    assert response.type == "basic"
    assert list(response.headers) == [*SAFELISTED, "X-A", "X-B"]


def test_header_is_looked_up_in_any_case_and_combined() -> None:
    reply = Reply(200, [("X-A", "1"), ("x-a", "2"), ("Set-Cookie", "a=1")])
    headers = page_of(Server({"": reply}), origin=API).fetch("/").headers
    assert (headers["X-a"], headers.get_all("X-a")) == ("1, 2", ["1", "2"])
    assert (headers.get("X-B"), headers.get_all("X-B")) == (None, [])
    assert ("x-A" in headers, "X-B" in headers) == (True, False)
    assert headers.get("Set-Cookie") is None


@pytest.mark.parametrize("name", ["X-B", 0])
def test_header_that_is_missing_is_a_key_error(name: Any) -> None:
    with pytest.raises(KeyError, match=str(name)):
        ResponseHeaders([("X-A", "1")])[name]


def test_headers_are_iterated_by_name_as_first_written() -> None:
    headers = ResponseHeaders([("X-A", "1"), ("X-B", "2"), ("x-a", "3")])
    assert (list(headers), len(headers)) == (["X-A", "X-B"], 2)
    assert dict(headers) == {"X-A": "1, 3", "X-B": "2"}


def test_headers_are_compared_by_name_in_any_case_and_value() -> None:
    headers = ResponseHeaders([("X-A", "1"), ("X-B", "2")])
    same = ResponseHeaders([("x-b", "2"), ("x-a", "1")])
    assert (headers, hash(headers)) == (same, hash(same))
    assert headers == {"X-a": "1", "x-B": "2"}
    assert headers != {"X-A": "1"}
    assert headers != (("X-A", "1"), ("X-B", "2"))


def test_headers_are_read_only() -> None:
    headers: Any = ResponseHeaders([("X-A", "1")])
    with pytest.raises(TypeError, match="does not support item assignment"):
        headers["X-A"] = "2"
    with pytest.raises(AttributeError):
        headers.more = 1


def test_headers_are_represented_by_every_line_and_pickled() -> None:
    headers = ResponseHeaders([("X-A", "1"), ("x-a", "2")])
    assert repr(headers) == "ResponseHeaders([('X-A', '1'), ('x-a', '2')])"
    assert pickle.loads(pickle.dumps(headers)).get_all("X-A") == ["1", "2"]


def test_response_is_pickled_and_hashed_with_its_headers() -> None:
    response = page_of(Server({"": Reply()}), origin=API).fetch("/")
    copy = pickle.loads(pickle.dumps(response))
    assert (copy, hash(copy)) == (response, hash(response))


def test_status_code_is_the_status() -> None:
    assert page_of(Server({"": Reply(404)}), origin=API).fetch("/").status_code == 404


# Headers that the page can't read, in the representation.


def hidden(*names: str, **options: Any) -> str:
    """Return what the representation says of the headers `names`."""
    reply = Reply(200, [("Access-Control-Allow-Origin", "*"), *((name, "1") for name in names)])
    shown = repr(page_of(Server({"": reply}), **options).fetch(URL))
    return shown.removesuffix(">").partition("; ")[2]


def test_header_that_is_not_exposed_is_named() -> None:
    assert hidden("X-Total") == "X-Total was sent but is not exposed: add expose_headers=[...]"


def test_headers_that_are_not_exposed_are_named_once() -> None:
    assert hidden("X-Total", "ETag", "x-total") == (
        "X-Total, ETag were sent but are not exposed: add expose_headers=[...]"
    )


def test_readable_headers_are_not_named() -> None:
    assert hidden("Content-Type", "Vary", "Date", "Server") == ""
    assert hidden("X-Total", "Access-Control-Expose-Headers") != ""
    assert hidden("X-Total", origin=API) == ""
    reply = allow("*", expose="X-Total")
    reply = Reply(200, {**dict(reply.headers), "X-Total": "3"})
    assert "X-Total" not in repr(page_of(Server({"": reply})).fetch(URL))


def test_nothing_is_named_where_no_header_can_be_exposed() -> None:
    server = Server({"": Reply(200, {"X-Total": "3"})})
    assert "X-Total" not in repr(page_of(server).fetch(URL, mode="no-cors"))


@pytest.mark.parametrize(
    ("status", "ok"), [(200, True), (204, True), (299, True), (300, False), (404, False)]
)
def test_status_200_to_299_is_ok(status: int, ok: bool) -> None:
    response = page_of(Server({"": Reply(status)}), origin=API).fetch("/")
    assert (response.ok, response.status) == (ok, status)


def test_body_is_read_as_text_and_json() -> None:
    server = Server({"/json": Reply(200, {}, b'{"a": 1}'), "": Reply(200, {}, b"\xc3\xa9\xff")})
    page = page_of(server, origin=API)
    assert page.fetch("/json").json() == {"a": 1}
    response = page.fetch("/")
    assert response.text == "\xe9\ufffd"
    with pytest.raises(ValueError, match="Expecting value"):
        response.json()


def test_url_of_a_response_has_no_fragment() -> None:
    response = page_of(Server({"": allow()})).fetch(f"{URL}?a=b#c")
    assert (response.url, response.redirected) == (f"{URL}?a=b", False)


# Forms.


def test_form_is_not_restricted_by_cors() -> None:
    server = Server({"": Reply(201, {"X-A": "1"})})
    response = page_of(server).submit_form(URL, {"a": "1 2"})
    [arrived] = server.log
    assert (arrived.method, arrived.path, arrived.body) == ("POST", "/marks", b"a=1+2")
    accept = arrived.headers["accept"]
    assert accept == "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert sent(response.exchanges[0]) == {
        "accept": accept,
        "content-type": "application/x-www-form-urlencoded",
        "origin": APP,
        "sec-fetch-dest": "document",
        "sec-fetch-mode": "navigate",
        "sec-fetch-site": "same-site",
        "sec-fetch-user": "?1",
    }
    assert (response.type, response.status, response.text) == ("navigation", 201, "body")
    assert response.headers["X-A"] == "1"
    assert response.exchanges[0].kind == "navigation"


@pytest.mark.parametrize("method", ["get", "GET", "PUT", ""])
def test_form_with_another_method_is_a_get(method: str) -> None:
    server = Server({"": Reply()})
    page_of(server).submit_form(f"{URL}?old=1", {"a": "1 2"}, method=method)
    [arrived] = server.log
    assert (arrived.method, arrived.path, arrived.body) == ("GET", "/marks?a=1+2", b"")
    assert not {"origin", "content-type"} & arrived.headers.keys()


def test_form_without_fields_and_of_an_opaque_page() -> None:
    server = Server({"": Reply()})
    page_of(server, origin=None).submit_form(URL, method="post")
    [arrived] = server.log
    assert (arrived.method, arrived.body, arrived.headers["origin"]) == ("POST", b"", "null")


def test_form_follows_redirects_unchecked() -> None:
    api = Server({"": Reply(303, {"Location": f"{OTHER}/done"})})
    other = Server({"": Reply()})
    response = page_of(api, other=other).submit_form(URL, {"a": "1"})
    assert (response.url, response.redirected) == (f"{OTHER}/done", True)
    assert (other.methods, other.log[0].body) == (["GET"], b"")


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("policy", "target", "origin"),
    [
        ("", OTHER, APP),
        ("unsafe-url", OTHER, APP),
        ("no-referrer", APP, "null"),
        ("same-origin", APP, APP),
        ("same-origin", OTHER, "null"),
    ],
)
def test_referrer_policy_can_hide_the_origin_of_a_form(
    profile: ProfileName, policy: str, target: str, origin: str
) -> None:
    servers = {APP: Server({"": Reply()}), OTHER: Server({"": Reply()})}
    page = Browser(servers, profile).page(APP)
    page.submit_form(f"{target}/a", referrer_policy=policy)
    assert servers[target].log[0].headers["origin"] == origin


def test_unknown_referrer_policy_is_refused() -> None:
    with pytest.raises(ValueError, match="referrer_policy 'never'"):
        page_of(Server({})).submit_form(URL, referrer_policy="never")


@pytest.mark.parametrize("profile", PROFILES)
def test_redirect_of_a_form_hides_its_origin_in_some_engines(profile: ProfileName) -> None:
    api = Server({"": Reply(307, {"Location": f"{OTHER}/done"})})
    other = Server({"": Reply()})
    Browser({API: api, OTHER: other}, profile).page(API).submit_form(f"{API}/a")
    wanted = "null" if profile in ("chromium", "webkit") else API
    assert other.log[0].headers["origin"] == wanted


@pytest.mark.parametrize("profile", PROFILES)
def test_form_that_becomes_a_get_has_no_origin(profile: ProfileName) -> None:
    api = Server({"/a": Reply(302, {"Location": "/done"}), "": Reply()})
    Browser({API: api}, profile).page(APP).submit_form(f"{API}/a")
    assert [each.method for each in api.log] == ["POST", "GET"]
    assert "origin" not in api.log[1].headers


# WebSockets.


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("url", ["wss://api.example.com/live", "https://api.example.com/live"])
def test_handshake_carries_origin_and_cookies(profile: ProfileName, url: str) -> None:
    cookies = {"Set-Cookie": "a=1; Path=/; SameSite=None; Secure"}
    server = Server({"/live": Reply(101), "": Reply(200, cookies)})
    browser = browser_of(server, profile)
    browser.page(API).fetch("/")
    exchange = browser.websocket_handshake(OTHER, url)
    wanted = {
        "accept": "*/*",
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "origin": OTHER,
        "cookie": "a=1",
    }
    if profile != "chromium":
        wanted |= {
            "sec-fetch-dest": "websocket" if profile == "webkit" else "empty",
            "sec-fetch-mode": "websocket",
            "sec-fetch-site": "cross-site",
        }
    assert sent(exchange) == wanted
    assert (exchange.kind, exchange.method, exchange.status) == ("handshake", "GET", 101)


def test_handshake_of_an_opaque_page_over_http() -> None:
    server = Server({"": Reply(403)})
    browser = Browser({"http://api.example.com": server})
    exchange = browser.websocket_handshake(None, "ws://api.example.com/ws")
    assert (exchange.url, exchange.status) == ("http://api.example.com/ws", 403)
    assert server.log[0].headers["origin"] == "null"


@pytest.mark.parametrize(
    ("profile", "cache", "repeated"),
    [
        ("standard", "no-store", False),
        ("chromium", "default", False),
        ("chromium", "no-cache", True),
        ("firefox", "no-cache", False),
        ("firefox", "reload", True),
        ("webkit", "no-store", False),
    ],
)
def test_some_cache_modes_bypass_the_preflight_cache(
    profile: ProfileName, cache: str, repeated: bool
) -> None:
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "PUT"}
    app: Any = Response("", headers=headers)
    page = Browser({"https://api.example.com": app}, profile).page("https://app.example.com")
    url = "https://api.example.com/"
    page.fetch(url, method="PUT")
    again = page.fetch(url, method="PUT", cache=cache).exchanges
    assert ("preflight" in [each.kind for each in again]) == repeated


@pytest.mark.parametrize(
    ("blob", "content_type"),
    [(Blob(b"{}", "application/json"), "application/json"), (Blob(b"x", ""), None)],
)
def test_blob_sets_the_content_type(blob: Blob, content_type: str | None) -> None:
    app: Any = Response("", headers={"Access-Control-Allow-Origin": "*"})
    page = Browser({"https://api.example.com": app}).page("https://api.example.com")
    response = page.fetch("https://api.example.com/", method="POST", body=blob)
    assert dict(response.exchanges[0].request_headers).get("Content-Type") == content_type


def test_third_party_cookies_can_be_blocked() -> None:
    cookie = "a=1; SameSite=None; Secure; Path=/"
    app: Any = Response("", headers={"Set-Cookie": cookie, "Access-Control-Allow-Origin": "*"})
    url = "https://api.example.com/"
    sent = []
    for allowed in (True, False):
        browser = Browser({"https://api.example.com": app}, third_party_cookies=allowed)
        browser.page("https://api.example.com").fetch(url)
        page = browser.page("https://other.example")
        response = page.fetch(url, mode="no-cors", credentials="include")
        sent.append(dict(response.exchanges[0].request_headers).get("Cookie"))
    assert sent == ["a=1", None]


@pytest.mark.parametrize(
    ("profile", "preflighted"),
    [("standard", True), ("chromium", False), ("firefox", True), ("webkit", True)],
)
def test_upload_listener_without_a_body_needs_no_preflight_in_chromium(
    profile: ProfileName, preflighted: bool
) -> None:
    app: Any = Response("", headers={"Access-Control-Allow-Origin": "*"})
    page = Browser({"https://api.example.com": app}, profile).page("https://app.example.com")
    response = page.fetch("https://api.example.com/", upload_listener=True)
    assert ("preflight" in [each.kind for each in response.exchanges]) == preflighted


def test_handshake_with_an_unknown_server_is_blocked() -> None:
    with pytest.raises(Blocked) as caught:
        Browser({}).websocket_handshake(APP, "wss://api.example.com/")
    assert caught.value.reason == "unknown-server"


def test_profile_can_be_customized() -> None:
    profile = replace(PROFILES["firefox"], max_age_cap=1)
    assert Browser({}, profile).profile == profile


# XMLHttpRequest: with an upload listener.


def test_xhr_combines_headers_of_one_name() -> None:
    server = Server({"": allow("*", headers="x-a")})
    headers = [("X-A", "1"), ("x-a", "2"), ("Accept", "text/plain")]
    page_of(server).fetch(f"{API}/", headers=headers, upload_listener=True)
    request = server.log[-1]
    assert (request.headers["x-a"], request.headers["accept"]) == ("1, 2", "text/plain")


def test_xhr_sends_no_body_with_get() -> None:
    server = Server({"": allow("*")})
    page_of(server).fetch(f"{API}/", body="text", upload_listener=True)
    assert (server.methods, server.log[-1].body) == (["OPTIONS", "GET"], b"")
    assert "content-type" not in server.log[-1].headers


@pytest.mark.parametrize("name", ["If-None-Match", "if-modified-since", "If-Range"])
def test_conditional_request_bypasses_the_preflight_cache(name: str) -> None:
    server = Server({"": allow("*", headers=name)})
    page = page_of(server, "chromium")
    for _ in range(2):
        page.fetch(f"{API}/", headers={name: "1"})
    assert server.methods == ["OPTIONS", "GET"] * 2


def test_repeated_header_is_combined_for_a_wsgi_app() -> None:
    server = Server({"": allow("*", headers="x-a")})
    page_of(server).fetch(f"{API}/", headers=[("X-A", "1"), ("x-a", "2")])
    assert server.log[-1].headers["x-a"] == "1, 2"


def test_value_of_a_response_header_is_normalized() -> None:
    server = Server({"": Reply(200, {"Access-Control-Allow-Origin": f"  {APP}\t"})})
    assert page_of(server).fetch(f"{API}/").status == 200


def test_sandboxed_frame_takes_the_site_of_its_embedder_in_webkit() -> None:
    cookies = {"Set-Cookie": "a=1; Path=/; SameSite=Lax"}
    server = Server({"/set": Reply(200, cookies), "": allow("null", credentials="true")})
    browser = browser_of(server, "webkit")
    browser.page(API).fetch("/set")
    found = []
    for embedder in (None, APP, OTHER):
        browser.page(None, embedder=embedder).fetch(f"{API}/", credentials="include")
        found.append(server.log[-1].headers.get("cookie"))
    assert found == [None, "a=1", None]


# Options that no browser accepts.


@pytest.mark.parametrize("name", ["mode", "credentials", "redirect", "cache", "referrer_policy"])
def test_unknown_option_is_refused(name: str) -> None:
    server = Server({"": allow()})
    page = page_of(server)
    for value in ("bogus", "navigate", "INCLUDE"):
        with pytest.raises(ValueError, match=f"^{name} '{value}' is unknown .* Write one of '"):
            page.fetch(URL, **{name: value})  # type: ignore[arg-type]
    for other in (True, None, 1):
        with pytest.raises(TypeError, match=f"^{name} {other} is unknown .* Write one of '"):
            page.fetch(URL, **{name: other})  # type: ignore[arg-type]
    assert server.log == []


@pytest.mark.parametrize("name", ["method", "url"])
def test_url_and_method_must_be_text(name: str) -> None:
    with pytest.raises(TypeError, match=rf"^{name} None is not text\. Write a str\.$"):
        page_of(Server()).fetch(**{"url": URL, name: None})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "headers",
    [{"X-T": 1}, {1: "X-T"}, "X-T: 1", [("X-T",)], ["ab"], [("X-T", "1", "2")], b"X-T: 1"],
)
def test_malformed_headers_are_refused(headers: Any) -> None:
    with pytest.raises(TypeError, match=r"^headers: .* Write \{'X-Trace': '1'\} or \[\("):
        page_of(Server()).fetch(URL, headers=headers)


def test_headers_can_be_lists() -> None:
    server = Server({"": EVERY_METHOD})
    page_of(server).fetch(URL, headers=[["X-T", "1"]])  # type: ignore[list-item]
    assert server.log[-1].headers["x-t"] == "1"


@pytest.mark.parametrize(
    ("bodies", "names"),
    [
        ({"json": {}, "body": ""}, "body= and json="),
        ({"data": {}, "body": b""}, "body= and data="),
        ({"data": {}, "files": {}, "body": b""}, "body= and files="),
        ({"json": 0, "data": {}}, "json= and data="),
    ],
)
def test_more_than_one_body_is_refused(bodies: dict[str, Any], names: str) -> None:
    with pytest.raises(
        ValueError, match=rf"^{names} each set the body, and a request has one body\. Leave"
    ):
        page_of(Server()).fetch(URL, method="POST", **bodies)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"body": "a\ud800b"}, b"a\xef\xbf\xbdb"),
        ({"body": "\U0001f600"}, b"\xf0\x9f\x98\x80"),
        ({"data": {"a\ud800": "\udc00"}}, b"a%EF%BF%BD=%EF%BF%BD"),
    ],
)
def test_lone_surrogates_of_a_body_are_replaced(options: dict[str, Any], wanted: bytes) -> None:
    api = Server({"": Reply()})
    page_of(api, origin=API).fetch("/", method="POST", **options)
    assert api.log[0].body == wanted


@pytest.mark.parametrize(
    ("profile", "activated", "wanted"),
    [("standard", True, "?1"), ("standard", False, None), ("webkit", True, None)],
)
def test_sec_fetch_user_is_sent_if_the_user_submits_the_form(
    profile: ProfileName, activated: bool, wanted: str | None
) -> None:
    api = Server({"": Reply()})
    Browser({API: api}, profile).page(API).submit_form("/", user_activated=activated)
    assert api.log[0].headers.get("sec-fetch-user") == wanted


def test_byte_order_mark_is_removed() -> None:
    api = Server({"": Reply(body=b"\xef\xbb\xbf[1]")})
    response = page_of(api, origin=API).fetch("/")
    assert (response.text, response.json()) == ("[1]", [1])


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda: Browser({}, base="api"), ValueError, "base 'api' is not an absolute URL. Write"),
        (lambda: Browser({}).page("a.example"), ValueError, "origin 'a.example' is not an absol"),
        (lambda: Browser({"a.example": Server()}), ValueError, "server 'a.example' is not an abs"),
        (lambda: Browser({}).set_cookie("/a", "a=1"), ValueError, "url '/a' is not an absolute"),
        (lambda: Browser({}).websocket_handshake(APP, "/a"), ValueError, "url '/a' is not an abs"),
        (
            lambda: Browser({API: "app:app"}),  # type: ignore[dict-item]
            TypeError,
            f"server '{API}' is 'app:app', which is neither an app nor a Transport",
        ),
    ],
)
def test_invalid_argument_is_named(
    use: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        use()
