"""Decisions about charges: a leader takes a case upon himself by a scheme of the policy row, one
leader by each, reports, and says how it ended."""

from collections.abc import Callable, Iterator, Sequence
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
    Stage,
)
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.ids import entity_id
from shared.kernel.messages import Act, Event
from shared.kernel.organs import AGENCY
from shared.kernel.policy import Due
from shared.kernel.texts import require_text, same_payload

F = TypeVar("F", bound=Event)


def charge_leader(command: ChargeLeader, state: Assignment) -> Sequence[ChargeTaken]:
    """Puts a leader in charge; the same designation again is none."""
    require_running(state)
    if command.scheme not in command.rules.row.charges:
        raise RuleViolated("charge-unknown", "按办理规则，该类件没有这种形式", "scheme")
    if state.opening is None:
        raise RuleViolated("not-accepted", "该件尚未{fact:case.accepted}，不能确定牵头领导")
    if before := charges.of_scheme(state.charges, command.scheme):
        if same_payload(command, before.taken, ChargePlan):
            return []
        message = "已经有领导牵头；需要更换领导或者方案的，先结束原来的"
        raise RuleViolated("charge-running", message, "scheme")
    return [taken(command, state)]


def taken(command: ChargeLeader, state: Assignment) -> ChargeTaken:
    """Returns the charge with what it opens. Raises RuleViolated for what a plan lacks."""
    require_leader(command, state)
    require_text(command.problem, "请写明主要问题", "problem", "charge-problem")
    require_text(command.measures, "请写明工作方案", "measures", "charge-measures")
    due = until(command.until, "until", command.scheme, command)
    require_milestones(command, due)
    return ChargeTaken(
        **state.case_mark(last_round(state)) | command.fields(Act, ChargePlan),
        charge=entity_id(command.seed, "charge"),
        due=due,
        stages=tuple(stages(command)),
    )


def require_leader(command: ChargeLeader, state: Assignment) -> None:
    """Refuses everybody but a leader in office where the scheme has its leaders, whom the case is
    not against."""
    row = command.rules.row
    place = row.charges[command.scheme].leaders_at
    unit = state.agency if place == AGENCY else row.organs.unit(place, state.agency)
    posts = command.directory.posts_of(command.leader)
    kept = {command.leader, *(at for at, _ in posts)} & command.recused
    if kept or (unit, "leader") not in posts:
        where = "交办机关" if place == AGENCY else "主管机构"
        message = f"牵头领导应当是{where}在任的领导，并且与本件没有需要回避的关系"
        raise RuleViolated("charge-not-leader", message, "leader")


def require_milestones(command: ChargeLeader, due: Due) -> None:
    """Refuses a plan without milestones where the scheme needs some, and milestones without a goal
    or out of the order of their days, which lie after today and end with the charge at the
    latest."""
    if command.rules.row.charges[command.scheme].milestones and not command.milestones:
        raise RuleViolated("charge-milestones", "请分阶段写明目标和完成期限", "milestones")
    before = business_day(command.at)
    for milestone in command.milestones:
        require_text(milestone.goal, "请写明阶段目标", "milestones", "charge-milestones")
        if not before < milestone.day <= ending_day(due.at):
            message = f"阶段目标的期限应当先后不同，在今天以后、{ending_day(due.at)} 以前"
            raise RuleViolated("charge-milestones", message, "milestones")
        before = milestone.day


def stages(command: ChargeLeader) -> Iterator[Stage]:
    for number, milestone in enumerate(command.milestones, 1):
        yield Stage(
            milestone=entity_id(command.seed, f"milestone-{number}"),
            leader=command.leader,
            due=command.rules.on_day(command.scheme, milestone.day),
        )


def until(day: date | None, field: str, scheme: str, command: ChargeLeader | ReportCharge) -> Due:
    """Returns the day of the charge: one that is given lies after today and within the period of
    the policy row from today. Raises RuleViolated also where the row of today has no such scheme
    any more."""
    if not command.rules.has(scheme):
        raise RuleViolated("charge-unknown", "按现行办理规则，该类件不再有这种形式", field)
    latest = command.rules.due(scheme, command.at)
    if day is None:
        return latest
    if not business_day(command.at) < day <= ending_day(latest.at):
        message = f"期限应当在今天以后、{ending_day(latest.at)} 以前"
        raise RuleViolated("charge-until", message, field)
    return command.rules.on_day(scheme, day)


def report(command: ReportCharge, state: Assignment) -> Sequence[ChargeReported]:
    charge = require_charge(command, state)
    if charge.reports and repeats(command, charge.reports[-1]):
        return []
    require_text(command.note, "请写明进展", "note", "charge-note")
    return [
        ChargeReported(
            **state.case_mark(charge.taken.round) | command.fields(Act, ChargeReport),
            charge=charge.id,
            extended=command.later is not None,
            due=later(command, charge),
            met=reached(command, charge),
        )
    ]


def later(command: ReportCharge, charge: Charge) -> Due:
    """Returns until when the leader has time after the report."""
    if command.later is None:
        return charge.due
    due = until(command.later, "later", charge.taken.scheme, command)
    if due.at <= charge.due.at:
        message = f"延期应当晚于原来的期限 {ending_day(charge.due.at)}"
        raise RuleViolated("charge-until", message, "later")
    return due


def reached(command: ReportCharge, charge: Charge) -> tuple[str, ...]:
    """Returns the milestone that was reached. Raises RuleViolated for a number that the plan does
    not have, and for one that was reached before."""
    if command.reached is None:
        return ()
    ids = [stage.milestone for stage in charge.taken.stages]
    if not 1 <= command.reached <= len(ids):
        message = f"方案中没有第 {command.reached} 项阶段目标"
        raise RuleViolated("milestone-unknown", message, "reached")
    if ids[command.reached - 1] not in charge.open_stages:
        message = f"第 {command.reached} 项阶段目标已经登记达到"
        raise RuleViolated("milestone-met", message, "reached")
    return (ids[command.reached - 1],)


def repeats(command: ReportCharge, before: ChargeReported) -> bool:
    return before.by == command.by and same_payload(command, before, ChargeReport)


def end(command: EndCharge, state: Assignment) -> Sequence[ChargeEnded]:
    before = charges.named(state.charges, command.charge)
    if before and before.ended and same_payload(command, before.ended, ChargeEnding):
        return []
    charge = require_charge(command, state)
    require_text(command.note, "请说明结果", "note", "charge-note")
    fields = state.case_mark(charge.taken.round) | command.fields(Act, ChargeEnding)
    return [ChargeEnded(**fields, charge=charge.id, dropped=charge.open_stages)]


def require_charge(command: AboutCharge, state: Assignment) -> Charge:
    """Returns the charge that runs. Raises NotFound for one that the case never had."""
    require_running(state)
    charge = charges.named(state.charges, command.charge)
    if charge is None:
        raise NotFound(command.charge)
    if charge.ended:
        raise RuleViolated("charge-over", "已经登记结果，不再变动")
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
