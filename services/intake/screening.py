"""HTTP routes of screening: the checklist of a paper, its acceptance, its refusal, the notice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, Field

from services.intake import queries, registering, views
from services.intake.calls import router
from services.intake.domain.authorization import relations
from services.intake.domain.screening.checks import observation, size_of
from services.intake.domain.screening.commands import (
    AcceptCase,
    DeclineCase,
    NotifyRefusal,
    SendBackCase,
)
from services.intake.domain.screening.decider import UNDECIDED
from services.intake.domain.state import Case
from services.intake.others import status_of_whole
from shared.contracts import signers
from shared.contracts.payloads import intake as payloads
from shared.contracts.payloads import screening
from shared.http.accepted import Accepted
from shared.http.fields import CaseId, Code, Note
from shared.http.forms import Form
from shared.kernel.check_rules import MOST_CHECKS, CheckRules, Measure
from shared.kernel.codes import Receipt
from shared.kernel.form_words import titled
from shared.service.api.request_context import Edge, ServiceEdge

__all__ = ["router"]


class CheckAnswer(screening.CheckAnswer, Form):
    check: Annotated[Code, Field(examples=["one-matter"])]


class Checklist(screening.Checklist, Form):
    """`checks` are those of `GET …/checklist`, each answered once; none where it has none."""

    checks: Annotated[tuple[CheckAnswer, ...], Field(max_length=MOST_CHECKS)] = ()

    def answers(self) -> screening.Checklist:
        fields = [answer.fields(screening.CheckAnswer) for answer in self.checks]
        return screening.Checklist(checks=tuple(screening.CheckAnswer(**each) for each in fields))


class ObservedView(BaseModel):
    """系统核对的结果：`length` 正文字数，`signatures` 未确认的联名人数，`likeness` 相同的件数，
    `conclusion` 所重复的原信访件中已经复核终结的件数。"""

    what: Measure
    number: Annotated[int, Field(examples=[812])]
    fits: Annotated[bool | None, Field(description="是否符合；只供参考而不能判断的为空")]


class CheckView(BaseModel):
    """一项核对。系统核对的结果只供参考，判断由审查人作出。"""

    check: Annotated[str, Field(examples=["length"])]
    name: Annotated[str, Field(examples=["篇幅适当"])]
    must: Annotated[bool, Field(description="不符合的，不能立案；否则说明理由后可以立案")]
    basis: Annotated[str, Field(description="核对的依据", examples=["部署约定"])]
    least: Annotated[int | None, Field(description="至少多少字")]
    most: Annotated[int | None, Field(description="至多多少字")]
    observed: Annotated[ObservedView | None, Field(description="系统不能核对的为空")]


class AnswerView(BaseModel):
    """一项判断；说明按权限显示。"""

    check: str
    name: str
    met: bool
    note: str | None


class AnsweredView(BaseModel):
    """最近一次审查的核对结果。"""

    step: Annotated[str, Field(description="审查的结论", examples=["立案"])]
    at: datetime
    by: str
    checks_of: Annotated[str | None, Field(description="核对项目所属的办理规则版本")]
    answers: list[AnswerView]


class ChecklistView(BaseModel):
    """待审查的件须逐项核对的项目，按现行办理规则；没有核对项目的类件、审查已有结论的件为空。"""

    checks: list[CheckView]
    answered: AnsweredView | None


@router.get("/cases/{case_id}/checklist", summary="审查核对项目 Checklist of the screening")
async def read_checklist(case_id: CaseId, edge: Edge) -> ChecklistView:
    """立案、不予立案、退回、转送前逐项核对的项目，系统能够核对的结果，以及最近一次审查的判断。"""
    stream = f"intake-{case_id}"
    await edge.check("read-checklist", stream)
    case: Case = await edge.state(stream)
    roles = relations(edge.actor, None, case)
    alike = await views.similar(case.paper, case_id, roles, edge)
    rows = views.row_of(case, edge).checks if case.status in UNDECIDED else {}
    ended = await concluded_before(case, edge)
    seen = {"alike": alike, "concluded": ended}
    checks = [check_view(code, check, case, seen) for code, check in rows.items()]
    may_read = edge.allows("read-text", roles, case.status)
    words = partial(edge.readable, case_id=case_id, may_read=may_read)
    return ChecklistView(checks=checks, answered=await answered(case, words))


Seen = Mapping[str, Sequence[str]]
"""Other cases that the machine knows of: those alike, and earlier ones that are finally
reviewed."""


async def concluded_before(case: Case, edge: ServiceEdge) -> tuple[str, ...]:
    """Returns the cases that the paper repeats, and that are finally reviewed."""
    readers, known = await edge.live("readers"), edge.visible("read-case")
    return await queries.concluded_among(readers, case.particulars.earlier, known)


def check_view(code: str, check: CheckRules, case: Case, seen: Seen) -> CheckView:
    return CheckView(
        check=code,
        name=views.words_of(case)("check", code),
        must=check.unmet == "refuse",
        basis=check.basis,
        least=check.least,
        most=check.most,
        observed=observed(check, case, seen),
    )


async def answered(case: Case, words: views.Readable) -> AnsweredView | None:
    """Returns the checklist of the newest screening; None before the first one."""
    if (fact := case.screened) is None:
        return None
    name = views.words_of(case)
    answers = [
        AnswerView(
            check=one.check,
            name=name("check", one.check),
            met=one.met,
            note=await words(one.note),
        )
        for one in fact.checks
    ]
    step = name("fact", fact.type.rsplit(".v", 1)[0])
    head = {"at": fact.at, "by": fact.by, "checks_of": fact.checks_of}
    return AnsweredView(**head, step=step, answers=answers)


def observed(check: CheckRules, case: Case, seen: Seen) -> ObservedView | None:
    """Returns what the machine can tell of a check; None where it can tell nothing."""
    if check.observes is None:
        return None
    numbers = {
        "length": size_of(case.text),
        "signatures": len(case.unconfirmed),
        "likeness": len(seen["alike"]),
        "conclusion": len(seen["concluded"]),
    }
    number, fits = numbers[check.observes], observation(check, case, seen["concluded"])
    return ObservedView(what=check.observes, number=number, fits=fits)


async def judged(case_id: str, body: Checklist, edge: ServiceEdge) -> dict[str, Any]:
    """Returns the answers to the checks, and the edition that they are about."""
    case: Case = await edge.state(f"intake-{case_id}")
    ended = await concluded_before(case, edge)
    return {
        "checks": body.answers().checks,
        "edition": case.edition,
        "concluded": ended,
        "parts": await queries.parts_of(await edge.live("readers"), case_id),
    }


class Acceptance(Checklist):
    """信访件须有信访目的：登记时已填的可以不填，所填与登记不同的以所填为准。"""

    purpose: Annotated[
        Code | None, titled("信访目的", codes="purpose", hint="信访件填写；登记时已填的可以不填")
    ] = None


@router.post("/cases/{case_id}/acceptance", status_code=201, summary="立案 Accept")
async def accept_case(case_id: CaseId, body: Acceptance, edge: Edge) -> Accepted:
    """立案后，建议、议案、提案的案由和内容不再加密；信访件、热线信箱件始终加密。"""
    case: Case = await edge.state(f"intake-{case_id}")
    command = AcceptCase(
        at=edge.now(),
        by=edge.actor.sub,
        holder=await registering.other_holder(case_id, edge),
        purpose=body.purpose,
        whole=await status_of_whole(case, edge),
        **await judged(case_id, body, edge),
    )
    return await edge.dispatch(f"intake-{case_id}", command)


class Refusal(payloads.Refusal, Checklist):
    """`reason` is one of the codes that the policy allows for the kind."""

    reason: Annotated[Code, Field(examples=["outside-remit"])]
    note: Note = ""


@router.post("/cases/{case_id}/refusal", status_code=201, summary="不予立案 Decline")
async def decline_case(case_id: CaseId, body: Refusal, edge: Edge) -> Accepted:
    """须填写该类件规定的理由代码，并告知提出人。"""
    fields = body.fields(payloads.Refusal) | await judged(case_id, body, edge)
    command = DeclineCase(at=edge.now(), by=edge.actor.sub, **fields)
    return await edge.dispatch(f"intake-{case_id}", command)


@router.post("/cases/{case_id}/return", status_code=201, summary="退回修改 Send back")
async def send_back_case(case_id: CaseId, body: Refusal, edge: Edge) -> Accepted:
    """退回提出人修改；修改后再交，仍是本件。"""
    fields = body.fields(payloads.Refusal) | await judged(case_id, body, edge)
    command = SendBackCase(at=edge.now(), by=edge.actor.sub, **fields)
    return await edge.dispatch(f"intake-{case_id}", command)


class Notice(signers.Notice, Form):
    """不予立案、退回、转办的书面告知，送领衔人；电话告知不算。可以补记送达当日。"""

    receipt: Annotated[Receipt, Field(description="邮政回执号，或本单位回执的年度和序号")] = ""


@router.post("/cases/{case_id}/refusal-notice", status_code=201, summary="告知 Notify refusal")
async def notify_refusal(case_id: CaseId, body: Notice, edge: Edge) -> Accepted:
    """登记已书面告知提出人不予立案、退回或者转办及其理由。"""
    command = NotifyRefusal(at=edge.now(), by=edge.actor.sub, **body.fields(signers.Notice))
    return await edge.dispatch(f"intake-{case_id}", command)
