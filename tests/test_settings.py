"""Each setting is parsed from the value that the user wrote."""

import json
import pickle
import re
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from http import HTTPStatus
from typing import Any

import pytest

from flask_crossorigin import Policy, PolicyError, PolicyProblem
from flask_crossorigin.core.compiled import compile_policy
from flask_crossorigin.core.lists import INVALID, UNSET
from flask_crossorigin.core.policy import allowed_origins
from flask_crossorigin.core.settings import (
    PARSERS,
    hint_for_other_library,
    materialized,
    parse_settings,
)

A = "https://a.example"
B = "https://b.example"


def parsed(field: str, value: Any) -> Any:
    """Return the parsed value of a valid setting."""
    return getattr(Policy(**{"origins": [], field: value}), field)


def problems(**settings: Any) -> tuple[PolicyProblem, ...]:
    with pytest.raises(PolicyError) as caught:
        Policy(**{"origins": [], **settings})
    return caught.value.errors


def only_problem(field: str, value: object) -> PolicyProblem:
    (found,) = problems(**{field: value})
    return found


def shown(case: object) -> str:
    """Return the id of a test for `case`, which does not change between runs."""
    return re.sub(" at 0x[0-9a-f]+", "", ascii(case))[:40]


class Tenants:
    """An object that allows one origin."""

    def allows(self, origin: str) -> bool:
        return origin == A


class Age(int, Enum):
    """Whole numbers whose text is a name."""

    SHORT = 210
    LONG = 250

    def __int__(self) -> int:
        return 7


class Both(Tenants):
    """An object with `allows` that is iterable too."""

    def __iter__(self) -> Any:
        return iter([B])


BOTH = Both()


def allow(origin: str) -> bool:
    return origin == A


# Origins: the setting as a whole.


@pytest.mark.parametrize(
    ("written", "origins"),
    [
        (A, (A,)),
        (f"{A},{B}", (A, B)),
        (f"{A}, {B}", (A, B)),
        (f"{A} {B}", (A, B)),
        (f"{A}\n{B}\n", (A, B)),
        (f"{A},\n  {B},", (A, B)),
        (f"  {A}  ", (A,)),
        (json.dumps([A, B]), (A, B)),
        (f"  {json.dumps([A])}\n", (A,)),
        (json.dumps(A), (A,)),
        (json.dumps(f"{A},{B}"), (A, B)),
        ("[]", ()),
        ("*", "*"),
        (" * ", "*"),
        ('"*"', "*"),
        ('["*"]', "*"),
        (["*"], "*"),
        ([A, B], (A, B)),
        ((A, B), (A, B)),
        ({B, A}, (A, B)),
        (frozenset({B, A}), (A, B)),
        ({A: 1}.keys(), (A,)),
        ([], ()),
        ((), ()),
        (set(), ()),
    ],
    ids=shown,
)
def test_origins_are_parsed_from_every_form_of_a_list(written: object, origins: object) -> None:
    assert parsed("origins", written) == origins


def test_iterator_of_origins_is_consumed_once() -> None:
    policy = Policy(origins=iter([A, B]))
    assert (policy.origins, allowed_origins(policy).allowlist.allows(B)) == ((A, B), True)


def test_list_that_changes_later_does_not_change_the_policy() -> None:
    written = [A]
    policy = Policy(origins=written)
    written.append(B)
    assert policy.origins == (A,)


@pytest.mark.parametrize(
    "written", [allow, Tenants(), re.compile("x").fullmatch], ids=["f", "o", "r"]
)
def test_function_alone_is_a_list_of_one(written: Any) -> None:
    assert Policy(origins=written).origins == (written,)


def test_iterable_object_with_allows_is_an_origin_function() -> None:
    assert Policy(origins=BOTH).origins == (BOTH,)


def test_functions_and_exact_origins_can_be_combined() -> None:
    policy = Policy(origins=[A, allow])
    allowed = allowed_origins(policy)
    assert (len(allowed.allowlist.exact), len(allowed.predicates)) == (1, 1)


@pytest.mark.parametrize(
    "written", [None, "", "   ", "\n"], ids=["None", "empty", "spaces", "line feed"]
)
def test_empty_origins_is_an_error_with_an_example(written: object) -> None:
    found = only_problem("origins", written)
    assert (found.code, found.field, found.value) == ("origins-unset", "origins", written)
    assert 'origins=["https://app.example.com"]' in found.hint


