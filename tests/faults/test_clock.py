"""The clock of one machine jumps (F7). Commands keep their order, the log is whole, one relay at a
time publishes; what fires by time is in tests/integration/test_timers.py."""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from shared.ops.base.process import Server
from shared.ops.installation.processes import url
from shared.testing.eventually import eventually
from tests.faults.clients import HEALS_WITHIN
from tests.faults.serving import BUSY, Callers, office, port_of, started

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
pytestmark = [
    pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed (Debian package)"),
    pytest.mark.on_change("broker and disk faults"),
]
HOUR, DAY = 3_600, 86_400
MOST_INEXACT = 30
"""Seconds, by which a busy machine measures too much or too little."""


@dataclass
class WrongClock:
    """The clock of the processes that are started with its environment."""

    file: Path
    ahead: int = 0
    """In seconds."""

    def environment(self) -> dict[str, str]:
        self.jump(self.ahead)
        return {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def jump(self, ahead: int) -> None:
        """A new file takes the place of the old one, so that no process reads half of it."""
        self.ahead = ahead
        new = self.file.with_suffix(".new")
        new.write_text(f"{ahead:+d}s\n")
        new.replace(self.file)

    def now(self) -> int:
        return int(time.time()) + self.ahead


async def tells_skew(server: Server, clock: WrongClock) -> bool:
    """Whether the process has measured how far its clock is from the store's."""
    address = f"{url(port_of(server))}/metrics"
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        text = (await http.get(address)).text
    [skew] = re.findall(r"^duban_clock_skew_seconds (\S+)$", text, re.MULTILINE)
    return abs(float(skew) + clock.ahead) < MOST_INEXACT


def strobe(seconds: int = 20) -> Iterator[int]:
    for second in range(seconds):
        yield 5 if second % 2 else -5


JUMPS = {
    "an hour ahead": [HOUR],
    "an hour back": [-HOUR],
    "seven days ahead and back": [7 * DAY, 0],
    "strobe": [*strobe()],
}


@pytest.mark.parametrize(
    "jumps",
    [
        JUMPS["an hour ahead"],
        *(pytest.param(JUMPS[name], marks=pytest.mark.long, id=name) for name in [*JUMPS][1:]),
    ],
)
async def test_one_machine_has_another_time(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path, jumps: list[int]
) -> None:
    """Its callers' identity provider goes by the same clock, and gives a new token for one that is
    a week old; its neighbour goes by the true clock, and may publish, too."""
    clock = WrongClock(tmp_path / "clock")
    async with office(mongo_url, kafka_bootstrap, space, tmp_path) as here:
        wrong = await started(here.api("wrong", **clock.environment()))
        await started(here.api("right"))
        callers = Callers(here, [wrong], issued=clock.now, passing=BUSY | {"token-invalid"})
        async with callers.at_work():
            await callers.hear(20)
            await here.remember(wrong)
            for ahead in jumps:
                clock.jump(ahead)
                await asyncio.sleep(1)
            await callers.hear(20)
            await eventually(lambda: tells_skew(wrong, clock), within=HEALS_WITHIN, every=0.5)
            clock.jump(0)
            await callers.hear(20)
        await eventually(lambda: asyncio.to_thread(wrong.is_ready), within=HEALS_WITHIN)
        assert await here.objections() == []
