"""Views of the papers of one unit: texts are shown by the access rows of the reader."""

from collections.abc import Sequence
from typing import Any, TypeVar, get_args

from services.handling import schemas
from services.handling.domain.approvals import seats_in
from services.handling.domain.authorization import (
    relations_to_papers,
    situation,
)
from services.handling.domain.clearance.answers import with_answers
from services.handling.domain.tasks.requests import Pause
from services.handling.domain.tasks.state import Handling, Work
from shared.contracts.approvals import Requested, Ruled
from shared.contracts.case_event import CaseEvent, TaskName
from shared.contracts.extensions import ExtensionRefused
from shared.contracts.handling import DraftSubmitted, ReplySigned
from shared.contracts.payloads import handling as payloads
from shared.contracts.suspensions import SuspensionRefused
from shared.kernel.access import RolesByRelation
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.errors import NotFound
from shared.kernel.messages import Sealed, Text
from shared.kernel.paper_rules import Outcome
from shared.kernel.policy import PolicyRow
from shared.kernel.seals import texts_of
from shared.kernel.texts import GONE
from shared.service.api.request_context import Edge
from shared.service.config.labels import label

V = TypeVar("V", bound=schemas.Entry)
HIDDEN = "已密封"
OUTSIDERS: RolesByRelation = {"proposer": frozenset(), "client": frozenset()}


def outcomes_of(state: Handling) -> dict[Outcome, str]:
    """Returns the words for the answers of a reply, in those of the kind and the agency."""
    kind, agency = (state.mark.kind, state.mark.agency) if state.mark else ("", "")
    codes = get_args(Outcome)
    return {code: label("ask-outcome", code, kind=kind, agency=agency) for code in codes}


def row_of(edge: Edge, state: Handling) -> PolicyRow:
    """Returns the policy row of the case today."""
    if (mark := state.mark) is None:
        raise NotFound("该件尚未到达本服务")
    return edge.runtime.policies.resolve(mark.agency, mark.kind, mark.channel, edge.now()).row


def asked_shown(asked: Requested, agreed: Sequence[Ruled]) -> dict[str, Any]:
    """Returns the fields of a request that waits: who asked, who decides, who has agreed."""
    who = {"at": asked.at, "by": asked.by, "needs": asked.needs}
    return {**who, "approvers": list(asked.approvers), "agreed": sorted(seats_in(agreed))}


def pause_shown(pause: Pause) -> dict[str, Any]:
    """Returns the days of a pause, and between which days it moved the due moment."""
    began, ended = pause.began, pause.ended
    days = {"since": business_day(began.at), "until": ending_day(began.ends.at)}
    after = {
        "ended_on": ended.on if ended else None,
        "was": ending_day(ended.was.at) if ended else None,
        "due": ending_day(ended.due.at) if ended else None,
    }
    return {**days, **after, "reason": began.reason}


