"""Fetch: preflights, response checks, redirects and request headers."""

from typing import Any

import pytest

from flask_crossorigin.browser import Blocked, Browser
from flask_crossorigin.browser.profiles import PROFILES, ProfileName
from flask_crossorigin.browser.request import Credentials

from .scripted import (
    API,
    APP,
    OTHER,
    Reply,
    Server,
    allow,
    blocked,
    browser_of,
    page_of,
    redirect,
    sent,
)

URL = f"{API}/marks"


def api_with(preflight: Reply, actual: Reply | None = None) -> Server:
    return Server({"OPTIONS": preflight, "": actual or allow()})


# Which requests need a preflight (4.1, step 12).


@pytest.mark.parametrize(
    ("options", "preflighted"),
    [
        ({}, False),
        ({"method": "HEAD"}, False),
        ({"method": "POST", "body": "text"}, False),
        ({"method": "POST", "data": {"a": "1"}}, False),
        ({"method": "POST", "body": b"bytes"}, False),
        ({"headers": {"Accept": "text/plain", "Range": "bytes=0-"}}, False),
        ({"headers": {"Cookie": "forbidden=1", "Sec-A": "1"}}, False),
        ({"credentials": "omit"}, False),
        ({"method": "put"}, True),
        ({"method": "DELETE"}, True),
        ({"method": "post", "upload_listener": True}, True),
        ({"method": "POST", "json": {}}, True),
        ({"headers": {"X-A": "1"}}, True),
        ({"headers": {"Range": "bytes=-5"}}, True),
        ({"headers": {"Authorization": "Bearer x"}}, True),
    ],
)
def test_unsafe_request_is_preflighted(options: dict[str, Any], preflighted: bool) -> None:
    server = api_with(allow(methods="*", headers="*, Authorization"))
    response = page_of(server).fetch(URL, **options)
    assert ("OPTIONS" in server.methods) is preflighted
    assert [each.kind for each in response.exchanges] == ["preflight"] * preflighted + ["request"]


def test_same_origin_request_is_never_preflighted() -> None:
    server = api_with(Reply(500), Reply())
    page_of(server, origin=API).fetch(URL, method="PUT", headers={"X-A": "1"}, upload_listener=True)
    assert server.methods == ["PUT"]


# The preflight request (4.8, steps 1 to 6).


def test_preflight_has_the_requested_method_and_headers_alone() -> None:
    server = api_with(allow(methods="PUT", headers="b-header,content-type,x-a", credentials="true"),
                      allow(credentials="true"))  # fmt: skip
    response = page_of(server).fetch(
        URL,
        method="PUT",
        headers=[("X-A", "1"), ("B-Header", "2"), ("Accept", "text/plain")],
        json={"mark": 12},
        credentials="include",
    )
    preflight, request = response.exchanges
    assert (preflight.method, preflight.url) == ("OPTIONS", URL)
    assert sent(preflight) == {
        "accept": "*/*",
        "access-control-request-method": "PUT",
        "access-control-request-headers": "b-header,content-type,x-a",
        "origin": APP,
        "sec-fetch-dest": "empty",
        "sec-fetch-mode": "cors",
        "sec-fetch-site": "same-site",
    }
    assert server.log[0].body == b""
    assert sent(request) == {
        "x-a": "1",
        "b-header": "2",
        "accept": "text/plain",
        "content-type": "application/json",
        "origin": APP,
        "sec-fetch-dest": "empty",
        "sec-fetch-mode": "cors",
        "sec-fetch-site": "same-site",
    }
    assert server.log[1].body == b'{"mark": 12}'


def test_preflight_without_unsafe_headers_lists_none() -> None:
    server = api_with(allow(methods="PUT"))
    page_of(server).fetch(URL, method="PUT")
    assert "access-control-request-headers" not in server.log[0].headers


def test_requested_method_is_not_changed() -> None:
    server = api_with(allow(methods="PATCH"))
    assert blocked(page_of(server), URL, method="patch").reason == "preflight-method"
    assert server.log[0].headers["access-control-request-method"] == "patch"
    assert server.methods == ["OPTIONS"]


# The check of the preflight response (4.8, step 7).


