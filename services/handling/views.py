"""Views of the papers of one unit: texts are shown by the access rows of the reader."""

from typing import Any, TypeVar, get_args

from services.handling import schemas
from services.handling.domain.authorization import (
    relations_to_papers,
    situation,
)
from services.handling.domain.clearance.answers import with_answers
from services.handling.domain.extensions.rules import seats_of
from services.handling.domain.tasks.state import Handling, Work
from shared.contracts.case_event import CaseEvent, TaskName
from shared.contracts.handling import DraftSubmitted, ReplySigned
from shared.contracts.payloads import handling as payloads
from shared.kernel.access import RolesByRelation
from shared.kernel.calendar import ending_day
from shared.kernel.messages import Sealed, Text
from shared.kernel.paper_rules import Outcome
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
            deliveries=[await self.entry(schemas.DeliveryView, each) for each in work.deliveries],
            on_time=work.replied.on_time if work.replied else None,
            extensions=await self.extensions(),
        )

    async def papers(self) -> dict[str, Any]:
        work = self.work
        return {
            "contacts": [await self.entry(schemas.ContactView, each) for each in work.contacts],
            "progress": [await self.entry(schemas.ProgressView, each) for each in work.progress],
            "opinions": [await self.entry(schemas.OpinionView, each) for each in work.opinions],
            "drafts": [await self.entry(schemas.DraftView, each) for each in work.drafts],
            "extension_asked": await self.extension_asked(),
            "extension_refused": await self.extension_refused(),
            "returns": [await self.entry(schemas.ReturnView, each) for each in work.returns],
        }

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
        asked = self.work.extension_asked
        if asked is None:
            return None
        return schemas.ExtensionAskedView(
            until=asked.until,
            at=asked.at,
            by=asked.by,
            reason=await self.words(asked.reason, self.reads_all),
            approvers=list(asked.approvers),
            agreed=sorted(seats_of(self.work.extension_approvals)),
            needs=asked.needs,
        )

    async def extension_refused(self) -> schemas.ExtensionRefusedView | None:
        last = self.work.extension_refused
        if last is None:
            return None
        note = await self.words(last.note, self.reads_all)
        return schemas.ExtensionRefusedView(at=last.at, by=last.by, note=note)

    def recipients(self) -> list[schemas.Recipient]:
        is_for = self.work.recipients or self.work.part != "co"
        proposers = self.state.proposers_of(self.work) if is_for else ()
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
