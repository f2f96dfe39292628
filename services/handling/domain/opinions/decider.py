"""Decisions about opinions."""

from collections.abc import Sequence
from dataclasses import replace

from services.handling.domain.opinions.commands import GiveOpinion
from services.handling.domain.tasks.commands import Offered
from services.handling.domain.tasks.rules import check_day, check_room
from services.handling.domain.tasks.state import Handling, Work, on_task, work_of
from shared.contracts import handling as facts
from shared.contracts.payloads.handling import Opinion
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act
from shared.kernel.paper_numbers import check_counted
from shared.kernel.texts import require_text


def give_opinion(command: GiveOpinion, state: Handling) -> Sequence[facts.OpinionGiven]:
    """The lead's reply states the opinion; it may be replaced only until then."""
    work = work_of(state, command.task)
    if work.part != "co":
        raise RuleViolated("co-only", "{part:co}意见由{part:co}单位提出", "task")
    if state.lead_has_signed(work.opening.round):
        raise RuleViolated(
            "reply-signed", "主办单位已签发答复，不能再提出或更改{part:co}意见", "task"
        )
    check_room(work.opinions)
    require_text(command.text, "请填写{part:co}意见", "text")
    check_counted(command.doc_no, "doc_no")
    check_day(command, command.on, work.opening.at, "opinion")
    return [facts.OpinionGiven(**work.mark, **command.fields(Act, Opinion))]


def opined(work: Work, fact: facts.OpinionGiven) -> Work:
    return replace(work, opinions=(*work.opinions, fact))


DECIDE: Rows[Decide[Handling]] = Rows(
    {
        GiveOpinion: give_opinion,
    }
)
EVOLVE: Rows[Evolve[Handling]] = Rows(
    {
        facts.OpinionGiven: on_task(opined),
    }
)
OFFERS: Offered = {
    GiveOpinion: ("opining",),
}
