"""Decisions: the reasons, the outcomes, and what a decision contains."""

import dataclasses
import enum
import re

import pytest

from flask_crossorigin import Outcome, Policy, Reason
from flask_crossorigin.core.actual import (
    CallPredicate,
    decide_actual,
)
from flask_crossorigin.core.decision import REASON_MESSAGES, decision_for
from flask_crossorigin.core.preflight import (
    PreflightRequest,
    decide_preflight,
)

from .core_helpers import (
    APP,
    ORIGIN,
    call_predicate,
    compiled,
    never,
)

# Reasons and outcomes.


def test_reasons_are_complete() -> None:
    assert sorted(str(each) for each in Reason) == [
        "allowed",
        "disabled",
        "header-malformed",
        "header-not-allowed",
        "method-not-allowed",
        "no-match",
        "not-cors",
        "origin-check-failed",
        "origin-insecure",
        "origin-malformed",
        "origin-not-allowed",
        "request-headers-too-long",
        "routing-failed",
    ]


def test_outcomes_are_complete() -> None:
    assert [str(each) for each in Outcome] == ["allowed", "denied", "passed"]


@pytest.mark.parametrize("closed", [Reason, Outcome])
def test_enum_has_no_other_value(closed: type[enum.Enum]) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        closed("nonsense")


@pytest.mark.parametrize("closed", [Reason, Outcome])
def test_enum_can_not_be_extended(closed: type[enum.Enum]) -> None:
    with pytest.raises(TypeError, match="extend"):
        enum.EnumMeta("More", (closed,), enum.EnumMeta.__prepare__("More", (closed,)))


@pytest.mark.parametrize("each", [*Reason, *Outcome])
def test_text_of_a_reason_or_outcome_is_its_code(each: Reason | Outcome) -> None:
    assert [str(each), f"{each}", "%s" % each] == [each.value] * 3  # noqa: UP031 - as logging does


@pytest.mark.parametrize("each", [*Reason, *Outcome])
def test_reason_or_outcome_is_equal_to_its_code(each: Reason | Outcome) -> None:
    assert each == each.value


@pytest.mark.parametrize("reason", Reason)
def test_reason_has_a_message(reason: Reason) -> None:
    assert re.fullmatch(r"[A-Z][^{}%\n]+\.", REASON_MESSAGES[reason])


def test_only_reasons_have_messages() -> None:
    assert REASON_MESSAGES.keys() == set(Reason)


# Decisions.


@pytest.mark.parametrize("reason", Reason)
def test_outcome_follows_from_the_reason(reason: Reason) -> None:
    outcome = {
        Reason.ALLOWED: Outcome.ALLOWED,
        Reason.NOT_CORS: Outcome.PASSED,
        Reason.DISABLED: Outcome.PASSED,
    }.get(reason, Outcome.DENIED)
    assert decision_for(reason, None, "").outcome is outcome


@pytest.mark.parametrize("reason", Reason)
def test_page_may_read_what_is_allowed_and_what_has_no_origin(reason: Reason) -> None:
    allowed = reason in (Reason.ALLOWED, Reason.NOT_CORS)
    assert decision_for(reason, None, "").allowed is allowed


def test_decision_has_reason_policy_scope_and_headers() -> None:
    policy = Policy(origins=[APP])
    decision = decision_for(Reason.ALLOWED, policy, "view marks", (ORIGIN,))
    kept = (decision.reason, decision.policy, decision.scope, decision.headers)
    assert kept == (Reason.ALLOWED, policy, "view marks", (ORIGIN,))


def test_decision_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        decision_for(Reason.ALLOWED, None, "").outcome = Outcome.DENIED  # type: ignore[misc]


@pytest.mark.parametrize("call", [call_predicate, never])
def test_decision_has_policy_and_scope(call: CallPredicate) -> None:
    policy = compiled()
    decided = [
        decide_actual(policy, "blueprint api", APP, call),
        decide_preflight(policy, "blueprint api", PreflightRequest(APP, "PUT", ""), call),
    ]
    assert [(each.policy, each.scope) for each in decided] == [(policy.policy, "blueprint api")] * 2
