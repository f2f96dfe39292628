"""The command edge on a real MongoDB: rights as facts grant them, one answer for every request."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from types import CodeType
from typing import Any

import httpx
import pytest

from shared.kernel.calendar import business_day
from shared.mongo.clock_store import real_time
from shared.mongo.commit_inserts import CommitInserts
from shared.ops.base.dev_tokens import token_for
from shared.service.commands.runtime import ServiceRuntime
from shared.service.identity.actors_projection import ACTORS
from shared.service.processes.api import api_app
from shared.service.processes.composition import open_service
from shared.service.processes.registry import definition_of
from shared.service.resources.process_resources import ProcessResources, open_resources
from shared.service.settings import ServiceSettings
from shared.testing.audit import MemoryTrail, two_sides
from shared.testing.fold import folded, recorded
from shared.testing.signatures import put_keys

OURS = [Path(__file__).parents[2] / name for name in ("services", "shared")]
MOST_FRAMES = 8

UNIT = {"short": "市", "agency": "u-city", "valid_from": "2024-01-01"}
CITY = {**UNIT, "unit": "u-city", "title": "市政府", "level": "city"}
EDU = {**UNIT, "unit": "u-edu", "title": "教育局", "level": "bureau", "parent": "u-city"}
LI = {"person": "p-li", "title": "李四", "agency": "u-city"}
NEW = {**LI, "person": "p-new"}


class Installation:
    """The directory in one process, or in several on one log."""

    def __init__(self, processes: list[tuple[ProcessResources, ServiceRuntime]]) -> None:
        resources, self.runtime = processes[0]
        self.settings = resources.settings
        self.database = resources.database("directory")
        self.clients = [
            httpx.AsyncClient(
                transport=httpx.ASGITransport(
                    api_app(resources, [runtime], *two_sides(MemoryTrail()))
                ),
                base_url="http://duban.test/directory/v1",
            )
            for resources, runtime in processes
        ]

    async def post(
        self, path: str, body: Any, as_: str = "p-admin", process: int = 0, **headers: str
    ) -> httpx.Response:
        sent = {"Authorization": f"Bearer {token_for(as_, self.settings)}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.clients[process].post(path, json=body, headers=sent)

    async def project(self) -> None:
        """What the projections worker does with the directory's facts."""
        facts = [
            fact
            for stream in sorted(await self.database["commits"].distinct("stream"))
            for commit in await self.runtime.store.read(stream)
            for fact in recorded(commit)
        ]
        actors = self.database["actors_g1"]
        await actors.delete_many({})
        await actors.insert_many(list(folded(ACTORS, facts).values()))


async def installed(
    mongo_url: str, space: str, folder: Path, processes: int
) -> AsyncIterator[Installation]:
    settings = ServiceSettings(
        _env_file=None,
        mongo_url=mongo_url,
        space=space,
        vault_key_file=folder / "vault.key",
        signing_keys=put_keys(folder / "signing"),
    )
    async with AsyncExitStack() as stack:
        running = []
        for _ in range(processes):
            resources = await stack.enter_async_context(open_resources(settings, "api"))
            opened = open_service(resources, definition_of("directory"))
            running.append((resources, await stack.enter_async_context(opened)))
        yield Installation(running)
        for name in ("directory", "control"):
            await resources.mongo.drop_database(f"{space}_{name}")


@pytest.fixture
async def one(mongo_url: str, space: str, tmp_path: Path) -> AsyncIterator[Installation]:
    async for installation in installed(mongo_url, space, tmp_path, 1):
        yield installation


@pytest.fixture
async def two(mongo_url: str, space: str, tmp_path: Path) -> AsyncIterator[Installation]:
    async for installation in installed(mongo_url, space, tmp_path, 2):
        yield installation


async def test_the_first_administrator_founds_the_directory_and_then_steps_back(
    one: Installation,
) -> None:
    assert (await one.post("/units", CITY)).status_code == 201
    administrators = {"p-li": "system-admin", "p-wang": "security-admin", "p-zhao": "auditor"}
    for person, role in administrators.items():
        assert (await one.post("/units", CITY)).status_code == 201, "until all three are named"
        assert (await one.post("/persons", {**LI, "person": person})).status_code == 201
        post = {"role": role, "person": person, "valid_from": "2024-01-01"}
        assert (await one.post("/units/u-city/posts", post)).status_code == 201
        await one.project()
    refused = await one.post("/units", EDU)
    assert (refused.status_code, refused.json()["rule"]) == (403, "unknown-subject")
    assert (await one.post("/units", EDU, as_="p-li")).status_code == 201
    assert (await one.post("/units", EDU, as_="p-wang")).status_code == 403


async def test_rights_begin_and_end_with_the_facts_that_give_them(one: Installation) -> None:
    await one.post("/units", CITY)
    await one.post("/persons", LI)
    await one.project()
    assert (await one.post("/units", EDU, as_="p-li")).status_code == 403
    post = {"role": "system-admin", "person": "p-li"}
    await one.post("/units/u-city/posts", {**post, "valid_from": "2024-01-01"})
    await one.project()
    assert (await one.post("/units", EDU, as_="p-li")).status_code == 201
    ended = {**post, "valid_to": "2024-06-01"}
    assert (await one.post("/units/u-city/posts/vacated", ended)).status_code == 201
    await one.project()
    health = {**EDU, "unit": "u-health"}
    assert (await one.post("/units", health, as_="p-li")).status_code == 403


