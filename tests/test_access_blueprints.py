"""Blueprints that are protected or open: in factories, on several apps, early and late."""

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask

from flask_crossorigin import Access, PolicyError
from flask_crossorigin.access import access_of

from .access_helpers import Door, as_user, codes, view


def blueprint(name: str = "admin") -> Blueprint:
    """Return a blueprint with one view, as modules hold them."""
    made = Blueprint(name, name)
    made.add_url_rule(f"/{name}", "view", view)
    return made


def statuses(app: Flask, path: str = "/admin") -> list[int]:
    """Return the statuses for nobody, Sam and Ines."""
    return [as_user(app, path, user).status_code for user in (None, "sam", "ines")]


@pytest.fixture
def access() -> Access:
    """An access that no app is initialised with."""
    return Access(verify=Door())


def test_a_blueprint_that_is_open_closes_no_other_app() -> None:
    """Some packages share one blueprint between all apps of the process."""
    shared, apps = blueprint("shared"), [Flask("closed"), Flask("other")]
    for app in apps:
        app.add_url_rule("/plain", "plain", view)
        app.register_blueprint(shared)
    Access(apps[0], verify=Door(), default="required").open(shared)
    assert [statuses(app, "/plain")[0] for app in apps] == [401, 200]
    assert [statuses(app, "/shared")[0] for app in apps] == [200, 200]


# Factories.


@pytest.mark.parametrize("order", ["protect first", "register first"])
def test_a_factory_can_protect_and_open_for_each_app(access: Access, order: str) -> None:
    admin, about = blueprint(), blueprint("about")

    def create_app() -> Flask:
        app = Flask("app")
        access.init_app(app)
        if order == "protect first":
            access.protect(admin, "marks:write")
            access.open(about)
        app.register_blueprint(admin)
        app.register_blueprint(about)
        if order == "register first":
            access.protect(admin, "marks:write")
            access.open(about)
        return app

    apps = [create_app()]
    for _ in range(4):  # after the earlier ones have served requests
        assert statuses(apps[-1]) == [401, 403, 200]
        assert statuses(apps[-1], "/about") == [200, 200, 200]
        apps.append(create_app())
    assert [statuses(app) for app in apps] == [[401, 403, 200]] * 5
    assert len(admin.deferred_functions) == 2  # the view's, and one for all apps


@pytest.mark.parametrize("order", ["init, protect", "protect, init", "register, init, protect"])
def test_a_factory_can_make_an_access_for_each_app(order: str) -> None:
    admin = blueprint()
    doors: list[Door] = []

    def create_app() -> Flask:
        app = Flask("app")
        doors.append(Door())
        access = Access(verify=doors[-1])
        if order.startswith("register"):
            app.register_blueprint(admin)
        if order == "protect, init":
            access.protect(admin)
        access.init_app(app)
        access.protect(admin)
        if not order.startswith("register"):
            app.register_blueprint(admin)
        return app

    apps = [create_app() for _ in range(3)]
    for number, app in enumerate(apps):
        assert statuses(app) == [401, 200, 200]
        assert len(access_of(app)) == 1
        assert [len(door.asked) for door in doors] == [3] * (number + 1) + [0] * (2 - number)
    leftover = [weakref.ref(app) for app in apps]
    apps.clear()
    del app
    gc.collect()
    assert [each() for each in leftover] == [None] * 3


def test_other_needs_for_the_same_blueprint_are_an_error(access: Access) -> None:
    admin = blueprint()
    access.protect(admin, "marks:read")
    others: list[Callable[[], Any]] = [
        lambda: access.protect(admin),
        lambda: access.protect(admin, "marks:write"),
        lambda: access.open(admin),
    ]
    for other in others:
        with pytest.raises(PolicyError, match=r"access\.protect or access\.open") as caught:
            other()
        assert codes(caught.value) == ["access-duplicate"]


@pytest.mark.parametrize("name", ["protect", "open"])
def test_a_blueprint_of_an_app_that_has_served_requests_is_an_error(
    access: Access, name: str
) -> None:
    app, admin = Flask("app"), blueprint()
    access.init_app(app)
    app.register_blueprint(admin)
    assert as_user(app, "/admin", None).status_code == 200
    with pytest.raises(
        PolicyError, match=r"blueprint admin has already .* access\.protect"
    ) as caught:
        getattr(access, name)(admin)
    assert codes(caught.value) == ["access-after-first-request"]
    assert "cors" not in str(caught.value)


# Apps without init_app.


def test_a_blueprint_is_protected_on_every_app_that_has_it_already(access: Access) -> None:
    admin = blueprint()
    apps = [Flask("guarded"), Flask("forgotten"), Flask("other")]
    access.init_app(apps[0])
    for app in apps[:2]:
        app.register_blueprint(admin)
    apps[2].add_url_rule("/admin", "admin", view)
    access.protect(admin)
    assert [statuses(app) for app in apps] == [[401, 200, 200]] * 2 + [[200, 200, 200]]
    assert [access_of(app) for app in apps] == [(access,), (access,), ()]


def test_a_blueprint_is_protected_on_an_app_that_has_served_it_without_a_guard(
    access: Access,
) -> None:
    app, admin = Flask("forgotten"), blueprint()
    app.register_blueprint(admin)
    assert statuses(app) == [200, 200, 200]
    access.protect(admin)
    assert statuses(app) == [401, 200, 200]


def test_a_nested_blueprint_is_protected_on_every_app(access: Access) -> None:
    inner, outer = blueprint("inner"), Blueprint("outer", "outer", url_prefix="/outer")
    outer.register_blueprint(inner)
    early, late = Flask("early"), Flask("late")
    early.register_blueprint(outer)
    early.register_blueprint(outer, name="twice", url_prefix="/twice")
    access.protect(inner, "marks:write")
    late.register_blueprint(outer)
    for app, path in ((early, "/outer/inner"), (early, "/twice/inner"), (late, "/outer/inner")):
        assert statuses(app, path) == [401, 403, 200]


def test_an_app_of_another_access_is_guarded_by_both(access: Access) -> None:
    admin, app, own = blueprint(), Flask("app"), Door()
    access.init_app(Flask("first"))
    access.protect(admin)
    Access(app, verify=own)  # it does not know the blueprint
    app.register_blueprint(admin)
    assert statuses(app) == [401, 200, 200]
    assert (own.asked, len(access_of(app))) == ([], 2)


def test_an_access_that_was_never_initialised_guards_beside_the_app_s_own(access: Access) -> None:
    admin, app = blueprint(), Flask("app")
    access.protect(admin, "marks:write")
    own = Access(app, verify=Door())
    own.protect(admin, "marks:read")
    app.register_blueprint(admin)
    assert access_of(app) == (own, access)
    assert statuses(app) == [401, 403, 200]


def test_a_blueprint_stays_protected_when_nothing_else_refers_to_the_access() -> None:
    never, once, app = blueprint("never"), blueprint("once"), Flask("app")

    def protect() -> None:
        Access(verify=Door()).protect(never)
        initialised = Access(Flask("gone"), verify=Door())
        initialised.protect(once)

    protect()
    gc.collect()
    app.register_blueprint(never)
    app.register_blueprint(once)
    assert statuses(app, "/never") == [401, 200, 200]
    assert statuses(app, "/once") == [401, 200, 200]


def test_init_app_after_the_blueprint_guards_once(access: Access) -> None:
    app, admin = Flask("app"), blueprint()
    access.protect(admin)
    app.register_blueprint(admin)
    access.init_app(app)
    assert access_of(app) == (access,)
    assert statuses(app) == [401, 200, 200]
