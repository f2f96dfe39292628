"""People to sign in as: those of the sample, by role; in development only."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel


class Sitter(BaseModel):
    """A person at a post; `post` and `unit_name` are words, `unit` is an id or empty."""

    sub: str
    name: str
    unit: str
    unit_name: str
    post: str


class Group(BaseModel):
    role: str
    people: list[Sitter]


class People(BaseModel):
    groups: list[Group]


def people_in(file: Path | None) -> People:
    """Returns the people of the file, in its order; none where there is no such file."""
    by_role: dict[str, list[Sitter]] = {}
    for row in rows_in(file):
        by_role.setdefault(row["role_code"], []).append(
            Sitter(
                sub=row["person"],
                name=row["name"],
                unit=row["unit_id"],
                unit_name=row["unit"],
                post=row["role"],
            )
        )
    return People(groups=[Group(role=role, people=found) for role, found in by_role.items()])


def proposers_in(file: Path | None) -> list[Group]:
    """Returns the groups of those who have no unit: deputies and advisers."""
    groups = people_in(file).groups
    return [group for group in groups if not any(each.unit for each in group.people)]


def rows_in(file: Path | None) -> Sequence[Mapping[str, Any]]:
    """Returns the rows of people; platforms sign in by no browser."""
    try:
        rows = json.loads(file.read_text("utf-8")) if file else []
    except (OSError, ValueError):
        return []
    return [row for row in rows if row["person"].startswith("p-")]
