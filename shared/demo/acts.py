"""Acts of the play: each is one call or a few calls of the public APIs, on one day of a case."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.contracts.payloads.handling import IN_PERSON
from shared.demo.case import DECIDER, REVIEWER, Act, Case, staff, tasks
from shared.demo.replies import proposal


async def accept(case: Case, day: date) -> None:
    """Goes through the checklist; of what the system observed otherwise, the officer says why."""
    place = f"/intake/v1/cases/{case.id}"
    rows = (await case.api.get(f"{place}/checklist", case.officer))["checks"]
    checks = [judged(row) for row in rows]
    await case.do(f"{place}/acceptance", case.officer, {"checks": checks}, "accept")


def judged(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the answer to a check of a paper without a fault."""
    if (row["observed"] or {}).get("fits") is False:
        return {"check": row["check"], "met": False, "note": "内容完整，按原件审查"}
    return {"check": row["check"], "met": True}


async def assign(case: Case, day: date) -> None:
    """Assigns 主办 with 协办, or 分办 where the ledger splits the matter."""
    separate = [name for name in case.says("分办单位").split("、") if name]
    body: list[dict[str, str]] = [
        {"unit": case.units[name], "part": "separate", "scope": f"第{number}部分"}
        for number, name in enumerate(separate, 1)
    ]
    if not separate:
        lead = case.says("主办单位") or case.says("承办单位")
        helpers = [name for name in case.says("协办单位").split("、") if name and name != lead]
        body = [{"unit": case.units[lead], "part": "lead"}]
        body += [{"unit": case.units[name], "part": "co"} for name in helpers]
    await case.do(
        f"/assignment/v1/cases/{case.id}/assignments", case.officer, {"tasks": body}, "assign"
    )


def assigned(case: Case, *states: str) -> list[tuple[str, str]]:
    found = case.page.get("assignment", {}).get("tasks", {}).items()
    return [(task, row["unit"]) for task, row in found if row["status"] in states]


async def receive(case: Case, day: date) -> None:
    """Signs for the tasks that are not signed for yet (签收), also for a unit that took over
    after a return."""
    await case.look()
    for task, unit in assigned(case, "assigned"):
        path = f"/assignment/v1/cases/{case.id}/tasks/{task}/receipt"
        await case.do(path, staff(unit, "handler"), {}, f"receive-{task}")


OTHER = {"u-dev": "u-ind"}


async def give_back(case: Case, day: date) -> None:
    """Objects as the lead (退办); the office agrees and reassigns to another unit."""
    await case.look()
    for task, unit in assigned(case, "assigned")[:1]:
        other = OTHER.get(unit, "u-dev")
        path = f"/assignment/v1/cases/{case.id}/tasks/{task}"
        reasons = {
            "reason": "outside-remit",
            "explanation": "所提事项不属本单位职责，建议改派",
            "suggested_unit": other,
        }
        await case.do(f"{path}/objection", staff(unit, "handler"), reasons, "object")
        await case.do(
            f"{path}/objection-decision",
            case.officer,
            {"upheld": True, "note": "同意改派"},
            "decide",
        )
        await case.do(f"{path}/reassignment", case.officer, {"unit": other}, "reassign")


MODES = {"走访": "visit", "座谈": "meeting", "电话": "phone", "面商": "meeting", "现场": "on-site"}


def contact(phase: str, turn: int) -> Act:
    async def act(case: Case, day: date) -> None:
        await case.look()
        written = case.row.ledger.kind == "petition"  # 信访件须书面告知
        mode = MODES.get(case.says("联系方式"), "letter" if written else "phone")
        proposers = case.page["intake"]["proposers"]
        body = {
            "phase": phase,
            "mode": mode,
            "on": day.isoformat(),
            "people": [one["id"] for one in proposers if one["part"] == "lead"],
            "summary": "向提出人当面说明办理安排，听取补充意见。",
        }
        waived = {**body, "mode": "not-wanted", "summary": "提出人表示电话沟通即可，不需走访。"}
        for task, row in tasks(case, "lead", "separate", turn=turn):
            path = f"/handling/v1/cases/{case.id}/tasks/{task}/contacts"
            handler, key = staff(row["unit"], "handler"), f"contact-{task}-{phase}"
            await case.do(path, handler, body, key)
            if phase != "after" and case.says("要求面复") == "是" and mode not in IN_PERSON:
                await case.do(path, handler, waived, f"{key}-waived")

    return act


async def give_opinions(case: Case, day: date) -> None:
    await case.look()
    for task, row in tasks(case, "co"):
        path = f"/handling/v1/cases/{case.id}/tasks/{task}/opinion"
        number = f"临会办函〔{day.year}〕{case.fields['serial']}号"
        body = {"text": "我单位同意所提方向，将在职责范围内予以配合。", "doc_no": number}
        await case.do(path, staff(row["unit"], "handler"), body, f"opinion-{task}")


GRADES = {"满意": "satisfied", "基本满意": "basically-satisfied", "不满意": "unsatisfied"}


def rate(turn: int) -> Act:
    """Rates as the ledger says for the first signer and 满意 for the others; 未表态 stays
    silent."""

    async def act(case: Case, day: date) -> None:
        await case.look()
        leads = {p["id"] for p in case.page["intake"]["proposers"] if p["part"] == "lead"}
        for evaluation, row in case.page.get("feedback", {}).get("evaluations", {}).items():
            if row["round"] == turn and not row.get("overall") and row["rater"].startswith("p-"):
                grade = case.says("评价") if row["rater"] in leads and turn == 1 else "满意"
                if grade in GRADES:
                    await rate_one(case, evaluation, row["rater"], GRADES[grade])

    return act


async def rate_one(case: Case, evaluation: str, rater: str, grade: str) -> None:
    body = {"attitude": "satisfied", "result": grade}
    if grade == "unsatisfied":
        body["reason"] = "答复没有回应所提的具体问题，希望给出时间表。"
    path = f"/feedback/v1/cases/{case.id}/evaluations/{evaluation}/rating"
    await case.do(path, rater, body, f"rate-{evaluation}")


async def disclose(case: Case, day: date) -> None:
    """Decides on disclosure as proposed; a second person reviews."""
    await case.look()
    for task, row in case.page.get("disclosure", {}).get("publications", {}).items():
        if row.get("due") and not row.get("mode"):
            path = f"/disclosure/v1/cases/{case.id}/publications/{task}"
            body = dict(proposal(case))
            if body.get("form") == "abstract":
                body["text"] = "办理单位已按建议内容作出安排，具体措施和完成时限已答复提出人。"
            await case.do(f"{path}/decision", DECIDER, body, f"decide-{task}")
            await case.do(f"{path}/review", REVIEWER, {"approved": True}, f"review-{task}")
