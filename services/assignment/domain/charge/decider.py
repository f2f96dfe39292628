"""Decisions about charges: a leader of the agency takes one case at a time upon himself, reports,
and says how it ended."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from services.assignment.domain.charge.commands import (
    AboutCharge,
    ChargeLeader,
    EndCharge,
    ReportCharge,
)
from services.assignment.domain.hand_out import charges
from services.assignment.domain.hand_out.charges import Charge, Charges
from services.assignment.domain.hand_out.state import Assignment, require_running
from shared.contracts.charges import (
    ChargeEnded,
    ChargeEnding,
    ChargePlan,
    ChargeReport,
    ChargeReported,
    ChargeTaken,
)
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.ids import entity_id
from shared.kernel.messages import Act, Event
from shared.kernel.policy import Due, Policy
from shared.kernel.texts import require_text, same_payload

RULE = "charge"
F = TypeVar("F", bound=Event)


def charge_leader(command: ChargeLeader, state: Assignment) -> Sequence[ChargeTaken]:
    """Puts a leader of the agency in charge; the same designation again is none."""
    require_running(state)
    if not command.rules.has(RULE):
        raise RuleViolated("charge-unknown", "按办理规则，该类件没有领导包案")
    if state.opening is None:
        raise RuleViolated("not-accepted", "该件尚未{fact:case.accepted}，不能包案")
    if before := charges.running(state.charges):
        if same_payload(command, before.taken, ChargePlan):
            return []
        raise RuleViolated("charge-running", "已经有领导包案；需要更换的，先结束原来的包案")
    require_leader(command, state)
    require_text(command.problem, "请写明主要问题", "problem", "charge-problem")
    require_text(command.measures, "请写明化解方案", "measures", "charge-measures")
    fields = state.case_mark(last_round(state)) | command.fields(Act, ChargePlan)
    due = until(command.until, "until", command.rules, command)
    return [ChargeTaken(**fields, charge=entity_id(command.seed, RULE), due=due)]


def require_leader(command: ChargeLeader, state: Assignment) -> None:
    """Refuses everybody but a leader of the agency in office, whom the case is not against."""
    posts = command.directory.posts_of(command.leader)
    kept = {command.leader, *(unit for unit, _ in posts)} & command.recused
    if kept or (state.agency, "leader") not in posts:
        message = "包案领导应当是交办机关在任的领导，并且与本件没有需要回避的关系"
        raise RuleViolated("charge-not-leader", message, "leader")


def until(
    day: date | None, field: str, policy: Policy, command: ChargeLeader | ReportCharge
) -> Due:
    """Returns the day of the charge: one that is given lies after today and within the period of
    the policy row from today."""
    latest = policy.due(RULE, command.at)
    if day is None:
        return latest
    if not business_day(command.at) < day <= ending_day(latest.at):
        message = f"包案的期限应当在今天以后、{ending_day(latest.at)} 以前"
        raise RuleViolated("charge-until", message, field)
    return policy.on_day(RULE, day)


def report(command: ReportCharge, state: Assignment) -> Sequence[ChargeReported]:
    charge = require_charge(command, state)
    if charge.reports and repeats(command, charge.reports[-1]):
        return []
    require_text(command.note, "请写明进展", "note", "charge-note")
    due = charge.due
    if command.later:
        due = until(command.later, "later", command.rules, command)
        if due.at <= charge.due.at:
            message = f"延期应当晚于原来的期限 {ending_day(charge.due.at)}"
            raise RuleViolated("charge-until", message, "later")
    fields = state.case_mark(charge.taken.round) | command.fields(Act, ChargeReport)
    extended = command.later is not None
    return [ChargeReported(**fields, charge=charge.id, extended=extended, due=due)]


def repeats(command: ReportCharge, before: ChargeReported) -> bool:
    return before.by == command.by and same_payload(command, before, ChargeReport)


def end(command: EndCharge, state: Assignment) -> Sequence[ChargeEnded]:
    last = state.charges[-1] if state.charges else None
    if last and last.id == command.charge and last.ended:
        if same_payload(command, last.ended, ChargeEnding):
            return []
        raise RuleViolated("charge-over", "包案已经结束")
    charge = require_charge(command, state)
    require_text(command.note, "请说明包案的结果", "note", "charge-note")
    fields = state.case_mark(charge.taken.round) | command.fields(Act, ChargeEnding)
    return [ChargeEnded(**fields, charge=charge.id)]


def require_charge(command: AboutCharge, state: Assignment) -> Charge:
    """Returns the charge that runs. Raises NotFound for one that the case never had."""
    require_running(state)
    if command.charge not in {each.id for each in state.charges}:
        raise NotFound(command.charge)
    charge = charges.running(state.charges)
    if charge is None or charge.id != command.charge:
        raise RuleViolated("charge-over", "包案已经结束")
    return charge


def last_round(state: Assignment) -> int:
    return max((hand.round for hand in state.tasks.values()), default=1)


def of_charges(fold: Callable[[Charges, F], Charges]) -> Callable[[Assignment, F], Assignment]:
    """Returns the fold of the charges as one of the assignment."""
    return lambda state, fact: replace(state, charges=fold(state.charges, fact))


DECIDE: Rows[Decide[Assignment]] = Rows(
    {ChargeLeader: charge_leader, ReportCharge: report, EndCharge: end}
)
EVOLVE: Rows[Evolve[Assignment]] = Rows(
    {
        ChargeTaken: of_charges(charges.taken),
        ChargeReported: of_charges(charges.reported),
        ChargeEnded: of_charges(charges.ended),
    }
)
