"""Raters are named on the case page as feedback and reminder would name them, in no other way."""

from typing import Any

import pytest

from services.portal.domain.parts import shown_to
from shared.kernel.actor import Actor
from tests.unit.portal.test_parts import allows, person

AT = "2025-06-02T01:00:00.000Z"
FIRST, SECOND = "f" * 12, "0" * 12
"""Opened in this order, which is that of the signers and not that of the ids."""
CLOCK_OF_FIRST, CLOCK_OF_UNIT = "c" * 12, "d" * 12


def form(rater: str, **changes: Any) -> dict[str, Any]:
    return {"unit": "u-tra", "round": 1, "task": "t", "rater": rater} | changes


def line(**about: Any) -> dict[str, Any]:
    return {"at": AT, "recorded": AT, "type": "x.y.v1", "version": 1, "actor": "system:x"} | about


def case(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two signers are asked about one reply."""
    forms = {FIRST: form("p-d1", **first), SECOND: form("p-d2", **second)}
    rating = {"rule": "rating", "subject": FIRST, "unit": None, "person": "p-d1"}
    reply = {"rule": "reply", "subject": "t", "unit": "u-tra", "person": None, "told": "p-tra-2"}
    return {
        "agency": "u-city",
        "kind": "suggestion",
        "channel": "session",
        "client": "c-npc",
        "proposers": ["p-d1", "p-d2"],
        "assignment": {"tasks": {"t": {"unit": "u-tra", "part": "lead", "status": "received"}}},
        "feedback": {
            "evaluations": forms,
            "timeline": [
                line(evaluation=FIRST),
                line(evaluation=SECOND),
                line(evaluation=FIRST, actor="p-d1", type="case.rated.v1"),
            ],
        },
        "reminder": {
            "clocks": {CLOCK_OF_FIRST: rating, CLOCK_OF_UNIT: reply},
            "timeline": [
                line(clock=CLOCK_OF_FIRST, rule="rating", person="p-d1"),
                line(clock=CLOCK_OF_UNIT, rule="reply", person="p-tra-2"),
            ],
        },
    }


RUNNING = case({"overall": "unsatisfied"}, {})
SETTLED = case({"overall": "satisfied"}, {"lapsed": True})
REHANDLING = case({"overall": "unsatisfied", "rehandling": 2}, {"lapsed": True})
UNIT, OFFICE = person("handler", "u-tra"), person("office", "u-npcsc-dep")


def shown(actor: Actor, page: dict[str, Any]) -> dict[str, Any]:
    return shown_to(actor, page, allows)


@pytest.mark.parametrize("page", [RUNNING, REHANDLING], ids=["one-silent", "next-round-awaited"])
def test_the_unit_finds_no_rater_anywhere_on_the_page_before_all_were_heard(
    page: dict[str, Any],
) -> None:
    seen = shown(UNIT, page)
    parts = [seen[owner] for owner in ("feedback", "reminder")]
    assert "p-d1" not in str(parts)
    assert "p-d2" not in str(parts)
    assert list(seen["feedback"]["evaluations"]) == [SECOND, FIRST]
    told = [*seen["feedback"]["timeline"], seen["reminder"]["timeline"][0]]
    assert [each.get("evaluation") or each.get("clock") for each in told] == [None] * 4
    assert [each["actor"] for each in told] == [None] * 4


def test_what_a_unit_owes_keeps_its_names() -> None:
    reminder = shown(UNIT, RUNNING)["reminder"]
    assert reminder["clocks"][CLOCK_OF_UNIT]["told"] == "p-tra-2"
    assert reminder["timeline"][1] == RUNNING["reminder"]["timeline"][1]


def test_the_unit_learns_the_raters_when_all_were_heard() -> None:
    assert shown(UNIT, SETTLED)["feedback"] == SETTLED["feedback"]


def test_another_unit_of_the_case_does_not_learn_the_raters_of_a_reply() -> None:
    page = {**SETTLED, "assignment": {"tasks": {**SETTLED["assignment"]["tasks"]}}}
    page["assignment"]["tasks"]["o"] = {"unit": "u-hou", "part": "separate", "status": "received"}
    forms = shown(person("head", "u-hou"), page)["feedback"]["evaluations"]
    assert [row["rater"] for row in forms.values()] == [None, None]


def test_a_signer_learns_no_other_signers_rating() -> None:
    """Feedback names each rater to himself."""
    seen = shown(Actor("p-d2"), SETTLED)["feedback"]
    assert {row["rater"] for row in seen["evaluations"].values()} == {"p-d2", None}
    assert [each.get("evaluation") for each in seen["timeline"]] == [None, SECOND, None]
    assert "p-d1" not in str(seen)


@pytest.mark.parametrize(
    "reader", [OFFICE, Actor("c-npc", client_of="u-city")], ids=["organ", "platform"]
)
def test_the_organ_and_the_platform_learn_them_always(reader: Actor) -> None:
    assert shown(reader, RUNNING)["feedback"] == RUNNING["feedback"]


def test_the_organ_learns_whom_a_clock_chases() -> None:
    assert shown(OFFICE, RUNNING)["reminder"] == RUNNING["reminder"]
