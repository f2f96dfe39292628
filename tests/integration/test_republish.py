"""The log published once more: all of it, or an error; never a wait without an end."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.kafka import republish as module
from shared.kafka.republish import republish
from shared.mongo.commits import commits_of
from shared.mongo.event_store import MongoEventStore
from shared.service.resources.connections import Connections
from shared.testing.drafts import a_draft, a_fact, after
from shared.testing.isolation import Tap, versions
from shared.testing.signatures import sign

SERVICE = "handling"


async def log_of(here: Connections, streams: int, commits: int) -> AsyncIterator[Any]:
    store = MongoEventStore(here.database(SERVICE), sign)
    await store.prepare()
    for stream in (f"{SERVICE}-s{number}" for number in range(streams)):
        last = None
        for number in range(commits):
            draft = a_draft(stream, f"{stream}-{number}", [a_fact(n=number)])
            last = await store.append(after(last, draft))
    await store.close()
    async for commit in commits_of(here.database(SERVICE)).find({}).sort("seq"):
        yield commit


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OUTSTANDING", 2)


async def test_more_than_may_be_outstanding_is_published_and_counted(
    here: Connections, tap: Tap
) -> None:
    counts: list[int] = []
    number = await republish(log_of(here, 3, 4), here.access, here.namespace, counts.append)
    assert (number, counts[-1]) == (12, 12)
    there = versions(await tap.messages())
    assert {stream: list(found) for stream, found in there.items()} == {
        f"{SERVICE}-s{number}": [1, 2, 3, 4] for number in range(3)
    }


@pytest.mark.parametrize("commits", [1, 6])
async def test_a_queue_that_fails_ends_the_work(
    here: Connections, monkeypatch: pytest.MonkeyPatch, commits: int
) -> None:
    """A pipe that is closed under the progress: what the queue held is never acknowledged. The
    last commit, too, must not be waited for."""
    monkeypatch.setattr(module, "CHECK_SECONDS", 0.05)

    def closed(count: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        await republish(log_of(here, 1, commits), here.access, here.namespace, closed)
