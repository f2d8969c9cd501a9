"""Flask-Caching with caches that pickle: one visitor's response is sent to the next."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Response, abort, current_app, jsonify, make_response
from flask_caching import Cache

from flask_crossorigin import Access

from .api import APP, Api
from .conftest import Make
from .contract import INES, ORIGINS, SAM, Row, broken_promises, broken_row, logged
from .recipes.flask_caching import add_report
from .wire import send, sender


class OwnResponse(Response):
    """A response class of the user's."""


VIEWS: dict[str, Callable[[], Any]] = {
    "text": lambda: "cached",
    "tuple": lambda: ("cached", 200, {"X-Total": "1"}),
    "make_response": lambda: make_response("cached"),
    "jsonify": lambda: jsonify("cached"),
    "response": lambda: Response("cached"),
    "response-of-app": lambda: current_app.response_class("cached"),
    "own-response": lambda: OwnResponse("cached"),
    "abort": lambda: abort(404),
    "abort-response": lambda: abort(make_response("gone", 404)),
}


@pytest.fixture(params=["FileSystemCache", "SimpleCache"])
def config(request: Any, tmp_path: Path) -> dict[str, Any]:
    return {"CACHE_TYPE": request.param, "CACHE_DIR": str(tmp_path)}


@pytest.fixture
def cache(config: dict[str, Any]) -> Cache:
    return Cache(config=config)


@pytest.fixture
def api(make: Make, cache: Cache) -> Api:
    """The API with a cache, which keeps what each of `VIEWS` returns."""
    api = make(cache.init_app)

    def noted(view: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            api.seen.append("view")
            return view()

        return run

    for name, view in VIEWS.items():
        for first in ORIGINS:
            key = f"{name}-{ORIGINS.index(first)}"
            cached = cache.cached(key_prefix=key)(noted(view))
            api.app.add_url_rule(f"/cached/{key}", key, cached)
    return api


def test_nothing_is_broken(api: Api) -> None:
    assert broken_promises(api) == []


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("first", ORIGINS)
def test_nobody_gets_the_headers_of_the_first_visitor(
    api: Api, name: str, first: str | None
) -> None:
    key = f"{name}-{ORIGINS.index(first)}"
    row = Row("GET", f"/cached/{key}", 404 if name.startswith("abort") else 200)
    visitors = (first, *ORIGINS)
    with logged() as messages:
        assert broken_row(sender(api.served), row, visitors) == []
    assert messages == []
    if not name.startswith("abort"):  # which older versions do not keep
        assert api.seen.count("view") == 1


@pytest.mark.parametrize("name", ["response", "response-of-app", "own-response"])
def test_what_is_kept_is_of_the_class_that_the_user_wrote(
    api: Api, cache: Cache, name: str
) -> None:
    """So other apps, without this library or of another release, can read it."""
    send(api.served, "GET", f"/cached/{name}-0", {"Origin": APP})
    with api.app.app_context():
        kept = cache.get(f"{name}-0")
    assert type(kept) is (OwnResponse if name == "own-response" else Response)


@pytest.mark.parametrize("order", ["required-over-cached", "cached-over-required"])
@pytest.mark.parametrize("first", ["user", "anonymous"])
def test_what_is_kept_for_a_user_is_for_nobody_else(
    make: Make, cache: Cache, order: str, first: str
) -> None:
    api = make(cache.init_app)
    access, keep = Access(api.app, verify=api.verify), cache.cached(key_prefix="private")

    def private() -> str:
        return "private"

    if order == "required-over-cached":
        api.app.add_url_rule("/private", "private", access.required(keep(private)))
    else:
        api.app.add_url_rule("/private", "private", keep(access.required(private)))
    user, anonymous = {"Origin": APP, **INES}, {"Origin": APP}
    visits = [user, anonymous, user] if first == "user" else [anonymous, user, anonymous]
    statuses = [send(api.served, "GET", "/private", headers).status for headers in visits]
    assert statuses == [200 if headers is user else 401 for headers in visits]


def test_the_recipe_keeps_one_report_for_all_who_may_have_it(make: Make, cache: Cache) -> None:
    api = make(cache.init_app)
    add_report(api.app, Access(api.app, verify=api.verify), cache)
    rows = [
        Row("GET", "/report", 401),
        Row("GET", "/report", 200, INES, body=b"the report"),
        Row("GET", "/report", 200, SAM, body=b"the report"),
        Row("GET", "/report", 401),
    ]
    assert broken_promises(api, rows, [("/report", "GET")]) == []
