"""Consumers that share a group: none waits for another for long, none misses a fact, and they may
be hosted together or apart."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest
from pymongo.errors import OperationFailure

from shared.kafka.group_look import GroupLook
from shared.kafka.watchdog import Stalled
from shared.kernel.messages import Reaction, Recorded
from shared.mongo.consumer_progress import ConsumerProgress
from shared.service.resources.connections import Connections
from shared.service.subscriptions import shared_group
from shared.service.subscriptions.feed import Feed
from shared.service.subscriptions.worker_host import WorkerHost
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.notes import Notes, consumer_of, topic_of
from shared.testing.stories import Story, progress

PROMPT, SLOW = "assignment", "reminder"
FORBIDDEN = OperationFailure("not allowed", code=13)


@dataclass
class Blocked(Notes):
    """Takes no command before it is let go; then it raises `error`, if there is one."""

    error: Exception | None = None
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        super().__init__()

    async def dispatch(self, reaction: Reaction, cause: Recorded) -> str:
        await self.let_go.wait()
        if self.error:
            raise self.error
        return await super().dispatch(reaction, cause)


@asynccontextmanager
async def hosting(
    here: Connections, group: str, notes: Mapping[str, Notes], patience: float = 60.0
) -> AsyncIterator[tuple[WorkerHost, list[BaseException]]]:
    """A process with a consumer for each service, in one group."""
    fatal: list[BaseException] = []
    host = WorkerHost(here, patience, on_fatal=fatal.append)
    await host.start()
    try:
        for service, each in notes.items():
            await add(host, service, each)
        await host.listen(here.namespace.prefixed(group))
        yield host, fatal
    finally:
        await host.stop()


async def add(host: WorkerHost, service: str, notes: Notes) -> None:
    consumer = await consumer_of(host, notes, service=service)
    await host.add(service, consumer, {topic_of(host.connections)})


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_group, "PATIENCE_SECONDS", 0.3)


def stories_of(cases: int, facts: int) -> list[Story]:
    return [Story(f"handling-c{number}").tells(facts) for number in range(cases)]


async def put(tap: Tap, stories: list[Story]) -> None:
    await asyncio.gather(*[tap.put(*story.documents) for story in stories])


async def tell(tap: Tap, stories: list[Story], text: str) -> None:
    await asyncio.gather(*[tap.put(story.tell(progress(text))) for story in stories])


def number_of(notes: Notes) -> int:
    return sum(notes.counts().values())


def in_order(notes: Notes, *texts: str) -> bool:
    """Every case has these texts, each once."""
    return all(taken == list(texts) for taken in notes.taken.values())


async def offsets_of(here: Connections, group: str) -> int:
    look = GroupLook(here.access)
    try:
        return sum((await look.offsets(here.namespace.prefixed(group))).values())
    finally:
        await look.close()


async def test_nobody_waits_for_a_slow_consumer_which_comes_back(
    here: Connections, tap: Tap
) -> None:
    stories, prompt, slow = stories_of(9, 3), Notes(), Blocked()
    async with hosting(here, "reactions", {PROMPT: prompt, SLOW: slow}) as (host, fatal):
        await put(tap, stories)
        await eventually(lambda: number_of(prompt) == 27)
        await tell(tap, stories, "后来")
        await eventually(lambda: number_of(prompt) == 36)
        assert number_of(slow) == 0
        slow.let_go.set()
        await eventually(lambda: number_of(slow) == 36)
        await tell(tap, stories, "最后")
        await eventually(lambda: number_of(slow) == number_of(prompt) == 45)
        assert not host.health()[0].retrying
    assert fatal == []
    told = [f"进展 {number}" for number in range(3)]
    assert in_order(slow, *told, "后来", "最后")
    assert in_order(prompt, *told, "后来", "最后")
    assert slow.dispatched == prompt.dispatched == 45


async def test_what_a_slow_consumer_lacks_survives_its_process(here: Connections, tap: Tap) -> None:
    """The offsets of the group are committed beyond it; without one new message it goes on."""
    stories, prompt, slow = stories_of(9, 3), Notes(), Blocked()
    async with hosting(here, "reactions", {PROMPT: prompt, SLOW: slow}):
        await put(tap, stories)
        await eventually(lambda: number_of(prompt) == 27)
    assert await offsets_of(here, "reactions") == 27
    slow.let_go.set()
    async with hosting(here, "reactions", {PROMPT: prompt, SLOW: slow}):
        await eventually(lambda: number_of(slow) == 27)
    assert prompt.dispatched == slow.dispatched == 27


async def test_a_process_that_stops_while_a_consumer_comes_back_leaves_nothing_at_work(
    here: Connections, tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has just been taken for back; what it still does then belongs to the next process."""
    stories, prompt, slow = stories_of(1, 1), Notes(), Blocked()
    async with hosting(here, "reactions", {PROMPT: prompt, SLOW: slow}) as (host, _):
        await put(tap, stories)
        await eventually(lambda: number_of(prompt) == 1)
        await eventually(lambda: host._shared._alone)
        await tell(tap, stories, "后来")
        await eventually(lambda: number_of(prompt) == 2)
        monkeypatch.setattr(shared_group, "PATIENCE_SECONDS", 60.0)
        first, slow.let_go = slow.let_go, asyncio.Event()
        first.set()
        await eventually(lambda: not host._shared._alone)
        assert number_of(slow) == 1, "it is blocked in what it missed"
    slow.let_go.set()
    await asyncio.sleep(0.2)
    assert number_of(slow) == 1


