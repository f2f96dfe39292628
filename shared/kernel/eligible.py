"""Who there is on a day: units that may be handed work, people, agencies and regions that may be
named."""

from shared.kernel.errors import RuleViolated
from shared.kernel.organisation import Organisation


def check_assignable(known: Organisation, unit: str, agency: str, field: str) -> None:
    """A unit that exists on the day, and that the agency keeps or stands above. Never the agency
    itself, which would chase its own work."""
    check_unit(known, unit, field)
    if unit == agency:
        message = f"{known.title(unit)}是交办机关，不能作为承办单位，请改选单位"
        raise RuleViolated("unit-is-agency", message, field)
    if not known.answers_to(unit, agency):
        message = f"{known.title(unit)}不在本机关的交办范围内，请改选单位"
        raise RuleViolated("unit-elsewhere", message, field)


def check_unit(known: Organisation, unit: str, field: str) -> None:
    if not known.knows(unit):
        raise RuleViolated("unit-unknown", f"没有登记过编号为 {unit} 的单位，请核对", field)
    if not known.stands(unit):
        message = f"{known.title(unit)}在 {known.day} 不是有效单位，请核对日期"
        raise RuleViolated("unit-not-valid", message, field)


def check_agency(known: Organisation, agency: str) -> None:
    if not known.knows(agency):
        raise RuleViolated("agency-unknown", f"没有登记过编号为 {agency} 的机关，请核对", "agency")


def check_person(known: Organisation, person: str, field: str) -> None:
    if not known.is_person(person):
        raise RuleViolated("person-unknown", f"没有登记过编号为 {person} 的人员，请核对", field)


def check_region(known: Organisation, region: str) -> None:
    if not known.has_region(region):
        raise RuleViolated("region-unknown", f"没有代码为 {region} 的区域，请核对", "region")
