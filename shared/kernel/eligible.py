"""Checks of units, people, agencies and regions that a command names, as they are on its day."""

from collections.abc import Collection
from typing import Protocol

from shared.kernel.errors import RuleViolated
from shared.kernel.organisation import Organisation
from shared.kernel.policy import Policy, PolicyRow


class Assigning(Protocol):
    """A command that names units which are to work on a case."""

    @property
    def directory(self) -> Organisation: ...
    @property
    def rules(self) -> Policy: ...
    @property
    def recused(self) -> frozenset[str]: ...


def check_assignable(command: Assigning, unit: str, agency: str, field: str) -> None:
    """Raises RuleViolated unless the unit is valid on the day and the agency keeps it or stands
    above it. The agency itself and the organs that assign and supervise such cases are refused:
    they would chase their own work."""
    organisation, organs = command.directory, command.rules.row.organs
    check_unit(organisation, unit, field)
    check_impartial(organisation, unit, command.recused, field)
    if unit == agency:
        message = f"{organisation.title(unit)}是交办机关，不能作为承办单位，请改选单位"
        raise RuleViolated("unit-is-agency", message, field)
    if organisation.level(unit) == "section":
        above = next(iter(organisation.path(unit)[1:]), agency)
        message = (
            f"{organisation.title(unit)}是内设科室，不能单独承办，请交{organisation.title(above)}"
        )
        raise RuleViolated("unit-is-section", message, field)
    if unit in {organs.unit("assignment", agency), organs.unit("supervision", agency)}:
        message = f"{organisation.title(unit)}负责交办、督办本类件，不能作为承办单位，请改选单位"
        raise RuleViolated("unit-is-organ", message, field)
    if not organisation.answers_to(unit, agency):
        message = f"{organisation.title(unit)}不在本机关的交办范围内，请改选单位"
        raise RuleViolated("unit-elsewhere", message, field)


def check_impartial(
    organisation: Organisation, unit: str, against: Collection[str], field: str
) -> None:
    """Raises RuleViolated for a unit that the case is against, and for one below it: the matter
    never reaches those whom it is against (信访工作条例第30条)."""
    if above := [place for place in organisation.path(unit) if place in against]:
        accused = above[-1]
        named = "" if accused == unit else f"（隶属{organisation.title(accused)}）"
        message = f"{organisation.title(unit)}{named}是本件的被反映单位，不得交其办理，请改选单位"
        raise RuleViolated("unit-against", message, field)


def check_competent(command: Assigning, unit: str, purpose: str | None, field: str) -> None:
    """Raises RuleViolated where the purpose of the case reserves it to other units: an accusation
    goes to the organ that has power over it, and to no other (信访工作条例第30条)."""
    if not command.rules.row.admits(purpose, unit, command.recused):
        message = (
            f"“{{purpose:{purpose}}}”类的件只能交办理规则指定的单位，"
            f"不能交{command.directory.title(unit)}，请改选单位；分类有误的，请先更正分类"
        )
        raise RuleViolated("unit-not-competent", message, field)


def vacant_roles(
    organisation: Organisation, row: PolicyRow, unit: str, part: str, against: Collection[str]
) -> list[tuple[str, ...]]:
    """Returns the groups of roles of which none is filled, but one should for a task of this part;
    people whom the case is `against` do not count."""
    needed = row.needed_posts.of(part)
    return [roles for roles in needed if not organisation.is_filled(unit, roles, against)]


def check_staffed(command: Assigning, unit: str, part: str, field: str) -> None:
    """Raises RuleViolated, and names the vacant roles, where the unit could not sign for a task of
    this part, do it or head it."""
    organisation = command.directory
    row, against = command.rules.row, command.recused
    if vacant := vacant_roles(organisation, row, unit, part, against):
        named = "；".join("或".join(f"{{role:{role}}}" for role in roles) for roles in vacant)
        message = (
            f"{organisation.title(unit)}缺少在任人员：{named}。交办后无人签收、办理或签发，"
            "请先登记任职，或者改选单位"
        )
        raise RuleViolated("unit-unstaffed", message, field)


def check_known(organisation: Organisation, unit: str, field: str) -> None:
    if not organisation.knows(unit):
        raise RuleViolated("unit-unknown", f"没有登记过编号为 {unit} 的单位，请核对", field)


def check_unit(organisation: Organisation, unit: str, field: str) -> None:
    check_known(organisation, unit, field)
    if not organisation.stands(unit):
        message = f"{organisation.title(unit)}在 {organisation.day} 不是有效单位，请核对日期"
        raise RuleViolated("unit-not-valid", message, field)


def check_agency(organisation: Organisation, agency: str) -> None:
    if not organisation.knows(agency):
        raise RuleViolated("agency-unknown", f"没有登记过编号为 {agency} 的机关，请核对", "agency")


def check_person(organisation: Organisation, person: str, field: str) -> None:
    if not organisation.is_person(person):
        raise RuleViolated("person-unknown", f"没有登记过编号为 {person} 的人员，请核对", field)


def check_region(organisation: Organisation, region: str) -> None:
    if not organisation.has_region(region):
        raise RuleViolated("region-unknown", f"没有代码为 {region} 的区域，请核对", "region")
