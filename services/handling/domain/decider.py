"""What may happen in the handling of a case: one function per command."""

from collections.abc import Sequence
from typing import Any, assert_never

from services.handling.domain import commands as asked
from services.handling.domain import rules
from services.handling.domain.events import HandlingEvent
from services.handling.domain.state import (
    Handling,
    Work,
    draft_read,
    evolve,
    replying,
    unsigned,
    work_of,
)
from shared.contracts import handling as facts
from shared.contracts.case_event import Task
from shared.kernel.decider import Decider
from shared.kernel.errors import RuleViolated

Facts = Sequence[HandlingEvent]


def decide(command: asked.HandlingCommand, state: Handling) -> Facts:
    match command:
        case asked.OpenTasks() | asked.MoveTask() | asked.StopHandling():
            return [] if state.stopped else note(command, state)
        case asked.RecordContact():
            return record_contact(command, work_of(state, command.task), state)
        case asked.ReportProgress():
            return report_progress(command, work_of(state, command.task))
        case asked.GiveOpinion():
            return give_opinion(command, work_of(state, command.task), state)
        case _:
            return reply(command, state)


def note(command: asked.Import, state: Handling) -> Facts:
    """What others recorded; never refused, and nothing begins once the case has stopped."""
    match command:
        case asked.OpenTasks():
            return [fact for task in command.tasks for fact in begin(task, command, state)]
        case asked.MoveTask():
            return move_task(command, state)
        case asked.StopHandling():
            head = state.head(command.at, 1, command.case)
            return [facts.HandlingStopped(**head, reason=command.reason)]
        case _:
            assert_never(command)


def reply(command: asked.Replying, state: Handling) -> Facts:
    work = replying(state, command.task)
    match command:
        case asked.SubmitDraft():
            return submit_draft(command, unsigned(work))
        case asked.ReturnDraft():
            return return_draft(command, unsigned(work))
        case asked.SignReply():
            return sign_reply(command, unsigned(work), state)
        case asked.DeliverReply():
            return deliver_reply(command, work)
        case _:
            assert_never(command)


def begin(task: Task, command: asked.OpenTasks | asked.MoveTask, state: Handling) -> Facts:
    """A task begins once, and not at all when its end was known before it."""
    if task.task in state.works or task.task in state.ended:
        return []
    head = state.head(command.at, command.round, command.case)
    if task.part == "co":
        return [join(task, head, state)]
    known = task.model_dump(include={"task", "unit", "part", "scope", "first_contact", "due"})
    recipients = command.proposers or state.proposers
    higher = command.higher_signer if isinstance(command, asked.OpenTasks) else command.round > 1
    return [facts.TaskOpened(**head, **known, recipients=recipients, higher_signer=higher)]


def join(task: Task, head: dict[str, Any], state: Handling) -> HandlingEvent:
    """Only who joined before the signature holds it up; whoever comes later is told so."""
    leads = state.team("lead", head["round"])
    if leads and all(lead.reply for lead in leads):
        return facts.CohandlerRefused(**head, task=task.task, unit=task.unit)
    known = task.model_dump(include={"task", "unit", "scope", "due"})
    return facts.CohandlerJoined(**head, **known)


def move_task(command: asked.MoveTask, state: Handling) -> Facts:
    """A signed reply cannot be taken back; both units have the task until the office decides."""
    begun = begin(command.to, command, state)
    if command.task in state.ended:
        return begun
    head = state.head(command.at, command.round, command.case)
    who = {"task": command.task, "unit": command.unit}
    work = state.works.get(command.task)
    if work and work.reply:
        return [facts.TaskCloseRefused(**head, **who), *begun] if begun else []
    return [facts.TaskClosed(**head, **who, reason="reassigned"), *begun]


def record_contact(command: asked.RecordContact, work: Work, state: Handling) -> Facts:
    rules.check_room(work.contacts)
    rules.check_contact(command, work.opening.at, state.signed_at(work))
    rules.check_people(command, state.asking(work))
    told = {"phase", "mode", "on", "people", "place", "summary", "attitude"}
    return [facts.CaseContacted(**about(work, command), **command.model_dump(include=told))]


