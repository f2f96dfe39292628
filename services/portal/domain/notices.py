"""Notices (告知书): which of them a case has come to, by what the register knows of it."""

from collections.abc import Callable, Mapping
from typing import Any

from services.portal.domain.derived import part, replying, rounds
from shared.kernel.petition_rules import ReviewLevel
from shared.kernel.reply_rules import NoticeKind

Case = Mapping[str, Any]


def is_taken_up(case: Case) -> bool:
    return bool(part(case, "intake").get("accepted_at")) and case["status"] not in (
        "withdrawn",
        "erased",
    )


def is_handed_out(case: Case) -> bool:
    return is_taken_up(case) and bool(case["leads"])


def is_extended(case: Case) -> bool:
    """Returns whether a unit that answers for the case now was given more time."""
    now = (task for task in replying(case) if task["round"] == rounds(case))
    return is_handed_out(case) and any("untold" in task for task in now)


def has_opinion(level: ReviewLevel) -> Callable[[Case], bool]:
    """Returns whether a case has an opinion of the level."""

    def is_given(case: Case) -> bool:
        rows = part(case, "feedback").get("reviews", {}).values()
        return any(level in row.get("opinions", {}) for row in rows)

    return is_given


def is_to_be_heard(case: Case) -> bool:
    """Returns whether a hearing is called and not over."""
    rows = part(case, "feedback").get("reviews", {}).values()
    return is_taken_up(case) and any(row.get("step") == "end-hearing" for row in rows)


def is_repetition(case: Case) -> bool:
    """Returns whether the case was declined because its matter is finally reviewed (不再受理)."""
    return bool(case["status"] == "declined" and part(case, "intake").get("reason") == ENDED)


ENDED = "finally-reviewed"
"""Reason of a refusal: the matter is finally reviewed."""
DUE: Mapping[NoticeKind, Callable[[Case], bool]] = {
    "acceptance": is_taken_up,
    "refusal": lambda case: case["status"] == "declined",
    "forwarding": is_handed_out,
    "forwarding-notice": is_handed_out,
    "extension": is_extended,
    "review": has_opinion("review"),
    "recheck": has_opinion("recheck"),
    "no-further": is_repetition,
    "hearing": is_to_be_heard,
}


def notices_of(case: Case, known: Mapping[NoticeKind, object]) -> list[NoticeKind]:
    """Returns the notices that the case has come to, of those that the policy row has."""
    return [notice for notice, is_due in DUE.items() if notice in known and is_due(case)]
