"""Drafts of commits for tests of the log, and writers that append them."""

import asyncio
import random
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shared.kernel.commit import Commit, Draft, NewFact
from shared.kernel.errors import ConcurrencyConflict, Unavailable
from shared.kernel.ports import EventStore

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def a_fact(**data: Any) -> NewFact:
    return NewFact("case.contacted.v1", MONDAY, data or {"summary": "已与代表电话沟通"})


def a_draft(
    stream: str = "handling-c1",
    command_id: str = "command-1",
    facts: Iterable[NewFact] = (),
    **fields: Any,
) -> Draft:
    draft = Draft(
        stream=stream,
        expected=0,
        prev_hash="",
        command_id=command_id,
        fingerprint="f" * 64,
        facts=tuple(facts) or (a_fact(),),
        agency="u-city",
        actor="p-1",
        correlation_id="correlation-1",
    )
    return replace(draft, **fields)


def after(commit: Commit | None, draft: Draft) -> Draft:
    """Returns the next draft on the stream of this commit."""
    if commit is None:
        return draft
    return replace(draft, expected=commit.last, prev_hash=commit.hash)


async def append_at_head(store: EventStore, draft: Draft, known: int = 0) -> Commit:
    """Appends as the command edge does: reads from version `known`, repeats after a conflict."""
    while True:
        commits = await store.read(draft.stream, max(known - 1, 0))
        with suppress(ConcurrencyConflict):
            return await store.append(after(commits[-1] if commits else None, draft))


async def race(store: EventStore, stream: str, writers: int, each: int) -> list[Commit]:
    """Concurrent writers on one stream; each commit has one to three facts."""

    async def writer(number: int) -> list[Commit]:
        rnd = random.Random(number)
        drafts = [
            a_draft(stream, f"{number}-{n}", [a_fact(n=n)] * rnd.choice((1, 2, 3)))
            for n in range(each)
        ]
        return [await append_at_head(store, draft) for draft in drafts]

    done = await asyncio.gather(*[writer(number) for number in range(writers)])
    return [commit for commits in done for commit in commits]


class SteadyWriters:
    """Writers that continue through outages; `answered` maps acknowledged commands to hashes."""

    def __init__(self, store: EventStore, writers: int, streams: int) -> None:
        self.answered: dict[str, str] = {}
        self.unavailable = 0
        self._store = store
        self._writers = writers
        self._heads = {f"handling-w{number}": 0 for number in range(streams)}

    async def run_until(self, stop: asyncio.Event) -> None:
        await asyncio.gather(*[self._write(number, stop) for number in range(self._writers)])

    def have_answered(self, commands: int) -> bool:
        return len(self.answered) >= commands

    async def _write(self, number: int, stop: asyncio.Event) -> None:
        stream = list(self._heads)[number % len(self._heads)]
        n = 0
        while not stop.is_set():
            draft = a_draft(stream, f"{number}-{n}", [a_fact(n=n)] * (1 + n % 3))
            try:
                commit = await append_at_head(self._store, draft, self._heads[stream])
            except Unavailable:
                self.unavailable += 1  # and the same command once more
                continue
            self._heads[stream] = max(self._heads[stream], commit.last)
            self.answered[draft.command_id] = commit.hash
            n += 1
