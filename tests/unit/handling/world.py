"""States of the world for the tests of handling: tasks, contacts, opinions, drafts, replies."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from services.handling.domain.authorization import offers
from services.handling.domain.clearance.commands import ReturnDraft, SignReply, SubmitDraft
from services.handling.domain.clearance.rules import digest_of
from services.handling.domain.contacts.commands import RecordContact, ReportProgress
from services.handling.domain.decider import DECIDER
from services.handling.domain.delivery.commands import DeliverReply
from services.handling.domain.extensions.commands import (
    DecideExtension,
    RequestExtension,
    TellExtension,
)
from services.handling.domain.opinions.commands import GiveOpinion
from services.handling.domain.suspensions.commands import (
    DecideSuspension,
    EndSuspension,
    RequestSuspension,
    ResumeTask,
    TellSuspension,
)
from services.handling.domain.tasks.commands import MoveTask, OpenTasks, StopHandling
from shared.contracts import extensions, suspensions
from shared.contracts import handling as facts
from shared.contracts.case_event import CaseMark, Kind, PartInTask, Proposer, Task
from shared.contracts.payloads.handling import DisclosureProposal
from shared.kernel.actor import Actor
from shared.kernel.approval_rules import Approver
from shared.kernel.calendar import midnight_after
from shared.kernel.messages import Event, Sealed
from shared.kernel.policy import Policy
from shared.service.config.policies import load_policies
from shared.testing.given import Specification
from shared.testing.organisation import city, deputy, organisation, person

MONDAY = datetime(2025, 3, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = date(2025, 3, 3)
BOOK = load_policies(Path("deploy/policies"))
SYSTEM = "system:handling"
HANDLER, HEAD, LIAISON = "p-handler", "p-head", "p-liaison"
TEXT = "您提出的建议收悉，现答复如下：……"
LEAD_PROPOSER = Proposer(id="p-d1", known=True, masked="李四", part="lead")
CO_PROPOSER = Proposer(id="p-d2", known=True, masked="王五", part="co")
PROPOSERS = (LEAD_PROPOSER, CO_PROPOSER)
OPEN_IN_FULL = DisclosureProposal(mode="open", form="full")
CITY = organisation(TODAY, city(), deputy("p-d1"), deputy("p-d2"), person("p-aide"))
spec = Specification(DECIDER)


def rules(kind: Kind = "suggestion", channel: str = "session", **changes: Any) -> Policy:
    resolved = BOOK.resolve("u-city", kind, channel, MONDAY)
    return Policy(resolved.row.model_copy(update=changes), resolved.calendar)


RULES = rules()


def mark(kind: Kind = "suggestion", channel: str = "session") -> CaseMark:
    return CaseMark(agency="u-city", kind=kind, channel=channel, period="2025")


def head(at: datetime = MONDAY, round_: int = 1, **where: Any) -> dict[str, Any]:
    return {**mark(**where).model_dump(), "round": round_, "at": at}


def a_task(task: str, unit: str, part: PartInTask, **changes: Any) -> Task:
    due = RULES.due("co-opinion" if part == "co" else "reply", MONDAY)
    first = None if part == "co" else RULES.due("first-contact", MONDAY)
    fields = {"task": task, "unit": unit, "part": part, "first_contact": first, "due": due}
    return Task.model_validate(fields | changes)


LEAD = a_task("a" * 12, "u-hou", "lead")
CO = a_task("c" * 12, "u-fin", "co")
SEPARATE = a_task("5" * 12, "u-pol", "separate", scope="违停")
OTHER_LEAD = a_task("b" * 12, "u-tra", "lead")
OTHER_CO = a_task("d" * 12, "u-pol", "co")
NEXT = a_task("e" * 12, "u-hou", "lead", due=RULES.due("rehandling", MONDAY))


def opened(task: Task = LEAD, round_: int = 1, **changes: Any) -> facts.TaskOpened:
    known = task.model_dump(include={"task", "unit", "part", "scope", "first_contact", "due"})
    fields = {**head(round_=round_), **known, "recipients": PROPOSERS} | changes
    return facts.TaskOpened.model_validate(fields)


def joined(task: Task = CO, round_: int = 1) -> facts.CohandlerJoined:
    known = task.model_dump(include={"task", "unit", "scope", "due"})
    return facts.CohandlerJoined(**head(round_=round_), **known)


def open_tasks(*tasks: Task, round_: int = 1, **changes: Any) -> OpenTasks:
    fields = {"at": MONDAY, "by": SYSTEM, "mark": mark(), "proposers": PROPOSERS} | changes
    return OpenTasks.model_validate({"round": round_, "tasks": tasks, **fields})


def move(task: Task, to: Task, round_: int = 1) -> MoveTask:
    return MoveTask(
        at=MONDAY,
        by=SYSTEM,
        mark=mark(),
        round=round_,
        task=task.task,
        unit=task.unit,
        to=to,
        proposers=PROPOSERS,
        policy=RULES,
    )


def stop(reason: str = "withdrawn") -> StopHandling:
    return StopHandling(at=MONDAY, by=SYSTEM, mark=mark(), reason=reason)


def by(task: Task, person: str, at: datetime = MONDAY, round_: int = 1) -> dict[str, Any]:
    return {**on_task(task, at, round_), "by": person}


def on_task(task: Task, at: datetime = MONDAY, round_: int = 1) -> dict[str, Any]:
    return {**head(at, round_), "task": task.task, "unit": task.unit}


def contacted(task: Task = LEAD, **changes: Any) -> facts.CaseContacted:
    payload = {"phase": "before", "mode": "visit", "on": TODAY, "people": (LEAD_PROPOSER.id,)}
    fields = {**by(task, HANDLER), **payload, "summary": "登门听取意见", **changes}
    return facts.CaseContacted.model_validate(fields)


def reported(task: Task = LEAD) -> facts.ProgressReported:
    return facts.ProgressReported(**by(task, HANDLER), node="investigation", text="已现场踏勘")


def gave_opinion(task: Task = CO, text: str = "资金已列入预算") -> facts.OpinionGiven:
    return facts.OpinionGiven(**by(task, LIAISON), text=text, doc_no="临财建〔2025〕3号")


def drafted(task: Task = LEAD, version: int = 1, **changes: Any) -> facts.DraftSubmitted:
    payload = {"text": TEXT, "meaning": "solved", "disclosure": OPEN_IN_FULL}
    fields = {**by(task, HANDLER), "version": version, **payload, **changes}
    return facts.DraftSubmitted.model_validate(fields)


def returned(task: Task = LEAD, version: int = 1) -> facts.DraftReturned:
    return facts.DraftReturned(**by(task, HEAD), version=version, remark="未逐条答复")


def signed(task: Task = LEAD, **changes: Any) -> facts.ReplySigned:
    payload = {"number": "临住建字〔2025〕12号", "version": 1, "meaning": "solved", "letter": "A"}
    payload |= {"public_text": TEXT, "digest": digest_of(TEXT), "disclosure": OPEN_IN_FULL}
    fields = {**by(task, HEAD), **payload, "recipients": PROPOSERS, **changes}
    return facts.ReplySigned.model_validate(fields)


def delivered(to: Proposer, task: Task = LEAD, at: datetime = MONDAY) -> facts.ReplyDelivered:
    payload = {"recipient": to.id, "mode": "mail", "receipt": "EMS1"}
    return facts.ReplyDelivered(**by(task, LIAISON, at), **payload)


def draft(task: Task = LEAD, **changes: Any) -> SubmitDraft:
    payload = {"text": TEXT, "meaning": "solved", "disclosure": OPEN_IN_FULL, "policy": RULES}
    fields = {"at": MONDAY, "by": HANDLER, "task": task.task, **payload, **changes}
    return SubmitDraft.model_validate(fields)


def sign(task: Task = LEAD, **changes: Any) -> SignReply:
    fields = {"at": MONDAY, "by": HEAD, "task": task.task, "policy": RULES, **changes}
    return SignReply.model_validate({"number": "临住建字〔2025〕12号", **fields})


def deliver(to: Proposer, task: Task = LEAD, at: datetime = MONDAY) -> DeliverReply:
    return DeliverReply(
        at=at, by=LIAISON, task=task.task, recipient=to.id, mode="mail", receipt="EMS1"
    )


UNTIL = date(2025, 7, 31)
ORGANS: tuple[Approver, ...] = ("assignment-organ", "supervision-organ")
BOTH = {"approvers": ORGANS, "needs": "all", "decided_by": "organ"}


def asked(task: Task = LEAD, **changes: Any) -> extensions.ExtensionRequested:
    payload = {"until": UNTIL, "reason": "正在协调管网移交", "was": task.due, **BOTH}
    return extensions.ExtensionRequested.model_validate({**by(task, HANDLER), **payload, **changes})


def agreed(seat: Approver = "assignment-organ", who: str = "p-office") -> Event:
    return extensions.ExtensionApproved(**by(LEAD, who), seats=(seat,))


def granted(task: Task = LEAD, **changes: Any) -> extensions.TaskExtended:
    payload = {"seats": ("supervision-organ",), "was": task.due}
    due = RULES.on_day("reply", UNTIL)
    fields = {**by(task, "p-supervisor"), **payload, "due": due, **changes}
    return extensions.TaskExtended.model_validate(fields)


def ask(task: Task = LEAD, **changes: Any) -> RequestExtension:
    payload = {"until": UNTIL, "reason": "正在协调管网移交", "policy": RULES}
    fields = {"at": MONDAY, "by": HANDLER, "task": task.task, **payload, **changes}
    return RequestExtension.model_validate(fields)


def decide(seat: str = "assignment-organ", *, ok: bool = True, **changes: Any) -> DecideExtension:
    payload = {"approved": ok, "note": "" if ok else "理由不充分", "policy": RULES}
    payload |= {"admitted_as": frozenset({seat}), "by": "p-office", "task": LEAD.task}
    return DecideExtension.model_validate({"at": MONDAY, **payload, **changes})


def tell(**changes: Any) -> TellExtension:
    fields = {"at": MONDAY, "by": LIAISON, "task": LEAD.task, "mode": "letter", "policy": RULES}
    return TellExtension.model_validate({**fields, **changes})


STILL_UNTIL = date(2025, 4, 30)
BESIDE = {"with_contact": True, "with_opinions": True}
LATEST = midnight_after(date(2025, 9, 3))
"""Six months after the hand-out of Monday, 3 March."""
BY_ORGAN = {"approvers": ("assignment-organ",), "needs": "all", "decided_by": "organ"}


def wished(task: Task = LEAD, **changes: Any) -> suspensions.SuspensionRequested:
    payload = {"until": STILL_UNTIL, "reason": "awaiting-superior", "explanation": "等待省厅新标准"}
    fields = {**by(task, HANDLER), **payload, **BY_ORGAN, **BESIDE, "latest": LATEST}
    return suspensions.SuspensionRequested.model_validate({**fields, **changes})


def paused(task: Task = LEAD, at: datetime = MONDAY, **changes: Any) -> suspensions.TaskSuspended:
    until = changes.pop("until", STILL_UNTIL)
    payload = {"seats": ("assignment-organ",), "reason": "awaiting-superior", **BESIDE}
    payload |= {"ends": RULES.on_day("suspension", until), "latest": LATEST}
    fields = {**by(task, "p-office", at), **payload, **changes}
    return suspensions.TaskSuspended.model_validate(fields)


def stood(task: Task = CO, at: datetime = MONDAY) -> suspensions.CohandlerSuspended:
    return suspensions.CohandlerSuspended(**on_task(task, at))


def pause(task: Task = LEAD, **changes: Any) -> RequestSuspension:
    payload = {"until": STILL_UNTIL, "reason": "awaiting-superior", "explanation": "等待省厅新标准"}
    fields = {"at": MONDAY, "by": HANDLER, "task": task.task, **payload, "policy": RULES}
    return RequestSuspension.model_validate({**fields, **changes})


def agree(*, ok: bool = True, **changes: Any) -> DecideSuspension:
    payload = {"approved": ok, "note": "" if ok else "可以先办其他事项", "policy": RULES}
    payload |= {"admitted_as": frozenset({"assignment-organ"}), "by": "p-office"}
    return DecideSuspension.model_validate({"at": MONDAY, "task": LEAD.task, **payload, **changes})


def resume(task: Task = LEAD, **changes: Any) -> ResumeTask:
    fields = {"at": MONDAY, "by": HANDLER, "task": task.task, "policy": RULES, **changes}
    return ResumeTask.model_validate(fields)


def ring(task: Task = LEAD, **changes: Any) -> EndSuspension:
    moment = midnight_after(STILL_UNTIL)
    fields = {"at": moment, "planned": moment, "by": SYSTEM, "mark": mark(), "policy": RULES}
    return EndSuspension.model_validate({**fields, "task": task.task, **changes})


def notify(task: Task = LEAD, **changes: Any) -> TellSuspension:
    fields = {"at": MONDAY, "by": LIAISON, "task": task.task, "mode": "letter", "policy": RULES}
    return TellSuspension.model_validate({**fields, **changes})


READY = (opened(), contacted(), drafted())
"""A lead alone, ready to be signed."""


REPLIED = facts.CaseReplied(
    **on_task(LEAD),
    part="lead",
    number="临建字〔2025〕1号",
    letter="A",
    meaning="solved",
    on_time=True,
)
CLOSED = facts.TaskClosed(**head(), task=LEAD.task, unit=LEAD.unit, reason="reassigned")
STOPPED = facts.HandlingStopped(**head(), reason="withdrawn")
STAGES: Mapping[str, Sequence[Event]] = {
    "working": (opened(),),
    "working-higher": (opened(LEAD, 2, higher_signer=True),),
    "drafted": READY,
    "returned": (*READY, returned()),
    "signed": (*READY, signed()),
    "replied": (*READY, signed(), REPLIED),
    "opining": (joined(),),
    "closed": (opened(), CLOSED),
    "stopped": (opened(), STOPPED),
}
"""A history for every stage of a task."""
EXTENDING: Sequence[Sequence[Event]] = ((opened(), asked()), (opened(), asked(), granted()))
"""Histories with an extension that is asked for, and one that is granted."""
PAUSING: Sequence[Sequence[Event]] = ((opened(), wished()), (opened(), wished(), paused()))
"""Histories with a pause that is asked for, and one that runs."""
WORKED_ON = STAGES.keys() - {"closed", "stopped"}


def offered_after(history: Sequence[Event]) -> set[str]:
    state = DECIDER.fold(history)
    return {offer.action for offer in offers(Actor("p-1"), state, RULES.row)}


def stages_offering(action: str) -> set[str]:
    """Returns the stages in which the action is offered for the one task that there is."""
    return {stage for stage, history in STAGES.items() if action in offered_after(history)}


LETTER = Sealed(ref="r-1", size=120, digest="4e7ed1")
EMPTY = Sealed(ref="r-2", size=0, digest="4e7ed1")


def contact(**changes: Any) -> RecordContact:
    payload = {"phase": "before", "mode": "visit", "on": TODAY, "people": (LEAD_PROPOSER.id,)}
    payload |= {"at": MONDAY, "by": HANDLER, "task": LEAD.task, "organisation": CITY}
    payload |= {"policy": RULES}
    fields = {**payload, "summary": "登门听取意见", **changes}
    return RecordContact.model_validate(fields)


def report(**changes: Any) -> ReportProgress:
    fields = {"at": MONDAY, "by": HANDLER, "task": LEAD.task, "node": "investigation"}
    return ReportProgress.model_validate({**fields, "text": "已现场踏勘", **changes})


def opinion(**changes: Any) -> GiveOpinion:
    fields = {"at": MONDAY, "by": LIAISON, "task": CO.task, "text": "资金已列入预算"}
    return GiveOpinion.model_validate({**fields, "doc_no": "临财建〔2025〕3号", **changes})


def send_back(version: int = 1, remark: str = "未逐条答复") -> ReturnDraft:
    return ReturnDraft(at=MONDAY, by=HEAD, task=LEAD.task, version=version, remark=remark)