@pytest.mark.parametrize(
    ("reply", "options", "reason"),
    [
        # The CORS check, and the status.
        (Reply(200), {}, "allow-origin-missing"),
        (allow("null", methods="PUT"), {}, "allow-origin-mismatch"),
        (allow(methods="PUT"), {"credentials": "include"}, "allow-credentials-not-true"),
        (allow("*", methods="PUT"), {"credentials": "include"}, "allow-origin-wildcard"),
        (Reply(404), {}, "allow-origin-missing"),
        (allow(methods="PUT", status=199), {}, "preflight-status"),
        (allow(methods="PUT", status=200), {}, None),
        (allow(methods="PUT", status=204), {}, None),
        (allow(methods="PUT", status=299), {}, None),
        (allow(methods="PUT", status=300), {}, "preflight-status"),
        (allow(methods="PUT", status=304), {}, "preflight-status"),
        (allow(methods="PUT", status=401), {}, "preflight-status"),
        (allow(methods="PUT", status=407), {}, "preflight-status"),
        (allow(methods="PUT", status=500), {}, "preflight-status"),
        (allow(methods="PUT", status=307, location="/"), {}, "preflight-redirected"),
        # Lists.
        (allow(methods="PUT;GET"), {}, "preflight-malformed"),
        (allow(methods="PUT GET"), {}, "preflight-malformed"),
        (allow(methods="PUT", headers="x a"), {}, "preflight-malformed"),
        (allow(methods='"PUT"'), {}, "preflight-malformed"),
        (allow(methods=" ,GET ,, PUT,\t"), {}, None),
        # The method.
        (allow(), {}, "preflight-method"),
        (allow(methods="GET, POST"), {}, "preflight-method"),
        (allow(methods="put"), {}, "preflight-method"),
        (allow(methods="*"), {}, None),
        (allow(methods="*", credentials="true"), {"credentials": "include"}, "preflight-method"),
        (allow(methods="*"), {"credentials": "omit"}, None),
        (allow("*", methods="PUT"), {}, None),
        (allow(headers="x-a"), {"method": "GET", "headers": {"X-A": "1"}}, None),
        (allow(methods=""), {"method": "POST", "upload_listener": True}, None),
        (allow(), {"upload_listener": True}, None),
        (allow(methods=""), {"upload_listener": True}, "preflight-method"),
        (allow(methods="GET"), {"upload_listener": True}, "preflight-method"),
        # The headers.
        (allow(methods="PUT"), {"headers": {"X-A": "1"}}, "preflight-header"),
        (allow(methods="PUT", headers="X-A"), {"headers": {"x-a": "1"}}, None),
        (allow(methods="PUT", headers="x-b"), {"headers": {"x-a": "1"}}, "preflight-header"),
        (allow(methods="PUT", headers="*"), {"headers": {"x-a": "1"}}, None),
        (allow(methods="PUT", headers="*, x-b"), {"headers": {"x-a": "1", "x-b": "1"}}, None),
        (
            allow(methods="PUT", headers="*", credentials="true"),
            {"headers": {"x-a": "1"}, "credentials": "include"},
            "preflight-header",
        ),
        (
            allow(methods="PUT", headers="*", credentials="true"),
            {"headers": {"*": "1"}, "credentials": "include"},
            None,
        ),
        (
            allow(methods="PUT", headers="*"),
            {"headers": {"authorization": "x"}},
            "preflight-header",
        ),
        (
            allow(methods="PUT", headers="*, authorization"),
            {"headers": {"Authorization": "x"}},
            None,
        ),
        # The first step that fails is reported.
        (allow(methods="P T", status=500), {}, "preflight-status"),
        (allow(methods="GET", headers="x a"), {}, "preflight-malformed"),
        (allow(methods="GET"), {"headers": {"x-a": "1"}}, "preflight-method"),
    ],
)  # fmt: skip
def test_preflight_is_checked(reply: Reply, options: dict[str, Any], reason: str | None) -> None:
    server = api_with(reply, allow(credentials="true"))
    options = {"method": "PUT", **options}
    if reason is None:
        assert page_of(server).fetch(URL, **options).ok
        assert server.methods == ["OPTIONS", options["method"]]
    else:
        assert blocked(page_of(server), URL, **options).reason == reason
        assert server.methods == ["OPTIONS"]


@pytest.mark.parametrize("profile", PROFILES)
def test_wildcard_covers_authorization_in_engines(profile: ProfileName) -> None:
    server = api_with(allow(headers="*"))
    page = page_of(server, profile)
    headers = {"Authorization": "x"}
    if profile == "standard":
        error = blocked(page, URL, headers=headers)
        assert error.reason == "preflight-header"
        assert error.message == (
            "The preflight response does not allow the header authorization: "
            "Access-Control-Allow-Headers is *."
        )
    else:
        assert page.fetch(URL, headers=headers).ok
    star = api_with(allow(headers="*", credentials="true"), allow(credentials="true"))
    error = blocked(page_of(star, profile), URL, headers=headers, credentials="include")
    assert error.reason == "preflight-header"


# The preflight cache (4.8, steps 7.8 to 7.15; 4.9).


def preflights_after(
    reply: Reply, seconds: float, profile: ProfileName = "standard", **again: Any
) -> int:
    """Return how many preflights two PUTs send, the second one `seconds` later."""
    server = api_with(reply, allow(credentials="true"))
    browser = browser_of(server, profile)
    browser.page(APP).fetch(URL, method="PUT", headers={"X-A": "1"})
    browser.clock.advance(seconds)
    again = {"method": "PUT", "headers": {"X-A": "1"}, "url": URL, **again}
    browser.page(again.pop("origin", APP)).fetch(again.pop("url"), **again)
    return server.methods.count("OPTIONS")


