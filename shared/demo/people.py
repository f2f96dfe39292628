"""People of the sample: under their names everything can be tried."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shared.demo.stage import SAMPLES
from shared.ledger_import.directory import read_directory
from shared.service.config.labels import label

Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Sitter:
    """A person in a role: of a unit, or as a deputy. `role` and `unit` are words, `role_code` and
    `unit_id` what the services call them; a deputy has no unit."""

    person: str
    name: str
    role: str
    unit: str
    does: str
    role_code: str = ""
    unit_id: str = ""


def sample_people() -> list[Sitter]:
    return list(sitters(read_directory(SAMPLES / "directory.yaml")))


def put_people(file: Path) -> None:
    """Writes the people to sign in as; one `example` of each role is for the page of the APIs."""
    people = sample_people()
    examples = list(one_of_each(people))
    found = [{**asdict(each), "example": each in examples} for each in people]
    file.write_text(json.dumps(found, ensure_ascii=False), "utf-8")


def sitters(rows: Rows) -> Iterator[Sitter]:
    units = {unit["unit"]: unit["title"] for unit in rows["units"]}
    names = {person["person"]: person["title"] for person in rows["people"]}
    for post in rows["posts"]:
        role, person = post["role"], post["person"]
        unit = post["unit"]
        name, called = names.get(person, ""), label("role", role)
        yield Sitter(person, name, called, units[unit], label("task", role), role, unit)
    for deputy in rows["deputies"]:
        body = label("body", deputy["body"])
        does, code = label("task", "proposer"), deputy["body"]
        yield Sitter(deputy["person"], deputy["title"], body, deputy["delegation"], does, code)
    for client in rows["clients"]:
        agency = units.get(client["agency"], "")
        called, does = label("role", "client"), label("task", "client")
        yield Sitter(client["client"], client["title"], called, agency, does, "client")


def one_of_each(found: Iterable[Sitter]) -> Iterator[Sitter]:
    """Yields the first of each role; of officers and publishers all, because each has an organ or a
    part of its own."""
    every = {label("role", role) for role in ("office", "publisher")}
    seen: set[str] = set()
    for each in found:
        if each.role in every or each.role not in seen:
            seen.add(each.role)
            yield each
