"""What must hold in an organisation tree; each rule refuses in a clerk's words."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.directory.domain.commands import ChangeUnit, Level, RegisterDeputy, RegisterUnit
from shared.contracts.directory import DeputyRegistered
from shared.kernel.access import POSTS
from shared.kernel.eligible import check_agency, check_unit
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Text
from shared.kernel.organisation import Organisation

ABOVE: Mapping[Level, frozenset[Level]] = {
    "city": frozenset(),
    "county": frozenset({"city"}),
    "bureau": frozenset({"city", "county"}),
    "section": frozenset({"bureau", "external"}),
    "external": frozenset({"city", "county"}),
}
"""What each level may stand below. No unit changes its level, so no circle can ever close."""

NEVER_ALONE: frozenset[Level] = frozenset({"bureau", "section"})
"""Levels that stand below another unit."""

LEVELS: Mapping[Level, str] = {
    "city": "市级机关",
    "county": "县（市、区）",
    "bureau": "部门",
    "section": "科室",
    "external": "系统外单位",
}

STARS = "***********"
"""What is shown instead of a phone number, however long it is."""

ONE_HOLDER = frozenset({"head"})
"""Roles that one person holds at a time (单位主要负责人)."""


def check_place(command: RegisterUnit | ChangeUnit, level: Level) -> None:
    if command.parent == command.unit:
        raise RuleViolated("unit-own-parent", "单位不能是自己的上级", "parent")
    if command.parent is not None:
        return check_parent(command.known, level, command.parent)
    if level in NEVER_ALONE:
        raise RuleViolated("unit-needs-parent", "部门和科室必须有上级单位", "parent")
    return None


def check_parent(known: Organisation, level: Level, parent: str) -> None:
    """It exists on the day from which the unit stands there, at a higher level."""
    check_unit(known, parent, "parent")
    fitting = ABOVE[level]
    if known.level(parent) not in fitting:
        expected = "或".join(name for each, name in LEVELS.items() if each in fitting)
        message = f"{LEVELS[level]}的上级应为{expected}" if fitting else "市级机关没有上级单位"
        raise RuleViolated("parent-level", message, "parent")


def check_keeper(command: RegisterUnit) -> None:
    """An agency keeps itself; every other unit is kept by one that is registered."""
    if command.agency != command.unit:
        check_agency(command.known, command.agency)


def check_role(role: str) -> None:
    if role not in POSTS:
        raise RuleViolated("role-unknown", f"没有名为 {role} 的岗位，请核对", "role")


def check_period(start: date, end: date, field: str) -> None:
    if end < start:
        raise RuleViolated("period-backwards", "结束日期不能早于开始日期", field)


def is_same_seat(mandate: DeputyRegistered, command: RegisterDeputy) -> bool:
    return (mandate.body, mandate.agency) == (command.body, command.agency)


def check_seat_free(mandates: Sequence[DeputyRegistered], command: RegisterDeputy) -> None:
    """Nobody sits twice in one body at one time."""
    for mandate in mandates:
        if mandate.term_from <= command.term_to and command.term_from <= mandate.term_to:
            raise RuleViolated("mandate-overlaps", "此人在该任期内已登记为代表或委员", "term_from")


def same_text(one: Text | None, other: Text | None) -> bool:
    """Sealed texts are equal when their keyed digests are, whatever reference they got."""
    if one is None or other is None or isinstance(one, str) or isinstance(other, str):
        return one == other
    return (one.size, one.digest) == (other.size, other.digest)
