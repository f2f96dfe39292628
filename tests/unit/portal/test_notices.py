"""Notices that a case has come to, by what the register knows of it."""

from typing import Any

import pytest

from services.portal.domain.notices import DUE, notices_of

KNOWN = dict.fromkeys(DUE, object())
TAKEN: dict[str, Any] = {
    "status": "assigned",
    "leads": ["u-hou"],
    "intake": {"accepted_at": "2025-03-03T01:00:00.000Z"},
}
HANDED_OUT = ["acceptance", "forwarding", "forwarding-notice"]


def task(round_: int, **told: bool) -> dict[str, Any]:
    return {"part": "lead", "round": round_, **told}


def with_tasks(*tasks: dict[str, Any]) -> dict[str, Any]:
    return TAKEN | {"handling": {"tasks": {str(at): each for at, each in enumerate(tasks)}}}


def with_review(**row: Any) -> dict[str, Any]:
    return TAKEN | {"feedback": {"reviews": {"t": row}}}


def declined(reason: str) -> dict[str, Any]:
    return {"status": "declined", "leads": [], "intake": {"reason": reason}}


@pytest.mark.parametrize(
    ("case", "notices"),
    [
        (TAKEN, HANDED_OUT),
        (TAKEN | {"leads": []}, ["acceptance"]),
        (TAKEN | {"intake": {}}, []),
        (TAKEN | {"status": "withdrawn"}, []),
        (TAKEN | {"status": "erased"}, []),
        (with_tasks(task(1)), HANDED_OUT),
        (with_tasks(task(1, untold=False)), [*HANDED_OUT, "extension"]),
        (with_tasks(task(1, untold=True), task(2)), HANDED_OUT),
        (with_review(opinions={}), HANDED_OUT),
        (with_review(opinions={"review": "upheld"}), [*HANDED_OUT, "review"]),
        (with_review(opinions={"recheck": "upheld"}), [*HANDED_OUT, "recheck"]),
        (with_review(step="end-hearing"), [*HANDED_OUT, "hearing"]),
        (with_review(step="decide-review"), HANDED_OUT),
        (declined("outside-remit"), ["refusal"]),
        (declined("finally-reviewed"), ["refusal", "no-further"]),
    ],
)
def test_a_case_has_come_to_these_notices(case: dict[str, Any], notices: list[str]) -> None:
    assert notices_of(case, KNOWN) == notices


def test_only_notices_of_the_row_are_printed() -> None:
    assert notices_of(TAKEN, {"forwarding": object()}) == ["forwarding"]