@pytest.mark.parametrize(
    ("max_age", "seconds"),
    [
        (None, 5), ("60", 60), ("0060", 60), ("", 5), ("-1", 5), ("+60", 5), ("1.5", 5),
        ("60, 60", 5), ("\u00b2", 5), ("9999999", 9999999),
    ],
)  # fmt: skip
def test_preflight_is_cached_for_max_age_or_5_seconds(max_age: str | None, seconds: int) -> None:
    more: dict[str, Any] = {} if max_age is None else {"max_age": max_age}
    reply = allow(methods="PUT", headers="x-a", **more)
    assert [preflights_after(reply, seconds - 0.5), preflights_after(reply, seconds)] == [1, 2]


def test_max_age_0_is_not_cached() -> None:
    assert preflights_after(allow(methods="PUT", headers="x-a", max_age="0"), 0) == 2


@pytest.mark.parametrize(
    ("profile", "cap"), [("chromium", 7200), ("firefox", 86400), ("webkit", 600)]
)
def test_max_age_is_capped_per_profile(profile: ProfileName, cap: int) -> None:
    reply = allow(methods="PUT", headers="x-a", max_age="999999")
    counts = [preflights_after(reply, each, profile) for each in (cap - 0.5, cap)]
    assert counts == [1, 2]
    short = allow(methods="PUT", headers="x-a", max_age="60")
    assert [preflights_after(short, each, profile) for each in (59, 60)] == [1, 2]


@pytest.mark.parametrize(
    ("again", "count"),
    [
        ({}, 1),
        ({"headers": {}}, 1),
        ({"headers": {"x-a": "2"}}, 1),
        ({"method": "GET"}, 1),
        ({"method": "POST", "upload_listener": True}, 2),
        ({"upload_listener": True}, 1),
        ({"headers": {"X-A": "1", "X-B": "1"}}, 2),
        ({"method": "DELETE"}, 2),
        ({"url": f"{URL}?page=2"}, 2),
        ({"url": f"{URL}#part"}, 1),
        ({"credentials": "omit"}, 1),
        ({"credentials": "include"}, 2),
        ({"origin": OTHER}, 2),
    ],
)
def test_cached_preflight_covers_equal_requests(again: dict[str, Any], count: int) -> None:
    class Echo(Server):
        """Allows the origin of the request."""

        def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
            self.table[""] = allow(
                environ["HTTP_ORIGIN"],
                credentials="true",
                methods="PUT" if not self.log else "PUT,DELETE",
                headers="x-a" if not self.log else "x-a,x-b",
            )
            return super().__call__(environ, start_response)

    server = Echo()
    browser = browser_of(server)
    browser.page(APP).fetch(URL, method="PUT", headers={"X-A": "1"})
    again = {"method": "PUT", "headers": {"X-A": "1"}, "url": URL, **again}
    browser.page(again.pop("origin", APP)).fetch(again.pop("url"), **again)
    assert server.methods.count("OPTIONS") == count


def test_wildcard_is_cached() -> None:
    reply = allow(methods="*", headers="*")
    assert preflights_after(reply, 1, method="DELETE", headers={"X-B": "1"}) == 1


def test_cached_wildcard_does_not_cover_authorization() -> None:
    reply = allow(methods="*", headers="*, authorization")
    assert preflights_after(reply, 1, headers={"Authorization": "1"}) == 1
    server = api_with(allow(methods="*", headers="*"))
    page = page_of(server)
    page.fetch(URL, method="PUT")
    error = blocked(page, URL, method="PUT", headers={"Authorization": "1"})
    assert error.reason == "preflight-header"
    assert server.methods.count("OPTIONS") == 2


def test_upload_listener_is_cached_without_a_listed_method() -> None:
    server = api_with(allow())
    page = page_of(server)
    for _ in range(2):
        page.fetch(URL, method="POST", upload_listener=True)
    assert server.methods == ["OPTIONS", "POST", "POST"]


@pytest.mark.parametrize(
    ("failing", "options"),
    [
        (Reply(200), {}),
        (redirect("/there", origin=APP), {"redirect": "error"}),
        (redirect("data:,x", origin=APP), {}),
    ],
)
def test_failure_of_the_request_clears_the_preflight_cache(
    failing: Reply, options: dict[str, Any]
) -> None:
    server = api_with(allow(methods="PUT", max_age="600"))
    page = page_of(server)
    page.fetch(URL, method="PUT")
    server.table["PUT"] = failing
    blocked(page, URL, method="PUT", **options)
    server.table["PUT"] = allow()
    page.fetch(URL, method="PUT")
    assert server.methods == ["OPTIONS", "PUT", "PUT", "OPTIONS", "PUT"]


def test_failure_of_a_simple_request_clears_nothing() -> None:
    server = api_with(allow(methods="PUT", max_age="600"))
    page = page_of(server)
    page.fetch(URL, method="PUT")
    server.table["GET"] = Reply(200)
    blocked(page, URL)
    page.fetch(URL, method="PUT")
    assert server.methods == ["OPTIONS", "PUT", "GET", "PUT"]


# The CORS check (4.10).


