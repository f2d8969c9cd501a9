"""Which URL rules the router can choose for one URL, and whose preflights are kept."""

from typing import Any

import pytest
from flask import Blueprint, Flask, request
from flask.views import MethodView
from werkzeug.routing import BaseConverter, Map, Rule

from flask_crossorigin import CrossOrigin
from flask_crossorigin.browser import Blocked, Browser
from flask_crossorigin.scopes.overlap import RuleIndex

from .conftest import APP, OTHER, preflight


class Anything(BaseConverter):
    """A converter that takes arguments."""

    def __init__(self, url_map: Map, pattern: str) -> None:
        super().__init__(url_map)
        self.regex = pattern


class Maybe(BaseConverter):
    """A converter that matches nothing, too."""

    regex = "[a-z]*"


class Slash(BaseConverter):
    """A converter that matches a slash alone."""

    regex = "/"


class Rest(BaseConverter):
    """A converter that matches any number of segments, none among them."""

    regex = ".*?"
    part_isolating = False


def named(one: Rule, other: Rule, **options: Any) -> list[bool]:
    """Whether each of two rules of a map is named with the other."""
    rules = [one, other]
    made = Map(
        rules, converters={"re": Anything, "maybe": Maybe, "rest": Rest, "slash": Slash}, **options
    )
    overlaps = RuleIndex(made.iter_rules())
    return [any(each is rules[1 - at] for each in overlaps.with_rule(rules[at])) for at in range(2)]


def overlap(one: str, other: str, **options: Any) -> bool:
    """Whether the rules `one` and `other` of two methods are named with each other."""
    found = named(
        Rule(one, endpoint="one", methods=["PUT"]),
        Rule(other, endpoint="other", methods=["DELETE"]),
        **options,
    )
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a", "/a"),
        ("/a", "/a/"),
        ("/", "/"),
        ("/a/<x>", "/a/b"),
        ("/a/<x>", "/<y>/b"),
        ("/a/<int:x>", "/<y>/1"),
        ("/a/<x>.json", "/a/b.json"),
        ("/<path:x>", "/a/b/c"),
        ("/a/<path:x>/edit", "/a/b/c/edit"),
        ("/a/<path:x>", "/a/<path:y>/z"),
        ("/a/<rest:x>", "/a/b/c"),
        ("/a/<rest:x>", "/a/"),
        ("/a/<any(b, c):x>", "/a/b"),
        ("/a//b", "/a/b"),
        ("//a/b", "/a/<x>"),
        ("/a/<maybe:x>", "/a/"),
        ("/a/<maybe:x>", "/a"),
        ("/a/<string(minlength=0):x>", "/a/"),
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
        ("/a/<path:x>", "/a/"),
        ('/a/<re("b|c/d"):x>', "/b/c"),
        ('/a/<re("b|c/d"):x>', "/a/c/d"),  # the router asks it about one segment
        ("/a/<int:x>", "/a/b"),
        ("/a/<int:x>", "/<y>/b"),
        ("/a/<any(b, c):x>", "/a/d"),
        ("/a/<x>", "/a/"),
    ],
)
def test_rules_that_can_not_do_not(one: str, other: str) -> None:
    assert not overlap(one, other)


def test_slashes_that_are_not_merged_count() -> None:
    assert not overlap("/a//b", "/a/b", merge_slashes=False)
    assert overlap("/a//b", "/a/<maybe:x>/b", merge_slashes=False)


def test_a_last_slash_counts_only_where_it_is_strict() -> None:
    assert overlap("/a", "/a/<maybe:x>/", strict_slashes=False)
    assert overlap("/a/", "/a/<maybe:x>/<maybe:y>", strict_slashes=False)
    assert overlap("/a/", "/a/<maybe:x>/<rest:y>", strict_slashes=False)
    assert overlap("/a/", "/a/<slash:x>", strict_slashes=False)


