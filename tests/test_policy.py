"""Policy: its settings are validated together, and it behaves like a value."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from flask_crossorigin import Policy, PolicyError, PolicyProblem
from flask_crossorigin.core.policy import PolicySettings, allowed_origins
from flask_crossorigin.core.settings import PARSERS

APP = "https://app.example.com"
OTHER = "https://other.example.com"


def problems(make: Callable[..., object] = Policy, **settings: Any) -> tuple[PolicyProblem, ...]:
    with pytest.raises(PolicyError) as caught:
        make(**settings)
    return caught.value.errors


def codes(make: Callable[..., object] = Policy, **settings: Any) -> list[str]:
    return [each.code for each in problems(make, **settings)]


def lists(policy: Policy, origin: str) -> bool:
    """Return whether `origin` is on the allowlist of `policy`."""
    return allowed_origins(policy).allowlist.allows(origin)


def allow(origin: str) -> bool:
    return origin == APP


# The settings.

DEFAULTS = {
    "credentials": False,
    "methods": ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY"),
    "request_headers": "*",
    "expose_headers": (),
    "max_age": 600,
    "preflight_status": 204,
    "allow_null_origin": False,
    "allow_insecure_origins": False,
    "allow_public_suffix_subdomains": False,
}


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items())
def test_setting_has_its_default(name: str, default: object) -> None:
    assert getattr(Policy(origins=[]), name) == default


def test_every_setting_is_keyword_only() -> None:
    kinds = {
        name: parameter.kind for name, parameter in inspect.signature(Policy).parameters.items()
    }
    assert kinds.pop("unknown") is inspect.Parameter.VAR_KEYWORD
    assert kinds == dict.fromkeys(PARSERS, inspect.Parameter.KEYWORD_ONLY)


def test_settings_have_the_same_names_in_all_signatures() -> None:
    assert list(PolicySettings.__annotations__) == list(PARSERS) == ["origins", *DEFAULTS]


def test_positional_setting_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        Policy([APP])  # type: ignore[call-arg]


# All problems at once.

TEN_MISTAKES: dict[str, Any] = {
    "origins": ["https://example.com/", "example.com", "https://EXAMPLE.com"],
    "credentials": "flase",
    "methods": ["put"],
    "request_headers": ["Cookie"],
    "expose_headers": ["Set-Cookie"],
    "max_age": -1,
    "preflight_status": 404,
    "supports_credentials": True,
}
TEN_CODES = [
    "origin-path",
    "origin-scheme-missing",
    "origin-upper-case",
    "boolean",
    "method-lower-case",
    "header-forbidden",
    "response-header-forbidden",
    "max-age",
    "preflight-status",
    "unknown-keyword",
]


def test_ten_mistakes_are_one_error() -> None:
    assert codes(**TEN_MISTAKES) == TEN_CODES


def test_error_of_ten_mistakes_shows_each_with_its_fix() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(**TEN_MISTAKES)
    shown = str(caught.value)
    assert shown.startswith("10 problems")
    missing = [
        each.code
        for each in caught.value.errors
        if not (each.message in shown and each.hint in shown and f"[{each.code}]" in shown)
    ]
    assert missing == []


@pytest.mark.parametrize(
    "fix",
    ["'https://example.com'", "True or False", "'PUT'", "credentials=True", "max_age=600", "204",
     "Did you mean credentials?"],
)  # fmt: skip
def test_error_of_ten_mistakes_shows_the_fix(fix: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(**TEN_MISTAKES)
    assert fix in str(caught.value)


def test_contradictions_are_reported_with_other_mistakes() -> None:
    found = codes(origins=["null", "example.com"], credentials=True, max_age=-1)
    assert found == ["origin-scheme-missing", "max-age", "origin-null-with-credentials"]


# Contradictions.


@pytest.mark.parametrize("origins", ["*", ["*"], '["*"]'])
def test_star_with_credentials_is_an_error(origins: object) -> None:
    (found,) = problems(origins=origins, credentials=True)
    wanted = ("origins-star-with-credentials", "origins", "*")
    assert (found.code, found.field, found.value) == wanted
    assert "List the origins" in found.hint


def test_star_with_other_origins_and_credentials_is_two_errors() -> None:
    found = codes(origins=["*", APP], credentials=True)
    assert found == ["origins-star-not-alone", "origins-star-with-credentials"]


def test_null_is_an_error_that_names_the_switch() -> None:
    (found,) = problems(origins=["null"])
    assert (found.code, found.field, found.value) == ("origin-null", "origins", "null")
    assert "allow_null_origin=True" in found.hint


def test_null_with_its_switch_is_allowed() -> None:
    assert lists(Policy(origins=["null"], allow_null_origin=True), "null")


def test_switch_for_null_adds_nothing_by_itself() -> None:
    assert not lists(Policy(origins=[APP], allow_null_origin=True), "null")


@pytest.mark.parametrize("switch", [False, True])
def test_null_with_credentials_is_an_error_whatever_the_switch(switch: bool) -> None:
    (found,) = problems(origins=["null"], credentials=True, allow_null_origin=switch)
    wanted = ("origin-null-with-credentials", "origins", "null")
    assert (found.code, found.field, found.value) == wanted
    assert "Leave 'null' out" in found.hint


def test_invalid_switch_is_not_a_second_problem() -> None:
    assert codes(origins=["null"], allow_null_origin="maybe") == ["boolean"]


def test_expose_star_with_credentials_is_an_error() -> None:
    (found,) = problems(origins=[APP], credentials=True, expose_headers="*")
    wanted = ("expose-star-with-credentials", "expose_headers", "*")
    assert (found.code, found.field, found.value) == wanted
    assert "List the headers" in found.hint


def test_expose_star_with_credentials_is_reported_with_invalid_origins() -> None:
    found = codes(origins=None, credentials=True, expose_headers="*")
    assert found == ["origins-unset", "expose-star-with-credentials"]


@pytest.mark.parametrize(
    ("origin", "secure"),
    [
        ("http://example.com", "https://example.com"),
        ("http://example.com:8080", "https://example.com:8080"),
        ("http://example.com:443", "https://example.com"),
        ("http://example.com:*", "https://example.com:*"),
        ("http://*.example.com", "https://*.example.com"),
        ("http://192.168.0.1", "https://192.168.0.1"),
        ("http://[2001:db8::1]", "https://[2001:db8::1]"),
        ("http://localhost.example", "https://localhost.example"),
        ("http://notlocalhost", "https://notlocalhost"),
    ],
)
def test_http_with_credentials_is_an_error_that_suggests_https(origin: str, secure: str) -> None:
    (found,) = problems(origins=[origin], credentials=True)
    assert (found.code, found.field, found.value) == ("origin-insecure", "origins", origin)
    assert f"Write {secure!r};" in found.hint
    assert "allow_insecure_origins=True" in found.hint


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:5173", "http://localhost:*", "http://*.localhost:*", "http://127.0.0.1:8000",
     "http://[::1]", "https://example.com", "capacitor://localhost", "tauri://localhost"],
)  # fmt: skip
def test_loopback_and_other_schemes_are_secure(origin: str) -> None:
    assert lists(Policy(origins=[origin], credentials=True), origin.replace("*", "1"))


def test_http_with_its_switch_is_allowed() -> None:
    policy = Policy(origins=["http://example.com"], credentials=True, allow_insecure_origins=True)
    assert lists(policy, "http://example.com")


def test_http_without_credentials_is_allowed() -> None:
    assert lists(Policy(origins=["http://example.com"]), "http://example.com")


@pytest.mark.parametrize(
    ("origin", "suffix"),
    [
        ("https://*.com", "com"),
        ("https://*.co.uk", "co.uk"),
        ("https://*.github.io", "github.io"),
        ("https://*.github.io:8443", "github.io"),
        ("https://*.github.io:*", "github.io"),
        ("https://*.xn--p1ai", "xn--p1ai"),
        ("https://*.kawasaki.jp", "kawasaki.jp"),
        ("https://*.ck", "ck"),
        ("capacitor://*.com", "com"),
        ("https://*.za", "za"),
        ("https://*.amazonaws.com", "amazonaws.com"),
        ("https://app-*.vercel.app", "vercel.app"),
        ("https://app-*-me.vercel.app:*", "vercel.app"),
        ("https://*-me.co.uk:8443", "co.uk"),
    ],
)
def test_public_suffix_with_credentials_is_an_error_that_names_it(origin: str, suffix: str) -> None:
    (found,) = problems(origins=[origin], credentials=True)
    assert (found.code, found.field, found.value) == ("origin-public-suffix", "origins", origin)
    assert repr(suffix) in found.message
    assert found.hint == (
        "Write a domain of your own, or credentials=False. If you must allow it, add "
        "allow_public_suffix_subdomains=True."
    )


@pytest.mark.parametrize(
    "origin",
    ["https://*.example.com", "https://*.me.github.io", "https://*.corp.internal",
     "https://*.internal", "https://*.localhost", "https://github.io", "https://com:*",
     "https://app-*.example.com", "https://*-app.me.github.io", "http://app-*.localhost:*"],
)  # fmt: skip
def test_own_domain_with_credentials_is_allowed(origin: str) -> None:
    assert Policy(origins=[origin], credentials=True).origins == (origin,)


def test_public_suffix_with_its_switch_is_allowed() -> None:
    policy = Policy(
        origins=["https://*.github.io"], credentials=True, allow_public_suffix_subdomains=True
    )
    assert lists(policy, "https://me.github.io")


def test_public_suffix_without_credentials_is_allowed() -> None:
    policy = Policy(origins=["https://*.github.io"])
    assert lists(policy, "https://me.github.io")


def test_preview_deployments_below_a_public_suffix_are_allowed_without_credentials() -> None:
    policy = Policy(origins=["https://app-*.vercel.app"])
    assert lists(policy, "https://app-1.vercel.app")


def test_http_pattern_inside_a_label_is_an_error_that_shows_https() -> None:
    (found,) = problems(origins=["http://app-*.example.com"], credentials=True)
    assert (found.code, "'https://app-*.example.com'" in found.hint) == ("origin-insecure", True)


def test_http_below_a_public_suffix_is_two_errors() -> None:
    found = codes(origins=["http://*.github.io"], credentials=True)
    assert found == ["origin-insecure", "origin-public-suffix"]


def test_every_wrong_origin_is_a_problem_of_its_own() -> None:
    found = problems(origins=["http://a.example", "http://b.example"], credentials=True)
    assert [each.value for each in found] == ["http://a.example", "http://b.example"]


@pytest.mark.parametrize("credentials", [True, "true", 1, "YES"])
def test_credentials_as_text_count_for_every_rule(credentials: Any) -> None:
    assert codes(origins="*", credentials=credentials) == ["origins-star-with-credentials"]


# Comparison, hash, representation and copies.


def test_policy_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Policy(origins=[APP]).credentials = True  # type: ignore[misc]


def test_setting_can_not_be_deleted() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        del Policy(origins=[APP]).credentials


def test_same_settings_in_another_form_are_an_equal_policy() -> None:
    texts: dict[str, Any] = {"origins": APP, "methods": "PUT, PATCH", "max_age": "5"}
    assert Policy(**texts) == Policy(origins=[APP], methods=("PUT", "PATCH"), max_age=5)


@pytest.mark.parametrize("order", [[APP, OTHER], [OTHER, APP]])
def test_set_of_origins_is_an_equal_policy_whatever_its_order(order: list[str]) -> None:
    assert Policy(origins=set(order)) == Policy(origins=[APP, OTHER])


CHANGED: dict[str, Any] = {
    "origins": [OTHER],
    "credentials": True,
    "methods": "*",
    "request_headers": ["X-A"],
    "expose_headers": ["X-A"],
    "max_age": 0,
    "preflight_status": 200,
    "allow_null_origin": True,
    "allow_insecure_origins": True,
    "allow_public_suffix_subdomains": True,
}


def test_policy_with_a_duration_or_none_can_be_copied() -> None:
    policy = Policy(origins=[APP], max_age=timedelta(minutes=1), expose_headers=None)
    changed = policy.replace(max_age=None)
    assert (policy.max_age, policy.expose_headers, changed.max_age) == (60, (), None)
    assert pickle.loads(pickle.dumps(changed)) == changed != policy


@pytest.mark.parametrize(("name", "value"), CHANGED.items())
def test_policies_that_differ_in_one_setting_are_not_equal(name: str, value: Any) -> None:
    assert Policy(origins=[APP]) != Policy(**{"origins": [APP], name: value})


def test_policy_is_not_equal_to_other_objects() -> None:
    others: list[object] = [(APP,), None, object()]
    assert Policy(origins=[APP]) not in others


def test_equal_policies_have_equal_hashes() -> None:
    assert len({Policy(origins=[APP]), Policy(origins=(APP,)), Policy(origins=APP)}) == 1


def test_policy_with_a_function_is_hashable() -> None:
    assert len({Policy(origins=allow), Policy(origins=[allow])}) == 1


def test_policy_with_an_unhashable_object_is_valid_but_not_hashable() -> None:
    class Tenants:
        __hash__ = None  # type: ignore[assignment]

        def allows(self, origin: str) -> bool:
            return True

    policy = Policy(origins=Tenants())
    with pytest.raises(TypeError, match="unhashable"):
        hash(policy)


REPRESENTED: list[tuple[dict[str, Any], str]] = [
    ({"origins": "*"}, "Policy(origins='*')"),
    ({"origins": []}, "Policy(origins=())"),
    ({"origins": [APP]}, f"Policy(origins=({APP!r},))"),
    ({"origins": [APP], "methods": "*"}, f"Policy(origins=({APP!r},), methods='*')"),
    ({"origins": [APP], "max_age": None}, f"Policy(origins=({APP!r},), max_age=None)"),
    (
        {"origins": [APP], "max_age": timedelta(minutes=1)},
        f"Policy(origins=({APP!r},), max_age=60)",
    ),
    (
        {"origins": [APP], "credentials": True, "max_age": 0},
        f"Policy(origins=({APP!r},), credentials=True, max_age=0)",
    ),
]


@pytest.mark.parametrize(
    ("settings", "shown"), REPRESENTED, ids=[shown for _, shown in REPRESENTED]
)
def test_repr_shows_what_differs_from_the_defaults(settings: dict[str, Any], shown: str) -> None:
    assert repr(Policy(**settings)) == shown


@pytest.mark.parametrize(("name", "value"), CHANGED.items())
def test_repr_evaluates_to_an_equal_policy(name: str, value: Any) -> None:
    policy = Policy(**{"origins": [APP, "https://*.example.com:*"], name: value})
    assert eval(repr(policy), {"Policy": Policy}) == policy


def test_repr_of_ten_origins_evaluates_to_an_equal_policy() -> None:
    policy = Policy(origins=[f"https://app{number}.example" for number in range(10)])
    assert eval(repr(policy), {"Policy": Policy}) == policy


def test_repr_of_many_origins_has_their_number() -> None:
    shown = repr(Policy(origins=[f"https://app{number}.example" for number in range(1000)]))
    assert "1000 in all" in shown
    assert len(shown) < 500


COPIES: list[Callable[[Policy], Policy]] = [
    copy.copy,
    copy.deepcopy,
    lambda policy: pickle.loads(pickle.dumps(policy)),
    lambda policy: policy.replace(),
]
COPY_IDS = ["copy", "deepcopy", "pickle", "replace"]


@pytest.mark.parametrize("copied", COPIES, ids=COPY_IDS)
def test_copy_is_equal(copied: Callable[[Policy], Policy]) -> None:
    policy = Policy(origins=[APP, "https://*.example.org", allow], credentials=True, max_age=5)
    assert copied(policy) == policy


@pytest.mark.parametrize("copied", COPIES, ids=COPY_IDS)
def test_copy_allows_the_same_origins(copied: Callable[[Policy], Policy]) -> None:
    policy = copied(Policy(origins=[APP, "https://*.example.org", allow]))
    origins = APP, "https://app.example.org", "https://evil.example"
    assert [lists(policy, each) for each in origins] == [True, True, False]
    assert [each.written for each in allowed_origins(policy).predicates] == [allow]


@pytest.mark.parametrize("copied", COPIES, ids=COPY_IDS)
def test_copy_of_any_origin_allows_any_origin(copied: Callable[[Policy], Policy]) -> None:
    assert allowed_origins(copied(Policy(origins="*"))).any_origin


# Changes.


@pytest.mark.parametrize(("name", "value"), CHANGED.items())
def test_replace_changes_only_the_given_settings(name: str, value: object) -> None:
    policy = Policy(origins=[APP])
    changed = policy.replace(**{name: value})
    differing = [each for each in PARSERS if getattr(changed, each) != getattr(policy, each)]
    assert differing == [name]


def test_replace_does_not_change_the_policy() -> None:
    policy = Policy(origins=[APP])
    policy.replace(origins="*", max_age=5)
    assert policy == Policy(origins=[APP])


def test_replace_changes_the_allowed_origins() -> None:
    changed = Policy(origins="*").replace(origins=[APP], credentials=True)
    allowed = allowed_origins(changed)
    assert (allowed.any_origin, set(allowed.allowlist.exact)) == (False, {APP})


def test_replace_does_not_parse_unchanged_settings_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(value: object, report: object) -> None:
        raise AssertionError(value)

    policy = Policy(origins=[APP])
    for name in PARSERS:
        monkeypatch.setitem(PARSERS, name, refuse)
    assert policy.replace() == policy


def test_replace_validates_the_changes() -> None:
    policy = Policy(origins=[APP])
    found = codes(policy.replace, origins=["example.com"], max_age=-1)
    assert found == ["origin-scheme-missing", "max-age"]


def test_replace_refuses_an_unknown_keyword() -> None:
    (found,) = problems(Policy(origins=[APP]).replace, orgins="*")
    assert (found.code, found.hint) == ("unknown-keyword", "Did you mean origins?")


CONTRADICTIONS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"origins": "*"}, {"credentials": True}, "origins-star-with-credentials"),
    ({"origins": [APP], "credentials": True}, {"origins": "*"}, "origins-star-with-credentials"),
    ({"origins": [APP], "expose_headers": "*"}, {"credentials": True},
     "expose-star-with-credentials"),
    ({"origins": ["null"], "allow_null_origin": True}, {"allow_null_origin": False}, "origin-null"),
    ({"origins": ["null"], "allow_null_origin": True}, {"credentials": True},
     "origin-null-with-credentials"),
    ({"origins": ["http://a.example"]}, {"credentials": True}, "origin-insecure"),
    ({"origins": ["http://a.example"], "credentials": True, "allow_insecure_origins": True},
     {"allow_insecure_origins": False}, "origin-insecure"),
    ({"origins": ["https://*.github.io"]}, {"credentials": True}, "origin-public-suffix"),
    ({"origins": ["https://*.github.io"], "credentials": True,
      "allow_public_suffix_subdomains": True},
     {"allow_public_suffix_subdomains": False}, "origin-public-suffix"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "changes", "code"),
    CONTRADICTIONS,
    ids=[f"{c} by {list(b)}" for _, b, c in CONTRADICTIONS],
)
def test_replace_validates_the_resulting_policy(
    settings: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    assert codes(Policy(**settings).replace, **changes) == [code]


def test_replace_keeps_the_class() -> None:
    class Strict(Policy):
        pass

    assert type(Strict(origins=[APP]).replace(max_age=5)) is Strict


def test_replace_of_the_standard_library_works_too() -> None:
    policy = Policy(origins=[APP], credentials=True)
    assert dataclasses.replace(policy, max_age=5) == policy.replace(max_age=5)
