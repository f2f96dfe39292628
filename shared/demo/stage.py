"""Setting of the play: the sample's rows, the API, the simulated clock and the place where the
play stopped."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from shared.demo.year import Year, at_nine
from shared.kafka.namespace import Namespace
from shared.ledger_import.checking import Directory
from shared.ledger_import.client import Api
from shared.ledger_import.directory import known_names, load_directory, read_directory
from shared.ledger_import.importing import preview
from shared.ledger_import.reading import Row, read_rows
from shared.ledger_import.table import load_ledgers
from shared.mongo.clock_store import ClockStore
from shared.mongo.connect import Document, connect
from shared.mongo.read_models.generations import Generations
from shared.ops.base.dev_tokens import token_for
from shared.ops.base.errors import OpsError
from shared.ops.base.settings import Sample
from shared.service.config.labels import load_labels
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.progress.lag import Lags
from shared.service.progress.simulation import Stepper
from shared.service.resources.connections import Connections, connections_of
from shared.service.settings import ServiceSettings

SAMPLES = Path("deploy/samples")
LEDGERS = ("suggestions-proposals.xlsx", "petitions.xlsx", "mailbox.xlsx")
SMALL = 6
"""Rows of each sheet in the small sample."""
FOUNDER, READER = "p-admin", "p-sys-1"
CITY = "u-city"
NEW_YEARS_EVE = datetime.fromisoformat("2025-12-31T17:30:00+08:00")

Told = Callable[[str], None]


class TooLate(OpsError):
    def __init__(self, now: datetime, first: date) -> None:
        super().__init__(
            f"业务时间已到 {now:%Y-%m-%d}，演示须从 {first} 开始，时间不能倒退；"
            "请先清空（make reset）。",
            f"Business time is past {first}, where the play begins: make reset, then play.",
        )


def in_time(now: datetime, first: date) -> None:
    """Raises OpsError when business time is past the sample's first day: papers would be
    registered long after they came, and every deadline would be missed. The first day itself may
    have begun."""
    if now >= at_nine(first) + timedelta(days=1):
        raise TooLate(now, first)


@dataclass(frozen=True)
class Stage:
    """Setting of a play: API, clock, rows and place, opened once."""

    sample: Sample
    settings: ServiceSettings
    api: Api
    clock: ClockStore
    stepper: Stepper
    control: AsyncDatabase[Document]

    async def play(
        self,
        report: Told,
        progress: Callable[[date, int, int], None],
        ready: Callable[[], None] = lambda: None,
    ) -> int:
        """Plays from where it stopped and returns the number of acts. Afterwards the clock runs
        on by itself. `ready` is called once the people of the sample can work."""
        place = await self.control["play"].find_one({"_id": self.sample})
        if place and place.get("ended"):
            ready()
            return 0
        directory = await self._directory(report)
        ready()
        rows = sample_rows(self.sample, directory)
        if not place:
            in_time(await self.clock.now(), rows[0][1]["received_on"])
        report(f"开始演示：{len(rows)} 件 (playing {len(rows)} cases of 2025)")
        year = Year(self.api, self.stepper, CITY, directory, progress, self._keep)
        played = date.fromisoformat(place["day"]) if place else None
        acts = await year.play(rows, played)
        await self._end()
        return acts

    async def _directory(self, report: Told) -> Directory:
        report("登记组织、人员和代表委员 (loading the directory)")
        rows = read_directory(SAMPLES / "directory.yaml")
        await load_directory(self.api, FOUNDER, rows, self.stepper.settle)
        labels = load_labels(self.settings.policies).groups
        return await known_names(self.api, READER, CITY, labels)

    async def _keep(self, day: date) -> None:
        await self._note({"day": day.isoformat()})

    async def _end(self) -> None:
        """Plays the last reminders of the year, then lets time run at its own pace."""
        if self.sample == "year":
            await self.stepper.advance(NEW_YEARS_EVE)
        await self.stepper.settle()
        await self.clock.move(rate=1.0)
        await self._note({"ended": True})

    async def _note(self, fields: Mapping[str, Any]) -> None:
        await self.control["play"].update_one({"_id": self.sample}, {"$set": fields}, upsert=True)


def sample_rows(sample: Sample, directory: Directory) -> Sequence[tuple[Row, Mapping[str, Any]]]:
    """Returns the good rows of the three ledgers, in the order in which the papers came."""
    ledgers = load_ledgers(Path("deploy/policies/ledgers.yaml"))
    found = [preview(read_rows(SAMPLES / name, ledgers), directory) for name in LEDGERS]
    faults = [fault for each in found for fault in each.faults]
    if faults:
        raise ValueError(f"the sample ledgers have faults: {faults[:3]}")
    rows = [entry for each in found for entry in each.good]
    if sample == "small":
        rows = [entry for entry in rows if int(entry.fields["serial"]) <= SMALL]
    rows.sort(key=lambda entry: entry.fields["received_on"])
    return [(entry.row, entry.fields) for entry in rows]


async def next_due(connections: Connections) -> datetime | None:
    """Returns the moment of the next due work of any case, as the timer sees it."""
    reminder = connections.database("reminder")
    live = (await Generations(reminder).pointer("running_clocks", 1)).live_collection
    first = await reminder[live].find_one({"next_at": {"$gt": ""}}, sort=[("next_at", 1)])
    return datetime.fromisoformat(first["next_at"]) if first else None


@asynccontextmanager
async def stage(sample: Sample, settings: ServiceSettings, api_url: str) -> AsyncIterator[Stage]:
    client = connect(settings.mongo_url)
    namespace = Namespace(settings.space)
    connections = connections_of(settings, client)
    lags = Lags(connections, [definition_of(name) for name in SERVICES])
    control = client[namespace.database("control")]
    clock = ClockStore(control)
    try:
        async with Api(api_url, lambda sub: token_for(sub, settings)) as api:
            stepper = Stepper(clock, partial(next_due, connections), lags.look)
            yield Stage(sample, settings, api, clock, stepper, control)
    finally:
        await lags.close()
        await client.close()