@pytest.mark.parametrize("written", [",", " , ,, ", "\u00a0", ",\x0c"], ids=ascii)
def test_origins_of_commas_is_unset(written: str) -> None:
    """This is the value of '$A,$B' if neither variable is set."""
    assert only_problem("origins", written).code == "origins-unset"


def test_missing_origins_is_unset() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy()
    (found,) = caught.value.errors
    assert (found.code, found.value) == ("origins-unset", UNSET)


def test_unset_is_shown_as_a_word() -> None:
    with pytest.raises(PolicyError, match=r"^origins is unset:"):
        Policy()


@pytest.mark.parametrize(
    "written", [True, False, 1, 1.5, b"https://a.example", {A: True}, object()], ids=type
)
def test_origins_of_another_type_is_an_error_with_an_example(written: object) -> None:
    found = only_problem("origins", written)
    assert (found.code, found.field, found.value) == ("origins-type", "origins", written)
    assert '["https://app.example.com"]' in found.hint


@pytest.mark.parametrize(
    "written", [["*", A], [A, "*"], ["*", "*"], f"*,{A}", ["*", allow]], ids=shown
)
def test_star_with_other_origins_is_an_error(written: object) -> None:
    found = only_problem("origins", written)
    assert (found.code, found.field, found.value) == ("origins-star-not-alone", "origins", written)
    assert 'origins="*"' in found.hint


def test_compiled_pattern_alone_is_an_error() -> None:
    pattern = re.compile("https://a[.]example")
    assert only_problem("origins", pattern).code == "origins-regex"


@pytest.mark.parametrize("item", [None, 1, b"https://a.example", [A], {}], ids=shown)
def test_entry_that_is_not_text_is_an_error_with_an_example(item: object) -> None:
    found = only_problem("origins", [A, item])
    assert (found.code, found.field, found.value) == ("origin-type", "origins", item)
    assert "'https://app.example.com'" in found.hint


def test_null_in_json_is_an_error() -> None:
    assert only_problem("origins", "[null]").code == "origin-type"


@pytest.mark.parametrize("item", ["", " "])
def test_empty_entry_is_an_error(item: str) -> None:
    found = only_problem("origins", [A, item])
    assert (found.code, found.field, found.value) == ("origin-empty", "origins", item)
    assert "leave the entry out" in found.hint


@pytest.mark.parametrize("text", ['["https://a.example"', '["https://a.example",]', '"', "['a']"])
def test_invalid_json_is_an_error_with_an_example(text: str) -> None:
    found = only_problem("origins", text)
    assert (found.code, found.field, found.value) == ("json", "origins", text)
    assert '["https://app.example.com"]' in found.hint


def test_json_nested_too_deeply_is_an_error() -> None:
    assert only_problem("origins", "[" * 100_000).code == "json"


@pytest.mark.parametrize("field", ["methods", "request_headers", "expose_headers"])
def test_invalid_json_of_names_has_an_example_of_names(field: str) -> None:
    found = only_problem(field, '["X"')
    assert (found.code, found.field) == ("json", field)
    assert "https://" not in found.hint


# Booleans.

BOOLEANS = [
    "credentials",
    "allow_null_origin",
    "allow_insecure_origins",
    "allow_public_suffix_subdomains",
]


@pytest.mark.parametrize("field", BOOLEANS)
@pytest.mark.parametrize(
    "written", [True, 1, "true", "True", "TRUE", "1", "yes", "On", " on\n"], ids=shown
)
def test_word_for_true_is_true(field: str, written: object) -> None:
    assert parsed(field, written) is True


@pytest.mark.parametrize("field", BOOLEANS)
@pytest.mark.parametrize(
    "written", [False, 0, "false", "False", "0", "no", "OFF", " off "], ids=shown
)
def test_word_for_false_is_false(field: str, written: object) -> None:
    assert parsed(field, written) is False


@pytest.mark.parametrize("field", BOOLEANS)
@pytest.mark.parametrize(
    "written", ["", "flase", "y", "none", 2, -1, 1.0, None, str.islower], ids=shown
)
def test_other_word_for_a_boolean_is_an_error(field: str, written: object) -> None:
    found = only_problem(field, written)
    assert (found.code, found.field, found.value) == ("boolean", field, written)
    assert "True or False" in found.hint


