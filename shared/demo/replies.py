"""Replies of the play: draft, signature, delivery and the proposal for disclosure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.demo.case import LEADER, Act, Case, staff, tasks
from shared.ledger_import.client import Refused

LETTER = (
    "您提出的意见收悉，经研究答复如下：有关工作已作安排，具体措施和时限见正文。感谢您的关心和支持。"
)
OUTCOMES = {
    "A": "supported",
    "B": "partly-supported",
    "C": "explained",
    "D": "not-supported",
}
"""Outcomes of petitions (信访工作条例第32条), by the column of the ledger."""
MEANINGS = {"A": "solved", "B": "in-progress", "C": "deferred", "D": "reference"}
DISCLOSED = {
    "主动公开（全文）": {"mode": "open", "form": "full"},
    "主动公开（摘要）": {"mode": "open", "form": "abstract"},
    "依申请公开": {"mode": "on-request", "reason": "internal-matter"},
    "不予公开": {"mode": "closed", "reason": "internal-matter"},
}
FIRST_NUMBER = {"suggestion": 0, "proposal": 1000, "petition": 2000, "hotline": 3000}
"""Ledgers of several kinds count from 1, a unit's letters of a year do so once."""
CLOSED = {"mode": "closed", "reason": "personal-privacy"}


SEALED = frozenset({"petition", "hotline"})


def proposal(case: Case) -> Mapping[str, Any]:
    if case.says("同意公开") == "否" or case.row.ledger.kind in SEALED:
        return CLOSED
    return DISCLOSED[case.says("公开属性")]


def reply(turn: int) -> Act:
    """Drafts, signs and delivers the reply to every signer (拟稿、签发、答复)."""

    async def act(case: Case, day: date) -> None:
        await case.look()
        for place, (task, row) in enumerate(sorted(tasks(case, "lead", "separate", turn=turn)), 1):
            if not row.get("replied_at"):
                await acknowledge(case, task)
                await reply_task(case, day, task, row["unit"], turn, place)

    return act


async def reply_task(case: Case, day: date, task: str, unit: str, turn: int, place: int) -> None:
    """`place` counts the units that answer one case, each with a number of its own."""
    path = f"/handling/v1/cases/{case.id}/tasks/{task}"
    meaning = meaning_of(case, turn)
    draft: dict[str, Any] = {"text": LETTER,
             "meaning": meaning, "disclosure": proposal(case)}  # fmt: skip
    if meaning == "in-progress":
        draft["target_date"] = date(day.year, 12, 31).isoformat()
    serial = FIRST_NUMBER[case.row.ledger.kind] + int(case.fields["serial"])
    number = f"{case.words[unit]}〔{day.year}〕{serial}-{turn}{place}号"
    await case.do(f"{path}/drafts", staff(unit, "handler"), draft, f"draft-{task}")
    signer = staff(unit, "head") if turn == 1 else LEADER
    await case.do(f"{path}/signature", signer, {"number": number}, f"sign-{task}")
    for who in case.page["intake"]["proposers"]:
        body = {"recipient": who["id"], "mode": "in-person" if who["known"] else "mail"}
        await case.do(
            f"{path}/deliveries", staff(unit, "handler"), body, f"deliver-{task}-{who['id']}"
        )


def meaning_of(case: Case, turn: int) -> str:
    meanings = OUTCOMES if case.row.ledger.kind == "petition" else MEANINGS
    return meanings[case.says("办理结果") if turn == 1 else "A"]


async def acknowledge(case: Case, task: str) -> None:
    """Acknowledges every escalation of the task before the reply goes out."""
    clocks = case.page.get("reminder", {}).get("clocks", {})
    for clock, row in clocks.items():
        if row.get("acknowledge_by") and row.get("told") and row["subject"] == task:
            path = f"/reminder/v1/cases/{case.id}/clocks/{clock}/acknowledgement"
            try:
                await case.do(
                    path, row["told"], {"rung": row["rung"]}, f"ack-{clock}-{row['rung']}"
                )
            except Refused as refused:
                if refused.rule != "escalation-unknown":
                    raise
