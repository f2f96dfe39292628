"""The audit trail: its chain, its bounds, and its writer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from shared.audit.chain import Break, Cut, Follower, too_early
from shared.audit.entry import Entry, Kind, body_of, chained
from shared.audit.flood import EACH, MOST_SOURCES, TOGETHER, WINDOW, Flood
from shared.audit.store import documents_behind
from shared.audit.trail import LONGEST_QUEUE, Trail
from shared.cancelling import end
from shared.kernel.errors import Unavailable
from shared.testing.eventually import eventually

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LEAST_DAYS = 183
BEGINNING = Cut()


def entry(kind: Kind = "refusal", **fields: Any) -> Entry:
    return Entry(**{"at": AT, "kind": kind, "action": "authenticate", "result": "refused"} | fields)


def chain(number: int = 4) -> list[dict[str, Any]]:
    return documents_behind(Cut(), [body_of(entry(address=f"10.0.0.{n}")) for n in range(number)])


def breaks(documents: Sequence[dict[str, Any]], cut: Cut = BEGINNING) -> list[Break]:
    follower = Follower.behind(cut)
    for document in documents:
        follower.follow(document)
    return follower.breaks


def test_a_chain_that_was_only_added_to_is_whole() -> None:
    assert breaks(chain()) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda d: [d[0], {**d[1], "address": "10.9.9.9"}, *d[2:]], Break(2, "hash")),
        (lambda d: [d[0], *d[2:]], Break(3, "gap")),
        (lambda d: [d[0], chained(body_of(entry(subject="p-x")), 2, d[0]["hash"]), *d[2:]],
         Break(3, "link")),
        (lambda d: [*d[:2], {**d[2], "count": 9}, d[3]], Break(3, "hash")),
        (lambda d: [{k: v for k, v in d[0].items() if k != "address"}, *d[1:]], Break(1, "hash")),
    ],
    ids=["changed", "removed", "replaced", "counted", "field removed"],
)  # fmt: skip
def test_tampering_with_one_entry_is_found(change: Any, rule: Break) -> None:
    assert rule in breaks(change(chain()))


def test_a_chain_goes_on_behind_a_cut() -> None:
    documents = chain()
    cut = Cut(2, documents[1]["hash"])
    assert breaks(documents[2:], cut) == []
    assert breaks(documents[3:], cut) == [Break(4, "gap"), Break(4, "link")]


def test_a_cut_may_not_take_what_the_law_keeps() -> None:
    def fact(days: int) -> dict[str, Any]:
        kept_since = (AT - timedelta(days=days)).isoformat()
        return body_of(entry()) | {"reason": f"before:{kept_since}"}

    assert not too_early(fact(LEAST_DAYS), LEAST_DAYS)
    assert too_early(fact(LEAST_DAYS - 1), LEAST_DAYS)


def test_typed_text_never_becomes_an_entry() -> None:
    body = body_of(entry(subject="王小明 身份证 370100", target="case/../../x\n"))
    assert "王" not in body["subject"]
    assert body["subject"].startswith("?")
    assert body["target"].startswith("?")
    assert body_of(entry(subject="p-1", address="2001:db8::1"))["address"] == "2001:db8::1"


def test_a_flood_of_one_source_is_counted_and_summarised() -> None:
    flood = Flood()
    kept = sum(flood.admits(entry(address="10.0.0.1")) for _ in range(10_000))
    assert kept == EACH
    assert flood.summaries(AT) == []
    [summary] = flood.summaries(AT + WINDOW)
    assert (summary.address, summary.count) == ("10.0.0.1", 10_000 - EACH)
    assert flood.summaries(AT + 2 * WINDOW) == []


def test_a_flood_of_many_sources_is_bounded_too_and_loses_no_number() -> None:
    flood, number = Flood(), MOST_SOURCES * 5
    kept = sum(flood.admits(entry(address=f"2001:db8:0:{n:x}::1")) for n in range(number))
    summaries = flood.summaries(AT + WINDOW)
    assert kept == TOGETHER
    assert len(summaries) <= MOST_SOURCES + 1
    assert kept + sum(each.count for each in summaries) == number


def test_the_addresses_of_one_caller_are_one_source() -> None:
    flood = Flood()
    kept = sum(flood.admits(entry(address=f"2001:db8::{n:x}")) for n in range(1_000))
    [summary] = flood.summaries(AT + WINDOW)
    assert (kept, summary.address, summary.count) == (EACH, "2001:db8::/64", 1_000 - EACH)
    assert body_of(summary)["address"] == "2001:db8::/64"


def test_one_source_does_not_hide_another() -> None:
    flood = Flood()
    for _ in range(100):
        flood.admits(entry(address="10.0.0.1"))
    assert flood.admits(entry(address="10.0.0.2"))


def test_reads_and_administration_are_never_summarised() -> None:
    flood = Flood()
    assert all(flood.admits(entry("read", subject="p-1")) for _ in range(1_000))


class Store:
    """Takes entries; raises while it is `away`."""

    def __init__(self) -> None:
        self.stored: list[Entry] = []
        self.away = False
        self.batches: list[int] = []


class Append:
    def __init__(self, store: Store, entries: Sequence[Entry]) -> None:
        self.store, self.entries = store, list(entries)

    async def finish(self) -> None:
        if self.store.away:
            raise AutoReconnect("away")
        self.store.batches.append(len(self.entries))
        self.store.stored += self.entries


@asynccontextmanager
async def running(store: Store) -> AsyncIterator[Trail]:
    trail = Trail(lambda entries: Append(store, entries), lambda: AT)
    writer = asyncio.create_task(trail.run())
    try:
        yield trail
    finally:
        await end([writer])


async def test_what_is_written_before_the_answer_is_stored_when_it_returns() -> None:
    store = Store()
    async with running(store) as trail:
        await trail.write(entry("read", subject="p-1"))
        assert [each.subject for each in store.stored] == ["p-1"]


async def test_entries_that_come_together_are_one_batch() -> None:
    store = Store()
    async with running(store) as trail:
        await asyncio.gather(*[trail.write(entry("read", subject=f"p-{n}")) for n in range(50)])
    assert len(store.batches) <= 2
    assert len(store.stored) == 50


async def test_without_a_store_what_must_be_traced_is_refused_and_what_is_noted_waits() -> None:
    store = Store()
    store.away = True
    async with running(store) as trail:
        trail.note(entry(subject="p-1"))
        with pytest.raises(Unavailable):
            await trail.write(entry("read"), within=0.05)
        assert trail.waiting == 2
        store.away = False
    assert [each.kind for each in store.stored] == ["refusal", "read"]


async def test_a_full_queue_is_bounded_and_says_how_many_were_lost() -> None:
    store = Store()
    trail = Trail(lambda entries: Append(store, entries), lambda: AT)
    for _ in range(LONGEST_QUEUE + 7):
        trail.note(entry("administration"))
    with pytest.raises(Unavailable):
        await trail.write(entry("read"))
    writer = asyncio.create_task(trail.run())
    await eventually(lambda: any(each.result == "lost" for each in store.stored))
    await end([writer])
    [lost] = [each for each in store.stored if each.result == "lost"]
    assert lost.count == 7
    assert len(store.stored) == LONGEST_QUEUE + 1


async def test_the_summary_of_a_window_is_written_when_the_process_ends() -> None:
    store = Store()
    async with running(store) as trail:
        for _ in range(EACH + 3):
            trail.note(entry(address="10.0.0.1"))
        await asyncio.sleep(0)
    assert sum(each.count for each in store.stored) == EACH + 3
