"""Batches are full while messages lie behind: a batch of twenty costs a consumer as much as one of
five hundred (ADR 71)."""

from collections.abc import Sequence

import pytest

from shared.kafka.message import BusMessage
from shared.service.resources.connections import Connections
from shared.service.subscriptions.shared_group import SharedGroup
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.notes import Notes, noting
from shared.testing.stories import Story

CASES, FACTS = 20, 60


async def test_what_lies_behind_comes_in_full_batches(
    here: Connections, tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    usual = SharedGroup.apply

    async def counted(group: SharedGroup, batch: Sequence[BusMessage]) -> None:
        sizes.append(len(batch))
        await usual(group, batch)

    monkeypatch.setattr(SharedGroup, "apply", counted)
    for number in range(CASES):
        await tap.put(*Story(f"handling-c{number}").tells(FACTS).documents)
    notes = Notes()
    async with noting(here, notes):
        await eventually(lambda: sum(notes.counts().values()) == CASES * FACTS)
    assert sum(sizes) == CASES * FACTS
    assert len(sizes) < 9, sizes
    assert max(sizes) <= 500
    assert all(texts == [f"进展 {n}" for n in range(FACTS)] for texts in notes.taken.values())
