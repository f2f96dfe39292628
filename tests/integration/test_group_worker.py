"""The end of a worker whose stop takes too long: it is cut short, and the loop closes."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from shared.kafka import group_worker
from shared.kafka.group_consumer import Subscription
from shared.kafka.group_worker import GroupWorker
from shared.kafka.message import BusMessage
from shared.service.resources.connections import Connections
from shared.testing.isolation import Tap
from shared.testing.notes import topic_of
from shared.testing.stories import Story

CLOSES_WITHIN = 60.0


async def cut_short(here: Connections, group: str) -> None:
    """Stops a worker that has applied what there is."""
    begun = asyncio.Event()

    async def apply(batch: Sequence[BusMessage]) -> None:
        begun.set()

    worker = GroupWorker(here.access, on_fatal=lambda error: None)
    await worker.start(
        [Subscription(group, (topic_of(here),), apply, lambda error: False, instance=None)]
    )
    await begun.wait()
    await worker.stop()


async def test_a_stop_cut_short_leaves_a_loop_that_closes(
    here: Connections, tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_worker, "STOP_WITHIN_SECONDS", 0)
    await tap.put(*Story("handling-c1").tells(3).documents)
    group = f"{here.namespace.name}-cut"
    process = threading.Thread(target=lambda: asyncio.run(cut_short(here, group)), daemon=True)
    process.start()
    await asyncio.to_thread(process.join, CLOSES_WITHIN)
    assert not process.is_alive(), "the loop of the process never closes"
