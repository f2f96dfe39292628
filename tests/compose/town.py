"""The people of tests/e2e at an installation that runs in containers, on real time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import httpx

from shared.kernel.calendar import BUSINESS_ZONE
from shared.ledger_import.client import Api
from shared.ledger_import.directory import load_directory
from shared.testing.eventually import eventually
from tests.compose.engine import Failed
from tests.compose.stack import Stack
from tests.e2e.matter import Matter, paper, registered
from tests.e2e.organisation import FOUNDER, TANG, directory
from tests.e2e.world import World

CAUGHT_UP_SECONDS = 300


@dataclass(frozen=True)
class Town:
    """Containers in the place of the `World` of tests/e2e."""

    stack: Stack
    api: Api
    http: httpx.AsyncClient

    async def settle(self) -> None:
        """Until `duban status` finds nobody behind."""
        await eventually(self._is_settled, within=CAUGHT_UP_SECONDS, every=0.5)

    async def _is_settled(self) -> bool:
        try:
            await asyncio.to_thread(self.stack.operate, "status")
        except Failed:
            return False
        return True

    async def now(self) -> datetime:
        return datetime.now(BUSINESS_ZONE)

    async def page(self, path: str) -> httpx.Response:
        return await self.http.get(f"{self.stack.url('DUBAN_SITE_PORT')}{path}")

    async def ask(self, method: str, path: str, who: str, **more: Any) -> httpx.Response:
        token = self.stack.identity.token(who)
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        url = f"{self.stack.url('DUBAN_API_PORT')}{path}"
        return await self.http.request(method, url, headers=headers, **more)

    async def case(self, title: str) -> Matter:
        """A deputy's suggestion of today."""
        today = (await self.now()).date()
        more = {"title": title, "received_on": today.isoformat(), "period": str(today.year)}
        return await registered(cast(World, self), paper("suggestion", {"person": TANG}, **more))


def people_of_today() -> dict[str, list[dict[str, Any]]]:
    """The deputies of tests/e2e sit in a term that includes today."""
    rows = directory()
    for deputy in rows["deputies"]:
        deputy["term_to"] = f"{datetime.now(BUSINESS_ZONE).year + 1}-12-31"
    return rows


@asynccontextmanager
async def town(stack: Stack) -> AsyncIterator[Town]:
    api = Api(stack.url("DUBAN_API_PORT"), stack.identity.token, patience=120)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        people = Town(stack, api, http)
        try:
            await load_directory(api, FOUNDER, people_of_today(), people.settle)
            yield people
        finally:
            await api.__aexit__()
