"""A row of a ledger on its way through the year, and how its people are found."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.ledger_import.client import Api
from shared.ledger_import.reading import Row

OFFICE, REGISTRAR, DECIDER, REVIEWER = "p-office-1", "p-reg-1", "p-pub-1", "p-pub-2"


@dataclass
class Case:
    """A row of a ledger on its way through the year. `units` are ids by the ledger's names."""

    name: str
    row: Row
    fields: Mapping[str, Any]
    units: Mapping[str, str]
    api: Api
    id: str = ""
    page: Mapping[str, Any] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)

    def says(self, column: str) -> str:
        return str(self.row.values.get(column) or "").strip()

    async def look(self) -> Mapping[str, Any]:
        """The page, not older than what was done to the case through this object."""
        seen = [f"{stream}@{version}" for stream, version in self.known.items()]
        path = f"/portal/v1/cases/{self.id}"
        self.page = await self.api.get(path, OFFICE, actions=False, at_least=seen)
        return self.page

    async def do(self, path: str, who: str, body: Mapping[str, Any], what: str) -> None:
        """Once, however often the day is played."""
        answer = await self.api.post(path, who, body, key=f"play-{self.name}-{what}")
        self.note(answer)

    def note(self, answer: Mapping[str, Any]) -> None:
        if answer["version"]:
            self.known[answer["stream"]] = answer["version"]


Act = Callable[[Case, date], Awaitable[None]]


def staff(unit: str, role: str) -> str:
    return f"p-{unit.removeprefix('u-')}-{role}"


def tasks(case: Case, *parts: str, turn: int | None = None) -> list[tuple[str, Mapping[str, Any]]]:
    """(task, row) that are open in handling, of the wanted parts, of the given round."""
    found = case.page.get("handling", {}).get("tasks", {}).items()
    return [
        (task, row)
        for task, row in found
        if row["part"] in parts and not row.get("ended") and turn in (None, row["round"])
    ]
