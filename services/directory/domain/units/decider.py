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
    ONE_HOLDER,
    check_administration,
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
    if command.fields(facts.Naming) == now.fields(facts.Naming):
        return []
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
    if any(h.until is None or h.since == command.valid_from for h in own):
        return []
    check_exists(unit, command.valid_from)
    rivals = unit.holdings if command.role in ONE_HOLDER else own
    for holding in (h for h in rivals if h.role == command.role):
        check_free(holding, command)
    start = command.fields(facts.PostStart)
    return [facts.PostFilled(at=command.at, unit=command.unit, **start)]


def check_free(holding: Holding, command: commands.FillPost) -> None:
    if holding.until is None or command.valid_from < holding.until:
        raise RuleViolated("post-held", f"该岗位在此期间由 {holding.person} 担任，请先免去", "role")


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
    },
    evolve={
        facts.UnitRegistered: state.registered,
        facts.UnitChanged: after_registration(state.changed),
        facts.UnitDissolved: after_registration(state.dissolved),
        facts.PostFilled: after_registration(state.filled),
        facts.PostVacated: after_registration(state.vacated),
    },
)
