"""Decisions about suspensions: asked, approved by each approver or refused, ended, told."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.handling.domain.approvals import decided_under
from services.handling.domain.suspensions.commands import (
    DecideSuspension,
    EndSuspension,
    RequestSuspension,
    ResumeTask,
    TellSuspension,
)
from services.handling.domain.suspensions.rules import (
    bench_of,
    check_may_ask,
    check_still_ahead,
    check_wish,
    latest_of,
    pause_of,
    request_of,
    rules_of,
    unsigned,
)
from services.handling.domain.tasks.pauses import (
    awaited_opinions,
    gone_on,
    no_later,
    opinions_go_on,
    running_until,
)
from services.handling.domain.tasks.requests import Pause
from services.handling.domain.tasks.rules import check_day
from services.handling.domain.tasks.state import Handling, Work, on_task, unanswered
from shared.contracts import suspensions as facts
from shared.contracts.case_event import OnTask
from shared.contracts.imports import until_stopped
from shared.contracts.obligations import last_moment
from shared.contracts.payloads.handling import Resumption, SuspensionWish, Telling, Verdict
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act
from shared.kernel.policy import Due, Policy
from shared.kernel.repeated import require_same
from shared.kernel.texts import require_text

SUSPENSION = "suspension"


def request(command: RequestSuspension, state: Handling) -> Sequence[OnTask]:
    work = unsigned(state, command.task)
    rules = rules_of(work, command.rules)
    check_may_ask(command, work, rules)
    check_wish(command, work, rules, state)
    asked = facts.SuspensionRequested(
        **work.mark,
        **command.fields(Act, SuspensionWish),
        **decided_under(rules),
        with_contact="first-contact" in rules.beside,
        with_opinions="co-opinion" in rules.beside,
        latest=latest_of(work, rules, state, command.rules),
    )
    if rules.approvers:
        return [asked]
    return [asked, *suspend(command, requested(work, asked), state, {"seats": ()})]


def decide(command: DecideSuspension, state: Handling) -> Sequence[OnTask]:
    work = unsigned(state, command.task)
    bench = bench_of(work)
    seats = bench.seats_of(command)
    fields = {**command.fields(Verdict), "seats": tuple(sorted(seats))}
    if not command.approved:
        require_text(command.note, "不同意暂停应当写明理由", "note", "suspension-note")
        return [facts.SuspensionRefused(**work.mark, **command.fields(Act), **fields)]
    check_still_ahead(command, work)
    if bench.is_enough(seats):
        return [*suspend(command, work, state, fields)]
    return [facts.SuspensionApproved(**work.mark, **command.fields(Act), **fields)]


def suspend(
    command: RequestSuspension | DecideSuspension,
    work: Work,
    state: Handling,
    fields: dict[str, Any],
) -> Iterator[OnTask]:
    """Yields the pause of the task, and those of the opinions that are still awaited in time."""
    asked = request_of(work)
    ends = command.rules.on_day(SUSPENSION, asked.until)
    fields |= {**asked.fields(facts.Stillness), "reason": asked.reason, "ends": ends}
    yield facts.TaskSuspended(**work.mark, **command.fields(Act), **fields)
    for co in awaited_opinions(work, state, command.at) if asked.with_opinions else ():
        yield facts.CohandlerSuspended(at=command.at, **co.mark)


def resume(command: ResumeTask, state: Handling) -> Sequence[OnTask]:
    work = unanswered(state, command.task)
    pause_of(work)
    return [*go_on(command, work, state, command.rules, command.fields(Resumption))]


def end(command: EndSuspension, state: Handling) -> Sequence[OnTask]:
    """Ends the pause whose last day has passed; one that began since goes on."""
    work = state.works.get(command.task)
    pause = work.suspending.running if work and not work.closed else None
    if work is None or pause is None or pause.began.ends.at > command.planned:
        return []
    return [*go_on(command, work, state, command.rules, {})]


def go_on(
    act: Act, work: Work, state: Handling, policy: Policy, fields: dict[str, Any]
) -> Iterator[OnTask]:
    """Yields the end of the pause: it counts until its last day, however late that is recorded."""
    pause = pause_of(work)
    on = min(business_day(act.at), ending_day(pause.began.ends.at))
    until = min(act.at, last_moment(on))
    due = gone_on(work.due, pause, until, policy)
    contact = first_contact_after(work, until, due, policy)
    moved = {"on": on, "was": work.due, "due": due, "first_contact": contact}
    deed = {"at": act.at, "by": act.by}
    yield facts.TaskResumed(**work.mark, **deed, **fields, **moved)
    if work.part == "lead":
        yield from opinions_go_on(state, work.round, due, act.at, on, policy)


def first_contact_after(work: Work, until: datetime, reply: Due, policy: Policy) -> Due | None:
    """Returns when the first contact is due, no later than the reply; None where it was made, or
    did not stand still."""
    pause, contact = pause_of(work).began, work.first_contact
    if contact is None or work.contacted or not pause.with_contact:
        return None
    return no_later(running_until(contact, pause.at, until, policy), reply.at, policy)


def tell(command: TellSuspension, state: Handling) -> Sequence[facts.SuspensionTold]:
    work = unanswered(state, command.task)
    if not work.suspending.pauses:
        raise RuleViolated("suspension-not-given", "该任务没有暂停，无须告知", "task")
    if not work.suspending.untold:
        if told_before := work.suspending.told:
            require_same(command, told_before, Telling)
        return []
    last = work.suspending.pauses[-1]
    since = last.ended.happened() if last.ended else last.began.at
    check_day(command, command.on, since, "suspension-notice")
    return [facts.SuspensionTold(**work.mark, **command.fields(Act, Telling))]


def requested(work: Work, fact: facts.SuspensionRequested) -> Work:
    return suspending(work, asked=fact, approvals=())


def approved(work: Work, fact: facts.SuspensionApproved) -> Work:
    return suspending(work, approvals=(*work.suspending.approvals, fact))


def refused(work: Work, fact: facts.SuspensionRefused) -> Work:
    return suspending(work, asked=None, refused=fact)


def suspended(work: Work, fact: facts.TaskSuspended) -> Work:
    """Keeps the pause with the words for which it was asked."""
    words = work.suspending.asked.explanation if work.suspending.asked else ""
    pauses = (*work.suspending.pauses, Pause(fact, words))
    work = replace(work, still_since=fact.at)
    return suspending(work, asked=None, pauses=pauses, untold=True)


def resumed(work: Work, fact: facts.TaskResumed) -> Work:
    pauses = tuple(
        replace(pause, ended=fact) if pause is work.suspending.running else pause
        for pause in work.suspending.pauses
    )
    contact = fact.first_contact or work.moved_contact
    work = replace(work, still_since=None, moved_due=fact.due, moved_contact=contact)
    return suspending(work, pauses=pauses, untold=True)


def stood_still(work: Work, fact: facts.CohandlerSuspended) -> Work:
    return replace(work, still_since=fact.at)


def awaited_again(work: Work, fact: facts.CohandlerResumed) -> Work:
    return replace(work, still_since=None, moved_due=fact.due)


def told(work: Work, fact: facts.SuspensionTold) -> Work:
    return suspending(work, told=fact, untold=False)


def suspending(work: Work, **changes: Any) -> Work:
    return replace(work, suspending=replace(work.suspending, **changes))


DECIDE: Rows[Decide[Handling]] = Rows(
    {
        RequestSuspension: request,
        DecideSuspension: decide,
        ResumeTask: resume,
        TellSuspension: tell,
        EndSuspension: until_stopped(end),
    }
)
EVOLVE: Rows[Evolve[Handling]] = Rows(
    {
        facts.SuspensionRequested: on_task(requested),
        facts.SuspensionApproved: on_task(approved),
        facts.SuspensionRefused: on_task(refused),
        facts.TaskSuspended: on_task(suspended),
        facts.CohandlerSuspended: on_task(stood_still),
        facts.TaskResumed: on_task(resumed),
        facts.CohandlerResumed: on_task(awaited_again),
        facts.SuspensionTold: on_task(told),
    }
)
