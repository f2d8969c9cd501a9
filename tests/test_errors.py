"""Problems and the error that holds them."""

import copy
import pickle
import re
import string
from collections.abc import Callable

import pytest

from flask_crossorigin.core.errors import (
    CrossOriginWarning,
    PolicyError,
    PolicyProblem,
    with_location,
)
from flask_crossorigin.core.messages import did_you_mean
from flask_crossorigin.core.problems import PROBLEMS, problem


def slash() -> PolicyProblem:
    return problem("origin-path", "origins", "https://a.example/", suggestion="'https://a.example'")


def negative() -> PolicyProblem:
    return problem("max-age", "max_age", -1, suggestion="max_age=600")


# The table.


@pytest.mark.parametrize("code", PROBLEMS)
def test_code_is_words_in_lower_case_with_hyphens(code: str) -> None:
    assert re.fullmatch("[a-z]+(-[a-z]+)*", code)


@pytest.mark.parametrize("code", PROBLEMS)
def test_message_is_one_sentence(code: str) -> None:
    message, _ = PROBLEMS[code]
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("code", PROBLEMS)
def test_hint_is_a_sentence_or_made_for_the_case(code: str) -> None:
    _, hint = PROBLEMS[code]
    assert hint == "{suggestion}" or hint.endswith((".", "?"))


@pytest.mark.parametrize("code", PROBLEMS)
def test_message_names_the_value_the_setting_or_both(code: str) -> None:
    message, _ = PROBLEMS[code]
    named = {name for _, name, _, _ in string.Formatter().parse(message) if name}
    literal = re.search(r"'\*'|'null'", message) is not None
    assert literal or named & {"value", "plain", "field", "endpoint"}


# One problem.


def test_problem_holds_code_field_and_value() -> None:
    found = slash()
    assert (found.code, found.field, found.value) == (
        "origin-path",
        "origins",
        "https://a.example/",
    )


def test_problem_names_value_rule_and_fix() -> None:
    assert str(slash()) == (
        "origin 'https://a.example/': an Origin header never has a path. Write 'https://a.example'."
    )


def test_braces_in_a_value_are_shown_as_they_are() -> None:
    found = problem("method", "methods", "{field}{0}{value.__class__}")
    assert "'{field}{0}{value.__class__}'" in found.message


@pytest.mark.parametrize("value", ["a\r\nb", "a\x1b[31mb", "a\x85b", "a\u2028b"], ids=ascii)
def test_control_character_in_a_value_is_escaped_in_the_message(value: str) -> None:
    message = problem("method", "methods", value).message
    assert message.isprintable()


def test_long_value_is_shortened_in_the_message() -> None:
    assert len(problem("method", "methods", "x" * 100_000).message) < 300


def test_long_list_is_shortened_in_the_message() -> None:
    found = problem("list-type", "methods", list(range(100_000)))
    assert len(found.message) < 300


def test_long_value_is_kept_whole() -> None:
    assert problem("method", "methods", "x" * 100_000).value == "x" * 100_000


def test_number_too_long_to_print_is_a_problem_all_the_same() -> None:
    """Python refuses to write numbers of more than 4300 digits."""
    assert problem("max-age", "max_age", -(10**5000), suggestion="max_age=600").code == "max-age"


def test_value_that_can_not_be_shown_is_a_problem_all_the_same() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    assert "Broken" in problem("origin-type", "origins", Broken()).message


def test_value_that_shows_as_several_lines_is_shown_on_one() -> None:
    class Table:
        def __repr__(self) -> str:
            return "Table(\n  1\n)\x1b[31m"

    assert problem("origin-type", "origins", Table()).message.isprintable()


def test_problem_about_an_unhashable_value_is_hashable() -> None:
    assert hash(problem("origin-type", "origins", [])) == hash(
        problem("origin-type", "origins", [])
    )


def test_problem_is_frozen() -> None:
    with pytest.raises(AttributeError):
        slash().code = "other"  # type: ignore[misc]


def test_located_problem_begins_with_its_place() -> None:
    (found,) = with_location([negative()], "blueprint api")
    assert found.message.startswith("blueprint api: max_age -1 ")


def test_located_problem_keeps_everything_else() -> None:
    (found,) = with_location([negative()], "blueprint api")
    kept = (found.code, found.field, found.value, found.hint)
    assert kept == ("max-age", "max_age", -1, "Write max_age=600.")


# Did you mean?


def test_close_name_is_the_one_that_was_meant() -> None:
    assert did_you_mean("orgins", ["origins", "methods"], "They") == "Did you mean origins?"


def test_name_like_none_is_answered_with_all_of_them() -> None:
    assert did_you_mean("xyz", ["b", "a"], "The settings") == "The settings are: a, b."


# The error.


def test_error_is_a_value_error() -> None:
    assert issubclass(PolicyError, ValueError)


def test_error_holds_its_problems_in_order() -> None:
    assert PolicyError([slash(), negative()]).errors == (slash(), negative())


def test_error_with_one_problem_is_its_text_and_code() -> None:
    assert str(PolicyError([negative()])) == f"{negative()} [max-age]"


def test_error_with_several_lists_each_with_fix_and_code() -> None:
    assert str(PolicyError([slash(), negative()])).splitlines() == [
        "2 problems in the cross-origin configuration",
        "  1. origin 'https://a.example/': an Origin header never has a path.",
        "     Write 'https://a.example'. [origin-path]",
        f"  2. {negative().message}",
        "     Write max_age=600. [max-age]",
    ]


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_error_survives_a_way_to_another_process(
    again: Callable[[PolicyError], PolicyError],
) -> None:
    error = PolicyError([slash(), negative()])
    assert again(error).errors == error.errors


def test_warning_is_a_user_warning() -> None:
    assert issubclass(CrossOriginWarning, UserWarning)