@pytest.mark.parametrize(
    ("reply", "credentials", "reason"),
    [
        (Reply(), "omit", "allow-origin-missing"),
        (allow(), "omit", None),
        (allow("*"), "omit", None),
        (allow("*"), "same-origin", None),
        (allow("*"), "include", "allow-origin-wildcard"),
        (allow("*", credentials="true"), "include", "allow-origin-wildcard"),
        (allow(f" {APP}\t"), "omit", None),
        (allow(f"{APP}/"), "omit", "allow-origin-mismatch"),
        (allow("https://APP.example.com"), "omit", "allow-origin-mismatch"),
        (allow(f"{APP}:443"), "omit", "allow-origin-mismatch"),
        (allow("http://app.example.com"), "omit", "allow-origin-mismatch"),
        (allow("null"), "omit", "allow-origin-mismatch"),
        (allow(""), "omit", "allow-origin-mismatch"),
        (allow(f"{APP} {OTHER}"), "omit", "allow-origin-mismatch"),
        (allow(f"{APP}, {APP}"), "omit", "allow-origin-mismatch"),
        (allow("*, *"), "omit", "allow-origin-mismatch"),
        (Reply(200, [("Access-Control-Allow-Origin", APP)] * 2), "omit", "allow-origin-mismatch"),
        (Reply(200, [("access-control-allow-origin", APP)]), "omit", None),
        (allow(), "include", "allow-credentials-not-true"),
        (allow(credentials="true"), "include", None),
        (allow(credentials=" true "), "include", None),
        (allow(credentials="True"), "include", "allow-credentials-not-true"),
        (allow(credentials="TRUE"), "include", "allow-credentials-not-true"),
        (allow(credentials="1"), "include", "allow-credentials-not-true"),
        (allow(credentials="false"), "include", "allow-credentials-not-true"),
        (allow(credentials="true, true"), "include", "allow-credentials-not-true"),
        (allow(credentials="false"), "omit", None),
        # The status does not matter.
        (allow(status=404), "omit", None),
        (Reply(404), "omit", "allow-origin-missing"),
        (Reply(500), "omit", "allow-origin-missing"),
        (Reply(304), "omit", "allow-origin-missing"),
    ],
)
def test_response_is_checked(reply: Reply, credentials: Any, reason: str | None) -> None:
    page = page_of(Server({"": reply}))
    if reason is None:
        response = page.fetch(URL, credentials=credentials)
        assert (response.type, response.status) == ("cors", reply.status)
    else:
        assert blocked(page, URL, credentials=credentials).reason == reason


def test_opaque_page_needs_null_or_wildcard() -> None:
    for reply, reason in ((allow("null"), ""), (allow("*"), ""), (allow(APP), "mismatch")):
        page = page_of(Server({"": reply}), origin=None)
        if reason:
            assert blocked(page, URL).reason == "allow-origin-mismatch"
        else:
            assert sent(page.fetch(URL).exchanges[0])["origin"] == "null"
    assert "opaque origin" in blocked(page_of(Server({"": Reply()}), origin=None), URL).hint


# Redirects (4.5).


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"),
        (307, "POST", "POST"), (308, "POST", "POST"),
        (301, "PUT", "PUT"), (302, "PUT", "PUT"), (303, "PUT", "GET"), (307, "PUT", "PUT"),
        (301, "GET", "GET"), (303, "GET", "GET"), (302, "HEAD", "HEAD"), (303, "HEAD", "HEAD"),
        (303, "DELETE", "GET"), (302, "DELETE", "DELETE"),
    ],
)  # fmt: skip
def test_redirect_changes_the_method(status: int, method: str, then: str) -> None:
    server = Server({"/a": redirect("/b", status), "/b": Reply()})
    body = None if method in ("GET", "HEAD") else "text"
    headers = {"Content-Language": "de", "Content-Encoding": "x", "X-A": "1"}
    response = page_of(server, origin=API).fetch("/a", method=method, body=body, headers=headers)
    last = server.log[-1]
    assert server.methods == [method, then]
    assert (response.status, response.redirected, response.url) == (200, True, f"{API}/b")
    changed = then != method
    assert last.body == (b"" if changed or body is None else b"text")
    assert last.headers["x-a"] == "1"
    assert ("content-language" in last.headers) is not changed
    assert ("content-encoding" in last.headers) is not changed
    assert ("content-type" in last.headers) is (body is not None and not changed)


@pytest.mark.parametrize("location", ["/b", f"{API}/b", "b?c"])
def test_authorization_stays_within_the_origin(location: str) -> None:
    server = Server({"/a": redirect(location), "/b": Reply()})
    page_of(server, origin=API).fetch("/a", headers={"Authorization": "x"})
    assert server.log[-1].headers["authorization"] == "x"


def test_authorization_is_dropped_across_origins() -> None:
    api = api_with(allow("*", methods="GET", headers="authorization, x-a"), redirect(f"{OTHER}/b"))
    other = api_with(allow("*", headers="x-a"), allow("*"))
    page = page_of(api, other=other)
    page.fetch(f"{API}/a", headers={"Authorization": "x", "X-A": "1"})
    assert other.methods == ["OPTIONS", "GET"]
    assert other.log[0].headers["access-control-request-headers"] == "x-a"
    assert "authorization" not in other.log[1].headers
    assert other.log[1].headers["x-a"] == "1"


