"""The behaviours that this library was made for, each named as it was asked for."""

import pytest
from flask import Flask

from flask_crossorigin import Access, CrossOrigin

from .conftest import APP, EVIL, allowed, call, cors_headers, preflight


@pytest.fixture
def api(app: Flask) -> Flask:
    """The app, open to one front end."""
    CrossOrigin(app, origins=[APP])
    return app


def test_a_preflight_to_an_unknown_url_succeeds_and_the_404_that_follows_is_readable(
    api: Flask,
) -> None:
    assert preflight(api, "/no/such/page").status_code == 204
    followed = call(api, "PUT", "/no/such/page", APP)
    assert (followed.status_code, allowed(followed)) == (404, APP)


@pytest.mark.parametrize("path", ["/marks", "/static/x.js", "/redirected", "/unknown"])
def test_options_is_answered_on_every_route_without_touching_the_app(api: Flask, path: str) -> None:
    touched: list[str] = []
    api.before_request(lambda: touched.append("hook"))
    api.teardown_request(lambda _: touched.append("teardown"))
    api.add_url_rule("/redirected/", "redirected", lambda: touched.append("view") or "")
    response = preflight(api, path)
    assert (response.status_code, allowed(response), touched) == (204, APP, [])


def test_the_origin_that_made_the_request_is_allowed(api: Flask) -> None:
    assert allowed(call(api, "GET", "/marks", APP)) == APP


def test_an_origin_that_is_not_listed_is_not_allowed(api: Flask) -> None:
    assert allowed(call(api, "GET", "/marks", EVIL)) is None


def test_the_method_asked_for_is_allowed(api: Flask) -> None:
    methods = preflight(api, "/marks", method="DELETE").headers["Access-Control-Allow-Methods"]
    assert "DELETE" in methods.split(", ")


def test_the_headers_asked_for_are_allowed(api: Flask) -> None:
    response = preflight(api, "/marks", requested="content-type,x-trace")
    assert response.headers["Access-Control-Allow-Headers"] == "*, Authorization"


def test_the_headers_asked_for_are_allowed_by_name_where_credentials_are(app: Flask) -> None:
    CrossOrigin(app, origins=[APP], credentials=True)
    response = preflight(app, "/marks", requested="content-type,x-trace")
    assert response.headers["Access-Control-Allow-Headers"] == "content-type, x-trace"


def test_an_options_without_an_origin_does_not_fail(api: Flask) -> None:
    response = call(api, "OPTIONS", "/marks", headers={"Access-Control-Request-Method": "PUT"})
    assert (response.status_code, allowed(response)) == (200, None)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
def test_any_other_verbs_response_carries_the_allowed_origin(api: Flask, method: str) -> None:
    api.add_url_rule("/any", "any", lambda: "any", methods=[method])
    assert allowed(call(api, method, "/any", APP)) == APP


def test_what_automatic_options_answers_is_kept_for_an_options_that_is_no_preflight(
    api: Flask,
) -> None:
    response = call(api, "OPTIONS", "/marks", APP)
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PUT"}
    assert allowed(response) == APP


@pytest.fixture
def guarded(api: Flask) -> tuple[Flask, list[str]]:
    """The app with a view for one user, and the methods that `verify` was asked about."""
    asked: list[str] = []

    def verify(request, *needs):  # type: ignore[no-untyped-def]
        asked.append(request.method)
        if "Authorization" not in request.headers:
            return None
        if request.headers["Authorization"] != "Bearer ines":
            raise Access.Denied("Only Ines may.")
        return "ines"

    access = Access(api, verify=verify)

    @api.route("/mine", methods=["GET", "PUT"])
    @access.required
    def mine() -> str:
        return str(access.user)

    return api, asked


def test_a_view_decorator_verifies_access_without_ever_seeing_a_preflight(
    guarded: tuple[Flask, list[str]],
) -> None:
    api, asked = guarded
    assert preflight(api, "/mine", requested="authorization").status_code == 204
    assert asked == []
    answer = call(api, "PUT", "/mine", APP, headers={"Authorization": "Bearer ines"})
    assert (answer.text, asked) == ("ines", ["PUT"])


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("Bearer sam", 403)])
def test_its_401_and_403_are_readable_by_the_page(
    guarded: tuple[Flask, list[str]], token: str | None, status: int
) -> None:
    headers = {} if token is None else {"Authorization": token}
    response = call(guarded[0], "PUT", "/mine", APP, headers=headers)
    assert (response.status_code, allowed(response)) == (status, APP)
    assert response.content_type == "application/problem+json"
    assert response.get_json(force=True)["status"] == status


def test_a_response_says_that_it_varies_by_origin_whoever_asks(api: Flask) -> None:
    for origin in (None, APP, EVIL):
        assert cors_headers(call(api, "GET", "/marks", origin))["Vary"] == "Origin"