# Credentials of some origins.


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ([A], (A,)),
        ((A, B, A), (A, B)),
        ({B, A}, (A, B)),
        (A, (A,)),
        (f"{A}, {B}", (A, B)),
        (f'["{A}"]', (A,)),
        (f'"{A}"', (A,)),
        ([], False),
        ((), False),
        ("[]", False),
    ],
    ids=shown,
)
def test_credentials_may_be_a_list_of_origins(written: Any, expected: object) -> None:
    assert Policy(origins="*", credentials=written).credentials == expected


@pytest.mark.parametrize(
    ("written", "code", "value"),
    [
        ([True], "credentials-item", True),
        ([A, "https://*.a.example"], "credentials-item", "https://*.a.example"),
        (["*"], "credentials-item", "*"),
        (["http://localhost:*"], "credentials-item", "http://localhost:*"),
        (["null"], "origin-null-with-credentials", "null"),
        ([f"{A}/"], "origin-path", f"{A}/"),
        ("https://A.example", "origin-upper-case", "https://A.example"),
        (["a.example"], "origin-scheme-missing", "a.example"),
        ("[", "json", "["),
        ('""', "origin-empty", ""),
        (["http://a.example"], "origin-insecure", "http://a.example"),
    ],
    ids=shown,
)
def test_credentials_are_for_exact_origins(written: Any, code: str, value: object) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(origins="*", credentials=written)
    (found,) = caught.value.errors
    assert (found.code, found.field, found.value) == (code, "credentials", value)


@pytest.mark.parametrize("origins", [[B], [], ["https://*.a.example"], [str.islower]], ids=shown)
def test_origin_with_credentials_must_be_allowed(origins: Any) -> None:
    """An origin function is not asked: it may allow the origin today, and not tomorrow."""
    found = problems(origins=origins, credentials=[A])
    assert [(each.code, each.value) for each in found] == [("credentials-origin-not-allowed", A)]


@pytest.mark.parametrize("origins", ["*", [A], ["https://*.example"]], ids=shown)
def test_origin_with_credentials_may_be_covered_by_any_entry(origins: Any) -> None:
    policy = Policy(origins=origins, credentials=[A], allow_public_suffix_subdomains=True)
    assert policy.credentials == (A,)


def test_pattern_over_a_public_suffix_is_fine_where_it_has_no_credentials() -> None:
    origins = ["https://*.github.io", "http://a.example", A]
    assert Policy(origins=origins, credentials=[A]).credentials == (A,)


def test_exposing_everything_to_some_credentials_is_an_error() -> None:
    found = problems(origins="*", credentials=[A], expose_headers="*")
    assert [each.code for each in found] == ["expose-star-with-credentials"]


def test_credentials_of_some_origins_are_kept_in_every_copy() -> None:
    policy = Policy(origins="*", credentials=[A])
    assert eval(repr(policy)) == policy == pickle.loads(pickle.dumps(policy))
    assert policy.replace(max_age=1).credentials == (A,)
    assert policy.replace(origins=[A, B]).credentials == (A,)
    with pytest.raises(PolicyError):
        policy.replace(origins=[B])


# Names.

NAMES = ["methods", "request_headers", "expose_headers"]


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("X-A", ("X-A",)),
        ("X-A,X-B", ("X-A", "X-B")),
        ("X-A, X-B", ("X-A", "X-B")),
        (" X-A\tX-B ", ("X-A", "X-B")),
        ('["X-A", "X-B"]', ("X-A", "X-B")),
        ('"X-A"', ("X-A",)),
        ("", ()),
        ("[]", ()),
        ([], ()),
        (["X-A", "X-B"], ("X-A", "X-B")),
        ({"X-B", "X-A"}, ("X-A", "X-B")),
        (["X-A", "X-A"], ("X-A",)),
        ("*", "*"),
        (["*"], "*"),
        ('["*"]', "*"),
    ],
    ids=shown,
)
def test_names_are_parsed_from_every_form_of_a_list(
    field: str, written: object, names: object
) -> None:
    assert parsed(field, written) == names


def test_iterator_of_names_is_parsed() -> None:
    assert parsed("methods", iter(["PUT", "DELETE"])) == ("PUT", "DELETE")


def test_names_keep_their_spelling() -> None:
    assert parsed("request_headers", ["x-A", "X-b"]) == ("x-A", "X-b")


def test_duplicate_in_another_case_keeps_the_first_spelling() -> None:
    assert parsed("request_headers", ["X-Token", "x-token"]) == ("X-Token",)


