"""Contradictions with inherited settings: they are named, with their scope and a fix there."""

from typing import Any

import pytest
from flask import Blueprint, Flask

from flask_crossorigin import CrossOrigin, Policy, PolicyError, PolicyProblem

from .conftest import APP, OTHER

LISTED: dict[str, Any] = {"origins": [APP]}
CREDENTIALED: dict[str, Any] = {"origins": [APP], "credentials": True}
INTRANET = "http://intranet.example"
ANYONE = "https://*.github.io"


def contradiction(inherited: dict[str, Any], **changes: Any) -> PolicyProblem:
    """The problem of a view with `changes` to what it inherits from its app."""
    app = Flask("app")
    cors = CrossOrigin(app, **inherited)
    app.add_url_rule("/p", "p", cors.policy(**changes)(lambda: "p"))
    with pytest.raises(PolicyError) as caught:
        cors.check(app)
    (found,) = caught.value.errors
    assert found.message.startswith("view p: ")
    return found


def test_an_inherited_setting_is_named_with_the_fix_for_the_view() -> None:
    found = contradiction(CREDENTIALED, origins="*")
    assert str(found) == (
        "view p: origins '*' with credentials=True would let any site read your users' data. "
        "credentials=True is inherited from the app. Write credentials=False here, or list the "
        "origins."
    )


CASES = [
    ({"origins": "*"}, {"credentials": True}, "origins='*'", "List the origins here, or leave c"),
    (CREDENTIALED, {"origins": ["null"]}, "credentials=True", "Write credentials=False here, or"),
    (
        {"origins": ["null"], "allow_null_origin": True},
        {"credentials": True},
        "origins=['null']",
        "Write origins without 'null' here",
    ),
    (
        {"origins": ["null"], "allow_null_origin": True},
        {"allow_null_origin": False},
        "origins=['null']",
        "or leave allow_null_origin out",
    ),
    (
        CREDENTIALED,
        {"origins": [INTRANET]},
        "credentials=True",
        "Write credentials=False here. If credentials are needed: write 'https://intranet.exampl",
    ),
    (
        {"origins": [INTRANET]},
        {"credentials": True},
        f"origins=['{INTRANET}']",
        "Write origins with https here, or leave credentials out; if you must allow http, add",
    ),
    (
        {"origins": [APP, INTRANET], "credentials": [INTRANET], "allow_insecure_origins": True},
        {"allow_insecure_origins": False},
        f"credentials=['{INTRANET}']",
        "Write credentials here, or leave allow_insecure_origins out.",
    ),
    (
        CREDENTIALED,
        {"origins": [ANYONE]},
        "credentials=True",
        "Write credentials=False here. If credentials are needed: write a domain of your own",
    ),
    (
        {"origins": [ANYONE]},
        {"credentials": True},
        f"origins=['{ANYONE}']",
        "Write other origins here, or leave credentials out",
    ),
    (
        {**CREDENTIALED, "credentials": [APP]},
        {"origins": [OTHER]},
        f"credentials=['{APP}']",
        "Write credentials here too: False, or origins that are allowed here.",
    ),
    (LISTED, {"credentials": [OTHER]}, f"origins=['{APP}']", "Write origins here too, or leave"),
    (CREDENTIALED, {"expose_headers": "*"}, "credentials=True", "Write credentials=False here, or"),
    (
        {**LISTED, "expose_headers": "*"},
        {"credentials": True},
        "expose_headers='*'",
        "List the headers that scripts may read here",
    ),
]


@pytest.mark.parametrize(("inherited", "changes", "named", "hint"), CASES)
def test_each_contradiction_names_what_is_inherited(
    inherited: dict[str, Any], changes: dict[str, Any], named: str, hint: str
) -> None:
    found = contradiction(inherited, **changes)
    assert found.message.endswith(f". {named} is inherited from the app.")
    assert hint in found.hint


@pytest.mark.parametrize(
    ("inherited", "permission"),
    [
        ({"origins": [INTRANET], "credentials": True}, "allow_insecure_origins"),
        ({"origins": [ANYONE], "credentials": True}, "allow_public_suffix_subdomains"),
    ],
)
def test_a_permission_that_is_taken_away_names_all_that_needed_it(
    inherited: dict[str, Any], permission: str
) -> None:
    found = contradiction({**inherited, permission: True}, max_age=1, **{permission: False})
    assert "credentials=True is inherited from the app. origins=['" in found.message
    assert found.hint == f"Write credentials or origins here, or leave {permission} out."


@pytest.mark.parametrize(
    ("inherited", "changes"),
    [
        (LISTED, {"origins": "*", "credentials": True}),
        (LISTED, {"origins": ["null"]}),
        (LISTED, {"origins": [INTRANET], "credentials": True}),
        ({"origins": [APP, INTRANET]}, {"credentials": [INTRANET]}),
    ],
)
def test_a_contradiction_of_the_views_own_settings_names_nothing_inherited(
    inherited: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert "inherited" not in str(contradiction(inherited, **changes))


@pytest.mark.parametrize(
    ("settings", "source"),
    [
        ({"credentials": True}, "blueprint api"),
        ({"policy": Policy(origins=[APP], credentials=True)}, "blueprint api"),
        ({"max_age": 5}, "prefix /api"),
    ],
)
def test_the_scope_that_sets_it_is_named_though_others_are_between(
    settings: dict[str, Any], source: str
) -> None:
    app = Flask("app")
    cors = CrossOrigin(app, origins=[APP])
    cors.apply("/api", credentials=True)
    blueprint = Blueprint("api", "api", url_prefix="/api")
    cors.apply(blueprint, *filter(None, [settings.pop("policy", None)]), **settings)
    inner = Blueprint("inner", "inner")
    cors.disable(inner)
    inner.add_url_rule("/p", "p", cors.policy(origins="*")(lambda: "p"))
    blueprint.register_blueprint(inner)
    app.register_blueprint(blueprint)
    with pytest.raises(PolicyError, match=f"credentials=True is inherited from {source}"):
        cors.check(app)