class Reader:
    """A reader of one unit's papers: officials by the access table, proposers only the reply."""

    def __init__(self, edge: Edge, case_id: str, work: Work, state: Handling) -> None:
        self.edge, self.case_id, self.work, self.state = edge, case_id, work, state
        roles, stage = relations_to_papers(edge.actor, work, state), situation(None, state)
        official = {**roles, **OUTSIDERS}
        self.official = edge.allows("read-case", official, stage)
        self.reads_all = edge.allows("read-text", official, stage)
        self.reads_reply = edge.allows("read-text", roles, stage)

    async def task(self) -> schemas.TaskView:
        work, opening = self.work, self.work.opening
        return schemas.TaskView(
            **opening.fields(TaskName),
            round=opening.round,
            scope=opening.scope if isinstance(opening.scope, str) else None,
            **(await self.papers() if self.official else {}),
            part=work.part,
            stage=work.stage,
            higher_signer=work.higher_signer,
            due=work.due.at,
            recipients=self.recipients(),
            reply=await self.reply(),
            deliveries=[
                await self.entry(schemas.DeliveryView, each)
                for each in work.deliveries
                if self.may_know(each.recipient)
            ],
            on_time=work.replied.on_time if work.replied else None,
            extensions=await self.extensions(),
            suspensions=await self.suspensions(),
        )

    async def papers(self) -> dict[str, Any]:
        work = self.work
        return {
            "contacts": [await self.entry(schemas.ContactView, each) for each in work.contacts],
            "progress": [await self.entry(schemas.ProgressView, each) for each in work.progress],
            "opinions": [await self.entry(schemas.OpinionView, each) for each in work.opinions],
            "drafts": [await self.entry(schemas.DraftView, each) for each in work.drafts],
            "extension_asked": await self.extension_asked(),
            "extension_refused": await self.refusal(work.extension_refused),
            "suspension_asked": await self.suspension_asked(),
            "suspension_refused": await self.refusal(work.suspending.refused),
            "returns": [await self.entry(schemas.ReturnView, each) for each in work.returns],
        }

    @property
    def is_over(self) -> bool:
        """Returns whether nothing that was asked for is decided any more."""
        return bool(self.work.closed or self.state.stopped)

    async def extensions(self) -> list[schemas.ExtensionView]:
        """Returns the extensions granted, each with its reason, which the proposer reads, too."""
        may_read = self.reads_all or self.reads_reply
        return [
            schemas.ExtensionView(
                until=ending_day(each.granted.due.at),
                was=ending_day(each.granted.was.at),
                at=each.granted.at,
                reason=await self.words(each.reason, may_read),
            )
            for each in self.work.extensions
        ]

    async def extension_asked(self) -> schemas.ExtensionAskedView | None:
        if (asked := self.work.extension_asked) is None or self.is_over:
            return None
        reason = await self.words(asked.reason, self.reads_all)
        fields = asked_shown(asked, self.work.extension_approvals)
        return schemas.ExtensionAskedView(**fields, until=asked.until, reason=reason)

    async def suspensions(self) -> list[schemas.SuspensionView]:
        """Returns the pauses, each with its reason, which the proposer reads, too."""
        may_read = self.reads_all or self.reads_reply
        return [
            schemas.SuspensionView(
                **pause_shown(pause),
                with_task=pause.ended is None and self.is_over,
                reason_name=self.named(pause.began.reason),
                explanation=await self.words(pause.explanation, may_read),
                note=await self.words(pause.ended.note if pause.ended else "", self.reads_all),
            )
            for pause in self.work.suspending.pauses
        ]

    async def suspension_asked(self) -> schemas.SuspensionAskedView | None:
        if (asked := self.work.suspending.asked) is None or self.is_over:
            return None
        reason = await self.words(asked.explanation, self.reads_all)
        fields = asked_shown(asked, self.work.suspending.approvals)
        cause = self.named(asked.reason)
        return schemas.SuspensionAskedView(**fields, until=asked.until, reason=reason, cause=cause)

    def named(self, reason: str) -> str:
        return label("suspension-reason", reason, kind=self.work.opening.kind)

    async def refusal(
        self, last: ExtensionRefused | SuspensionRefused | None
    ) -> schemas.ExtensionRefusedView | None:
        if last is None:
            return None
        note = await self.words(last.note, self.reads_all)
        return schemas.ExtensionRefusedView(at=last.at, by=last.by, note=note)

    def may_know(self, recipient: str) -> bool:
        """Returns whether the reader knows who gets the reply: proposers know those of their own
        papers, and of a merger no others."""
        return self.official or recipient in self.state.signing_with(self.edge.actor.sub)

    def recipients(self) -> list[schemas.Recipient]:
        is_for = self.work.recipients or self.work.part != "co"
        proposers = self.state.proposers_of(self.work) if is_for else ()
        proposers = tuple(each for each in proposers if self.may_know(each.id))
        return [schemas.Recipient(id=p.id, name=p.masked, part=p.part) for p in proposers]

    async def reply(self) -> schemas.ReplyView | None:
        signed = self.work.reply
        if signed is None:
            return None
        view = await self.entry(schemas.ReplyView, signed, self.reads_reply)
        view = view.model_copy(update={"public_text": await self.letter(view.public_text, signed)})
        stamps = [label("stamp", "without-opinion")] if signed.without_opinion else []
        return view.model_copy(update={"stamps": stamps})

    async def letter(self, text: str, signed: ReplySigned) -> str:
        """Returns the text as it goes out. The signature puts the answers behind an open text;
        those of a sealed one are opened for the reader."""
        if not isinstance(signed.public_text, Sealed) or text in (HIDDEN, GONE):
            return text
        draft = next(each for each in self.work.drafts if each.version == signed.version)
        answers = [
            each.model_copy(update={"text": await self.words(each.text, self.reads_reply)})
            for each in draft.answers
        ]
        return with_answers(text, answers, self.state.asks, outcomes_of(self.state))

    async def entry(self, view: type[V], fact: CaseEvent, may_read: bool | None = None) -> V:
        """Returns the view of a fact; its texts are hidden from readers without the right."""
        may_read = self.reads_all if may_read is None else may_read
        fields = {name: value for name, value in fact if name in view.model_fields}
        if isinstance(fact, DraftSubmitted):
            fields["answers"] = [await self.answer(each, may_read) for each in fact.answers]
        texts = texts_of(type(fact)) & fields.keys()
        shown = {name: await self.words(fields[name], may_read) for name in texts}
        return view(**fields | shown)

    async def answer(self, answer: payloads.AskAnswer, may_read: bool) -> schemas.AnswerView:
        words = await self.words(answer.text, may_read)
        return schemas.AnswerView(**answer.fields(payloads.Answered), text=words)

    async def words(self, text: Text, may_read: bool) -> str:
        if text == "":
            return ""
        return await self.edge.readable(text, self.case_id, may_read) or HIDDEN