def test_duplicate_keeps_the_first_place() -> None:
    assert parsed("expose_headers", ["X-A", "X-B", "x-a"]) == ("X-A", "X-B")


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize(
    "written",
    [1, True, b"PUT", {"PUT": 1}, allow, Tenants(), re.compile("x")],
    ids=shown,
)
def test_names_of_another_type_are_an_error(field: str, written: object) -> None:
    found = only_problem(field, written)
    assert (found.code, found.field, found.value) == ("list-type", field, written)
    assert "Write a list" in found.hint


def test_none_exposes_no_header_and_is_an_error_in_other_lists() -> None:
    assert parsed("expose_headers", None) == ()
    found = [only_problem(field, None).code for field in ("methods", "request_headers")]
    assert found == ["list-type", "list-type"]


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize(
    ("written", "value"),
    [([1], 1), (["PUT", None], None), ([["PUT"]], ["PUT"]), ("[1]", 1), ("[null]", None)],
    ids=shown,
)
def test_name_that_is_not_text_is_an_error(field: str, written: object, value: object) -> None:
    found = only_problem(field, written)
    assert (found.code, found.field, found.value) == ("list-item", field, value)
    assert "not text" in found.message


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("written", [["*", "X"], ["X", "*"], "*,X", ["*", "*"]], ids=shown)
def test_star_with_other_names_is_an_error(field: str, written: object) -> None:
    found = only_problem(field, written)
    assert (found.code, found.field, found.value) == ("star-not-alone", field, written)
    assert f'{field}="*"' in found.hint


def test_every_wrong_name_is_a_problem() -> None:
    found = problems(methods=["PUT", "get", "a b"])
    assert [each.value for each in found] == ["get", "a b"]


@pytest.mark.parametrize(
    ("code", "field", "name", "fix"),
    [
        ("method", "methods", "a b", "'PUT'"),
        ("method", "methods", "", "'PUT'"),
        ("method", "methods", "PUT,PATCH", "'PUT'"),
        ("method", "methods", "ÄNDERN", "'PUT'"),
        ("method-lower-case", "methods", "put", "Write 'PUT'."),
        ("method-lower-case", "methods", "Patch", "Write 'PATCH', in the script too."),
        ("name-pattern", "methods", "PU*", 'methods="*"'),
        ("name-pattern", "request_headers", "X-*", 'request_headers="*"'),
        ("name-pattern", "request_headers", "X-COMPANY-.*", "List the names"),
        ("name-pattern", "expose_headers", "*-Count", 'expose_headers="*"'),
        ("method-forbidden", "methods", "CONNECT", "Leave it out"),
        ("method-forbidden", "methods", "TRACE", "Leave it out"),
        ("method-forbidden", "methods", "TRACK", "Leave it out"),
        ("method-forbidden", "methods", "trace", "Leave it out"),
        ("header", "request_headers", "Content Type", "'X-Request-Id'"),
        ("header", "request_headers", "", "'X-Request-Id'"),
        ("header", "request_headers", "X-A:", "'X-Request-Id'"),
        ("header", "request_headers", "X-\u00c4", "'X-Request-Id'"),
        ("header", "request_headers", "X-A\r\nX-B", "'X-Request-Id'"),
        ("header", "request_headers", "X-*(", "'X-Request-Id'"),
        ("header", "expose_headers", "X A", "'X-Request-Id'"),
        ("header", "expose_headers", "X-A\n", "'X-Request-Id'"),
        ("header-forbidden", "request_headers", "Cookie", "credentials=True"),
        ("header-forbidden", "request_headers", "origin", "Leave it out"),
        ("header-forbidden", "request_headers", "Sec-Fetch-Site", "Leave it out"),
        ("header-forbidden", "request_headers", "Proxy-Authorization", "Leave it out"),
        ("response-header-forbidden", "expose_headers", "Set-Cookie", "another name"),
        ("response-header-forbidden", "expose_headers", "set-cookie2", "another name"),
        ("header-forbidden", "request_headers", "Access-Control-Request-Method", "Leave it out"),
        ("header-cors", "request_headers", "Access-Control-Allow-Origin", "Leave it out"),
        ("header-cors", "expose_headers", "access-control-allow-origin", "Leave it out"),
        ("header-cors", "expose_headers", "Access-Control-*", "Leave it out"),
        ("header-of-requests", "expose_headers", "Origin", "Leave it out"),
        ("header-of-requests", "expose_headers", "cookie", "Leave it out"),
        ("header-of-requests", "expose_headers", "Host", "Leave it out"),
    ],
)
def test_invalid_name_is_an_error_with_its_fix(code: str, field: str, name: str, fix: str) -> None:
    found = only_problem(field, [name])
    assert (found.code, found.field, found.value) == (code, field, name)
    assert fix in found.hint


