"""A process is killed between two steps of dating clocks anew; the next one goes on, each clock
once."""

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.handling import TaskOpened
from shared.contracts.reminder import ClockRedated
from tests.integration.redating import GUESSED, LISTED, NOVEMBER, due
from tests.integration.reminding import Reminding, reminding

CASES, CLOCKS = 2, 7
"""More clocks than one command dates anew."""
ROUNDS = 3
"""Looks that are enough for the clocks of a case, and one that finds nothing."""
WORK: dict[str, Any] = {"agency": "u-city", "kind": "suggestion", "channel": "session"}
WORK |= {"period": "2027", "unit": "u-hou", "part": "lead", "at": NOVEMBER}


async def process(here: Reminding, point: str = "") -> tuple[int | None, str]:
    """Returns how a process ended that kills itself at the point, and what it said."""
    settings = here.resources.settings
    names = ("mongo_url", "kafka_bootstrap_servers", "space", "vault_key_file", "signing_keys")
    argument = settings.model_dump_json(include=set(names))
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.redating", argument,
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "DUBAN_CRASH_AT": point},
    )  # fmt: skip
    told, _ = await running.communicate()
    await here.project()
    return running.returncode, told.decode().strip()


async def dated(here: Reminding) -> Counter[str]:
    """Returns how often each clock was dated anew, by its id."""
    facts = [fact for number in range(CASES) for fact in await here.facts(number)]
    redated = [fact for fact in facts if isinstance(fact, ClockRedated)]
    assert {fact.due for fact in redated} <= {due(LISTED)}
    return Counter(fact.clock for fact in redated)


@pytest.mark.on_change("killed re-dating")
async def test_each_clock_is_dated_anew_once_however_often_a_process_is_killed(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path
) -> None:
    async with reminding(mongo_url, kafka_bootstrap, space, tmp_path) as here:
        for version in range(CASES * CLOCKS):
            task = f"{version:012x}"
            opened = TaskOpened.model_validate({**WORK, "task": task, "due": due(GUESSED)})
            await here.hear(opened, version % CASES, version)
        await here.project()
        assert await process(here, "after_keep") == (-signal.SIGKILL, "")
        assert await dated(here) == {}
        assert await process(here, "after_append") == (-signal.SIGKILL, "")
        some = await dated(here)
        assert 0 < len(some) < CASES * CLOCKS
        said = [await process(here) for _ in range(ROUNDS)]
        assert said[-1] == (0, "0")
        assert set((await dated(here)).values()) == {1}
        assert len(await dated(here)) == CASES * CLOCKS
        assert some.keys() <= (await dated(here)).keys()
