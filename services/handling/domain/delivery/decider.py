"""Decisions about delivery: the last proposer who receives the reply ends the task."""

from collections.abc import Sequence
from dataclasses import replace

from services.handling.domain.delivery.commands import DeliverReply
from services.handling.domain.tasks.commands import Offered
from services.handling.domain.tasks.rules import check_day
from services.handling.domain.tasks.state import Handling, Work, on_task, replying
from shared.contracts import handling as facts
from shared.contracts.case_event import OnTask
from shared.contracts.letters import ReplyNumber
from shared.contracts.obligations import last_moment
from shared.contracts.payloads.handling import Handover
from shared.kernel.calendar import business_day
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act


def deliver_reply(command: DeliverReply, state: Handling) -> Sequence[OnTask]:
    work = replying(state, command.task)
    if (signed := work.reply) is None:
        raise RuleViolated("not-signed", "答复尚未签发，不能送达", "task")
    expected = {proposer.id for proposer in signed.recipients}
    if command.recipient not in expected:
        raise RuleViolated("not-a-recipient", "该人不是本件的提出人", "recipient")
    reached = {delivery.recipient: delivery for delivery in work.deliveries}
    if (known := reached.get(command.recipient)) is not None:
        check_same(command, known)
        return []
    check_day(command, command.on, signed.at, "delivery")
    delivery = facts.ReplyDelivered(**work.mark, **command.fields(Act, Handover))
    last = {*reached, command.recipient} == expected
    return [delivery, *([_answer(delivery, work, signed)] if last else [])]


def check_same(command: DeliverReply, known: facts.ReplyDelivered) -> None:
    """Raises RuleViolated for another delivery to a person who has the reply: what was entered
    stands, and who enters it otherwise is told."""
    day = known.on or business_day(known.at)
    again = command.on or business_day(command.at)
    if (again, command.mode, command.receipt) != (day, known.mode, known.receipt):
        message = f"已登记 {day.isoformat()} 向该人送达，送达方式、日期和回执不再改动，请核对"
        raise RuleViolated("delivered-already", message, "recipient")


def _answer(last: facts.ReplyDelivered, work: Work, signed: facts.ReplySigned) -> facts.CaseReplied:
    """Returns the answer, given on the day of the last delivery, whenever that was entered."""
    days = [each.on or business_day(each.at) for each in (*work.deliveries, last)]
    entered_later = max(days) != business_day(last.at)
    answered = min(last.at, last_moment(max(days)))
    return facts.CaseReplied(
        at=last.at,
        on=max(days) if entered_later else None,
        **work.mark,
        **signed.fields(ReplyNumber),
        part=work.part,
        scope=work.opening.scope,
        letter=signed.letter,
        meaning=signed.meaning,
        raters=tuple(proposer.id for proposer in signed.recipients),
        on_time=answered <= work.due.at,
    )


def delivered(work: Work, fact: facts.ReplyDelivered) -> Work:
    return replace(work, deliveries=(*work.deliveries, fact))


def replied(work: Work, fact: facts.CaseReplied) -> Work:
    return replace(work, replied=fact)


DECIDE: Rows[Decide[Handling]] = Rows(
    {
        DeliverReply: deliver_reply,
    }
)
EVOLVE: Rows[Evolve[Handling]] = Rows(
    {
        facts.ReplyDelivered: on_task(delivered),
        facts.CaseReplied: on_task(replied),
    }
)
OFFERS: Offered = {
    DeliverReply: ("signed",),
}