@pytest.mark.parametrize(("name", "sent"), [("get", "'GET'"), ("patch", "'patch'")])
def test_message_about_lower_case_is_true_for_browsers(name: str, sent: str) -> None:
    assert only_problem("methods", [name]).message.endswith(f"send this one as {sent}.")


def test_headers_of_tokens_can_be_exposed() -> None:
    names = ("Authorization", "X-CSRF-Token")
    assert parsed("expose_headers", names) == names


@pytest.mark.parametrize("field", ["request_headers", "expose_headers"])
def test_message_about_a_header_names_its_setting(field: str) -> None:
    assert only_problem(field, ["a b"]).message.startswith(f"{field}: 'a b' ")


# Numbers.


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (0, 0),
        (600, 600),
        (2**31, 2**31),
        ("0", 0),
        ("600", 600),
        (" 600 ", 600),
        (" " * 18 + "600", 600),
        (" " * 30 + "600", 600),
        (Age.SHORT, 210),
        ("0" * 30 + "600", 600),
        (timedelta(hours=1), 3600),
        (timedelta(0), 0),
        (timedelta(seconds=2, microseconds=999_999), 2),
        (timedelta(seconds=2**31), 2**31),
    ],
    ids=shown,
)
def test_max_age_is_a_whole_number_of_seconds(written: object, seconds: int) -> None:
    found = parsed("max_age", written)
    assert (found, type(found)) == (seconds, int)


@pytest.mark.parametrize("written", [None, "none", " None "])
def test_max_age_can_be_none(written: object) -> None:
    assert parsed("max_age", written) is None


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        (-1, "max_age=600"),
        ("-1", "max_age=600"),
        ("+1", "max_age=600"),
        ("", "max_age=600"),
        ("abc", "max_age=600"),
        ("1.5", "max_age=600"),
        ("1_000", "max_age=600"),
        ("６００", "max_age=600"),
        ("9" * 19, "max_age=600"),
        ("9" * 5000, "max_age=600"),
        (2**31 + 1, "max_age=600"),
        ("null", "max_age=600"),
        (True, "max_age=600"),
        ([600], "max_age=600"),
        (12.7, "max_age=12"),
        (-1.0, "max_age=600"),
        (float("nan"), "max_age=600"),
        (float("inf"), "max_age=600"),
        (timedelta(seconds=-5), "max_age=600"),
        (timedelta(microseconds=-1), "max_age=600"),
        (timedelta(seconds=2**31 + 1), "max_age=600"),
        (timedelta.max, "max_age=600"),
    ],
    ids=shown,
)
def test_other_max_age_is_an_error_with_a_suggestion(written: object, fix: str) -> None:
    found = only_problem("max_age", written)
    assert (found.code, found.field, found.value) == ("max-age", "max_age", written)
    assert found.hint == f"Write {fix}."


@pytest.mark.parametrize("seconds", [10**5000, -(10**5000)], ids=["large", "small"])
def test_max_age_too_long_to_print_is_an_error(seconds: int) -> None:
    assert only_problem("max_age", seconds).code == "max-age"


@pytest.mark.parametrize(
    ("written", "status"), [(200, 200), (204, 204), (299, 299), ("200", 200), (HTTPStatus.OK, 200)]
)
def test_preflight_status_is_an_ok_status(written: object, status: int) -> None:
    assert parsed("preflight_status", written) == status


@pytest.mark.parametrize("number", [Age.SHORT, Age.LONG, HTTPStatus.OK])
@pytest.mark.parametrize("field", ["max_age", "preflight_status"])
def test_whole_number_of_an_enumeration_is_sent_as_a_number(field: str, number: int) -> None:
    policy = Policy(origins=[], **{field: number})  # type: ignore[arg-type]
    assert type(getattr(policy, field)) is int
    compiled = compile_policy(policy)
    sent = {"max_age": compiled.max_age[0][1], "preflight_status": compiled.preflight_status[:3]}
    assert sent[field] == str(int.__int__(number))


