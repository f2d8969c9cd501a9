"""The table of problems, and the values in their messages."""

import re
import string

import pytest

from flask_crossorigin.core.errors import PolicyProblem
from flask_crossorigin.core.problems import PROBLEMS, problem


def slash() -> PolicyProblem:
    return problem("origin-path", "origins", "https://a.example/", suggestion="'https://a.example'")


# The table.


@pytest.mark.parametrize("code", PROBLEMS)
def test_code_is_in_lower_case_with_hyphens(code: str) -> None:
    assert re.fullmatch("[a-z]+(-[a-z]+)*", code)


@pytest.mark.parametrize("code", PROBLEMS)
def test_message_is_one_sentence(code: str) -> None:
    message, _ = PROBLEMS[code]
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("code", PROBLEMS)
def test_hint_is_a_sentence_or_a_suggestion(code: str) -> None:
    _, hint = PROBLEMS[code]
    assert hint == "{suggestion}" or hint.endswith((".", "?"))


@pytest.mark.parametrize("code", PROBLEMS)
def test_message_names_the_value_the_setting_or_both(code: str) -> None:
    message, _ = PROBLEMS[code]
    named = {name for _, name, _, _ in string.Formatter().parse(message) if name}
    literal = re.search(r"'\*'|'null'", message) is not None
    assert literal or named & {"value", "plain", "field", "endpoint"}


# One problem.


def test_problem_has_code_field_and_value() -> None:
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


def test_braces_in_a_value_are_shown_unchanged() -> None:
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


def test_long_value_is_complete_in_the_problem() -> None:
    assert problem("method", "methods", "x" * 100_000).value == "x" * 100_000


def test_number_too_long_to_print_can_be_a_value() -> None:
    """Python refuses to write numbers of more than 4300 digits."""
    assert problem("max-age", "max_age", -(10**5000), suggestion="max_age=600").code == "max-age"


def test_object_whose_repr_fails_can_be_a_value() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    assert "Broken" in problem("origin-type", "origins", Broken()).message


def test_repr_of_several_lines_is_shown_on_one() -> None:
    class Table:
        def __repr__(self) -> str:
            return "Table(\n  1\n)\x1b[31m"

    assert problem("origin-type", "origins", Table()).message.isprintable()
