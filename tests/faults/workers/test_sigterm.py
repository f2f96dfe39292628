"""A process that is asked to end under load finishes what is under way, keeps its place, and ends
within ten seconds."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from shared.kafka.group_offsets import group_offsets, groups
from shared.kafka.namespace import Namespace
from shared.mongo.consumer_progress import ConsumerProgress
from shared.service.processes.role_group import services_of
from shared.testing.eventually import busy, eventually
from tests.e2e.matter import paper, registered
from tests.e2e.organisation import OFFICE, TANG
from tests.e2e.processes import AT_ONCE
from tests.faults.workers.city import City
from tests.faults.workers.noting import HEALS_WITHIN

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("killed processes")]

WITHIN = 10.0
"""Seconds; so much more as more processes than processors want to run."""
REQUESTS = 20


async def test_everything_is_asked_to_end_under_load(city: City) -> None:
    """Requests under way are answered, places are kept, and then all goes on from there."""
    processes = city.world.processes
    async with city.at_work(people=2):
        await city.heard(5)
        asking = await requests_under_way(city)
        seconds = await all_ended(city)
        answers = await asyncio.gather(*asking, return_exceptions=True)
        assert await uncommitted(city) == {}
        await processes.start()
        await city.heard(5)
    print("\n" + ", ".join(f"{name} {took:.1f} s" for name, took in seconds.items()))  # noqa: T201
    assert [a for a in answers if not isinstance(a, httpx.Response)] == []
    assert max(seconds.values()) < WITHIN * busy()
    assert await city.objections() == []


async def requests_under_way(city: City) -> list[asyncio.Task[httpx.Response]]:
    """They wait for a version that nobody has yet, and the server has read them: one that it has
    not may be refused."""
    case = await registered(city.world, paper("suggestion", {"person": TANG}))
    api = city.world.processes.urls["api"]
    # Last of all: the server closes connections that are idle for seconds.
    await asyncio.gather(*[city.world.http.get(f"{api}/livez") for _ in range(REQUESTS)])
    path = f"/portal/v1/cases/{case.id}?at_least=intake-{case.id}@99"
    sent = list[str]()

    async def noted(event: str, _: object) -> None:
        if event == "http11.receive_response_headers.started":  # the whole request has gone out
            sent.append(event)

    ask = partial(city.world.ask, "GET", path, OFFICE, extensions={"trace": noted})
    asking = [asyncio.create_task(ask()) for _ in range(REQUESTS)]
    await eventually(lambda: len(sent) >= REQUESTS)
    await eventually(lambda: unread_bytes(urlsplit(api).port or 0) == 0)
    assert [task for task in asking if not task.done()]
    return asking


def unread_bytes(port: int) -> int:
    """Of all connections to this port here: what has arrived and the server has not read yet."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(int(row[4][9:], 16) for row in rows if row[1].endswith(f":{port:04X}"))


async def all_ended(city: City) -> dict[str, float]:
    """Seconds from SIGTERM to an end of its own accord, for each process. Nobody is killed for
    being slow, as a supervisor would do after nine."""
    processes = city.world.processes
    for each in processes.running.values():
        each.supervisor._patience = replace(AT_ONCE, grace=HEALS_WITHIN)
    doing = {name: each.supervisor.doing[name] for name, each in processes.running.items()}

    async def ended(name: str) -> float:
        began = time.monotonic()
        await processes.stop(name)
        return time.monotonic() - began

    seconds = await asyncio.gather(*map(ended, doing))
    assert {name: each.last_exit for name, each in doing.items()} == dict.fromkeys(doing, 0)
    return dict(zip(doing, seconds, strict=True))


async def uncommitted(city: City) -> dict[str, list[object]]:
    """By consumer: places that it has done and its group has not told the bus, or told and not
    done."""
    connections, found = city.collector.connections, {}
    names = await asyncio.to_thread(groups, connections.access)
    for reading in (await city.collector.collect()).readings:
        done = await ConsumerProgress(connections.database("control")).of(reading.consumer)
        group = group_feeding(connections.namespace, reading.consumer, names)
        told = await asyncio.to_thread(group_offsets, connections.access, group)
        differing = [(at, n, told.get(at)) for at, n in done.items() if told.get(at) != n]
        if differing:
            found[reading.consumer] = differing
    return found


def group_feeding(namespace: Namespace, consumer: str, names: Sequence[str]) -> str:
    """The group of the workers of its service and role."""
    service = namespace.local(consumer).partition("-")[0]
    role = "reactions" if consumer.endswith(("-reactions", "-deliveries")) else "projections"
    (found,) = [
        group for group in names if role in group and service in services_of(namespace.local(group))
    ]
    return found