@pytest.mark.parametrize(
    "written", [199, 300, 404, 0, -204, "OK", "", None, True, 204.0, [204]], ids=shown
)
def test_other_preflight_status_is_an_error(written: object) -> None:
    found = only_problem("preflight_status", written)
    wanted = ("preflight-status", "preflight_status", written)
    assert (found.code, found.field, found.value) == wanted
    assert "204" in found.hint


# Names of settings.


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        # Names in flask-cors.
        ("origin", "Did you mean origins?"),
        ("allow_headers", "Did you mean request_headers?"),
        ("supports_credentials", "Did you mean credentials?"),
        ("resources", "cors.apply("),
        ("send_wildcard", "Leave it out"),
        ("vary_header", "Leave it out"),
        ("automatic_options", "Leave it out"),
        ("intercept_exceptions", "Leave it out"),
        ("always_send", "Leave it out"),
        ("allow_private_network", "Leave it out"),
        # Names in other libraries.
        ("headers", "Did you mean request_headers?"),
        ("allow_origins", "Did you mean origins?"),
        ("allowed_origins", "Did you mean origins?"),
        ("allow_credentials", "Did you mean credentials?"),
        ("allow_methods", "Did you mean methods?"),
        ("allowed_headers", "Did you mean request_headers?"),
        # Typing mistakes.
        ("orgins", "Did you mean origins?"),
        ("credential", "Did you mean credentials?"),
        ("method", "Did you mean methods?"),
        ("maxage", "Did you mean max_age?"),
        ("expose_header", "Did you mean expose_headers?"),
        ("ORIGINS", "The settings are: allow_insecure_origins, "),
        ("nonsense", "The settings are: allow_insecure_origins, "),
        ("_allowed", "The settings are: allow_insecure_origins, "),
    ],
)
def test_unknown_keyword_is_an_error_with_the_closest_setting(name: str, fix: str) -> None:
    found = only_problem(name, 1)
    assert (found.code, found.field, found.value) == ("unknown-keyword", name, 1)
    assert found.hint.startswith(fix) or fix in found.hint


def test_settings_have_no_hint_for_other_libraries() -> None:
    assert [name for name in PARSERS if hint_for_other_library(name)] == []


def test_settings_are_parsed_one_by_one() -> None:
    values, found = parse_settings({"max_age": "5", "methods": "get", "nope": 1})
    assert values == {"max_age": 5, "methods": INVALID}
    assert [each.code for each in found] == ["method-lower-case", "unknown-keyword"]


def test_materialized_iterator_can_be_parsed_twice() -> None:
    written = materialized({"origins": iter([A, B]), "methods": ["PUT"], "max_age": 5})
    assert written == {"origins": (A, B), "methods": ["PUT"], "max_age": 5}


@pytest.mark.parametrize(
    ("written", "copied"),
    [
        ([A], [A]),
        ({B, A}, (A, B)),
        ({A: 1}.keys(), (A,)),
        (deque([A]), (A,)),
        (A, A),
        (b"x", b"x"),
        ({A: 1}, {A: 1}),  # an error that shows it
        (allow, allow),
        (BOTH, BOTH),
        (None, None),
    ],
    ids=shown,
)
def test_materialized_list_is_a_copy_and_other_values_are_unchanged(
    written: object, copied: object
) -> None:
    assert materialized({"origins": written})["origins"] == copied


def test_materialized_list_does_not_change_with_the_original() -> None:
    lists: list[Any] = [[A], {A}, deque([A])]
    copies = [materialized({"origins": each})["origins"] for each in lists]
    for each in lists:
        each.clear()
    assert [list(each) for each in copies] == [[A], [A], [A]]  # type: ignore[call-overload]


def test_text_with_its_own_comparison_is_parsed_as_plain_text() -> None:
    class Liar(str):
        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return hash(B)

    listed = allowed_origins(Policy(origins=[Liar(A)])).allowlist
    assert [listed.allows(each) for each in (A, B)] == [True, False]


Parser = Callable[[object, Callable[[PolicyProblem], None]], object]


@pytest.mark.parametrize("parser", [PARSERS[name] for name in PARSERS], ids=list(PARSERS))
def test_parser_reports_a_problem_for_an_invalid_value(parser: Parser) -> None:
    reported: list[PolicyProblem] = []
    assert parser(object(), reported.append) is INVALID
    assert len(reported) == 1
