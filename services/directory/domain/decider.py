"""What may happen in the directory: one function per command."""

from collections.abc import Sequence
from typing import Any, TypeVar, assert_never

from services.directory.domain import commands as asked
from services.directory.domain.events import ClientEvent, PersonEvent, UnitEvent
from services.directory.domain.rules import (
    ONE_HOLDER,
    check_keeper,
    check_period,
    check_place,
    check_role,
    check_seat_free,
    is_same_seat,
    same_text,
)
from services.directory.domain.state import (
    Client,
    ClientState,
    Holding,
    Naming,
    Person,
    PersonState,
    Unit,
    UnitState,
    Unknown,
    evolve_client,
    evolve_person,
    evolve_unit,
    require_standing,
)
from shared.contracts import directory as facts
from shared.kernel.decider import Decider
from shared.kernel.eligible import check_agency, check_person
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import Command

K = TypeVar("K", Unit, Person)

NOT_FACTS = {"by", "seed", "organisation"}
"""Fields of a command that the fact does not repeat; the commit says who acted."""


def decide_unit(command: asked.UnitCommand, state: UnitState) -> Sequence[UnitEvent]:
    match command:
        case asked.RegisterUnit():
            return register_unit(command, state)
        case asked.ChangeUnit():
            return change_unit(command, _known(state))
        case asked.DissolveUnit():
            return dissolve_unit(command, _known(state))
        case asked.FillPost():
            return fill_post(command, _known(state))
        case asked.VacatePost():
            return vacate_post(command, _known(state))
        case _:
            assert_never(command)


def register_unit(command: asked.RegisterUnit, state: UnitState) -> Sequence[UnitEvent]:
    check_place(command, command.level)
    check_keeper(command)
    if isinstance(state, Unknown):
        return [facts.UnitRegistered(**_fields(command))]
    first = Naming(command.title, command.short, command.parent, command.valid_from)
    given = (command.level, command.agency, command.region, first)
    if given == (state.level, state.agency, state.region, state.namings[0]):
        return []
    raise RuleViolated("unit-exists", "该单位编号已登记，变更请用单位变更", "unit")


def change_unit(command: asked.ChangeUnit, unit: Unit) -> Sequence[UnitEvent]:
    check_place(command, unit.level)
    now = unit.naming
    if (command.title, command.short, command.parent) == (now.title, now.short, now.parent):
        return []
    if command.valid_from < now.since:
        raise RuleViolated(
            "history-runs-forward", f"变更日期不能早于上次变更（{now.since}）", "valid_from"
        )
    require_standing(unit, command.valid_from)
    return [facts.UnitChanged(**_fields(command))]


def dissolve_unit(command: asked.DissolveUnit, unit: Unit) -> Sequence[UnitEvent]:
    if unit.until == command.valid_to:
        return []
    if unit.until is not None:
        raise RuleViolated("unit-dissolved", f"该单位已登记自 {unit.until} 起撤销", "valid_to")
    check_period(unit.naming.since, command.valid_to, "valid_to")
    return [facts.UnitDissolved(**_fields(command))]


def fill_post(command: asked.FillPost, unit: Unit) -> Sequence[UnitEvent]:
    check_role(command.role)
    check_person(command.known, command.person, "person")
    mine = [h for h in unit.holdings if (h.role, h.person) == (command.role, command.person)]
    if any(h.until is None or h.since == command.valid_from for h in mine):
        return []
    require_standing(unit, command.valid_from)
    rivals = unit.holdings if command.role in ONE_HOLDER else mine
    for holding in (h for h in rivals if h.role == command.role):
        _check_free(holding, command)
    return [facts.PostFilled(**_fields(command))]


def _check_free(holding: Holding, command: asked.FillPost) -> None:
    if holding.until is None or command.valid_from < holding.until:
        raise RuleViolated("post-held", f"该岗位在此期间由 {holding.person} 担任，请先免去", "role")


def vacate_post(command: asked.VacatePost, unit: Unit) -> Sequence[UnitEvent]:
    mine = [h for h in unit.holdings if (h.role, h.person) == (command.role, command.person)]
    if any(h.until == command.valid_to for h in mine):
        return []
    held = next((h for h in mine if h.until is None), None)
    if held is None:
        raise RuleViolated("post-not-held", "此人未担任该岗位，无法免去", "person")
    check_period(held.since, command.valid_to, "valid_to")
    return [facts.PostVacated(**_fields(command))]


def decide_person(command: asked.PersonCommand, state: PersonState) -> Sequence[PersonEvent]:
    match command:
        case asked.RegisterPerson():
            return register_person(command, state)
        case asked.RegisterDeputy():
            return register_deputy(command, state)
        case asked.GrantDelegation():
            return grant_delegation(command, _known(state))
        case _:
            assert_never(command)


def register_person(command: asked.RegisterPerson, state: PersonState) -> Sequence[PersonEvent]:
    """Registering again with another phone replaces the phone; the name stays."""
    check_agency(command.known, command.agency)
    if isinstance(state, Person):
        _check_name(command.title, state)
        if state.official and (not command.phone or same_text(command.phone, state.phone)):
            return []
    return [facts.PersonRegistered(**_fields(command))]


def register_deputy(command: asked.RegisterDeputy, state: PersonState) -> Sequence[PersonEvent]:
    """A term is five years (代表法 art. 2), or what is left of it after a by-election."""
    check_agency(command.known, command.agency)
    check_period(command.term_from, command.term_to, "term_to")
    if isinstance(state, Person):
        _check_name(command.title, state)
        rivals = [m for m in state.mandates if is_same_seat(m, command)]
        if any(m.term_from == command.term_from for m in rivals):
            return []
        check_seat_free(rivals, command)
    return [facts.DeputyRegistered(**_fields(command))]


def _check_name(title: str, person: Person) -> None:
    if title != person.title:
        raise RuleViolated("person-exists", f"该编号已登记为{person.title}", "person")


def grant_delegation(command: asked.GrantDelegation, person: Person) -> Sequence[PersonEvent]:
    if command.delegate == person.person:
        raise RuleViolated("own-delegate", "不能委托给本人", "delegate")
    check_person(command.known, command.delegate, "delegate")
    check_period(command.valid_from, command.valid_to, "valid_to")
    granted = [(g.delegate, g.valid_from, g.valid_to) for g in person.delegations]
    if (command.delegate, command.valid_from, command.valid_to) in granted:
        return []
    return [facts.DelegationGranted(**_fields(command))]


def decide_client(command: asked.RegisterClient, state: ClientState) -> Sequence[ClientEvent]:
    check_agency(command.known, command.agency)
    if isinstance(state, Unknown):
        return [facts.ClientRegistered(**_fields(command))]
    if state == Client(command.client, command.title, command.agency, command.kinds):
        return []
    raise RuleViolated("client-exists", "该客户端编号已登记", "client")


def _known(state: Unknown | K) -> K:
    if isinstance(state, Unknown):
        raise NotFound("该编号尚未登记")
    return state


def _fields(command: Command) -> dict[str, Any]:
    return {name: value for name, value in command if name not in NOT_FACTS}


UNIT = Decider[asked.UnitCommand, UnitState, UnitEvent](Unknown(), decide_unit, evolve_unit)
PERSON = Decider[asked.PersonCommand, PersonState, PersonEvent](
    Unknown(), decide_person, evolve_person
)
CLIENT = Decider[asked.RegisterClient, ClientState, ClientEvent](
    Unknown(), decide_client, evolve_client
)