def origins_sent(
    start: str, *hops: str, profile: ProfileName = "standard", method: str = "GET"
) -> list[tuple[str, str | None]]:
    """Return method and Origin of each request; `start` redirects to the first of `hops`."""
    reply = {str(at): redirect(f"{hop}/{at + 1}", 307) for at, hop in enumerate(hops)}
    table = {f"{method} /{at}": each for at, each in reply.items()}
    table[""] = allow("*", methods=method)
    api, app, other = Server(table), Server(table), Server(table)
    page = page_of(api, profile, app=app, other=other)
    response = page.fetch(f"{start}/0", method=method)
    return [(each.method, sent(each).get("origin")) for each in response.exchanges]


@pytest.mark.parametrize(
    ("urls", "origins"),
    [
        ([API], [APP]),
        ([API, API], [APP, APP]),
        ([APP, APP], [None, None]),
        ([APP, API], [None, APP]),
        ([APP, API, API], [None, APP, APP]),
        ([APP, API, OTHER], [None, APP, "null"]),
        ([API, OTHER], [APP, "null"]),
        ([API, APP], [APP, "null"]),
        ([API, OTHER, API], [APP, "null", "null"]),
        ([API, APP, APP], [APP, "null", "null"]),
    ],
)
def test_redirect_from_a_second_origin_to_a_third_taints(
    urls: list[str], origins: list[str | None]
) -> None:
    assert [origin for _, origin in origins_sent(*urls)] == origins


@pytest.mark.parametrize("profile", PROFILES)
def test_preflight_after_a_tainted_redirect_per_profile(profile: ProfileName) -> None:
    assert origins_sent(API, OTHER, profile=profile, method="PUT") == [
        ("OPTIONS", APP),
        ("PUT", APP),
        ("OPTIONS", APP if profile == "firefox" else "null"),
        ("PUT", "null"),
    ]


def test_opaque_page_preflights_as_null_in_firefox() -> None:
    server = api_with(allow("null", methods="PUT"), allow("null"))
    page_of(server, "firefox", origin=None).fetch(URL, method="PUT")
    assert [each.headers["origin"] for each in server.log] == ["null", "null"]


def test_each_hop_is_checked() -> None:
    server = Server({"/a": Reply(302, {"Location": "/b"}), "/b": allow()})
    assert blocked(page_of(server), f"{API}/a").reason == "allow-origin-missing"
    assert server.methods == ["GET"]


def test_redirect_back_to_the_page_is_checked_and_carries_no_cookies() -> None:
    app = Server({"/set": Reply(200, {"Set-Cookie": "a=1; Path=/"}), "": Reply()})
    page = page_of(Server({"": redirect(f"{APP}/")}), app=app)
    page.fetch("/set")
    assert blocked(page).reason == "allow-origin-missing"
    assert "cookie" not in app.log[-1].headers
    assert app.log[-1].headers["origin"] == "null"


@pytest.mark.parametrize(
    ("page", "location", "reason"),
    [
        (APP, "https://ann:pw@api.example.com/b", "redirect-credentials"),
        (APP, "https://ann@other.example/b", "redirect-credentials"),
        (API, "https://ann:pw@other.example/b", "redirect-credentials"),
        (API, "https://ann:pw@api.example.com/b", None),
    ],
)
def test_credentials_in_the_url_of_a_redirect(page: str, location: str, reason: str | None) -> None:
    server = Server({"/a": redirect(location), "/b": allow("*")})
    made = page_of(server, origin=page)
    if reason:
        assert blocked(made, f"{API}/a").reason == reason
        assert server.methods == ["GET"]
    else:
        assert made.fetch(f"{API}/a").ok


def test_no_cors_redirect_may_have_credentials_in_its_url() -> None:
    server = Server({"/a": redirect("https://ann:pw@api.example.com/b"), "/b": Reply()})
    assert page_of(server).fetch(f"{API}/a", mode="no-cors").type == "opaque"


@pytest.mark.parametrize(
    "location", ["data:,x", "mailto:a@example.com", "ftp://example.com/", "http:///"]
)
def test_redirect_to_a_url_that_can_not_be_fetched(location: str) -> None:
    server = Server({"": redirect(location)})
    assert blocked(page_of(server)).reason == "redirect-location"


@pytest.mark.parametrize(("hops", "passes"), [(20, True), (21, False)])
def test_redirects_end_after_20(hops: int, passes: bool) -> None:
    table = {f"/{at}": redirect(f"/{at + 1}") for at in range(hops)}
    server = Server({**table, f"/{hops}": allow()})
    page = page_of(server)
    if passes:
        assert page.fetch(f"{API}/0").url == f"{API}/20"
    else:
        assert blocked(page, f"{API}/0").reason == "redirect-count"
        assert len(server.log) == 21


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_modes(status: int) -> None:
    server = Server({"/a": redirect("/b", status), "/b": allow()})
    page = page_of(server)
    assert blocked(page, f"{API}/a", redirect="error").reason == "redirect-mode"
    response = page.fetch(f"{API}/a", redirect="manual")
    assert (response.type, response.status, len(response.headers)) == ("opaqueredirect", 0, 0)
    assert (response.body, response.redirected) == (b"", False)
    assert len(server.log) == 2
    assert page.fetch(f"{API}/a", redirect="follow").status == 200


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_other_3xx_is_not_a_redirect(status: int) -> None:
    server = Server({"": redirect("/b", status)})
    assert page_of(server).fetch(f"{API}/a", redirect="error").status == status


