"""What operators are alerted by, on real parts: disks, clocks, broken chains, clocks that nobody
asked."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from shared.kafka.broker_access import BrokerAccess
from shared.mongo.commits import commits_of
from shared.mongo.connect import connect
from shared.mongo.event_store import MongoEventStore
from shared.service.eventlog.chain_audit import ChainAudit
from shared.service.eventlog.outbox import Outbox
from shared.service.processes.broker_probe import probe_broker
from shared.service.processes.store_probe import probe_store
from shared.service.resources.connections import Connections
from shared.service.timers.gauges import TimerGauges
from shared.testing.drafts import a_draft, after
from shared.testing.eventually import eventually
from shared.testing.signatures import KEYS, sign
from tests.integration.reminding import DAY, Reminding, reminding
from tests.integration.secured import Secured


def shown(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_disks_and_clocks_of_store_and_bus_are_looked_at(here: Connections) -> None:
    await here.database("control")["progress"].insert_one({})
    await probe_store(here)
    await probe_broker(here)
    assert 0 < (shown("duban_disk_free_ratio", part="store") or 0) < 1
    assert 0 < (shown("duban_disk_free_ratio", part="bus") or 0) < 1
    assert abs(shown("duban_clock_skew_seconds") or 99) < 1


@pytest.mark.on_change("secured installation")
async def test_an_account_with_few_rights_may_look(secured_parts: Secured) -> None:
    """A question about the disk needs a right of its own on the store and on the bus."""
    given = secured_parts.environment("reminder")
    access = BrokerAccess(
        secured_parts.bootstrap, given["DUBAN_KAFKA_USERNAME"], given["DUBAN_KAFKA_PASSWORD"]
    )
    async with connect(secured_parts.store_url("reminder")) as client:
        place = Connections(access, client, keys=KEYS)
        await probe_store(place)
        await probe_broker(place)


async def test_the_audit_finds_what_was_changed_in_the_log(here: Connections) -> None:
    store = MongoEventStore(here.database("handling"), sign)
    await store.prepare()
    first = await store.append(a_draft())
    await store.append(after(first, a_draft(command_id="command-2")))
    await store.append(a_draft(stream="handling-c2", command_id="command-3"))
    audit = ChainAudit("handling", here)
    assert await audit.check() == 0
    assert shown("duban_chain_faults", service="handling") == 0
    checked = shown("duban_chain_checked_timestamp_seconds", service="handling")
    change: dict[str, Any] = {"$set": {"actor": "p-other"}}
    await commits_of(here.database("handling")).update_one({"_id": "handling-c1@1"}, change)
    assert await audit.check() == 1
    assert shown("duban_chain_faults", service="handling") == 1
    assert (shown("duban_chain_checked_timestamp_seconds", service="handling") or 0) > (
        checked or 0
    )
    await store.close()


async def test_whoever_publishes_says_so(here: Connections) -> None:
    async def leads(value: float) -> None:
        await eventually(lambda: shown("duban_relay_leading", service="intake") == value, within=20)

    relay = asyncio.create_task(Outbox("intake", here).run())
    await leads(1)
    relay.cancel()
    await asyncio.wait([relay])
    await leads(0)


@pytest.fixture
async def clocks(
    mongo_url: str, kafka_bootstrap: str, space: str, tmp_path: Path
) -> AsyncIterator[Reminding]:
    async with reminding(mongo_url, kafka_bootstrap, space, tmp_path) as made:
        await made.caught_up()
        yield made


async def test_a_clock_that_nobody_asks_is_overdue_until_it_is_asked(clocks: Reminding) -> None:
    await clocks.opened()
    clocks.clock.moment = clocks.due().at - 7 * DAY + DAY
    timer = clocks.timer()
    await TimerGauges(timer.timer, clocks.runtime, timer.at_work).look()
    assert shown("duban_timers_pending", service="reminder") == 1
    assert (shown("duban_timer_overdue_seconds", service="reminder") or 0) > 23 * 3600
    await timer.tick()
    await clocks.project()
    await TimerGauges(timer.timer, clocks.runtime, timer.at_work).look()
    assert shown("duban_timer_overdue_seconds", service="reminder") == 0