@pytest.mark.parametrize(
    ("text", "strict"), [("/a", False), ("/a/", True)], ids=["not-strict", "strict"]
)
def test_a_rule_that_matches_fewer_urls_hides_none_from_those_behind_it(
    text: str, strict: bool
) -> None:
    """The first rule has /a/ for PUT; the one beside it has only /a, the last one /a/ for GET."""
    rule = Rule(text, endpoint="rule", methods=["PUT"], strict_slashes=strict)
    beside = Rule("/a", endpoint="beside", methods=["GET"])
    behind = Rule("/<x>/", endpoint="behind", methods=["GET"])
    overlaps = RuleIndex(Map([rule, beside, behind]).iter_rules())
    assert behind in list(overlaps.with_rule(rule))
    assert rule in list(overlaps.with_rule(behind))


@pytest.mark.parametrize(("methods", "found"), [(["GET"], False), (["GET", "PUT"], True)])
def test_of_variables_of_one_weight_either_may_be_preferred(
    methods: list[str], found: bool
) -> None:
    """The router takes the first one added."""
    first = Rule("/<any(a, b):x>", endpoint="first", methods=["GET"])
    then = Rule("/<any(b, c):x>", endpoint="then", methods=methods)
    assert named(first, then) == [found, found]


def test_rules_of_several_hosts_do_not_overlap() -> None:
    for one, other, found in (("a", "b", False), ("a", "a", True), ("a", "<x>", True)):
        rules = [
            Rule("/x", endpoint=method, methods=[method], subdomain=host)
            for host, method in ((one, "PUT"), (other, "DELETE"))
        ]
        assert named(rules[0], rules[1]) == [found, found]


@pytest.mark.parametrize("options", [{"build_only": True}, {"websocket": True}])
def test_rules_that_match_no_request_with_a_preflight_are_left_aside(options: Any) -> None:
    other = Rule("/a", endpoint="other", methods=["GET"], **options)
    assert named(Rule("/a", endpoint="one", methods=["PUT"]), other) == [False, False]


@pytest.mark.parametrize(
    ("first", "then", "found"),
    [
        (("GET",), ("GET",), False),  # the router prefers static text, whatever the method is
        (("GET", "PUT"), ("GET",), False),
        (("PUT",), ("GET",), True),
        (("GET",), ("GET", "PUT"), True),
        (("GET",), None, True),
        (None, ("GET",), False),
        (None, None, False),
    ],
)
@pytest.mark.parametrize(("text", "other"), [("/a", "/<path:x>"), ("/<int:x>", "/<x>")])
def test_a_rule_overlaps_with_what_the_router_prefers_only_by_its_other_methods(
    text: str, other: str, first: tuple[str] | None, then: tuple[str] | None, found: bool
) -> None:
    rules = Rule(text, endpoint="first", methods=first), Rule(other, endpoint="then", methods=then)
    assert named(*rules) == [found, found]


def max_age(app: Flask, path: str, method: str = "PUT") -> tuple[str, str]:
    """What a preflight allows: how long, and which methods."""
    headers = preflight(app, path, APP, method).headers
    return headers["Access-Control-Max-Age"], headers["Access-Control-Allow-Methods"]


LONG = ("600", "GET, HEAD, POST, PUT, PATCH, DELETE, QUERY")


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
    add(app, "/part/<path:page>", "pages", "GET")
    add(app, "/split", "put", "PUT", own=True)
    add(app, "/split", "delete", "DELETE")
    add(app, "/under/x", "under", "PUT", own=True)
    add(app, "/under/<x>", "over", "POST")
    add(app, "/read", "read", "PUT", own=True)
    add(app, "/read", "reads", "GET")
    add(app, "/only-read", "only-read", "GET", own=True)
    app.add_url_rule("/class", view_func=Resource.as_view("class"))
    return app


@pytest.mark.parametrize("path", ["/split", "/under/x", "/class", "/read", "/part/1"])
def test_a_preflight_of_a_url_with_several_policies_is_for_one_request(
    split: Flask, path: str
) -> None:
    """Or a browser would use it for the DELETE, or a GET, that another policy governs."""
    assert max_age(split, path) == ("0", "PUT")


def test_a_preflight_of_any_other_url_is_kept(split: Flask) -> None:
    assert max_age(split, "/only-read", "GET") == LONG


