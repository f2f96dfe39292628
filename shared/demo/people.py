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
    """A person in a role: of a unit, or as a deputy."""

    person: str
    name: str
    role: str
    unit: str
    does: str


def sample_people() -> list[Sitter]:
    return list(sitters(read_directory(SAMPLES / "directory.yaml")))


def put_people(file: Path) -> None:
    """Writes one person of each role for the page of the APIs."""
    found = [asdict(each) for each in one_of_each(sample_people())]
    file.write_text(json.dumps(found, ensure_ascii=False), "utf-8")


def sitters(rows: Rows) -> Iterator[Sitter]:
    units = {unit["unit"]: unit["title"] for unit in rows["units"]}
    names = {person["person"]: person["title"] for person in rows["people"]}
    for post in rows["posts"]:
        role, person = post["role"], post["person"]
        yield sitter(person, names.get(person, ""), label("role", role), units[post["unit"]], role)
    for deputy in rows["deputies"]:
        body = label("body", deputy["body"])
        yield sitter(deputy["person"], deputy["title"], body, deputy["delegation"], "proposer")
    for client in rows["clients"]:
        agency = units.get(client["agency"], "")
        yield sitter(client["client"], client["title"], label("role", "client"), agency, "client")


def sitter(person: str, name: str, role: str, unit: str, task: str) -> Sitter:
    return Sitter(person, name, role, unit, label("task", task))


def one_of_each(found: Iterable[Sitter]) -> Iterator[Sitter]:
    """Yields the first of each role; of officers and publishers all, because each has an organ or a
    part of its own."""
    every = {label("role", role) for role in ("office", "publisher")}
    seen: set[str] = set()
    for each in found:
        if each.role in every or each.role not in seen:
            seen.add(each.role)
            yield each
