"""Rules about those whom a paper is against (被反映对象), by the policy row of its kind."""

from collections.abc import Collection
from typing import Protocol

from shared.contracts.recusal import NamedAgainst
from shared.kernel.eligible import check_known, check_person
from shared.kernel.errors import RuleViolated
from shared.kernel.organisation import Organisation
from shared.kernel.policy import Policy
from shared.kernel.texts import is_blank

MOST_BELOW = 1000
"""Units below those that one paper is against."""


class Informed(Protocol):
    """A command with the directory's entries and the policy row."""

    @property
    def directory(self) -> Organisation: ...
    @property
    def rules(self) -> Policy: ...


def is_nobody(against: NamedAgainst) -> bool:
    return not against.ids and is_blank(against.note)


def units_below(command: Informed, against: NamedAgainst) -> tuple[str, ...]:
    """Returns the units below the accused ones that could get a task: all but sections."""
    known = command.directory
    below = known.below(against.units)
    found = tuple(unit for unit in below if known.level(unit) != "section")
    if len(found) > MOST_BELOW:
        message = (
            f"所列单位的下级单位共 {len(found)} 个，超过 {MOST_BELOW} 个，请改登记其中被反映的单位"
        )
        raise RuleViolated("against-too-many", message, "against")
    return found


def check_accused(
    command: Informed, against: NamedAgainst, agency: str, proposers: Collection[str]
) -> None:
    """Checks units and people that a paper is against: where the row of the kind has such, in the
    directory, and none without whom the case could not be handled here at all."""
    if not command.rules.row.keeps_from_accused:
        message = "该类件不登记被反映的单位和人员"
        raise RuleViolated("against-not-kept", message, "against")
    if is_nobody(against):
        raise RuleViolated("against-empty", "请登记被反映的单位、人员，或者用文字说明", "against")
    for person in against.persons:
        check_person(command.directory, person, "against")
    if set(against.persons) & set(proposers):
        raise RuleViolated("against-proposer", "提出人不能同时是被反映人，请核对", "against")
    for unit in against.units:
        check_unit_accused(command, unit, agency)


def check_unit_accused(command: Informed, unit: str, agency: str) -> None:
    """Refuses the agency, a unit above it, and an organ of such cases: nobody would be left to
    handle the case here, and it belongs to a higher organ."""
    known = command.directory
    check_known(known, unit, "against")
    organs = command.rules.row.organs.units(agency).values()
    if unit in known.path(agency) or unit in organs:
        message = (
            f"{known.title(unit)}是本机关、上级机关或者负责本类件的机构，本机关不能办理对它的反映："
            "只反映其中个人的，请登记该人员；反映单位本身的，请以“不属本行政区域或本级机关职权”"
            "为由{fact:case.declined}，转送上一级机关"
        )
        raise RuleViolated("against-organ", message, "against")
