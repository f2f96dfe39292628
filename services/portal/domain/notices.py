"""Notices (告知书): which of them a case has come to, by what the register knows of it."""

from collections.abc import Callable, Mapping
from typing import Any

from services.portal.domain.derived import part, replying, rounds
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


DUE: Mapping[NoticeKind, Callable[[Case], bool]] = {
    "acceptance": is_taken_up,
    "refusal": lambda case: case["status"] == "declined",
    "forwarding": is_handed_out,
    "forwarding-notice": is_handed_out,
    "extension": is_extended,
}


def notices_of(case: Case, known: Mapping[NoticeKind, object]) -> list[NoticeKind]:
    """Returns the notices that the case has come to, of those that the policy row has."""
    return [notice for notice, is_due in DUE.items() if notice in known and is_due(case)]
