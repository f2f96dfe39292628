"""Progress is noted only after what was applied is safe."""

import asyncio

import pytest
from pymongo.errors import AutoReconnect

from shared.cancelling import end
from shared.mongo.consumer_progress import ConsumerProgress
from shared.mongo.inbox import Inbox
from shared.service.resources.connections import Connections

CONSUMER, TOPIC = "assignment-reactions", "case-events"
MARKS = {"c1": {"handling-c1": (3, "c")}}


async def test_what_is_kept_in_memory_is_written_before_the_note(here: Connections) -> None:
    control = here.database("control")
    progress, inbox, seen = ConsumerProgress(control), Inbox(here.database("assignment")), []

    async def flush() -> None:
        await inbox.flush()
        seen.append(await ConsumerProgress(control).of(CONSUMER))

    progress.flush_first(CONSUMER, flush)
    inbox.keep(MARKS)
    progress.note(CONSUMER, TOPIC, 0, 7)
    assert await inbox.stored(["c1"]) == {}
    await progress.write()
    assert seen == [{}]
    assert await inbox.stored(["c1"]) == MARKS
    assert await ConsumerProgress(control).of(CONSUMER) == {(TOPIC, 0): 7}


async def test_notes_of_a_writing_that_was_cancelled_are_written_by_the_next(
    here: Connections,
) -> None:
    """As when a process is asked to end just then."""
    control, begun = here.database("control"), asyncio.Event()
    progress = ConsumerProgress(control)

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    progress.flush_first(CONSUMER, hang)
    progress.note(CONSUMER, TOPIC, 0, 7)
    progress.note(CONSUMER, TOPIC, 1, 3)
    writing = asyncio.create_task(progress.write())
    await begun.wait()
    progress.note(CONSUMER, TOPIC, 0, 8)
    await end([writing])
    progress.flush_first(CONSUMER, Inbox(here.database("assignment")).flush)
    await progress.write()
    assert await ConsumerProgress(control).of(CONSUMER) == {(TOPIC, 0): 8, (TOPIC, 1): 3}


def noted(here: Connections) -> tuple[ConsumerProgress, Inbox]:
    """Returns the progress of a consumer and its inbox; neither its note nor its marks are
    written."""
    progress, inbox = ConsumerProgress(here.database("control")), Inbox(here.database("assignment"))
    progress.flush_first(CONSUMER, inbox.flush)
    inbox.keep(MARKS)
    progress.note(CONSUMER, TOPIC, 0, 7)
    return progress, inbox


async def test_without_the_marks_nothing_is_noted_until_they_can_be_written(
    here: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = here.database("control")
    progress, inbox = noted(here)
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_write", away)
        await progress.write()
        assert await ConsumerProgress(control).of(CONSUMER) == {}
        assert await inbox.cached(["c1"]) == MARKS
    await progress.write()
    assert await inbox.stored(["c1"]) == MARKS
    assert await ConsumerProgress(control).of(CONSUMER) == {(TOPIC, 0): 7}


async def test_one_that_leaves_while_the_store_is_away_leaves_no_note_without_its_marks(
    here: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = here.database("control")
    progress, inbox = noted(here)
    progress.note("handling-reactions", TOPIC, 0, 9)
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_write", away)
        await progress.write()
        progress.end(CONSUMER)
    await progress.write()
    assert await inbox.stored(["c1"]) == {}
    assert await ConsumerProgress(control).of(CONSUMER) == {}
    assert await ConsumerProgress(control).of("handling-reactions") == {(TOPIC, 0): 9}


async def away(moves: object) -> None:
    raise AutoReconnect("the store is away")


async def test_marks_in_memory_count_also_when_all_else_is_forgotten(here: Connections) -> None:
    """Otherwise the next fact of the case would look like one behind a gap."""
    inbox = Inbox(here.database("assignment"))
    await inbox.advance({"c1": {"handling-c1": (2, "b")}, "c2": {"intake-c2": (1, "a")}})
    inbox.keep(MARKS)
    inbox.forget()
    assert await inbox.cached(["c1", "c2"]) == {**MARKS, "c2": {"intake-c2": (1, "a")}}
    await inbox.flush()
    inbox.forget()
    assert await inbox.cached(["c1"]) == MARKS


async def test_checkpoints_that_an_operator_forgets_are_gone(here: Connections) -> None:
    progress = ConsumerProgress(here.database("control"))
    for group in (CONSUMER, "handling-reactions", "portal-case_register-g1"):
        progress.note(group, TOPIC, 0, 7)
    await progress.write()
    await progress.forget([CONSUMER, "portal-case_register-g1"])
    assert {name for name, _, _ in await progress.of_all()} == {"handling-reactions"}
