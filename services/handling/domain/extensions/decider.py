"""Decisions about extensions: asked, approved by each approver or refused, told."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from services.handling.domain.approvals import decided_under
from services.handling.domain.extensions.commands import (
    DecideExtension,
    RequestExtension,
    TellExtension,
)
from services.handling.domain.extensions.rules import (
    bench_of,
    check_may_ask,
    check_still_ahead,
    check_wish,
    day_granted,
    followed,
    request_of,
    rules_for,
    rules_of,
)
from services.handling.domain.tasks.pauses import after_pauses, awaited_opinions
from services.handling.domain.tasks.requests import Extension
from services.handling.domain.tasks.rules import check_day
from services.handling.domain.tasks.state import Handling, Work, on_task, unanswered
from shared.contracts import extensions as facts
from shared.contracts.case_event import OnTask
from shared.contracts.payloads.handling import ExtensionWish, Telling, Verdict
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Act
from shared.kernel.repeated import require_same
from shared.kernel.texts import require_text


def request(command: RequestExtension, state: Handling) -> Sequence[OnTask]:
    work = unanswered(state, command.task)
    if work.reply:
        raise RuleViolated("already-signed", "答复已经签发，请及时送达，不能再申请延期", "task")
    rules = rules_of(work, command.rules)
    check_may_ask(command, work, rules)
    check_wish(command, work, rules, state)
    asked = facts.ExtensionRequested(
        **work.mark,
        **command.fields(Act, ExtensionWish),
        was=command.rules.recounted(work.due),
        **decided_under(rules),
    )
    if rules.approvers:
        return [asked]
    return [asked, *extend(command, replace(work, extension_asked=asked), state, {"seats": ()})]


def decide(command: DecideExtension, state: Handling) -> Sequence[OnTask]:
    work = unanswered(state, command.task)
    bench = bench_of(work)
    seats = bench.seats_of(command)
    fields = {**command.fields(Verdict), "seats": tuple(sorted(seats))}
    if not command.approved:
        require_text(command.note, "不同意延期应当写明理由", "note", "extension-note")
        return [facts.ExtensionRefused(**work.mark, **command.fields(Act), **fields)]
    check_still_ahead(command, work)
    if bench.is_enough(seats):
        return [*extend(command, work, state, fields)]
    return [facts.ExtensionApproved(**work.mark, **command.fields(Act), **fields)]


def extend(
    command: RequestExtension | DecideExtension, work: Work, state: Handling, fields: dict[str, Any]
) -> Iterator[OnTask]:
    """Yields the extension of the task and of the opinions that wait with it."""
    asked = request_of(work)
    due = day_granted(asked, work, command.rules)
    was = after_pauses(asked.was, work, command.rules, asked.at)
    moved = {"was": was, "due": due}
    yield facts.TaskExtended(**work.mark, **command.fields(Act), **fields, **moved)
    rules = rules_for(due.rule, command.rules)
    if rules is None or rules.cohandlers == "follow":
        for co in awaited_opinions(work, state, command.at):
            later = followed(co.due, was, due, command.rules)
            yield facts.CohandlerExtended(at=command.at, **co.mark, was=co.due, due=later)


def tell(command: TellExtension, state: Handling) -> Sequence[facts.ExtensionTold]:
    work = unanswered(state, command.task)
    if not work.extensions:
        raise RuleViolated("extension-not-given", "该任务没有延期，无须告知", "task")
    last = work.extensions[-1].granted
    if not work.untold_extension:
        if work.told:
            require_same(command, work.told[0], Telling)
        return []
    check_day(command, command.on, last.at, "extension-notice")
    return [facts.ExtensionTold(**work.mark, **command.fields(Act, Telling))]


def requested(work: Work, fact: facts.ExtensionRequested) -> Work:
    return replace(work, extension_asked=fact, extension_approvals=())


def approved(work: Work, fact: facts.ExtensionApproved) -> Work:
    return replace(work, extension_approvals=(*work.extension_approvals, fact))


def refused(work: Work, fact: facts.ExtensionRefused) -> Work:
    return replace(work, extension_asked=None, extension_refused=fact)


def extended(work: Work, fact: facts.TaskExtended) -> Work:
    """Keeps the extension with the reason for which it was asked."""
    reason = work.extension_asked.reason if work.extension_asked else ""
    work = replace(work, extensions=(*work.extensions, Extension(fact, reason)))
    return replace(work, moved_due=fact.due, extension_asked=None)


def followed_lead(work: Work, fact: facts.CohandlerExtended) -> Work:
    return replace(work, moved_due=fact.due)


def told(work: Work, fact: facts.ExtensionTold) -> Work:
    last = work.extensions[-1].granted.due if work.extensions else work.due
    return replace(work, told=(fact, last.at))


DECIDE: Rows[Decide[Handling]] = Rows(
    {RequestExtension: request, DecideExtension: decide, TellExtension: tell}
)
EVOLVE: Rows[Evolve[Handling]] = Rows(
    {
        facts.ExtensionRequested: on_task(requested),
        facts.ExtensionApproved: on_task(approved),
        facts.ExtensionRefused: on_task(refused),
        facts.TaskExtended: on_task(extended),
        facts.CohandlerExtended: on_task(followed_lead),
        facts.ExtensionTold: on_task(told),
    }
)
