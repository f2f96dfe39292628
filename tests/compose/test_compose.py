"""The whole docker-compose.yml in real containers: it serves, and heals after deaths and cuts."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from shared.testing.eventually import busy, eventually
from tests.compose.engine import Engine, Failed, missing
from tests.compose.stack import UNAVAILABLE, Stack, stack
from tests.compose.town import Town, town
from tests.deploy.composition import CONTAINERS
from tests.deploy.watching import Prometheus
from tests.e2e.desk import Desk
from tests.e2e.matter import Matter
from tests.e2e.organisation import OFFICE, TANG, TRAFFIC

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(missing()), reason=missing() or "an engine can be had"),
    pytest.mark.asyncio(loop_scope="module"),
]
HEALED_WITHIN_SECONDS = 180
FIRES_WITHIN_SECONDS = 300
STRANGER = """
from pymongo import MongoClient
from pymongo.errors import OperationFailure
try:
    print(MongoClient('mongo', serverSelectionTimeoutMS=5000)['duban_intake']['commits'].find_one())
except OperationFailure as refused:
    print(refused.details["codeName"])
"""
NEIGHBOUR = """
from pathlib import Path
from pymongo import MongoClient
from pymongo.errors import OperationFailure
client = MongoClient(Path('/run/secrets/mongo_url').read_text())
for refused in (
    lambda: client['duban_intake']['commits'].find_one(),
    lambda: client['duban_handling']['commits'].delete_many({}),
):
    try:
        print(refused())
    except OperationFailure as error:
        print(error.details["codeName"])
