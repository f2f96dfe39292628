"""A real Prometheus asks a running city: queries find their metrics, what breaks is alerted."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import yaml

from shared.kafka.envelope import to_messages
from shared.kafka.message import Outgoing
from shared.service.resources.connections import Connections, broker_access
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.signatures import KEYS
from shared.testing.stories import Story, numbered
from tests.deploy.watching import Prometheus, labels_of, prometheus, selectors
from tests.e2e.desk import Desk
from tests.e2e.matter import paper, registered
from tests.e2e.organisation import OFFICE, TRAFFIC, clerk
from tests.e2e.world import World, running_world, settings_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.on_change("alerts"),
    pytest.mark.skipif(
        shutil.which("prometheus") is None, reason="prometheus is not installed (Debian package)"
    ),
]
TROUBLE = {
    "duban_publish_failures_total", "duban_consumer_retries_total", "duban_timer_held_ticks_total",
    "duban_delivery_waiting_seconds", "duban_running_clocks",
}  # fmt: skip
"""Series of troubles (of clocks: yellow and red), and of deliveries, which no service makes yet:
none of them need be here."""
QUERIES = {
    **{
        f"{file.stem}: {rule.get('alert') or rule['record']}": rule["expr"]
        for file in sorted(Path("deploy/prometheus/rules").glob("*.yml"))
        for group in yaml.safe_load(file.read_text())["groups"]
        for rule in group["rules"]
    },
    **{
        f"{file.stem}: {panel['title']} {target['refId']}": target["expr"]
        for file in sorted(Path("deploy/grafana/dashboards").glob("*.json"))
        for panel in json.loads(file.read_text())["panels"]
        for target in panel["targets"]
    },
}
UNPUBLISHED, STRANGE = "c" * 32, "d" * 32


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(
    mongo_url: str, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("watched")
    settings = settings_in(folder, mongo_url, kafka_bootstrap)
    async with running_world(settings, folder / "logs") as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lived(city: World) -> World:
    """A letter that nobody answers in time, and visitors who may not do what they ask for."""
    letter = await registered(city, paper("hotline", {"name": "李四", "phone": "13612345678"}))
    await letter.accept()
    await letter.assign(TRAFFIC)
    await city.settle()
    await city.pass_days(12)
    assert (await Desk(city, OFFICE).sees(f"/intake/v1/cases/{letter.id}"))["text"]
    objection = await letter.of_task("assignment", TRAFFIC, "objection-decision")
    await Desk(city, clerk(TRAFFIC)).is_denied(objection, {"upheld": True})
    assert (await wrong_token(city)).status_code == 401
    return city


async def wrong_token(city: World) -> httpx.Response:
    url = f"{city.processes.urls['api']}/portal/v1/me"
    return await city.http.get(url, headers={"Authorization": "Bearer nonsense"})


def jobs(city: World) -> dict[str, list[str]]:
    at = {name: [url.removeprefix("http://")] for name, url in city.processes.urls.items()}
    return {
        "duban-api": at["api"],
        "duban-reactions": at["reactions"] + at["disclosure"],
        "duban-projections": at["projections"],
        "duban-site": at["site"],
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(
    lived: World, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Prometheus]:
    """When the slowest of what is measured now and then was measured."""
    async with prometheus(tmp_path_factory.mktemp("prometheus"), jobs(lived)) as asked:
        for last in ("duban_chain_checked_timestamp_seconds", "duban_parked_cases",
                     "duban_timers_pending", 'duban_disk_free_ratio{part="bus"}',
                     "duban:slow_commands:ratio_rate3d", "duban:late_rungs:ratio_rate3d",
                     "duban:late_facts:ratio_rate3d"):  # fmt: skip
            await eventually(lambda last=last: asked.series(last), every=0.5)
        yield asked


async def test_every_process_answers(watched: Prometheus) -> None:
    assert await watched.healthy() == {
        "duban-api", "duban-reactions", "duban-projections", "duban-site",
    }  # fmt: skip


@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_finds_its_metric(watched: Prometheus, name: str) -> None:
    asked_for = list(selectors(QUERIES[name]))
    assert asked_for
    for selector in asked_for:
        metric = selector.partition("{")[0]
        if metric in TROUBLE:
            assert metric.removesuffix("_total") in {
                one.removesuffix("_total") for one in await watched.exported()
            }
            continue
        query = f"last_over_time({selector}[5m])"
        found = await eventually(lambda query=query: watched.series(query), within=30, every=1)
        labels = {label for one in found for label in one["metric"]}
        assert labels_of(QUERIES[name]) - {"le"} <= labels | {"__name__"}


async def test_a_query_for_nothing_is_found(watched: Prometheus) -> None:
    assert await watched.series("duban_commandz_total") == []
    assert "duban_commandz_total" not in await watched.exported()


async def test_what_breaks_is_alerted_until_it_is_mended(lived: World, tmp_path: Path) -> None:
    async with prometheus(tmp_path / "hasty", jobs(lived), hasty=True) as asked:
        for last in ("duban_parked_cases", "duban_login_failures_total"):  # what rises is seen low
            await eventually(lambda last=last: asked.series(last), every=0.5)
        named = lived.space.prefixed
        wanted = {
            ("DubanDown", "duban-site"),
            ("DubanParkedGrows", named("portal-case_register-g1")),
            ("DubanParkedWaits", named("reminder-reactions")),
            ("DubanPublicSiteParked", named("disclosure-public_cases-g1")),
            ("DubanHeld", named("assignment-reactions")),
            ("DubanLoginFailures", "portal"),
        }
        assert not wanted & await fired(asked)
        await break_things(lived)
        found: set[tuple[str, str]] = set()

        async def all_fired() -> bool:
            found.update(await fired(asked))
            return wanted <= found

        with suppress(AssertionError):
            await eventually(all_fired, within=90, every=0.5)
        assert wanted - found == set()
        await mend_and_see(lived, asked)


async def fired(asked: Prometheus) -> set[tuple[str, str]]:
    """Each alert with what it is about."""
    return {(name, about) for name, all_of in (await asked.firing()).items() for about in all_of}


async def break_things(city: World) -> None:
    """The site stands still, a stranger's message comes, a version is missing, tokens are tried."""
    await city.processes.stop("site")
    tap = Tap(Connections(broker_access(city.settings), city.mongo, city.space, keys=KEYS))
    story = Story(f"handling-{UNPUBLISHED}").tells(2)
    await tap.put(story.documents[1])
    [plain] = to_messages(Story(f"intake-{STRANGE}").tell(numbered()))
    unreadable = Outgoing(plain.key, b"{", plain.headers)
    await tap.put_raw(unreadable)
    await tap.close()
    await asyncio.gather(*(wrong_token(city) for _ in range(200)))


async def mend_and_see(city: World, asked: Prometheus) -> None:
    """An alert ends when its cause does."""
    await city.processes.start("site")

    async def over() -> bool:
        return "DubanDown" not in await asked.firing()

    await eventually(over, every=0.5)
