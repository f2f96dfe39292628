"""Decisions about units and their posts."""

from collections.abc import Sequence
from datetime import date

from services.directory.domain.entry import (
    Unknown,
    after_registration,
    check_period,
    for_registered,
)
from services.directory.domain.units import commands, state
from services.directory.domain.units.rules import (
    check_administration,
    check_alone,
    check_appointment,
    check_not_own,
    check_place,
    check_role,
)
from services.directory.domain.units.state import Holding, Unit
from shared.contracts import directory as facts
from shared.kernel.decider import routed
from shared.kernel.eligible import check_person
from shared.kernel.errors import RuleViolated

Facts = Sequence[facts.UnitEvent]


def register(command: commands.RegisterUnit, unit: Unit | Unknown) -> Facts:
    check_place(command, command.level)
    check_administration(command)
    if isinstance(unit, Unknown):
        return [facts.UnitRegistered(at=command.at, **command.fields(facts.UnitEntry))]
    if command.fields(facts.UnitEntry) == unit.entry.fields(facts.UnitEntry):
        return []
    raise RuleViolated("unit-exists", "该单位编号已登记，变更请用单位变更", "unit")


def change(command: commands.ChangeUnit, unit: Unit) -> Facts:
    check_place(command, unit.entry.level)
    now = unit.naming
    if command.fields(facts.NamingFrom) == now.fields(facts.NamingFrom):
        return []
    if command.fields(facts.Naming) == now.fields(facts.Naming):
        message = f"名称和隶属关系自 {now.valid_from} 起已经如此，没有变更"
        raise RuleViolated("nothing-changed", message, "title")
    if command.valid_from < now.valid_from:
        message = f"变更日期不能早于上次变更（{now.valid_from}）"
        raise RuleViolated("history-runs-forward", message, "valid_from")
    check_exists(unit, command.valid_from)
    naming = command.fields(facts.NamingFrom)
    return [facts.UnitChanged(at=command.at, unit=command.unit, **naming)]


def check_exists(unit: Unit, day: date) -> None:
    if not unit.exists_on(day):
        message = f"该单位在 {day} 不是有效单位，请核对日期"
        raise RuleViolated("unit-not-valid", message, "valid_from")


def dissolve(command: commands.DissolveUnit, unit: Unit) -> Facts:
    if unit.until == command.valid_to:
        return []
    if unit.until is not None:
        raise RuleViolated("unit-dissolved", f"该单位已登记自 {unit.until} 起撤销", "valid_to")
    check_period(unit.naming.valid_from, command.valid_to, "valid_to")
    end = command.fields(facts.UnitEnd)
    return [facts.UnitDissolved(at=command.at, unit=command.unit, **end)]


def fill_post(command: commands.FillPost, unit: Unit) -> Facts:
    check_role(command.role)
    check_person(command.directory, command.person, "person")
    own = unit.holdings_of(command)
    if any(h.since == command.valid_from and h.until is None for h in own):
        return []
    check_appointment(command)
    check_exists(unit, command.valid_from)
    for holding in unit.rivals_of(command):
        check_free(holding, command)
    start = command.fields(facts.PostStart)
    return [facts.PostFilled(at=command.at, unit=command.unit, **start)]


def check_free(holding: Holding, command: commands.FillPost) -> None:
    if holding.until is None or command.valid_from < holding.until:
        raise RuleViolated("post-held", f"该岗位在此期间由 {holding.person} 担任，请先免去", "role")


def correct_post(command: commands.CorrectPost, unit: Unit) -> Facts:
    """The post is known by the first day that was recorded."""
    own = unit.holdings_of(command)
    recorded = next((h for h in own if h.since == command.recorded_from), None)
    if recorded is None:
        message = f"没有自 {command.recorded_from} 起的这一任职记录，请核对"
        raise RuleViolated("post-not-recorded", message, "recorded_from")
    if (recorded.since, recorded.until) == (command.valid_from, command.valid_to):
        return []
    check_not_own(command)
    check_alone(command)
    check_exists(unit, command.valid_from)
    if command.valid_to is not None:
        check_period(command.valid_from, command.valid_to, "valid_to")
    for other in unit.rivals_of(command, recorded):
        check_apart(other, command)
    days = command.fields(facts.PostDays)
    return [facts.PostCorrected(at=command.at, unit=command.unit, **days)]


def check_apart(other: Holding, command: commands.CorrectPost) -> None:
    """Raises RuleViolated when another holding of the post shares a day with the corrected one."""
    begins_before_end = command.valid_to is None or other.since < command.valid_to
    if begins_before_end and (other.until is None or command.valid_from < other.until):
        message = f"更正后与 {other.person} 自 {other.since} 起的任职重叠"
        raise RuleViolated("post-held", message, "valid_from")


def vacate_post(command: commands.VacatePost, unit: Unit) -> Facts:
    own = unit.holdings_of(command)
    if any(h.until == command.valid_to for h in own):
        return []
    current = next((h for h in own if h.until is None), None)
    if current is None:
        raise RuleViolated("post-not-held", "此人未担任该岗位，无法免去", "person")
    check_period(current.since, command.valid_to, "valid_to")
    end = command.fields(facts.PostEnd)
    return [facts.PostVacated(at=command.at, unit=command.unit, **end)]


DECIDER = routed(
    state.UNREGISTERED,
    commands.UnitCommand,
    facts.UnitEvent,
    decide={
        commands.RegisterUnit: register,
        commands.ChangeUnit: for_registered(change),
        commands.DissolveUnit: for_registered(dissolve),
        commands.FillPost: for_registered(fill_post),
        commands.VacatePost: for_registered(vacate_post),
        commands.CorrectPost: for_registered(correct_post),
    },
    evolve={
        facts.UnitRegistered: state.registered,
        facts.UnitChanged: after_registration(state.changed),
        facts.UnitDissolved: after_registration(state.dissolved),
        facts.PostFilled: after_registration(state.filled),
        facts.PostVacated: after_registration(state.vacated),
        facts.PostCorrected: after_registration(state.corrected),
    },
)
