"""Decisions of intake that are sent again: what is on record stands, and nobody is told yes to
anything else."""

from datetime import date
from typing import Any

import pytest

from services.intake.domain.classification.commands import ClassifyCase
from services.intake.domain.recusal.commands import NameAgainst
from services.intake.domain.rerouting.commands import DivertCase
from shared.kernel.messages import Command, Event
from shared.testing.organisation import organisation
from tests.unit.intake.papers import (
    CITY,
    OFFICE,
    accept,
    registered,
    rules,
    spec,
)

HOUSING = {"units": ("u-hou",), "agency": "u-city"}


def divert(**changes: Any) -> DivertCase:
    fields: dict[str, Any] = {
        "kind": "suggestion",
        "channel": "session",
        "subject": "urban-environment",
        "reason": "presidium-decision",
        "policy": rules(),
    }
    return DivertCase(**OFFICE, **fields | changes)


def name_against(**changes: Any) -> NameAgainst:
    known = organisation(date(2025, 3, 3), *CITY)
    fields = {**HOUSING, "organisation": known, "policy": rules("petition")}
    return NameAgainst(**OFFICE, **fields | changes)


def classify(**changes: Any) -> ClassifyCase:
    fields = {"purpose": "appeal", "reason": "误登", "policy": rules("petition")}
    return ClassifyCase(**OFFICE, **fields | changes)


@pytest.mark.parametrize(
    ("history", "command", "other"),
    [
        ([registered("motion")], divert(note="主席团决定"), divert(note="另有原因")),
        ([registered("petition")], name_against(), name_against(reason="误登")),
    ],
)
def test_the_same_is_done_already_and_anything_else_is_refused(
    history: list[Event], command: Command, other: Command
) -> None:
    facts = spec.given(*history).when(command).outcome()
    spec.given(*history, *facts).when(command).then_nothing()
    refusal = spec.given(*history, *facts).when(other).refusal()
    assert getattr(refusal, "rule", None) == "recorded-otherwise"


def test_a_purpose_that_the_case_has_is_corrected_by_nothing() -> None:
    (taken,) = spec.given(registered("petition")).when(accept("petition")).outcome()
    history = (registered("petition"), taken)
    spec.given(*history).when(classify()).then_refused("recorded-otherwise", "purpose")
    again = accept("petition", purpose="advice")
    spec.given(*history).when(again).then_refused("recorded-otherwise", "purpose")
