"""Memory of a stream is trusted for a yes; a no is said after a read (ADR 68)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx

from shared.kernel.commit import Commit
from shared.service.commands import state_cache
from shared.service.observability.metrics import DENIED
from shared.testing.memory import MemoryEventStore
from shared.testing.service import ServiceUnderTest
from tests.component.shared.test_edge import (
    CASE_ID,
    COLLEAGUE,
    HANDLER,
    LAPSED,
    PATH,
    STREAM,
    another_process,
    service,
)


class CountedStore(MemoryEventStore):
    """Counts the reads of each stream."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: Counter[str] = Counter()

    async def read(self, stream: str, after: int = 0) -> Sequence[Commit]:
        self.reads[stream] += 1
        return await super().read(stream, after)


def counted() -> tuple[ServiceUnderTest, Counter[str]]:
    store = CountedStore()
    return ServiceUnderTest(service().definition, HANDLER, store=store), store.reads


async def note(to: ServiceUnderTest, text: str = "x", **headers: Any) -> httpx.Response:
    return await to.post(PATH, {"text": text}, as_=HANDLER, **headers)


async def test_a_yes_on_what_was_recorded_a_moment_ago_reads_nothing() -> None:
    tested, reads = counted()
    await note(tested)
    before = reads[STREAM]
    assert [(await note(tested)).json()["version"] for _ in range(3)] == [2, 3, 4]
    assert reads[STREAM] == before


async def test_what_was_recorded_long_ago_is_read_first(monkeypatch: Any) -> None:
    monkeypatch.setattr(state_cache, "FRESH_SECONDS", 0.0)
    tested, reads = counted()
    await note(tested)
    before = reads[STREAM]
    await note(tested)
    assert reads[STREAM] == before + 1


async def test_a_yes_on_a_state_to_which_another_process_has_appended_is_decided_again() -> None:
    tested = service()
    await note(tested)
    await note(another_process(tested))
    assert (await note(tested)).json()["version"] == 3


async def test_a_yes_that_has_become_a_no_is_refused() -> None:
    tested = service()
    await note(tested)
    await another_process(tested).react_to(LAPSED, f"feedback-{CASE_ID}")
    answer = await note(tested)
    assert (answer.status_code, answer.json()["rule"]) == (409, "notes-stopped")
    assert len(await tested.facts(STREAM)) == 2


async def test_a_no_that_has_become_a_yes_is_accepted() -> None:
    """If-Match names a version that this process does not remember yet."""
    tested = service()
    await note(tested)
    await note(another_process(tested))
    answer = await note(tested, if_match='"2"')
    assert (answer.status_code, answer.json()["version"]) == (201, 3)


async def test_a_match_that_is_out_of_date_is_refused_by_the_append() -> None:
    tested = service()
    await note(tested)
    await note(another_process(tested))
    assert (await note(tested, if_match='"1"')).status_code == 412
    assert len(await tested.facts(STREAM)) == 2


async def test_nothing_to_do_is_said_of_the_last_version() -> None:
    tested = service()
    await note(tested)
    await note(another_process(tested))
    answer = await note(tested, "")
    assert (answer.json()["facts"], answer.json()["version"]) == ([], 2)


async def test_a_refusal_that_stands_is_decided_and_counted_once() -> None:
    tested, reads = counted()
    await note(tested)
    denied, before = DENIED.labels("handling", "report-progress"), reads[STREAM]
    count = denied._value.get()
    refused = await tested.post(PATH, {"text": "x"}, as_=COLLEAGUE)
    assert (refused.status_code, denied._value.get() - count) == (403, 1)
    assert reads[STREAM] > before


async def test_what_is_known_is_not_replaced_by_what_was_read_before() -> None:
    tested = service()
    await note(tested)
    states = tested.handler._states
    older = states.remembered(STREAM)
    await note(tested)
    assert older is not None
    states.remember(STREAM, older)
    newer = states.remembered(STREAM)
    assert newer is not None
    assert (older.version, newer.version) == (1, 2)