def test_redirect_without_location_is_the_response() -> None:
    page = page_of(Server({"": allow(status=302)}))
    response = page.fetch(URL)
    assert (response.type, response.status, response.redirected) == ("cors", 302, False)
    assert page.fetch(URL, redirect="manual").type == "opaqueredirect"
    assert blocked(page, URL, redirect="error").reason == "redirect-mode"


# Modes.


def test_same_origin_mode_reaches_no_other_origin() -> None:
    server = Server({"/a": redirect(f"{OTHER}/"), "": Reply()})
    other = Server({"": allow("*")})
    assert page_of(server, origin=API).fetch(URL, mode="same-origin").type == "basic"
    assert blocked(page_of(server), URL, mode="same-origin").reason == "same-origin-mode"
    page = page_of(server, origin=API, other=other)
    assert blocked(page, f"{API}/a", mode="same-origin").reason == "same-origin-mode"
    assert other.log == []


def test_no_cors_response_is_opaque() -> None:
    server = Server({"/a": redirect("/b"), "/b": Reply(404, {"X-A": "1"})})
    response = page_of(server).fetch(f"{API}/a", mode="no-cors")
    assert (response.type, response.status, response.ok) == ("opaque", 0, False)
    assert (len(response.headers), response.body, response.url) == (0, b"", "")
    assert not response.redirected
    assert [each.status for each in response.exchanges] == [302, 404]
    assert "origin" not in server.log[0].headers


def test_no_cors_within_the_origin_is_basic() -> None:
    response = page_of(Server({"": Reply()}), origin=API).fetch("/", mode="no-cors")
    assert (response.type, response.text) == ("basic", "body")


@pytest.mark.parametrize("mode", ["error", "manual"])
def test_no_cors_needs_redirect_follow(mode: Any) -> None:
    error = blocked(page_of(Server()), URL, mode="no-cors", redirect=mode)
    assert (error.reason, error.exchanges) == ("no-cors-redirect", ())


@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_other_schemes_can_not_be_fetched(mode: Any) -> None:
    page = page_of(Server(), origin="http://app.example.com")
    assert blocked(page, "ftp://api.example.com/a", mode=mode).reason == "url-scheme"


# Mixed content.


@pytest.mark.parametrize(
    ("origin", "url", "passes"),
    [
        (APP, "http://api.example.com/", False),
        (APP, "http://localhost:5000/", True),
        ("http://app.example.com", "http://api.example.com/", True),
        (None, "http://api.example.com/", True),
    ],
)
@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_mixed_content(origin: str | None, url: str, passes: bool, mode: Any) -> None:
    server = Server({"": allow("*")})
    browser = Browser({url: server, API: Server({"": redirect(url)})})
    page = browser.page(origin)
    if passes:
        assert page.fetch(url, mode=mode).exchanges
    else:
        assert blocked(page, url, mode=mode).reason == "mixed-content"
        assert blocked(page, API, mode=mode).reason == "mixed-content"
        assert server.log == []


def test_form_may_lead_from_https_to_http() -> None:
    server = Server({"": Reply()})
    page = Browser({"http://api.example.com": server}).page(APP)
    assert page.submit_form("http://api.example.com/").status == 200
    assert server.log[0].headers["origin"] == "null"  # strict-origin-when-cross-origin
    assert "sec-fetch-site" not in server.log[0].headers


# Cross-Origin-Resource-Policy (3.7).


@pytest.mark.parametrize(
    ("value", "origin", "passes"),
    [
        (None, OTHER, True),
        ("cross-origin", OTHER, True),
        ("same-site", APP, True),
        ("same-site", OTHER, False),
        ("same-site", None, False),
        ("same-origin", APP, False),
        ("same-origin", None, False),
        ("Same-Origin", OTHER, True),
        ("same-origin, same-origin", OTHER, True),
    ],
)
def test_resource_policy_blocks_opaque_responses(
    value: str | None, origin: str | None, passes: bool
) -> None:
    headers = {} if value is None else {"Cross-Origin-Resource-Policy": value}
    page = page_of(Server({"": Reply(200, headers)}), origin=origin)
    if passes:
        assert page.fetch(URL, mode="no-cors").type == "opaque"
    else:
        assert blocked(page, URL, mode="no-cors").reason == "resource-policy"


