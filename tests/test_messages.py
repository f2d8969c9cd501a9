"""Messages: templates, their text, and suggested names."""

import pytest

from flask_crossorigin.core.messages import Message, did_you_mean, edit_distance
from flask_crossorigin.core.text import short_repr

TEMPLATE = Message("{field} {value} is wrong.", "Write {suggestion}.")


def test_facts_are_filled_into_text_and_hint() -> None:
    assert TEMPLATE.format(field="max_age", value=-1, suggestion="0") == Message(
        "max_age -1 is wrong.", "Write 0."
    )


def test_template_is_not_changed() -> None:
    TEMPLATE.format(field="max_age", value=-1, suggestion="0")
    assert Message("{field} {value} is wrong.", "Write {suggestion}.") == TEMPLATE


def test_braces_in_a_fact_are_not_filled() -> None:
    assert TEMPLATE.format(field="{value}", value=1, suggestion="0").text == "{value} 1 is wrong."


def test_str_is_text_and_hint() -> None:
    assert str(Message("It is wrong.", "Write 0.")) == "It is wrong. Write 0."


def test_close_name_is_suggested() -> None:
    assert did_you_mean("orgins", ["origins", "methods"], "They") == "Did you mean origins?"


def test_without_a_close_name_all_are_listed() -> None:
    assert did_you_mean("xyz", ["b", "a"], "The settings") == "The settings are: a, b."


@pytest.mark.parametrize(
    ("first", "second", "edits"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("abc", "", 3),
        ("origins", "origins", 0),
        ("orgins", "origins", 1),  # one is missing
        ("originss", "origins", 1),  # one too many
        ("oriqins", "origins", 1),  # another one
        ("orgiins", "origins", 1),  # two swapped
        ("orgiin", "origins", 2),
        ("abcd", "badc", 2),
        ("ca", "abc", 3),
        ("abc", "xyz", 3),
    ],
)
def test_edits_are_counted(first: str, second: str, edits: int) -> None:
    assert edit_distance(first, second) == edit_distance(second, first) == edits


def test_a_function_is_shown_without_its_address() -> None:
    shown = short_repr(test_a_function_is_shown_without_its_address)
    assert shown == "<function test_a_function_is_shown_without_its_address>"
