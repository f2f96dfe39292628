"""Cases under handling, each brought there through the public APIs."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench import city
from bench.installation import Installation
from shared.ledger_import.client import Api
from shared.testing.checklist import checked

AT_ONCE = 16
UNITS_A_CASE = 4
"""A unit may report no more than a hundred times on one case."""


@dataclass(frozen=True)
class Task:
    id: str
    unit: str


@dataclass(frozen=True)
class Case:
    """Handled by several units, each for a part of its own."""

    id: str
    tasks: Sequence[Task]

    @property
    def stream(self) -> str:
        return f"handling-{self.id}"

    def progress(self, task: Task) -> str:
        return f"/handling/v1/cases/{self.id}/tasks/{task.id}/progress"


async def under_handling(running: Installation, count: int) -> Sequence[Case]:
    """Registered, accepted, assigned; and everybody knows."""
    turns = asyncio.Semaphore(AT_ONCE)
    async with running.api() as api:

        async def one(number: int) -> Case:
            async with turns:
                return await assigned(api, number)

        cases = await asyncio.gather(*map(one, range(count)))
        await running.settle()
    return cases


async def assigned(api: Api, number: int) -> Case:
    body = city.paper(number)
    case = (await api.post("/intake/v1/cases", city.REGISTRAR, body, f"paper-{number}"))["case_id"]
    accepted = await post(api, f"/intake/v1/cases/{case}/acceptance", city.OFFICE, checked())
    known = f"at_least=intake-{case}@{accepted['version']}"
    path = f"/assignment/v1/cases/{case}/assignments?{known}"
    await post(api, path, city.OFFICE, {"tasks": wanted(number)})
    found = await api.get(f"/assignment/v1/cases/{case}", city.OFFICE)
    return Case(case, [Task(task["task"], task["unit"]) for task in found["tasks"]])


def wanted(number: int) -> list[dict[str, Any]]:
    """Four units in turn, each for a part of its own."""
    units = [city.UNITS[(number + each) % len(city.UNITS)] for each in range(UNITS_A_CASE)]
    return [
        {"unit": unit, "part": "separate", "scope": f"第{n}部分"} for n, unit in enumerate(units)
    ]


async def post(api: Api, path: str, who: str, body: dict[str, Any]) -> Any:
    return await api.post(path, who, body, path.partition("?")[0])