def test_resource_policy_does_not_apply_to_cors() -> None:
    headers = {"Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "*"}
    assert page_of(Server({"": Reply(200, headers)})).fetch(URL).ok
    assert page_of(Server({"": Reply(200, headers)}), origin=API).fetch(URL, mode="no-cors").ok


# Sec-Fetch-* (Fetch Metadata, 2).


@pytest.mark.parametrize(
    ("urls", "sites"),
    [
        ([APP], ["same-origin"]),
        ([API], ["same-site"]),
        ([OTHER], ["cross-site"]),
        ([APP, API], ["same-origin", "same-site"]),
        ([API, APP], ["same-site", "same-site"]),
        ([API, OTHER, APP], ["same-site", "cross-site", "cross-site"]),
    ],
)
def test_fetch_site_is_the_farthest_of_all_urls(urls: list[str], sites: list[str]) -> None:
    start, *hops = urls
    table = {f"/{at}": redirect(f"{hop}/{at + 1}") for at, hop in enumerate(hops)}
    servers = [Server({**table, "": allow("*")}) for _ in range(3)]
    page = page_of(servers[0], app=servers[1], other=servers[2])
    response = page.fetch(f"{start}/0")
    assert [sent(each)["sec-fetch-site"] for each in response.exchanges] == sites


def test_opaque_page_is_cross_site_everywhere() -> None:
    page = page_of(Server({"": allow("*")}), origin=None)
    assert sent(page.fetch(URL).exchanges[0])["sec-fetch-site"] == "cross-site"


@pytest.mark.parametrize(
    ("origin", "mode"), [(API, "same-origin"), (API, "cors"), (APP, "cors"), (APP, "no-cors")]
)
def test_mode_and_destination_are_sent(origin: str, mode: Any) -> None:
    headers = sent(page_of(Server({"": allow()}), origin=origin).fetch(URL, mode=mode).exchanges[0])
    assert (headers["sec-fetch-mode"], headers["sec-fetch-dest"]) == (mode, "empty")


def test_metadata_is_not_sent_to_untrustworthy_urls() -> None:
    server = Server({"": allow("*")})
    Browser({"http://api.example.com": server}).page("http://a.example").fetch(
        "http://api.example.com/"
    )
    assert not [name for name in server.log[0].headers if name.startswith("sec-")]


# Origin (3.2).


@pytest.mark.parametrize(
    ("origin", "method", "mode", "wanted"),
    [
        (API, "GET", "cors", None),
        (API, "HEAD", "cors", None),
        (API, "POST", "cors", API),
        (API, "POST", "same-origin", API),
        (API, "PUT", "cors", API),
        (APP, "GET", "cors", APP),
        (APP, "HEAD", "cors", APP),
        (APP, "GET", "no-cors", None),
        (APP, "POST", "no-cors", APP),
        (None, "GET", "no-cors", None),
        (None, "POST", "no-cors", "null"),
    ],
)
def test_origin_is_sent(origin: str | None, method: str, mode: Any, wanted: str | None) -> None:
    server = Server({"": allow("*")})
    page_of(server, origin=origin).fetch(URL, method=method, mode=mode)
    assert server.log[-1].headers.get("origin") == wanted


@pytest.mark.parametrize(
    ("policy", "origin", "mode", "wanted"),
    [
        ("no-referrer", APP, "no-cors", "null"),
        ("no-referrer", API, "same-origin", "null"),
        ("no-referrer", API, "cors", API),
        ("no-referrer", APP, "cors", APP),
        ("same-origin", APP, "no-cors", "null"),
        ("same-origin", API, "no-cors", API),
        ("origin", APP, "no-cors", APP),
        ("unsafe-url", APP, "no-cors", APP),
        ("strict-origin", APP, "no-cors", APP),
        ("", APP, "no-cors", APP),
        ("no-referrer", None, "no-cors", "null"),
    ],
)
def test_referrer_policy_hides_the_origin_outside_of_cors(
    policy: str, origin: str | None, mode: Any, wanted: str
) -> None:
    server = Server({"": allow("*")})
    page = page_of(server, origin=origin)
    page.fetch(URL, method="POST", mode=mode, referrer_policy=policy)
    assert server.log[-1].headers["origin"] == wanted


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ("", "null"),
        ("no-referrer-when-downgrade", "null"),
        ("strict-origin", "null"),
        ("strict-origin-when-cross-origin", "null"),
        ("origin", APP),
        ("origin-when-cross-origin", APP),
        ("unsafe-url", APP),
    ],
)
def test_referrer_policy_hides_the_origin_from_http(policy: str, wanted: str) -> None:
    server = Server({"": Reply()})
    page = Browser({"http://localhost": server}).page(APP)
    page.fetch("http://localhost/", method="POST", mode="no-cors", referrer_policy=policy)
    assert server.log[-1].headers["origin"] == wanted


def test_unknown_server_is_reported() -> None:
    error = blocked(page_of(Server()), f"{OTHER}/a")
    assert error.reason == "unknown-server"
    assert error.hint == f"Pass an app for this origin: Browser({{'{OTHER}': app}})."


@pytest.mark.parametrize(
    ("location", "passes"),
    [("/b", True), ("data:text/plain,x", True), ("ftp://api.example.com/", False)],
)
def test_manual_redirect_checks_the_location_in_webkit(location: str, passes: bool) -> None:
    page = page_of(Server({"": redirect(location)}), "webkit")
    if passes:
        assert page.fetch(URL, redirect="manual").type == "opaqueredirect"
    else:
        assert blocked(page, URL, redirect="manual").reason == "redirect-location"


