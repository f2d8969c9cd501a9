"""The CORS_* keys of an app's configuration."""

from typing import Any

import pytest

from flask_crossorigin import Policy, PolicyError, PolicyProblem
from flask_crossorigin.config import KEYS, config_warnings, known_keys, read_policy
from flask_crossorigin.core.settings import PARSERS

from .test_policy import TEN_MISTAKES

APP = "https://app.example.com"


def problems(
    config: dict[str, Any], policy: object = None, **settings: Any
) -> tuple[PolicyProblem, ...]:
    with pytest.raises(PolicyError) as caught:
        read_policy(config, policy, settings)
    return caught.value.errors


def only_problem(config: dict[str, Any], policy: object = None, **settings: Any) -> PolicyProblem:
    (found,) = problems(config, policy, **settings)
    return found


# Config keys.


def test_keys_are_complete() -> None:
    assert list(KEYS) == [
        "CORS_ORIGINS",
        "CORS_CREDENTIALS",
        "CORS_METHODS",
        "CORS_REQUEST_HEADERS",
        "CORS_EXPOSE_HEADERS",
        "CORS_MAX_AGE",
        "CORS_PREFLIGHT_STATUS",
        "CORS_ALLOW_NULL_ORIGIN",
        "CORS_ALLOW_INSECURE_ORIGINS",
        "CORS_ALLOW_PUBLIC_SUFFIX_SUBDOMAINS",
    ]


def test_every_setting_has_a_key() -> None:
    assert list(KEYS.values()) == list(PARSERS)


GIVEN: list[tuple[str, Any, Any]] = [
    ("CORS_ORIGINS", "https://a.example, https://b.example",
     ("https://a.example", "https://b.example")),
    ("CORS_ORIGINS", '["https://a.example"]', ("https://a.example",)),
    ("CORS_ORIGINS", ["https://a.example"], ("https://a.example",)),
    ("CORS_ORIGINS", "*", "*"),
    ("CORS_ORIGINS", [], ()),
    ("CORS_CREDENTIALS", "true", True),
    ("CORS_CREDENTIALS", True, True),
    ("CORS_CREDENTIALS", "False", False),
    ("CORS_METHODS", "PUT,PATCH", ("PUT", "PATCH")),
    ("CORS_REQUEST_HEADERS", "Content-Type, Authorization", ("Content-Type", "Authorization")),
    ("CORS_EXPOSE_HEADERS", "X-A", ("X-A",)),
    ("CORS_MAX_AGE", "0", 0),
    ("CORS_MAX_AGE", 5, 5),
    ("CORS_PREFLIGHT_STATUS", "200", 200),
    ("CORS_ALLOW_NULL_ORIGIN", "on", True),
    ("CORS_ALLOW_INSECURE_ORIGINS", "1", True),
    ("CORS_ALLOW_PUBLIC_SUFFIX_SUBDOMAINS", "YES", True),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "given"), GIVEN)
def test_key_sets_its_setting(key: str, value: object, given: object) -> None:
    policy = read_policy({"CORS_ORIGINS": [APP], key: value}, None, {})
    assert getattr(policy, KEYS[key]) == given


def test_settings_without_keys_are_enough() -> None:
    assert read_policy({}, None, {"origins": [APP]}) == Policy(origins=[APP])


def test_keyword_overrides_its_key() -> None:
    config = {"CORS_ORIGINS": "*", "CORS_MAX_AGE": 5}
    assert read_policy(config, None, {"origins": [APP]}) == Policy(origins=[APP], max_age=5)


def test_keyword_that_is_false_overrides_its_key() -> None:
    config = {"CORS_ORIGINS": APP, "CORS_CREDENTIALS": True}
    assert not read_policy(config, None, {"credentials": False}).credentials


def test_empty_list_overrides_its_key() -> None:
    assert read_policy({"CORS_ORIGINS": "*"}, None, {"origins": []}).origins == ()


def test_overridden_key_is_not_parsed() -> None:
    assert read_policy({"CORS_ORIGINS": None}, None, {"origins": [APP]}).origins == (APP,)


@pytest.mark.parametrize("key", ["SECRET_KEY", "XCORS_ORIGINS", "CORSA", "CORS", "cors_origins"])
def test_other_key_is_ignored(key: str) -> None:
    assert read_policy({key: "nonsense"}, None, {"origins": []}) == Policy(origins=[])


def test_configuration_is_not_changed() -> None:
    config = {"CORS_ORIGINS": [APP], "DEBUG": True}
    read_policy(config, None, {"max_age": 5})
    assert config == {"CORS_ORIGINS": [APP], "DEBUG": True}


# A complete policy.


def test_complete_policy_is_used_unchanged() -> None:
    policy = Policy(origins=[APP])
    assert read_policy({"SECRET_KEY": "x"}, policy, {}) is policy


