"""Progress reports over HTTP: the command that the benchmarks send."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp

from bench import city
from bench.arrivals import Send
from bench.cases import Case
from bench.installation import Installation

NUMBERS = itertools.count()
"""No two reports of a run have the same key."""


@asynccontextmanager
async def reporting(running: Installation, cases: Sequence[Case]) -> AsyncIterator[Send]:
    """On the cases and their tasks in turn, each report under a key of its own."""
    bearers = {unit: running.bearer(city.handler(unit)) for unit in city.UNITS}
    places = [(case, case.tasks[n]) for n in range(len(cases[0].tasks)) for case in cases]
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(running.urls["api"], connector=connector) as http:

        async def send(number: int) -> tuple[str, int]:
            turn = next(NUMBERS)
            case, task = places[turn % len(places)]
            headers = {**bearers[task.unit], "Idempotency-Key": f"progress-{turn}"}
            path = case.progress(task)
            async with http.post(path, json=city.progress(), headers=headers) as answer:
                said = await answer.json()
            if not answer.ok:
                raise RuntimeError(f"{path}: {said}")
            return said["stream"], said["version"]

        yield send
