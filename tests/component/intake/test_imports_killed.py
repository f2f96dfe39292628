"""kill -9 between any two steps of an import: another process goes on, and each row is registered
once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from shared.ledger_import import upload_desk
from shared.ledger_import.client import Api
from shared.ledger_import.inside import ThroughGateway
from shared.ledger_import.sealed_files import SealedFiles
from shared.ledger_import.stored import Import, ImportStore
from shared.ledger_import.upload_desk import UploadDesk, desk_of
from tests.component.erasure.city import Killed, Ports, T
from tests.component.intake.import_town import (
    CLERK,
    Town,
    in_one_process,
    ledger,
    open_town,
    paper,
    uploaded,
)

__all__ = ["in_one_process"]
STEPS = 60
"""More than a run has; a run that outlives its step ends as it should."""


@pytest_asyncio.fixture
async def town(mongo_url: str, in_one_process: None) -> AsyncIterator[Town]:
    async with open_town(mongo_url) as made:
        yield made


class Life(Ports):
    """After its last step a process takes no other. It dies after a step, before anybody learns of
    it: that is before the next one, too."""

    async def pass_through(self, call: Callable[..., Awaitable[T]], *args: Any) -> T:
        if self.is_over:
            raise Killed
        result = await call(*args)
        self.steps += 1
        if self.is_over:
            raise Killed
        return result

    @property
    def is_over(self) -> bool:
        return self.dies_at is not None and self.steps >= self.dies_at


class Dying(ThroughGateway):
    """The way to the services of a process that dies."""

    ports: Ports

    async def handle_async_request(self, request: Any) -> Any:
        return await self.ports.pass_through(super().handle_async_request, request)


class DyingStore(ImportStore):
    """The store as a process that dies sees it: dead, it changes nothing more."""

    def __init__(self, database: Any, ports: Ports) -> None:
        super().__init__(database)
        self._ports = ports

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or name == "beat":
            return found

        async def asked(*args: Any, **named: Any) -> Any:
            async def call() -> Any:
                return await found(*args, **named)

            return await self._ports.pass_through(call)

        return asked


Step = Callable[[UploadDesk, Import, Api], Awaitable[None]]
CHECK, REGISTER = UploadDesk.start_check, UploadDesk.start_registration


class Process:
    """A process that dies at a step; the next one has another desk and the same database."""

    def __init__(self, town: Town, dies_at: int | None, minutes: int = 0) -> None:
        self.town, self.ports = town, Life(dies_at)
        desk = desk_of(town.intake.runtime)
        store = DyingStore(town.database, self.ports)
        files = SealedFiles(store, town.intake.runtime.personal_data)
        now = lambda: desk.now() + timedelta(minutes=minutes)  # noqa: E731
        self.desk = UploadDesk("intake", files, desk.ledgers, desk.labels, desk.bounds, now)

    def api(self) -> Api:
        way = Dying(self.town.gateway, None)
        way.ports = self.ports
        token = self.town.intake._headers(CLERK)["Authorization"].partition(" ")[2]
        return Api("http://inside", lambda person: token, transport=way)

    async def does(self, step: Step, id_: str) -> None:
        """Returns when the run has ended, or the process is dead."""
        try:
            record = await self.desk.find(id_, CLERK.sub)
            await step(self.desk, record, self.api())
            await asyncio.gather(*upload_desk._runs)
        except Killed:
            pass


@pytest.mark.parametrize("killed", [CHECK, REGISTER])
async def test_an_import_that_is_killed_anywhere_goes_on(town: Town, killed: Step) -> None:
    for dies_at in range(1, STEPS):
        id_ = await new_import(town, dies_at)
        dying = Process(town, dies_at if killed is CHECK else None)
        await dying.does(CHECK, id_)
        if killed is CHECK:
            await Process(town, None, minutes=1).does(CHECK, id_)
        else:
            dying = Process(town, dies_at)
            await dying.does(REGISTER, id_)
        last = Process(town, None, minutes=2)
        await last.does(REGISTER, id_)
        record = await last.desk.find(id_, CLERK.sub)
        assert (record.state, record.new, record.known, record.faulty) == ("done", 2, 0, 1), dies_at
        assert [fact.batch for fact in town.registered()].count(id_) == 2, dies_at
        await last.desk.erase(record)
        if not dying.ports.is_over:
            return
    pytest.fail("an import has more steps than were tried")


async def new_import(town: Town, n: int) -> str:
    """Uploads three new rows, of which one cannot be registered."""
    first = n * 10
    rows = (paper(first), paper(first + 1, 届次="第一届"), paper(first + 2))
    async with town.client() as http:
        return await uploaded(http, ledger(*rows))