@pytest.mark.parametrize(
    ("config", "settings", "names"),
    [
        ({"CORS_MAX_AGE": 5}, {}, "CORS_MAX_AGE"),
        ({}, {"max_age": 5}, "max_age"),
        ({"CORS_MAX_AGE": 5, "CORS_NONSENSE": 5}, {}, "CORS_MAX_AGE"),
        ({"CORS_ORIGINS": None, "CORS_MAX_AGE": 5}, {"methods": "*"},
         "CORS_MAX_AGE, CORS_ORIGINS, methods"),
    ],
)  # fmt: skip
def test_complete_policy_with_settings_is_an_error_that_names_them(
    config: dict[str, Any], settings: dict[str, Any], names: str
) -> None:
    found = only_problem(config, Policy(origins=[APP]), **settings)
    assert (found.code, found.field, found.value) == ("policy-and-settings", "policy", names)
    assert "either the Policy or single settings" in found.hint


@pytest.mark.parametrize("policy", [[APP], "*", {"origins": "*"}, Policy, False, ""], ids=repr)
def test_other_object_as_policy_is_an_error_with_an_example(policy: object) -> None:
    found = only_problem({}, policy)
    assert (found.code, found.field, found.value) == ("policy-type", "policy", policy)
    assert "Policy(origins=...)" in found.hint


# Errors.


def test_no_origins_anywhere_is_an_error() -> None:
    found = only_problem({"CORS_MAX_AGE": 5})
    assert (found.code, found.field) == ("origins-unset", "origins")


@pytest.mark.parametrize("value", [None, "", "  "])
def test_origins_from_an_unset_variable_is_an_error(value: object) -> None:
    found = only_problem({"CORS_ORIGINS": value})
    assert (found.code, found.field, found.value) == ("origins-unset", "origins", value)


def test_wrong_value_of_a_key_names_the_key() -> None:
    found = only_problem({"CORS_ORIGINS": [APP], "CORS_MAX_AGE": "abc"})
    assert found.message.startswith("CORS_MAX_AGE: max_age 'abc' ")


def test_wrong_value_of_a_keyword_does_not_name_the_key() -> None:
    found = only_problem({"CORS_MAX_AGE": 5}, origins=[APP], max_age="abc")
    assert found.message.startswith("max_age 'abc' ")


def test_message_about_missing_origins_names_no_key() -> None:
    assert not only_problem({"CORS_MAX_AGE": 5}).message.startswith("CORS_ORIGINS")


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        # Names in flask-cors.
        ("CORS_SUPPORTS_CREDENTIALS", "Did you mean CORS_CREDENTIALS?"),
        ("CORS_ALLOW_HEADERS", "Did you mean CORS_REQUEST_HEADERS?"),
        ("CORS_RESOURCES", "cors.apply("),
        ("CORS_SEND_WILDCARD", "Leave it out"),
        ("CORS_VARY_HEADER", "Leave it out"),
        ("CORS_AUTOMATIC_OPTIONS", "Leave it out"),
        ("CORS_INTERCEPT_EXCEPTIONS", "Leave it out"),
        ("CORS_ALWAYS_SEND", "Leave it out"),
        ("CORS_ALLOW_PRIVATE_NETWORK", "Leave it out"),
        # Typing mistakes.
        ("CORS_ORIGIN", "Did you mean CORS_ORIGINS?"),
        ("CORS_HEADERS", "Did you mean CORS_REQUEST_HEADERS?"),
        ("CORS_ALLOWED_ORIGINS", "Did you mean CORS_ORIGINS?"),
        ("CORS_ALLOW_METHODS", "Did you mean CORS_METHODS?"),
        ("CORS_MAXAGE", "Did you mean CORS_MAX_AGE?"),
        ("CORS_EXPOSE_HEADER", "Did you mean CORS_EXPOSE_HEADERS?"),
        ("CORS_origins", "Did you mean CORS_ORIGINS?"),
        ("CORS_RIGIN", "Did you mean CORS_ORIGINS?"),
        ("CORS_MEHTODZ", "Did you mean CORS_METHODS?"),
        # Names in other libraries.
        ("CORS_ALLOW_ALL_ORIGINS", 'Did you mean CORS_ORIGINS? Write "*"'),
        ("CORS_ORIGIN_ALLOW_ALL", 'Did you mean CORS_ORIGINS? Write "*"'),
        ("CORS_ORIGIN_WHITELIST", "Did you mean CORS_ORIGINS?"),
        ("CORS_ALLOWED_ORIGIN_REGEXES", "Write origin patterns"),
        ("CORS_ALLOW_CREDENTIALS", "Did you mean CORS_CREDENTIALS?"),
        ("CORS_PREFLIGHT_MAX_AGE", "Did you mean CORS_MAX_AGE?"),
        ("CORS_EXPOSED_HEADERS", "Did you mean CORS_EXPOSE_HEADERS?"),
        ("CORS_URLS_REGEX", "cors.apply("),
        ("CORS_REPLACE_HTTPS_REFERER", "Leave it out"),
    ],
)
def test_mistaken_key_is_an_error_with_the_fix(key: str, fix: str) -> None:
    found = only_problem({"CORS_ORIGINS": [APP], key: "x"})
    assert (found.code, found.field, found.value) == ("unknown-config-key", key, "x")
    assert fix in found.hint