async def test_one_that_joins_reads_what_was_before_it(here: Connections, tap: Tap) -> None:
    stories, first, later = stories_of(9, 3), Notes(), Notes()
    async with hosting(here, "reactions", {PROMPT: first}) as (host, fatal):
        await put(tap, stories)
        await eventually(lambda: number_of(first) == 27)
        await add(host, SLOW, later)
        await eventually(lambda: number_of(later) == 27)
        await tell(tap, stories, "后来")
        await eventually(lambda: number_of(later) == number_of(first) == 36)
        await host.remove(here.reactions_consumer(SLOW))
        await tell(tap, stories, "独自")
        await eventually(lambda: number_of(first) == 45)
        assert number_of(later) == 36
    assert fatal == []


async def test_a_batch_finds_one_that_lacks_what_was_before_it(here: Connections, tap: Tap) -> None:
    """It joins between two batches; nobody has levelled it yet."""
    notes, fatal = Notes(), list[BaseException]()
    host = WorkerHost(here, 60.0, on_fatal=fatal.append)
    await host.start()
    try:
        await put(tap, stories_of(1, 4))
        progress = ConsumerProgress(here.database("control"))
        group = shared_group.SharedGroup(progress, fatal.append)
        consumer = await consumer_of(host, notes, service=PROMPT)
        group.join(Feed(consumer, {topic_of(here)}, progress, here.access))
        await group.apply((await tap.messages())[-1:])
    finally:
        await host.stop()
    assert in_order(notes, *[f"进展 {number}" for number in range(4)])
    assert (number_of(notes), fatal) == (4, [])


async def test_consumers_move_together_and_apart(here: Connections, tap: Tap) -> None:
    """Work that one shape has done is not done again by the next, whichever is started first."""
    stories, one, other = stories_of(9, 1), Notes(), Notes()
    told, shapes = ["进展 0"], [["together"], ["one", "other"], ["together"], ["other", "one"]]
    hosted = {"together": {PROMPT: one, SLOW: other}, "one": {PROMPT: one}, "other": {SLOW: other}}
    await put(tap, stories)
    for number, shape in enumerate(shapes):
        async with AsyncExitStack() as stack:
            for group in shape:
                await stack.enter_async_context(hosting(here, group, hosted[group]))
            told.append(f"之后 {number}")
            await tell(tap, stories, told[-1])
            await eventually(lambda: number_of(one) == number_of(other) == 9 * len(told))
    assert in_order(one, *told)
    assert in_order(other, *told)
    assert one.dispatched == other.dispatched == 9 * len(told)


async def test_a_checkpoint_of_a_former_bus_is_not_believed(here: Connections, tap: Tap) -> None:
    stories, notes = stories_of(9, 3), Notes()
    former = ConsumerProgress(here.database("control"))
    for partition in range(4):
        former.note(here.reactions_consumer(PROMPT), topic_of(here), partition, 1_000)
    await former.write()
    await put(tap, stories)
    async with hosting(here, "reactions", {PROMPT: notes}):
        await eventually(lambda: number_of(notes) == 27)
    assert in_order(notes, *[f"进展 {number}" for number in range(3)])


async def test_an_attempt_that_never_ends_ends_the_process(here: Connections, tap: Tap) -> None:
    stories, prompt, slow = stories_of(3, 1), Notes(), Blocked()
    async with hosting(here, "reactions", {PROMPT: prompt, SLOW: slow}, 2.0) as (_, fatal):
        await put(tap, stories)
        await eventually(lambda: number_of(prompt) == 3)
        await eventually(lambda: any(isinstance(each, Stalled) for each in fatal))


async def test_an_error_of_one_that_is_late_ends_the_process(here: Connections, tap: Tap) -> None:
    stories, prompt, slow = stories_of(3, 1), Notes(), Blocked(FORBIDDEN)
    async with hosting(here, "reactions", {PROMPT: prompt, SLOW: slow}) as (_, fatal):
        await put(tap, stories)
        await eventually(lambda: number_of(prompt) == 3)
        assert fatal == []
        slow.let_go.set()
        await eventually(lambda: fatal)
    assert fatal[0] is FORBIDDEN
