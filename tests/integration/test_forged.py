"""A forged publication on a real bus never reaches the public site, whatever it is signed with; the
log is not filled with it, and its announcements stop nobody."""

from collections.abc import Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.disclosure.app import SERVICE
from shared.contracts.disclosure import CaseDisclosed
from shared.kafka.log_heads import head_message, read_heads
from shared.kernel.log_position import LogHead
from shared.mongo.clock_store import real_time
from shared.mongo.commits import commits_of
from shared.mongo.event_store import MongoEventStore
from shared.mongo.parking import Parking
from shared.service.eventlog.chain_audit import faults
from shared.service.eventlog.restore import refill
from shared.service.projections.worker import add_projections
from shared.service.resources.connections import Connections
from shared.service.subscriptions.worker_host import WorkerHost
from shared.testing.drafts import a_draft
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.samples import sample
from shared.testing.signatures import KEYS, PAIRS, STRANGER, sign
from shared.testing.stories import Story
from tests.component.site.conftest import visited

pytestmark = pytest.mark.on_change("machinery", "disclosure")

OWNER = "disclosure"
PUBLIC = [each for each in SERVICE.projections if each.name == "public_cases"]


def published(number: int) -> Mapping[str, Any]:
    """Returns a publication as disclosure records it. All but the signature can be computed."""
    case = f"{number:032x}"
    return Story(f"{OWNER}-{case}").tell(sample(CaseDisclosed), case_id=case)


def unsigned(commit: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in commit.items() if name not in ("key_id", "signature")}


FORGED: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("unsigned", unsigned(published(1))),
    ("unknown-key", STRANGER.sign(unsigned(published(2)))),
    ("wrong-signature", {**STRANGER.sign(unsigned(published(3))), "key_id": PAIRS[OWNER].id}),
    ("wrong-signer", PAIRS["intake"].sign(unsigned(published(4)))),
    ("wrong-hash", sign({**unsigned(published(5)), "hash": "0" * 64})),
)


async def test_a_forged_publication_never_reaches_the_public_site(
    here: Connections, tap: Tap, mongo_url: str, space: str
) -> None:
    host = WorkerHost(here)
    await host.start()
    await add_projections(host, OWNER, PUBLIC)
    await host.listen(f"{space}-projections")
    parking = Parking(here.database(OWNER), real_time)
    async with asynccontextmanager(visited)(mongo_url, space) as site:
        await tap.put(*(commit for _, commit in FORGED), published(9))
        await eventually(lambda: _shows(site, 9))
        await eventually(lambda: _count(parking, len(FORGED)))
        for number in range(1, 6):
            assert not await _shows(site, number)
    assert [case.reason for case in await parking.cases()] == [reason for reason, _ in FORGED]
    await host.stop()


async def _shows(site: Any, number: int) -> bool:
    return bool((await site.get(f"/cases/{number:032x}")).status_code == 200)


async def _count(parking: Parking, number: int) -> bool:
    return len(await parking.cases()) == number


async def test_a_log_is_never_filled_with_a_forged_fact(here: Connections, tap: Tap) -> None:
    store = MongoEventStore(here.database(OWNER), sign)
    await store.prepare()
    await tap.put(*(commit for _, commit in FORGED), published(9))
    result = await refill(OWNER, here)
    assert (result.added, result.refused) == (1, len(FORGED))
    assert [fault async for fault in faults(commits_of(here.database(OWNER)), _fault)] == []
    await store.close()


async def test_a_commit_that_was_written_past_its_service_is_found(here: Connections) -> None:
    store = MongoEventStore(here.database(OWNER), STRANGER.sign)
    await store.prepare()
    await store.append(a_draft(f"{OWNER}-c1"))
    (fault,) = [fault async for fault in faults(commits_of(here.database(OWNER)), _fault)]
    assert (fault.rule, fault.commit) == ("signature", f"{OWNER}-c1@1")
    await store.close()


_fault = KEYS.ring.commit_fault


@pytest.mark.parametrize("forger", [STRANGER, PAIRS["intake"]])
async def test_a_forged_announcement_stops_nobody(here: Connections, tap: Tap, forger: Any) -> None:
    now = real_time()
    own = head_message(OWNER, LogHead("disclosure-c1@1", "ab" * 32, (5, 1)), now, PAIRS[OWNER])
    forged = head_message(OWNER, LogHead("disclosure-c9@9", "cd" * 32, (9, 1)), now, forger)
    await tap.put_raw(own, forged, topic="log-heads")
    announced = await read_heads(here.access, here.namespace, [OWNER], here.keys.ring)
    head = announced[OWNER].head
    assert head is not None
    assert head.commit == "disclosure-c1@1"
