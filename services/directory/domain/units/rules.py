"""Rules of the organisation tree and of posts."""

from collections.abc import Mapping

from services.directory.domain.entry import check_not_late
from services.directory.domain.units.commands import ChangeUnit, CorrectPost, FillPost, RegisterUnit
from shared.contracts.directory import Level
from shared.kernel.access import POSTS
from shared.kernel.eligible import check_agency, check_unit
from shared.kernel.errors import RuleViolated
from shared.kernel.organisation import Organisation

ABOVE: Mapping[Level, frozenset[Level]] = {
    "city": frozenset(),
    "county": frozenset({"city"}),
    "bureau": frozenset({"city", "county"}),
    "section": frozenset({"bureau", "external"}),
    "external": frozenset({"city", "county"}),
}
"""The levels that may stand above each level. The level of a unit never changes, so no circle can
close."""

NEVER_ALONE: frozenset[Level] = frozenset({"bureau", "section"})
"""Levels that stand below another unit."""

LEVELS: Mapping[Level, str] = {
    "city": "市级机关",
    "county": "县（市、区）",
    "bureau": "部门",
    "section": "科室",
    "external": "系统外单位",
}


def check_place(command: RegisterUnit | ChangeUnit, level: Level) -> None:
    if command.parent == command.unit:
        raise RuleViolated("unit-own-parent", "单位不能是自己的上级", "parent")
    if command.parent is not None:
        return check_parent(command.directory, level, command.parent)
    if level in NEVER_ALONE:
        raise RuleViolated("unit-needs-parent", "部门和科室必须有上级单位", "parent")
    return None


def check_parent(known: Organisation, level: Level, parent: str) -> None:
    """The parent exists on the day from which the unit stands there, at a higher level."""
    check_unit(known, parent, "parent")
    allowed = ABOVE[level]
    if known.level(parent) not in allowed:
        expected = "或".join(name for each, name in LEVELS.items() if each in allowed)
        message = f"{LEVELS[level]}的上级应为{expected}" if allowed else "市级机关没有上级单位"
        raise RuleViolated("parent-level", message, "parent")


def check_administration(command: RegisterUnit) -> None:
    """An agency administers itself; a registered agency administers every other unit."""
    if command.agency != command.unit:
        check_agency(command.directory, command.agency)


def check_appointment(command: FillPost) -> None:
    """Raises RuleViolated for an appointment that is entered late, gives rights to its own sender,
    or joins roles that must stay apart."""
    rules = command.governed_by
    if not command.founding:
        check_not_late(command, command.valid_from, rules.post_days_back)
    check_not_own(command)
    check_alone(command)


def check_alone(command: FillPost | CorrectPost) -> None:
    """Raises RuleViolated where a role that must stay alone would meet another one on some day."""
    until = command.valid_to if isinstance(command, CorrectPost) else None
    roles = command.directory.roles_from(command.person, command.valid_from, until)
    held = roles - {command.role}
    alone = {*command.governed_by.alone} & {command.role, *held}
    if held and alone:
        message = "系统管理员、安全管理员、审计管理员各由专人担任，不得兼任其他岗位"
        raise RuleViolated("post-alone", message, "role")


def check_not_own(command: FillPost | CorrectPost) -> None:
    """Raises RuleViolated when the sender, or the second person, may act for the person."""
    if {command.by, command.confirmed_by} & command.directory.delegates_of(command.person):
        message = "受此人委托代行职务的人不得为其办理任职"
        raise RuleViolated("own-gain", message, "person")


def check_role(role: str) -> None:
    if role not in POSTS:
        raise RuleViolated("role-unknown", f"没有名为 {role} 的岗位，请核对", "role")
