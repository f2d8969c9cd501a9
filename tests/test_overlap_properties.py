"""Which rules share a URL, against a slow reference: the router itself, asked about every URL.

Random maps are small worlds: few words, few hosts, short paths, so that every URL can be tried.
"""

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

import werkzeug.routing.exceptions
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import BaseConverter, MapAdapter, Rule
from werkzeug.test import EnvironBuilder

from flask_crossorigin import CrossOrigin
from flask_crossorigin.scopes.overlap import RuleIndex

from .conftest import APP

quick = settings(max_examples=50, deadline=None, database=None)
thorough = settings(max_examples=150, deadline=None, database=None)


class Maybe(BaseConverter):
    """A converter that matches nothing, too."""

    regex = "[a-z]*"


class Rest(BaseConverter):
    """A converter that matches any number of segments, none among them."""

    regex = ".*?"
    part_isolating = False


class Low(BaseConverter):
    """A converter that refuses part of what its expression matches."""

    regex = "[0-9]"

    def to_python(self, value: str) -> int:
        """Read a small number."""
        if value == "1":
            raise werkzeug.routing.ValidationError
        return int(value)


CONVERTERS = {"maybe": Maybe, "rest": Rest, "low": Low}
METHODS = ("GET", "PUT", "DELETE")
WORDS = ("", "a", "b", "1")
SEGMENTS = (
    "", "", "", "a", "b", "1", "a<x>", "<x>", "<int:x>", "<low:x>", "<maybe:x>", "<any(a,b):x>",
    "<string(minlength=0):x>", "<path:x>", "<rest:x>", "<path:x>.b",
)  # fmt: skip
HOSTS = ("", "a", "b", "<h>", "<maybe:h>")
PATHS = [
    "/" + "/".join(words)
    for length in (1, 2, 3)
    for words in itertools.product(WORDS, repeat=length)
    if words[0] or length == 1  # the router drops slashes at the beginning
]
DUPLICATE: Any = getattr(werkzeug.routing.exceptions, "DuplicateRuleError", ())
"""What newer versions of Werkzeug raise for a second rule of the same text and method."""

LEAD_ELSEWHERE: list[dict[str, Any]] = [
    {"redirect_to": "/a"},
    {"alias": True},
    {"defaults": {"x": "1"}},
    {"build_only": True},
    {"websocket": True, "methods": ["GET"]},
]


@st.composite
def rules(draw: st.DrawFn, by_host: str | None) -> list[Rule]:
    """A few rules of few segments, so that many overlap."""
    few = st.sampled_from(draw(st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=3)))
    made = []
    for _ in range(draw(st.integers(2, 5))):
        segments = draw(st.lists(few, min_size=1, max_size=3))
        numbers = itertools.count()
        # Each variable has a name of its own, but the first: aliases have the same arguments.
        text = "/" + "/".join(
            each.replace("x>", f"{'x' if number == 0 else f'x{number}'}>")
            for each in segments
            for number in [next(numbers) if "x>" in each else 0]
        )
        options: dict[str, Any] = {
            "methods": draw(st.lists(st.sampled_from(METHODS), min_size=1, unique=True)),
            "strict_slashes": draw(st.sampled_from([None, None, True, False])),
            "merge_slashes": draw(st.sampled_from([None, None, None, True, False])),
            "endpoint": draw(st.sampled_from(["one", "two", "three", "four"])),
        }
        if by_host:
            options[by_host] = draw(st.sampled_from(HOSTS))
        if draw(st.integers(0, 3)) == 0:
            options |= draw(st.sampled_from(LEAD_ELSEWHERE))
        made.append(Rule(text, **options))
    return made


@st.composite
def apps(draw: st.DrawFn) -> Flask:
    """An app with random rules, by host, by subdomain or by neither."""
    by_host = draw(st.sampled_from([None, None, "host", "subdomain"]))
    app = Flask(
        "app",
        static_folder=None,
        host_matching=by_host == "host",
        subdomain_matching=by_host == "subdomain",
    )
    app.config["SERVER_NAME"] = "server" if by_host == "subdomain" else None
    app.url_map.strict_slashes = draw(st.booleans())
    app.url_map.merge_slashes = draw(st.sampled_from([True, True, False]))
    app.url_map.converters.update(CONVERTERS)
    for rule in draw(rules(by_host)):
        with contextlib.suppress(ValueError, DUPLICATE):  # a default that can't be
            app.url_map.add(rule)
    return app


def hosts(app: Flask) -> list[str]:
    """Every host that a URL of `app` can have."""
    if app.subdomain_matching:
        return ["server", "a.server", "b.server"]
    return ["a", "b"] if app.url_map.host_matching else ["localhost"]


def environ_of(host: str, path: str, method: str, **headers: str) -> dict[str, Any]:
    """The environment of a request, its path as it is given."""
    environ = EnvironBuilder(method=method, headers=list(headers.items())).get_environ()
    return {**environ, "HTTP_HOST": host, "PATH_INFO": path}


def asking(method: str) -> dict[str, str]:
    """The headers of a preflight."""
    return {"Origin": APP, "Access-Control-Request-Method": method}


def adapters(app: Flask) -> Iterator[tuple[str, MapAdapter]]:
    """Every host with what the app's router makes of it."""
    for host in hosts(app):
        adapter = app.create_url_adapter(app.request_class(environ_of(host, "/", "GET")))
        assert adapter is not None
        yield host, adapter


def running(adapter: MapAdapter, path: str) -> dict[str, Rule]:
    """The rules whose views run for a URL, by the methods of the requests."""
    found = {}
    for method in METHODS:
        try:
            found[method] = adapter.match(path, method, return_rule=True)[0]
        except Exception:  # a refusal, a redirect, or an alias of what can't be built
            continue
    return found


@thorough
@given(apps())
def test_every_rule_that_a_url_has_for_another_method_is_named(app: Flask) -> None:
    overlaps = RuleIndex(app.url_map.iter_rules())
    named: dict[int, set[int]] = {
        id(rule): {id(each) for each in overlaps.with_rule(rule)}
        for rule in app.url_map.iter_rules()
    }
    for _, adapter in adapters(app):
        for path in PATHS:
            for one, other in itertools.permutations(running(adapter, path).values(), 2):
                assert one is other or id(other) in named[id(one)], (path, one, other)


@quick
@given(apps(), st.data())
def test_no_preflight_that_is_kept_serves_for_what_another_scope_governs(
    app: Flask, data: st.DataObject
) -> None:
    """Whatever the preflight led to: a rule, a redirect, or no rule at all."""
    cors = CrossOrigin(app, origins=[APP])
    scopes = {}
    for endpoint in {rule.endpoint for rule in app.url_map.iter_rules()}:
        view: Any = lambda **_: ""  # noqa: E731
        own = data.draw(st.booleans(), label=endpoint)
        app.view_functions[endpoint] = cors.policy(max_age=60)(view) if own else view
        scopes[endpoint] = f"view {endpoint}" if own else "app"
    for host, adapter in adapters(app):
        for path in PATHS:
            run = {scopes[rule.endpoint] for rule in running(adapter, path).values()}
            for method in METHODS if run else ():
                decision = cors.decide(environ_of(host, path, "OPTIONS", **asking(method)))
                if dict(decision.headers).get("Access-Control-Max-Age", "0") != "0":
                    assert run == {decision.scope}, (path, method)
