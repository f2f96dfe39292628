"""A process of reminder that starts after the list of a year has come, and dates clocks anew:
`python -m tests.integration.redating SETTINGS`, the settings as JSON. It ends when none is left to
look at; with DUBAN_CRASH_AT it kills itself before."""

import asyncio
import json
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

from services.reminder.app import RECOUNTING
from shared.kernel.calendar import OFFICIAL_YEARS, Calendar
from shared.service.config.policies import PolicyBook
from shared.service.processes.composition import open_service
from shared.service.processes.registry import definition_of
from shared.service.resources.process_resources import open_resources
from shared.service.settings import ServiceSettings
from shared.testing.service import policies
from tests.integration.reminding import FixedClock

COMING = OFFICIAL_YEARS[-1] + 1
NOVEMBER = datetime(COMING - 1, 11, 30, 1, tzinfo=UTC)
GUESSED = replace(policies(), calendar=Calendar("guessed", {}), organs_by_day={})
LISTED = replace(GUESSED, calendar=Calendar("listed", {date(COMING, 2, 26): False}, {COMING}))
"""The last day of February is a day off by the list."""


def due(book: PolicyBook) -> object:
    return book.resolve("u-city", "suggestion", "session", NOVEMBER).due("reply", NOVEMBER)


async def dated_anew(settings: ServiceSettings) -> int:
    async with open_resources(settings, "reactions") as opened:
        clock = FixedClock(NOVEMBER)
        parts = replace(opened, clock=clock, policies=LISTED)  # type: ignore[arg-type]
        async with open_service(parts, definition_of("reminder")) as runtime:
            return await RECOUNTING.look(runtime)


if __name__ == "__main__":
    count = asyncio.run(dated_anew(ServiceSettings(_env_file=None, **json.loads(sys.argv[1]))))
    sys.stdout.write(f"{count}\n")
