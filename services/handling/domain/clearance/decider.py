"""Decisions about drafts and the signature."""

from collections.abc import Sequence

from services.handling.domain.clearance.answers import (
    check_answers,
    check_every_item,
    name_of,
    opened_answer,
    with_answers,
)
from services.handling.domain.clearance.commands import ReturnDraft, SignReply, SubmitDraft
from services.handling.domain.clearance.rules import (
    check_draft,
    check_gates,
    check_rank,
    digest_of,
    text_signed,
)
from services.handling.domain.clearance.state import (
    draft_read,
    drafted,
    returned,
    signable,
    signed,
    unsigned,
)
from services.handling.domain.tasks.commands import Offered
from services.handling.domain.tasks.rules import check_room
from services.handling.domain.tasks.state import Handling, on_task
from shared.contracts import handling as facts
from shared.contracts.letters import ReplyNumber
from shared.contracts.payloads.handling import Answered, Conclusion, DraftRemark, ReplyDraft
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act, Sealed, Text
from shared.kernel.texts import require_text


def submit_draft(command: SubmitDraft, state: Handling) -> Sequence[facts.DraftSubmitted]:
    work = unsigned(state, command.task)
    check_room(work.drafts)
    check_draft(command)
    check_answers(command, work, state.asks)
    fields = command.fields(Act, ReplyDraft)
    return [facts.DraftSubmitted(**work.mark, **fields, version=len(work.drafts) + 1)]


def return_draft(command: ReturnDraft, state: Handling) -> Sequence[facts.DraftReturned]:
    work = unsigned(state, command.task)
    require_text(command.remark, "请写明退回修改的意见", "remark")
    draft_read(work, command.version)
    return [facts.DraftReturned(**work.mark, **command.fields(Act, DraftRemark))]


def sign_reply(command: SignReply, state: Handling) -> Sequence[facts.ReplySigned]:
    work = signable(state, command.task)
    draft, row = draft_read(work, command.version), command.rules.row
    check_not_drafter(command, draft)
    check_rank(work, state, command.senders)
    recipients, silent = state.proposers_of(work), state.silent(work)
    wanted = state.meeting_wanted
    check_gates(row.gates, work.contacts, recipients, len(silent), meeting_wanted=wanted)
    if not recipients:
        raise RuleViolated("no-recipients", "尚不知道应答复的提出人，请稍后重试")
    check_every_item(draft, work, state)
    text = letter_signed(command, draft, state)
    return [
        facts.ReplySigned(
            **work.mark,
            **command.fields(Act, ReplyNumber),
            **draft.fields(Conclusion),
            version=draft.version,
            letter=row.class_map.get(draft.meaning, ""),
            public_text=text,
            digest=digest_of(text),
            recipients=recipients,
            without_opinion=silent,
            answers=tuple(Answered(**each.fields(Answered)) for each in draft.answers),
        )
    ]


def check_not_drafter(command: SignReply, draft: facts.DraftSubmitted) -> None:
    if draft.by in command.senders:
        raise RuleViolated("signer-is-drafter", "签发人不能是拟稿人，也不能代拟稿人签发")


def letter_signed(command: SignReply, draft: facts.DraftSubmitted, state: Handling) -> Text:
    """Returns the text as it goes out: an open one with its answers. A sealed one keeps its
    reference, and its answers stay sealed with the draft."""
    text = text_signed(command, draft)
    if isinstance(text, Sealed):
        return text
    answers = [opened_answer(answer, command.opened) for answer in draft.answers]
    return with_answers(text, answers, state.asks, command.outcomes)


def words_to_open(command: SignReply, state: Handling) -> dict[str, Sealed]:
    """Returns the words of the draft where the signature opens it: of open kinds."""
    work = state.works.get(command.task)
    if work is None or work.draft is None or work.reply or command.rules.row.sealed:
        return {}
    words = {"text": work.draft.text, **{name_of(each): each.text for each in work.draft.answers}}
    return {name: text for name, text in words.items() if isinstance(text, Sealed)}


DECIDE: Rows[Decide[Handling]] = Rows(
    {
        SubmitDraft: submit_draft,
        ReturnDraft: return_draft,
        SignReply: sign_reply,
    }
)
EVOLVE: Rows[Evolve[Handling]] = Rows(
    {
        facts.DraftSubmitted: on_task(drafted),
        facts.DraftReturned: on_task(returned),
        facts.ReplySigned: on_task(signed),
    }
)
OFFERS: Offered = {
    SubmitDraft: ("working", "drafted"),
    ReturnDraft: ("drafted",),
    SignReply: ("drafted",),
}