@pytest.fixture
def with_pages() -> Flask:
    """An app with an API below a prefix of its own policy, beside the files of a front end."""
    app = Flask("pages", static_url_path="")
    cors = CrossOrigin(app, origins=[])
    cors.apply("/api", origins=[APP])
    app.add_url_rule("/api/marks/<int:x>", "read", lambda x: "", methods=["GET"])
    app.add_url_rule("/api/marks/<int:x>", "write", lambda x: "", methods=["PUT", "DELETE"])
    app.add_url_rule("/api/marks", "add", lambda: "", methods=["POST"])
    app.add_url_rule("/old/<x>", "old", lambda x: "", redirect_to="/api/marks/<x>")
    return app


def test_a_catch_all_takes_no_caching_from_urls_that_have_its_methods_themselves(
    with_pages: Flask,
) -> None:
    assert max_age(with_pages, "/api/marks/1") == LONG
    assert max_age(with_pages, "/api/marks/1", "GET") == LONG
    assert max_age(with_pages, "/api/marks", "POST") == ("0", "POST")  # GET is the catch-all's


def test_a_preflight_that_is_redirected_is_for_one_request(with_pages: Flask) -> None:
    """The catch-all may have the URL for another method: /api//marks/1 for GET."""
    assert max_age(with_pages, "/api//marks/1") == ("0", "PUT")
    assert max_age(with_pages, "/old/1", "GET") == ("0", "GET")


def test_a_preflight_of_a_url_without_a_rule_is_for_one_request() -> None:
    """A converter that refuses its value hides the rules after it, but for its methods alone."""
    app = Flask("hidden")
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/x/<int(max=5):x>", "low", lambda x: "", methods=["GET"])
    view = cors.policy(origins=[OTHER])(lambda x: "")
    app.add_url_rule("/x/<x>", "any", view, methods=["PUT"])
    assert preflight(app, "/x/9", APP, "PUT").status_code == 403
    assert max_age(app, "/x/9", "GET") == ("0", "GET")


def test_a_preflight_of_a_rule_that_came_late_is_for_one_request() -> None:
    app = Flask("late")
    cors = CrossOrigin(app, origins=[APP])
    app.add_url_rule("/x", "x", cors.policy(max_age=60)(lambda: ""), methods=["PUT"])
    assert max_age(app, "/x") == ("60", LONG[1])
    app.url_map.add(Rule("/late", endpoint="late", methods=["PUT"]))
    app.view_functions["late"] = lambda: ""
    assert max_age(app, "/late") == ("0", "PUT")


@pytest.mark.parametrize(
    ("narrow", "wide"), [("/a//b", "/a/b"), ("/a/b", "/a//b"), ("/a/<maybe:x>", "/a/")]
)
def test_no_browser_uses_a_preflight_for_what_another_policy_governs(
    narrow: str, wide: str
) -> None:
    app = Flask("kept")
    app.url_map.converters["maybe"] = Maybe
    cors = CrossOrigin(app, origins=[])
    ran: list[str] = []

    def view(**_: str) -> str:
        ran.append(request.method)
        return ""

    app.add_url_rule(wide, "wide", cors.policy(origins=[APP])(view), methods=["PUT"])
    app.add_url_rule(narrow, "narrow", cors.policy(origins=[OTHER])(view), methods=["DELETE"])
    page = Browser({"https://api.example.com": app}).page(APP)
    url = f"https://api.example.com{'/a/' if '<' in narrow else '/a/b'}"
    page.fetch(url, method="PUT")
    with pytest.raises(Blocked):
        page.fetch(url, method="DELETE")
    assert ran == ["PUT"]


def test_no_browser_uses_a_preflight_for_a_get_whose_policy_refuses_the_header() -> None:
    app = Flask("read")
    cors = CrossOrigin(app, origins=[APP])
    ran: list[str] = []

    def view() -> str:
        ran.append(request.method)
        return ""

    narrow = cors.policy(request_headers=[])(view)
    app.add_url_rule("/x", "write", view, methods=["PUT"])
    app.add_url_rule("/x", "read", narrow, methods=["GET"])
    page = Browser({"https://api.example.com": app}).page(APP)
    headers = {"X-Secret": "1"}
    page.fetch("https://api.example.com/x", method="PUT", headers=headers)
    with pytest.raises(Blocked):
        page.fetch("https://api.example.com/x", headers=headers)
    assert ran == ["PUT"]


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
