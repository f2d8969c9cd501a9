"""Problems of a configuration, and the error that contains them."""

import copy
import pickle
from collections.abc import Callable

import pytest

from flask_crossorigin.core.errors import (
    CrossOriginWarning,
    PolicyError,
    PolicyProblem,
    with_location,
)
from flask_crossorigin.core.problems import problem


def slash() -> PolicyProblem:
    return problem("origin-path", "origins", "https://a.example/", suggestion="'https://a.example'")


def negative() -> PolicyProblem:
    return problem("max-age", "max_age", -1, suggestion="max_age=600")


# One problem.


def test_problem_about_an_unhashable_value_is_hashable() -> None:
    assert hash(problem("origin-type", "origins", [])) == hash(
        problem("origin-type", "origins", [])
    )


def test_problem_is_frozen() -> None:
    with pytest.raises(AttributeError):
        slash().code = "other"  # type: ignore[misc]


def test_message_with_location_begins_with_it() -> None:
    (found,) = with_location([negative()], "blueprint api")
    assert found.message.startswith("blueprint api: max_age -1 ")


def test_problem_with_location_keeps_everything_else() -> None:
    (found,) = with_location([negative()], "blueprint api")
    others = (found.code, found.field, found.value, found.hint)
    assert others == ("max-age", "max_age", -1, "Write max_age=600.")


# The error.


def test_error_is_a_value_error() -> None:
    assert issubclass(PolicyError, ValueError)


def test_error_has_its_problems_in_order() -> None:
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
    "copied",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_copy_of_an_error_has_the_same_problems(
    copied: Callable[[PolicyError], PolicyError],
) -> None:
    error = PolicyError([slash(), negative()])
    assert copied(error).errors == error.errors


def test_warning_is_a_user_warning() -> None:
    assert issubclass(CrossOriginWarning, UserWarning)
