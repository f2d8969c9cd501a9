"""What a view requires: decorators on functions, methods, classes and their bases together."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.typing import RouteCallable
from flask.views import MethodView, View

from flask_crossorigin import Access, PolicyError
from flask_crossorigin.access import AccessStated, access_problems, access_stated

from .access_helpers import Door, as_user, codes, view
from .conftest import call


class Resource(MethodView):
    """A view class without anything of its own."""

    def get(self) -> str:
        """Read."""
        return "get"

    def put(self) -> str:
        """Write."""
        return "put"


class Required:
    """Apps with one view each, and a note of what `verify` is called with for it."""

    def __init__(self, *, guarded: bool, default: Any = "public") -> None:
        self.calls: list[tuple[str, ...]] = []
        self.guarded = guarded
        self.access = Access(verify=self._verify, default=default)

    def _verify(self, request: object, *needs: str) -> str:
        self.calls.append(needs)
        return "user"

    def app(self, **views: RouteCallable) -> Flask:
        """Return an app with these `views`."""
        app = Flask("app")
        if self.guarded:
            self.access.init_app(app)
        for name, each in views.items():
            app.add_url_rule(f"/{name}", name, each, methods=["GET", "PUT"])
        return app

    def needs(self, view: RouteCallable, method: str = "GET") -> list[tuple[str, ...]]:
        """Return the needs that a request to `view` is verified for."""
        self.calls.clear()
        assert call(self.app(view=view), method, "/view").status_code == 200
        return sorted(self.calls)


@pytest.fixture(params=[True, False], ids=["guarded", "unguarded"])
def required(request: pytest.FixtureRequest) -> Required:
    """An app that is initialised, and one that is not."""
    return Required(guarded=request.param)


# Everything that is required.


def test_needs_of_method_class_and_bases_are_all_enforced(required: Required) -> None:
    access = required.access

    @access.required("base")
    class Base(Resource):
        pass

    @access.required("class")
    class Below(Base):
        @access.required("method")
        def put(self) -> str:
            return "put"

    view = access.required("function")(Below.as_view("x"))
    assert required.needs(view) == [("base",), ("class",), ("function",)]
    assert required.needs(view, "PUT") == [("base",), ("class",), ("function",), ("method",)]


def test_both_of_two_bases_are_enforced(required: Required) -> None:
    access = required.access

    @access.required("a")
    class First(Resource):
        pass

    @access.required("b")
    class Second(Resource):
        pass

    class Both(First, Second):
        pass

    assert required.needs(Both.as_view("x")) == [("a",), ("b",)]


def test_an_as_view_of_a_base_is_still_called(required: Required) -> None:
    made: list[str] = []

    class Custom(Resource):
        @classmethod
        def as_view(cls, name: str, *args: Any, **kwargs: Any) -> Any:
            made.append(cls.__name__)
            return super().as_view(name, *args, **kwargs)

    @required.access.required("a")
    class First(Resource):
        pass

    @required.access.required("own")
    class Own(Custom):
        @classmethod
        def as_view(cls, name: str, *args: Any, **kwargs: Any) -> Any:
            made.append(f"{cls.__name__} itself")
            return super().as_view(name, *args, **kwargs)

    class Both(First, Custom):
        pass

    assert required.needs(Both.as_view("x")) == [("a",)]
    assert required.needs(Own.as_view("y")) == [("own",)]
    assert made == ["Both", "Own itself", "Own"]


def test_a_class_that_another_decorator_copies_is_enforced(required: Required) -> None:
    @dataclass(slots=True)
    @required.access.required("copied")
    class Copied(Resource):
        def get(self) -> str:
            return "get"

    assert required.needs(Copied.as_view("x")) == [("copied",)]


# Public.


def test_a_public_method_lifts_what_its_class_and_their_bases_require(required: Required) -> None:
    access = required.access

    @access.required("base")
    class Base(Resource):
        pass

    @access.required("class")
    class Below(Base):
        @access.public
        def get(self) -> str:
            return "get"

    assert required.needs(Below.as_view("x")) == []
    assert required.needs(Below.as_view("y"), "HEAD") == []
    assert required.needs(Below.as_view("z"), "PUT") == [("base",), ("class",)]


def test_a_head_method_of_its_own_is_not_lifted_by_get(required: Required) -> None:
    @required.access.required("class")
    class Heads(Resource):
        @required.access.public
        def get(self) -> str:
            return "get"

        def head(self) -> str:
            return "head"

    assert required.needs(Heads.as_view("x"), "HEAD") == [("class",)]


def test_a_public_class_lifts_what_its_bases_require(required: Required) -> None:
    access = required.access

    @access.required("base")
    class Base(Resource):
        pass

    @access.public
    class Below(Base):
        @access.required("method")
        def put(self) -> str:
            return "put"

    assert required.needs(Below.as_view("x")) == []
    # The method has something of its own, so the class does not make it public.
    assert required.needs(Below.as_view("y"), "PUT") == [("base",), ("method",)]


def test_a_public_function_lifts_what_the_class_it_was_made_of_requires(required: Required) -> None:
    access = required.access

    @access.required("class")
    class Closed(Resource):
        pass

    class Opened(Closed):
        decorators = [access.public]  # noqa: RUF012

    assert required.needs(access.public(Closed.as_view("x"))) == []
    assert required.needs(Opened.as_view("y")) == []
    assert required.needs(Closed.as_view("z")) == [("class",)]


def test_a_view_that_another_one_calls_enforces_its_class(required: Required) -> None:
    @required.access.required("class")
    class Closed(Resource):
        pass

    closed: Any = Closed.as_view("closed")
    app = required.app(closed=closed, calling=lambda: closed())
    assert call(app, "GET", "/calling").text == "get"
    assert required.calls == [("class",)]


def test_a_public_dispatch_request_lifts_what_its_class_requires(required: Required) -> None:
    @required.access.required("class")
    class Page(View):
        @required.access.public
        def dispatch_request(self) -> str:
            return "page"

    class Below(Page):
        def dispatch_request(self) -> str:
            return "below"

    assert required.needs(Page.as_view("x")) == []
    assert required.needs(Below.as_view("y")) == [("class",)]


def test_a_public_helper_of_a_plain_view_lifts_nothing() -> None:
    required = Required(guarded=False)

    @required.access.required("class")
    class Page(View):
        def dispatch_request(self) -> str:
            return "page"

        @required.access.public
        def get(self) -> str:
            return "helper"

    assert required.needs(Page.as_view("x")) == [("class",)]


def test_a_blueprint_protects_a_required_method_of_a_public_class() -> None:
    required = Required(guarded=True)
    access = required.access

    @access.public
    class Mixed(Resource):
        @access.required("method")
        def put(self) -> str:
            return "put"

    part = Blueprint("part", "part")
    part.add_url_rule("/x", view_func=Mixed.as_view("x"))
    access.protect(part, "part")
    app = required.app()
    app.register_blueprint(part)
    assert call(app, "GET", "/x").status_code == 200
    assert required.calls == []
    assert call(app, "PUT", "/x").status_code == 200
    assert required.calls == [("part",), ("method",)]


# Contradictions.


def test_a_class_that_is_required_over_a_public_method_of_a_base_is_an_error() -> None:
    access = Access(verify=Door())

    class PublicList(Resource):
        @access.public
        def get(self) -> str:
            return "get"

    with pytest.raises(PolicyError) as caught:

        @access.required("admin")
        class AdminList(PublicList):
            pass

    assert codes(caught.value) == ["access-contradiction"]
    message = str(caught.value).replace(f"{PublicList.__qualname__.rpartition('.')[0]}.", "")
    assert message.startswith(
        "GET of view 'AdminList' is both public and required: PublicList is public, "
        "AdminList is required. Keep one of the two."
    )


def test_a_class_that_is_required_over_a_public_base_is_an_error() -> None:
    access = Access(verify=Door())
    public = access.public(type("Public", (Resource,), {}))
    with pytest.raises(PolicyError) as caught:
        access.required(type("Below", (public,), {}))
    assert codes(caught.value) == ["access-contradiction"]


def test_a_class_that_is_required_may_define_a_public_method_of_its_base_again() -> None:
    required = Required(guarded=True)

    class PublicList(Resource):
        @required.access.public
        def get(self) -> str:
            return "get"

    @required.access.required("admin")
    class AdminList(PublicList):
        def get(self) -> str:
            return "admin"

    assert required.needs(AdminList.as_view("x")) == [("admin",)]


def contradicting(access: Access) -> type[MethodView]:
    """Return a class whose bases contradict each other, neither of them a base of the other."""

    class Mixin(Resource):
        @access.public
        def get(self) -> str:
            return "get"

    @access.required("base")
    class Base(Resource):
        pass

    return type("Contradicting", (Mixin, Base), {})


def test_bases_that_contradict_each_other_are_an_error_at_the_first_request() -> None:
    app = Flask("app")
    access = Access(app, verify=Door())
    app.add_url_rule("/x", view_func=contradicting(access).as_view("x"))
    app.add_url_rule("/y", "y", view)
    problems = access_problems(app)
    # For GET, and for HEAD, which runs the same method.
    assert [each.code for each in problems] == ["access-contradiction"] * 2
    app.testing = True
    for path in ("/x", "/y", "/none"):
        with pytest.raises(PolicyError) as caught:
            call(app, "GET", path)
        assert list(caught.value.errors) == problems


def test_bases_that_contradict_each_other_are_an_error_in_a_view_that_came_later() -> None:
    app = Flask("app")
    access = Access(app, verify=Door())
    app.add_url_rule("/x", "x", view)
    assert as_user(app, "/x", None).text == "view"
    app.view_functions["x"] = contradicting(access).as_view("x")
    for user in (None, "ines"):
        assert as_user(app, "/x", user).status_code == 500


def test_bases_that_contradict_each_other_are_an_error_without_a_guard() -> None:
    app = Flask("app")
    access = Access(verify=Door())
    app.add_url_rule("/x", view_func=contradicting(access).as_view("x"))
    app.add_url_rule("/y", "y", view)
    assert [each.code for each in access_problems(app)] == ["access-contradiction"] * 2
    assert [as_user(app, path, "ines").status_code for path in ("/x", "/y")] == [500, 200]


def test_a_class_that_is_public_itself_settles_what_its_bases_contradict() -> None:
    required = Required(guarded=True, default="required")
    materialized = required.access.public(contradicting(required.access))
    assert required.needs(materialized.as_view("x")) == []
    assert required.needs(materialized.as_view("y"), "PUT") == []


# What the command line shows.


def test_marks_are_shown_without_a_guard() -> None:
    app = Flask("app")
    access = Access(verify=Door())

    @access.required("class")
    class Thing(Resource):
        @access.public
        def put(self) -> str:
            return "put"

    app.add_url_rule("/x", view_func=Thing.as_view("x"))
    app.add_url_rule("/y", "y", view)
    assert access_stated(app, "x", "GET") == AccessStated(True, ("class",))
    assert access_stated(app, "x", "PUT") == AccessStated(False)
    assert access_stated(app, "y", "GET") == AccessStated(None)