"""


@pytest.fixture(scope="module")
def composed(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(engine, tmp_path_factory.mktemp("installation") / "duban") as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(composed: Stack) -> AsyncIterator[Town]:
    async with town(composed) as everybody:
        yield everybody


@pytest.mark.parametrize("service", sorted({*CONTAINERS} - {"duban", "prepare", *UNAVAILABLE}))
async def test_nothing_can_be_written_but_where_data_belong(composed: Stack, service: str) -> None:
    seen = composed.look(service)
    assert seen["HostConfig"]["ReadonlyRootfs"]
    assert seen["HostConfig"]["CapDrop"] == ["ALL"]
    assert seen["State"]["Health"]["Status"] == "healthy"
    with pytest.raises(Failed, match=r"Read-only file system|Permission denied"):
        composed.engine.run("exec", composed.container(service), "sh", "-c", "echo > /etc/own")


async def test_nobody_reads_or_removes_what_is_not_his(composed: Stack) -> None:
    inside, image = f"{composed.project}_inside", CONTAINERS["site"]["image"]
    stranger = composed.engine.run("run", "--rm", "--network", inside, image, "-c", STRANGER)
    assert stranger.split() == ["Unauthorized"]
    container = composed.container("handling-api")
    neighbour = composed.engine.run("exec", container, "python", "-c", NEIGHBOUR)
    assert neighbour.split() == ["Unauthorized", "Unauthorized"]


async def test_what_is_inside_reaches_nothing_outside(composed: Stack) -> None:
    """The front door listens in both networks; who is inside reaches it there alone."""
    door, ask = composed.look("portal-api")["NetworkSettings"]["Networks"], "intake-api"
    within, without = (door[f"{composed.project}_{net}"] for net in ("inside", "outside"))
    composed.engine.run("exec", composed.container(ask), *knocking(within["IPAddress"]))
    with pytest.raises(Failed, match=r"unreachable|timed out"):
        composed.engine.run("exec", composed.container(ask), *knocking(without["IPAddress"]))


def knocking(address: str) -> tuple[str, ...]:
    return ("python", "-c", f"import socket; socket.create_connection(('{address}', 8000), 5)")


async def test_a_case_goes_from_registration_to_the_public_page(people: Town) -> None:
    case = await replied(people, "关于增设公交站点的建议")
    await case.rate(TRAFFIC, TANG)
    await case.decide(TRAFFIC)
    await case.approve(TRAFFIC)
    await eventually(case.is_published, within=HEALED_WITHIN_SECONDS * busy(), every=0.5)
    page = await people.page(f"/cases/{case.id}")
    assert "关于增设公交站点的建议" in page.text
    assert (await case.page())["status"] == "closed"


async def replied(people: Town, title: str) -> Matter:
    case = await people.case(title)
    await case.accept()
    await case.assign(TRAFFIC)
    await case.receive(TRAFFIC)
    await case.contact(TRAFFIC)
    await case.reply(TRAFFIC)
    return case


async def test_prometheus_asks_every_process_and_alerts_for_one_that_is_gone(
    composed: Stack, people: Town
) -> None:
    """With the rules and the intervals of the deployment."""
    asked = Prometheus(composed.url("DUBAN_PROMETHEUS_PORT"), people.http)
    processes = set(composed.running) - {"kafka", "mongo", "site-mongo", "prometheus"}
    targets = (await asked.ask("targets", state="active"))["activeTargets"]
    up = {one["labels"]["instance"].split(":")[0] for one in targets if one["health"] == "up"}
    assert up == processes | {"localhost"}
    composed.engine.run("stop", composed.container("site"))

    async def fires() -> bool:
        return "duban-site" in (await asked.firing()).get("DubanDown", set())

    await eventually(fires, within=FIRES_WITHIN_SECONDS * busy(), every=2)
    composed.engine.run("start", composed.container("site"))
    await eventually(
        lambda: not composed.unhealthy(), within=FIRES_WITHIN_SECONDS * busy(), every=2
    )

    async def is_over() -> bool:
        return not await fires()

    await eventually(is_over, within=FIRES_WITHIN_SECONDS * busy(), every=2)


@pytest.mark.parametrize("victim", ["handling-reactions", "kafka", "mongo"])
async def test_a_killed_container_comes_back_and_nothing_is_lost(
    composed: Stack, people: Town, victim: str
) -> None:
    case = await people.case(f"关于{victim}的建议")
    composed.kill(victim)
    await case.accept()
    await case.assign(TRAFFIC)
    await case.receive(TRAFFIC)
    await eventually(
        lambda: not composed.unhealthy(), within=HEALED_WITHIN_SECONDS * busy(), every=2
    )
    assert (await case.page())["status"] == "assigned"


async def test_an_isolated_primary_acknowledges_nothing(composed: Stack, people: Town) -> None:
    case = await people.case("关于网络中断的建议")
    body = {"checks": await case.checks()}
    with composed.isolated("mongo"):
        path = case.at("intake", "acceptance")
        answer = await people.ask("POST", path, OFFICE, json=body, timeout=60)
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert (await people.page("/")).is_success  # from a store of its own
    await case.accept()
    assert (await case.page())["status"] == "accepted"
    await eventually(
        lambda: not composed.unhealthy(), within=HEALED_WITHIN_SECONDS * busy(), every=2
    )


async def test_a_service_without_its_broker_goes_on_when_it_is_back(
    composed: Stack, people: Town
) -> None:
    """Only one worker loses its way to the broker: the others go on without it."""
    with composed.unreachable("kafka", of="assignment-reactions"):
        case = await people.case("关于断网单位的建议")
        await case.accept()
        await asyncio.sleep(5)
        assert not await opened(case)
    await eventually(lambda: opened(case), within=HEALED_WITHIN_SECONDS * busy(), every=0.5)
    await case.assign(TRAFFIC)
    assert (await case.page())["status"] == "assigned"


async def opened(case: Matter) -> bool:
    """The assignment exists as soon as its worker has heard of the acceptance."""
    return not await Desk(case.world, OFFICE).sees_nothing_at(f"/assignment/v1/cases/{case.id}")


async def test_commands_of_operators_work_as_their_page_says(composed: Stack) -> None:
    """`docker compose run --rm duban …`, which must not prepare anything again."""
    before = composed.look("prepare")["State"]["StartedAt"]
    assert "intake" in composed.compose("run", "--rm", "-T", "duban", "status")
    assert composed.look("prepare")["State"]["StartedAt"] == before
    composed.operate("verify")