def report_progress(command: asked.ReportProgress, work: Work) -> Facts:
    rules.check_room(work.progress)
    rules.require_text(command.text, "请填写进展情况", "text")
    return [facts.ProgressReported(**about(work, command), node=command.node, text=command.text)]


def give_opinion(command: asked.GiveOpinion, work: Work, state: Handling) -> Facts:
    """The lead's reply states it, so that it may be replaced only until then."""
    if work.part != "co":
        raise RuleViolated("co-only", "会办意见由会办单位提出", "task")
    leads = state.team("lead", work.opening.round)
    if leads and all(lead.reply for lead in leads):
        raise RuleViolated("reply-signed", "主办单位已签发答复，不能再提出或更改会办意见", "task")
    rules.check_room(work.opinions)
    rules.require_text(command.text, "请填写会办意见", "text")
    said = command.model_dump(include={"text", "doc_no"})
    return [facts.OpinionGiven(**about(work, command), **said)]


def submit_draft(command: asked.SubmitDraft, work: Work) -> Facts:
    rules.check_room(work.drafts)
    rules.check_draft(command)
    told = {"text", "meaning", "target_date", "disclosure"}
    fields = command.model_dump(include=told) | {"version": len(work.drafts) + 1}
    return [facts.DraftSubmitted(**about(work, command), **fields)]


def return_draft(command: asked.ReturnDraft, work: Work) -> Facts:
    rules.require_text(command.remark, "请写明退回修改的意见", "remark")
    said = {"version": draft_read(work, command.version).version, "remark": command.remark}
    return [facts.DraftReturned(**about(work, command), **said)]


def sign_reply(command: asked.SignReply, work: Work, state: Handling) -> Facts:
    draft, row = draft_read(work, command.version), command.rules.row
    if draft.by == command.by:
        raise RuleViolated("signer-is-drafter", "签发人不能是拟稿人")
    recipients = state.asking(work)
    rules.check_gates(row.gates, work.contacts, recipients, state.awaited(work))
    if not recipients:
        raise RuleViolated("no-recipients", "尚不知道应答复的提出人，请稍后重试")
    fields = draft.model_dump(include={"version", "meaning", "target_date", "disclosure"})
    return [
        facts.ReplySigned(
            **about(work, command),
            **fields,
            number=command.number,
            letter=row.class_map.get(draft.meaning, ""),
            public_text=draft.text,
            digest=rules.digest_of(draft.text),
            recipients=recipients,
        )
    ]


def deliver_reply(command: asked.DeliverReply, work: Work) -> Facts:
    if (signed := work.reply) is None:
        raise RuleViolated("not-signed", "答复尚未签发，不能送达", "task")
    expected = [proposer.id for proposer in signed.recipients]
    if command.recipient not in expected:
        raise RuleViolated("not-a-recipient", "该人不是本件的提出人", "recipient")
    reached = {one.recipient for one in work.deliveries}
    if command.recipient in reached:
        return []
    told = command.model_dump(include={"recipient", "mode", "receipt"})
    delivered = facts.ReplyDelivered(**about(work, command), **told)
    last = reached | {command.recipient} >= set(expected)
    return [delivered, *([answered(command, work, signed)] if last else [])]


def answered(command: asked.DeliverReply, work: Work, signed: facts.ReplySigned) -> HandlingEvent:
    told = signed.model_dump(include={"number", "letter", "meaning"})
    return facts.CaseReplied(
        **of_task(work, command),
        **told,
        part=work.part,
        scope=work.opening.scope,
        raters=tuple(proposer.id for proposer in signed.recipients),
        on_time=command.at <= work.opening.due.at,
    )


def about(work: Work, command: asked.Working | asked.Replying) -> dict[str, Any]:
    """What every fact about somebody's work on a task repeats."""
    return {**of_task(work, command), "by": command.by}


def of_task(work: Work, command: asked.Working | asked.Replying) -> dict[str, Any]:
    """What every fact about a task repeats."""
    repeated = {"agency", "kind", "channel", "period", "round", "client", "task", "unit"}
    return {**work.opening.model_dump(include=repeated), "at": command.at}


DECIDER = Decider[asked.HandlingCommand, Handling, HandlingEvent](Handling(), decide, evolve)
