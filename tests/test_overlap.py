"""Which URL rules can match the same URL."""

from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView
from werkzeug.routing import BaseConverter, Map, Rule

from flask_crossorigin import CrossOrigin
from flask_crossorigin.overlap import Overlaps

from .conftest import APP, OTHER, preflight


class Anything(BaseConverter):
    """A converter that takes arguments."""

    def __init__(self, url_map: Map, pattern: str) -> None:
        super().__init__(url_map)
        self.regex = pattern


def overlap(one: str, other: str) -> bool:
    """Whether the rules `one` and `other` are found to overlap, in both directions."""
    rules = [Rule(one, endpoint="one"), Rule(other, endpoint="other")]
    Map(rules, converters={"re": Anything})
    found = [
        any(each is rules[1 - at] for each in Overlaps.of(rules).with_rule(rules[at]))
        for at in (0, 1)
    ]
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a", "/a"),
        ("/a", "/a/"),
        ("/", "/"),
        ("/a/<x>", "/a/b"),
        ("/a/<int:x>", "/<y>/b"),
        ("/a/<x>.json", "/a/b.json"),
        ("/<path:x>", "/a/b/c"),
        ("/<path:x>", "/"),
        ("/a/<path:x>/edit", "/a/b/c/edit"),
        ("/a/<path:x>", "/a/<path:y>/z"),
        ('/a/<re("b|c/d"):x>', "/a/c/d"),
        ("/a/<any(b, c):x>", "/a/b"),
    ],
)
def test_rules_that_can_match_one_url_overlap(one: str, other: str) -> None:
    assert overlap(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a", "/b"),
        ("/a", "/a/b"),
        ("/a/<x>", "/b/<x>"),
        ("/a/<x>", "/a/<x>/y"),
        ("/a/<path:x>", "/b/c"),
        ('/a/<re("b|c/d"):x>', "/b/c"),
    ],
)
def test_rules_that_can_not_do_not(one: str, other: str) -> None:
    assert not overlap(one, other)


def max_age(app: Flask, path: str, method: str = "PUT") -> tuple[str, str]:
    """What a preflight allows: how long, and which methods."""
    headers = preflight(app, path, APP, method).headers
    return headers["Access-Control-Max-Age"], headers["Access-Control-Allow-Methods"]


LONG = ("600", "GET, HEAD, POST, PUT, PATCH, DELETE")


@pytest.fixture
def split() -> Flask:
    """An app with URLs that several policies share, and others."""
    app = Flask("split")
    cors = CrossOrigin(app, origins=[OTHER])
    part = Blueprint("part", "part", url_prefix="/part")
    cors.apply(part, origins=[APP])

    def add(where: Any, rule: str, endpoint: str, *methods: str, own: bool = False) -> None:
        view: Any = lambda **_: ""  # noqa: E731
        where.add_url_rule(
            rule, endpoint, cors.policy(origins=[APP])(view) if own else view, methods=methods
        )

    class Resource(MethodView):
        @cors.policy(origins=[APP])
        def put(self) -> str:
            return ""

        def delete(self) -> str:
            return ""

    add(part, "/<int:x>", "one", "PUT")
    add(part, "/<int:x>", "two", "DELETE")
    app.register_blueprint(part)
    add(app, "/<path:anything>", "pages", "GET")
    add(app, "/split", "put", "PUT", own=True)
    add(app, "/split", "delete", "DELETE")
    add(app, "/under/x", "under", "PUT", own=True)
    add(app, "/under/<x>", "over", "POST")
    add(app, "/read", "read", "PUT", own=True)
    add(app, "/read", "reads", "GET")
    app.add_url_rule("/class", view_func=Resource.as_view("class"))
    return app


@pytest.mark.parametrize("path", ["/split", "/under/x", "/class"])
def test_a_preflight_of_a_url_with_several_policies_is_for_one_request(
    split: Flask, path: str
) -> None:
    """Or a browser would use it for the DELETE, or a JSON POST, that another policy governs."""
    assert max_age(split, path) == ("0", "PUT")


@pytest.mark.parametrize("path", ["/part/1", "/read"])
def test_a_preflight_of_any_other_url_is_kept(split: Flask, path: str) -> None:
    assert max_age(split, path) == LONG


def test_a_preflight_for_a_method_that_the_url_lacks_is_kept_where_one_policy_governs() -> None:
    app = Flask("lacks")
    cors = CrossOrigin(app, origins=[])
    for method in ("PUT", "DELETE"):
        app.add_url_rule("/part/<int:x>", method, lambda x: "", methods=[method])
    cors.apply("/part", origins=[APP])
    assert max_age(app, "/part/1", "PATCH") == LONG


def test_a_preflight_for_a_method_that_no_rule_of_several_policies_has_is_for_one_request() -> None:
    app = Flask("missing")
    cors = CrossOrigin(app, origins=[APP])
    for method in ("PUT", "DELETE"):
        view = cors.policy(origins=[APP, OTHER])(lambda: "")
        app.add_url_rule("/x", method, view, methods=[method])
    assert max_age(app, "/x", "PATCH") == ("0", "PATCH")