@pytest.mark.parametrize("key", ["CORS_ENABLED", "CORS_XYZZY", "CORS_", "CORS_ORIGINAL_HOST"])
@pytest.mark.parametrize("policy", [None, Policy(origins=[])], ids=["settings", "policy"])
def test_key_of_the_app_itself_is_a_warning_that_lists_all(key: str, policy: Policy | None) -> None:
    config = {key: "x"}
    read_policy(config, policy, {} if policy else {"origins": []})
    (found,) = config_warnings(config, {})
    assert (found.code, found.field, found.value) == ("config-key-ignored", key, "x")
    assert "If the app reads it itself, keep it." in found.hint
    assert [key for key in KEYS if key not in found.hint] == []


def test_mistaken_key_is_an_error_beside_a_complete_policy_too() -> None:
    found = only_problem({"CORS_ORIGIN": APP}, Policy(origins=[APP]))
    assert found.code == "unknown-config-key"


def test_mistaken_key_that_is_set_too_late_is_a_warning_with_the_fix() -> None:
    (found,) = config_warnings({"CORS_MAX_AG": 5}, {})
    assert (found.code, found.hint) == ("config-key-ignored", "Did you mean CORS_MAX_AGE?")


def test_key_that_changes_after_it_was_read_is_a_warning() -> None:
    config: dict[str, Any] = {"CORS_ORIGINS": [APP], "CORS_MAX_AGE": 5}
    read = known_keys(config)
    assert list(config_warnings(config, read)) == []
    config["CORS_ORIGINS"].append("https://other.example")
    config["CORS_METHODS"] = "PUT"
    found = list(config_warnings(config, read))
    assert [(each.code, each.field) for each in found] == [
        ("config-after-init", "CORS_ORIGINS"),
        ("config-after-init", "CORS_METHODS"),
    ]


@pytest.mark.parametrize("variable", ["FLASK_CORS_ORIGINS", "CORS_ORIGINS"])
def test_variable_that_was_not_read_is_named(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, APP)
    found = only_problem({})
    assert found.code == "origins-unset"
    assert f"variable {variable}, " in found.hint
    assert "call app.config.from_prefixed_env()" in found.hint
    assert variable not in only_problem({"CORS_ORIGINS": None}).hint
    assert variable not in only_problem({}, origins=None).hint


@pytest.mark.parametrize("name", ["FLASK_CORS_ORIGINS", "CORS_ORIGINS"])
def test_variable_that_is_not_set_is_not_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name, raising=False)
    assert "environment" not in only_problem({}).hint


def test_unknown_keyword_with_keys_is_an_error() -> None:
    found = only_problem({"CORS_ORIGINS": [APP]}, orgins="*")
    assert (found.code, found.field) == ("unknown-keyword", "orgins")


def test_contradiction_of_key_and_keyword_is_an_error() -> None:
    found = only_problem({"CORS_ORIGINS": "*"}, credentials=True)
    assert found.code == "origins-star-with-credentials"


TEN_WRONG_KEYS = {f"CORS_{name.upper()}": value for name, value in TEN_MISTAKES.items()}


def test_ten_wrong_keys_are_one_error() -> None:
    assert sorted(each.code for each in problems(TEN_WRONG_KEYS)) == [
        "boolean",
        "header-forbidden",
        "max-age",
        "method-lower-case",
        "origin-path",
        "origin-scheme-missing",
        "origin-upper-case",
        "preflight-status",
        "response-header-forbidden",
        "unknown-config-key",
    ]


@pytest.mark.parametrize(
    "fix",
    ["'https://example.com'", "True or False", "'PUT'", "credentials=True", "max_age=600", "204",
     "Did you mean CORS_CREDENTIALS?", "10 problems"],
)  # fmt: skip
def test_error_of_ten_wrong_keys_shows_the_fix(fix: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_policy(TEN_WRONG_KEYS, None, {})
    assert fix in str(caught.value)


@pytest.mark.parametrize("key", [key for key in TEN_WRONG_KEYS if key in KEYS])
def test_error_of_ten_wrong_keys_names_the_key(key: str) -> None:
    assert any(each.message.startswith(f"{key}: ") for each in problems(TEN_WRONG_KEYS))


def test_unknown_key_is_an_error_though_the_rest_is_valid() -> None:
    assert only_problem({"CORS_ORIGINS": [APP], "CORS_ORIGIN": 1}).code == "unknown-config-key"


def test_unknown_keys_and_wrong_values_are_reported_together() -> None:
    found = problems({"CORS_ORIGIN": APP}, max_age=-1)
    assert [each.code for each in found] == ["unknown-config-key", "origins-unset", "max-age"]
