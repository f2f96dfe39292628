"""Case of the play: a row of a ledger on its way through the year, and the people around it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.ledger_import.client import Api
from shared.ledger_import.reading import Row

LEADER = "p-leader-1"
REGISTRAR, DECIDER, REVIEWER = "p-reg-1", "p-pub-1", "p-pub-2"
OFFICERS: Mapping[str, str] = {
    "suggestion": "p-office-1",
    "proposal": "p-office-2",
    "petition": "p-office-3",
    "hotline": "p-office-5",
}
"""Officers of the organs that screen and assign each kind in deploy/policies."""


PATIENCE_SECONDS, PAUSE_SECONDS = 120.0, 0.02


class NotNumbered(Exception):
    """Raised when an accepted case gets no number."""


@dataclass
class Case:
    """A row of a ledger on its way through the year. `units` maps the ledger's names to
    ids, `words` units to the 字 of their letters."""

    name: str
    row: Row
    fields: Mapping[str, Any]
    units: Mapping[str, str]
    words: Mapping[str, str]
    api: Api
    id: str = ""
    page: Mapping[str, Any] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)

    @property
    def officer(self) -> str:
        return OFFICERS[self.row.ledger.kind]

    def says(self, column: str) -> str:
        return str(self.row.values.get(column) or "").strip()

    async def look(self) -> Mapping[str, Any]:
        """Returns the case page, not older than the acts done through this object."""
        seen = [f"{stream}@{version}" for stream, version in self.known.items()]
        path = f"/portal/v1/cases/{self.id}"
        self.page = await self.api.get(path, self.officer, actions=False, at_least=seen)
        return self.page

    async def numbered(self) -> None:
        """Waits until the case has its number. Raises NotNumbered after `PATIENCE_SECONDS`."""
        end = time.monotonic() + PATIENCE_SECONDS
        while (await self.api.get(f"/intake/v1/cases/{self.id}", self.officer))["number"] is None:
            if time.monotonic() > end:
                raise NotNumbered(self.name)
            await asyncio.sleep(PAUSE_SECONDS)

    async def do(self, path: str, who: str, body: Mapping[str, Any], what: str) -> None:
        """Sends a command under a key of its own, so that a repeated day does it once."""
        answer = await self.api.post(path, who, body, key=f"play-{self.name}-{what}")
        self.note(answer)

    def note(self, answer: Mapping[str, Any]) -> None:
        if answer["version"]:
            self.known[answer["stream"]] = answer["version"]


Act = Callable[[Case, date], Awaitable[None]]


def staff(unit: str, role: str) -> str:
    return f"p-{unit.removeprefix('u-')}-{role}"


def tasks(case: Case, *parts: str, turn: int | None = None) -> list[tuple[str, Mapping[str, Any]]]:
    """Returns (task, row) of the open tasks in handling, of the given parts and round."""
    found = case.page.get("handling", {}).get("tasks", {}).items()
    return [
        (task, row)
        for task, row in found
        if row["part"] in parts and not row.get("ended") and turn in (None, row["round"])
    ]