async def test_a_delegate_acts_for_a_person_until_the_delegation_is_revoked(
    one: Installation,
) -> None:
    await one.post("/units", CITY)
    for person, role in (("p-li", "registrar"), ("p-wang", "handler")):
        await one.post("/persons", {**LI, "person": person})
        post = {"role": role, "person": person, "valid_from": "2024-01-01"}
        await one.post("/units/u-city/posts", post)
    await one.project()
    between = {"person": "p-li", "delegate": "p-wang"}
    today = business_day(real_time()).isoformat()
    days = {"valid_from": today, "valid_to": today}
    assert (await one.post("/persons", NEW, as_="p-wang")).status_code == 403
    assert (await one.post("/delegations", between | days, as_="p-li")).status_code == 201
    await one.project()
    assert (await one.post("/persons", NEW, as_="p-wang")).status_code == 201
    (commit,) = await one.runtime.store.read("person-p-new")
    assert (commit.actor, commit.on_behalf_of) == ("p-wang", "p-li")
    assert (await one.post("/delegations/revoked", between, as_="p-li")).status_code == 201
    await one.project()
    assert (await one.post("/persons", NEW, as_="p-wang")).status_code == 403


async def test_a_blocked_person_is_refused_with_the_next_request(one: Installation) -> None:
    await one.post("/units", CITY)
    await one.post("/persons", LI)
    post = {"role": "registrar", "person": "p-li", "valid_from": "2024-01-01"}
    await one.post("/units/u-city/posts", post)
    await one.project()
    assert (await one.post("/persons", NEW, as_="p-li")).status_code == 201
    assert (await one.post("/persons/p-li/block", {})).status_code == 201
    await one.project()
    refused = await one.post("/persons", NEW, as_="p-li")
    assert (refused.status_code, refused.json()["rule"]) == (403, "unknown-subject")


async def test_the_holder_of_a_vacant_post_is_looked_for_further_up(one: Installation) -> None:
    await one.post("/units", CITY)
    await one.post("/units", EDU)
    await one.post("/persons", LI)
    post = {"role": "leader", "person": "p-li", "valid_from": "2024-02-01"}
    await one.post("/units/u-city/posts", post)
    await one.project()
    holder_of = one.runtime.actors.holder_of
    assert await holder_of("leader", "u-edu", date(2025, 1, 1)) == "p-li"
    assert await holder_of("leader", "u-edu", date(2024, 1, 15)) is None
    assert await holder_of("head", "u-edu", date(2025, 1, 1)) is None


async def test_a_request_repeated_to_another_process_is_answered_once(two: Installation) -> None:
    answers = await asyncio.gather(
        *[two.post("/units", CITY, process=n % 2, Idempotency_Key="k1") for n in range(8)]
    )
    statuses = {answer.status_code for answer in answers}
    assert statuses <= {201, 409}
    last = await two.post("/units", CITY, process=1, Idempotency_Key="k1")
    assert (last.status_code, last.json()["version"]) == (201, 1)
    other = await two.post("/units", EDU, process=0, Idempotency_Key="k1")
    assert (other.status_code, other.json()["rule"]) == (422, "key-reused")


async def test_two_processes_and_thirty_clerks_leave_no_gap(two: Installation) -> None:
    await two.post("/units", CITY)
    clerks = [f"p-{n}" for n in range(30)]
    await asyncio.gather(*[two.post("/persons", {**LI, "person": clerk}) for clerk in clerks])
    bodies = [{"role": "handler", "person": clerk, "valid_from": "2024-01-01"} for clerk in clerks]
    answers = await asyncio.gather(
        *[two.post("/units/u-city/posts", body, process=n % 2) for n, body in enumerate(bodies)]
    )
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(2, 32))


async def test_phones_are_sealed_in_the_log(one: Installation) -> None:
    await one.post("/units", CITY)
    await one.post("/persons", {**LI, "phone": "13912345678"})
    [commit] = await one.database["commits"].find({"stream": "person-p-li"}).to_list()
    assert "13912345678" not in str(commit)
    assert commit["facts"][0]["data"]["phone"]["size"] == 11


def is_ours(code: CodeType) -> bool:
    return any(Path(code.co_filename).is_relative_to(folder) for folder in OURS)


def way_to_the_insert() -> list[str]:
    """Returns our functions from the route to the insert, which its caller makes."""
    frames = [frame.f_code for frame, _ in traceback.walk_stack(None)]
    names = [code.co_name for code in reversed(frames) if is_ours(code)]
    return names[names.index("dispatch") - 1 :]


async def test_from_a_route_to_the_insert_it_is_at_most_eight_of_our_functions(
    one: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader of the way opens each of them; the test prints them when there are more."""
    ways = []
    insert = CommitInserts.insert

    async def watched(self: CommitInserts, documents: Any) -> Any:
        ways.append(way_to_the_insert())
        return await insert(self, documents)

    monkeypatch.setattr(CommitInserts, "insert", watched)
    assert (await one.post("/units", CITY)).status_code == 201
    ((*way,),) = ways
    assert (way[0], way[-1]) == ("register_unit", "_insert")
    assert len(way) <= MOST_FRAMES, way
