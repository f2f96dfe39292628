"""States of the world for the tests of the directory: a city, a bureau, an official."""

from datetime import UTC, date, datetime
from typing import Any

from services.directory.domain.people.commands import (
    EndTerm,
    GrantDelegation,
    RegisterDeputy,
    RegisterPerson,
)
from services.directory.domain.units.commands import (
    ChangeUnit,
    CorrectPost,
    DissolveUnit,
    FillPost,
    RegisterUnit,
    VacatePost,
)
from shared.contracts.directory import (
    DeputyRegistered,
    PersonRegistered,
    PostFilled,
    PostVacated,
    UnitChanged,
    UnitDissolved,
    UnitRegistered,
)
from shared.kernel.messages import Sealed
from shared.service.config.labels import policies_in_use
from shared.service.config.policies import load_policies
from shared.testing.organisation import city, organisation, person
from shared.testing.organisation import unit as a_unit

MONDAY = datetime(2025, 3, 3, 1, tzinfo=UTC)
YEAR, LATER = date(2024, 1, 1), date(2025, 1, 1)
DELEGATED: dict[str, Any] = {"valid_from": date(2025, 3, 3), "valid_to": date(2025, 3, 10)}
RULES = load_policies(policies_in_use()).organisation_rules(MONDAY)
SAID: dict[str, Any] = {"at": MONDAY, "by": "p-admin"}

BUREAU: dict[str, Any] = {
    "unit": "u-edu",
    "title": "市教育局",
    "short": "教育局",
    "level": "bureau",
    "parent": "u-city",
    "agency": "u-city",
    "region": "direct",
    "valid_from": YEAR,
}
NAMING = {"unit": "u-edu", "title": "市教育体育局", "short": "教体局", "parent": "u-city"}
SEAT: dict[str, Any] = {
    "person": "p-n1",
    "title": "李四",
    "body": "npc",
    "number": "D0001",
    "delegation": "临江区代表团",
    "agency": "u-city",
    "term_from": date(2022, 1, 1),
    "term_to": date(2026, 12, 31),
}

POSTS = tuple(
    PostFilled(at=MONDAY, unit="u-edu", role="handler", person=who, valid_from=YEAR)
    for who in ("p-1", "p-2")
)
KNOWN = organisation(LATER, city(), a_unit("u-edu"), person("p-1"), person("p-2"), *POSTS)
"""Who else there is, as far as the commands below name them."""

bureau = UnitRegistered(at=MONDAY, **BUREAU)
renamed = UnitChanged(at=MONDAY, valid_from=LATER, **NAMING)
official = PersonRegistered(at=MONDAY, person="p-1", title="王芳", agency="u-city")
deputy = DeputyRegistered(at=MONDAY, **SEAT)


dissolved = UnitDissolved(at=MONDAY, unit="u-edu", valid_to=LATER)


def sealed(digest: str, ref: str = "r1") -> Sealed:
    return Sealed(ref=ref, size=11, digest=digest)


def filled(role: str = "handler", person: str = "p-1", since: date = YEAR) -> PostFilled:
    return PostFilled(at=MONDAY, unit="u-edu", role=role, person=person, valid_from=since)


def vacated(role: str = "handler", person: str = "p-1", until: date = LATER) -> PostVacated:
    return PostVacated(at=MONDAY, unit="u-edu", role=role, person=person, valid_to=until)


def register_unit(**changes: Any) -> RegisterUnit:
    return RegisterUnit(**SAID, **{**BUREAU, "organisation": KNOWN} | changes)


def change_unit(**changes: Any) -> ChangeUnit:
    return ChangeUnit(**SAID, **{**NAMING, "valid_from": LATER, "organisation": KNOWN} | changes)


def dissolve(until: date = LATER) -> DissolveUnit:
    return DissolveUnit(**SAID, unit="u-edu", valid_to=until)


def end_term(**changes: Any) -> EndTerm:
    term = {name: SEAT[name] for name in ("person", "body", "agency", "term_from")}
    fields = {**term, "term_to": LATER, "reason": "resigned"}
    return EndTerm(**SAID, **fields | changes)


def fill(role: str = "handler", person: str = "p-1", since: date = YEAR) -> FillPost:
    said = {"unit": "u-edu", "role": role, "person": person, "valid_from": since}
    return FillPost(**SAID, **said, organisation=KNOWN, organisation_rules=RULES, founding=True)


def vacate(role: str = "handler", person: str = "p-1", until: date = LATER) -> VacatePost:
    return VacatePost(**SAID, unit="u-edu", role=role, person=person, valid_to=until)


def correct_post(since: date, until: date | None = None) -> CorrectPost:
    said = {"unit": "u-edu", "role": "head", "person": "p-1", "recorded_from": YEAR}
    known = {"organisation": KNOWN, "organisation_rules": RULES}
    return CorrectPost(**SAID, **said, **known, valid_from=since, valid_to=until)


def register_person(**changes: Any) -> RegisterPerson:
    said = {"person": "p-1", "title": "王芳", "agency": "u-city", "organisation": KNOWN}
    return RegisterPerson(**SAID, **said | changes)


def register_deputy(**changes: Any) -> RegisterDeputy:
    return RegisterDeputy(**SAID, **{**SEAT, "organisation": KNOWN} | changes)


def delegate(**changes: Any) -> GrantDelegation:
    between = {"person": "p-1", "delegate": "p-2", **DELEGATED}
    known = {"organisation": KNOWN, "organisation_rules": RULES}
    return GrantDelegation(**SAID, **{**between, **known} | changes)