# Mixed content.


def test_plain_websocket_is_mixed_content() -> None:
    api = Server({"": Reply(101)})
    browser = Browser({"http://api.example.com": api, "http://localhost": api})
    with pytest.raises(Blocked) as caught:
        browser.websocket_handshake(APP, "ws://api.example.com/")
    assert caught.value.reason == "mixed-content"
    assert api.log == []
    assert browser.websocket_handshake(APP, "ws://localhost/").status == 101
    assert browser.websocket_handshake("http://a.example", "ws://api.example.com/").status == 101


@pytest.mark.parametrize("origin", [None, "http://api.example.com"])
def test_embedder_on_https_blocks_mixed_content(origin: str | None) -> None:
    browser = Browser({"http://api.example.com": Server({"": allow("*")})})
    url = "http://api.example.com/"
    assert blocked(browser.page(origin, embedder=APP), url).reason == "mixed-content"
    assert browser.page(origin, embedder="http://a.example").fetch(url).status == 200


# Resource policy (3.7).


@pytest.mark.parametrize(
    ("page", "api", "wanted"),
    [
        ("https://app.example.com", "https://api.example.com", True),
        ("http://app.example.com", "http://api.example.com", True),
        ("https://app.localhost", "http://app.localhost:5000", True),
        ("http://app.localhost", "https://app.localhost:5000", False),
        ("https://other.example", "https://api.example.com", False),
        (None, "https://api.example.com", False),
    ],
)
def test_same_site_resource_is_not_for_a_page_on_http(
    page: str | None, api: str, wanted: bool
) -> None:
    server = Server({"": Reply(200, {"Cross-Origin-Resource-Policy": "same-site"})})
    requesting = Browser({api: server}).page(page)
    if wanted:
        assert requesting.fetch(f"{api}/", mode="no-cors").type == "opaque"
    else:
        assert blocked(requesting, f"{api}/", mode="no-cors").reason == "resource-policy"


# Redirects: the policy and the Location (4.5, 2.2.6).


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("no-referrer", "null"),
        ("No-Referrer", "null"),
        ("no-referrer, unknown", "null"),
        ("no-referrer, origin", APP),
        ("unknown", APP),
    ],
)
@pytest.mark.parametrize(("profile", "follows"), [("standard", True), ("webkit", False)])
def test_redirect_may_change_the_referrer_policy(
    profile: ProfileName, follows: bool, value: str, origin: str
) -> None:
    first = Reply(307, {"Location": "/b", "Referrer-Policy": value})
    api = Server({"/a": first, "/b": Reply()})
    page_of(api, profile).fetch(f"{API}/a", method="POST", body="x", mode="no-cors")
    wanted = origin if follows else APP
    assert [each.headers["origin"] for each in api.log] == [APP, wanted]


@pytest.mark.parametrize(
    ("profile", "second", "wanted"),
    [
        ("standard", "/b", None),
        ("standard", "/c", None),
        ("chromium", "/b", "/b"),
        ("chromium", "/c", None),
        ("webkit", "/c", "/b, /c"),
    ],
)
def test_redirect_with_two_locations(profile: ProfileName, second: str, wanted: str | None) -> None:
    first = Reply(302, [("Location", "/b"), ("Location", second)])
    api = Server({"/a": first, "": Reply()})
    page = page_of(api, profile, origin=API)
    if wanted is None:
        assert blocked(page, f"{API}/a").reason == "redirect-location"
    else:
        page.fetch("/a")
    assert [each.path for each in api.log] == ["/a"] + [wanted] * (wanted is not None)


def test_redirect_with_two_locations_that_is_not_followed_is_opaque() -> None:
    api = Server({"": Reply(302, [("Location", "/b"), ("Location", "/c")])})
    response = page_of(api, origin=API).fetch("/a", redirect="manual")
    assert response.type == "opaqueredirect"


# Null bodies (2.2.3).


@pytest.mark.parametrize(
    ("method", "status", "body"),
    [("HEAD", 200, b""), ("GET", 200, b"body"), ("GET", 103, b""), ("GET", 204, b""),
     ("GET", 205, b""), ("GET", 304, b""), ("GET", 206, b"body")],
)  # fmt: skip
def test_some_responses_have_no_body(method: str, status: int, body: bytes) -> None:
    api = Server({"": Reply(status)})
    assert page_of(api, origin=API).fetch("/", method=method).body == body


@pytest.mark.parametrize(
    ("credentials", "restored"), [("same-origin", False), ("omit", True), ("include", True)]
)
def test_headers_are_restored_from_when_credentials_were_lost(
    credentials: Credentials, restored: bool
) -> None:
    api = Server({"/a": redirect("https://app.example.com/b", 303), "/c": Reply()})
    app = Server({"": redirect(f"{API}/c", 307)})
    page = page_of(api, "webkit", API, app=app)
    headers = {"Content-Type": "text/plain"}
    page.fetch("/a", method="POST", headers=headers, mode="no-cors", credentials=credentials)
    assert ("content-type" in api.log[1].headers) is restored
