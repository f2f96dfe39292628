"""Reactions on a real bus and store: every fact asks once, each case in order, all comes twice."""

import asyncio

from prometheus_client import REGISTRY

from shared.kernel.errors import ConcurrencyConflict, RuleViolated, Unavailable
from shared.mongo.consumer_progress import ConsumerProgress
from shared.mongo.inbox import Inbox
from shared.service.resources.connections import Connections
from shared.testing.eventually import eventually
from shared.testing.isolation import Tap
from shared.testing.notes import SERVICE, Notes, noting, topic_of
from shared.testing.stories import Story, numbered, progress


def stories_of(cases: int, facts: int) -> list[Story]:
    return [Story(f"handling-c{number}").tells(facts) for number in range(cases)]


async def put_in_turn(tap: Tap, stories: list[Story]) -> None:
    for documents in zip(*[story.documents for story in stories], strict=True):
        await asyncio.gather(*[tap.put(document) for document in documents])


def outcomes(outcome: str) -> float:
    labels = {"service": SERVICE, "command": "note", "outcome": outcome}
    return REGISTRY.get_sample_value("duban_reactions_total", labels) or 0


async def test_every_fact_asks_once_in_the_order_of_its_case(here: Connections, tap: Tap) -> None:
    """Given twenty cases side by side, and then all of it published once more."""
    stories, notes = stories_of(20, 10), Notes()
    async with noting(here, notes):
        await put_in_turn(tap, stories)
        await put_in_turn(tap, stories)
        more = [story.tell(progress("最后")) for story in stories]
        await asyncio.gather(*map(tap.put, more))
        await eventually(lambda: sum(notes.counts().values()) >= 220)
    assert set(map(tuple, notes.taken.values())) == {
        (*[f"进展 {number}" for number in range(10)], "最后")
    }


async def test_a_worker_goes_on_where_the_one_before_ended(here: Connections, tap: Tap) -> None:
    stories, notes = stories_of(3, 4), Notes()
    async with noting(here, notes):
        await put_in_turn(tap, stories)
        await eventually(lambda: sum(notes.counts().values()) == 12)
    async with noting(here, notes):
        await asyncio.gather(*[tap.put(story.tell(progress("后来"))) for story in stories])
        await eventually(lambda: sum(notes.counts().values()) == 15)
    assert notes.dispatched == 15


async def test_a_refused_command_is_an_outcome_and_the_inbox_moves_on(
    here: Connections, tap: Tap
) -> None:
    (story,), notes, refused = stories_of(1, 2), Notes(), outcomes("refused")
    notes.answer = RuleViolated("contact-before-reply", "答复前须先联系")
    inbox = Inbox(here.database(SERVICE))

    async def seen() -> bool:
        return (await inbox.stored(["c0"])).get("c0", {}).get(story.stream, (0, ""))[0] == 2

    async with noting(here, notes):
        await tap.put(*story.documents)
        await eventually(seen)
    assert notes.dispatched == 2
    assert outcomes("refused") == refused + 2


async def test_what_may_pass_is_asked_again_until_it_has_passed(
    here: Connections, tap: Tap
) -> None:
    (story,), notes = stories_of(1, 1), Notes()
    async with noting(here, notes):
        for error in (Unavailable("the store is away"), ConcurrencyConflict("assignment-c0", 1)):
            notes.answer, dispatched = error, notes.dispatched
            await tap.put(story.tell(progress("再试")) if notes.dispatched else story.documents[0])
            await eventually(lambda before=dispatched: notes.dispatched > before + 2)  # type: ignore[misc]
            notes.answer = None
            await eventually(lambda: len(notes.taken["c0"]) == len(story.documents))


async def test_the_inbox_follows_types_that_nobody_reacts_to_and_no_other_owner(
    here: Connections, tap: Tap
) -> None:
    story, other, notes = Story("handling-c0"), Story("intake-c0"), Notes()
    other.tell(numbered())
    story.tell(progress("一"))
    story.tell(type(progress()).model_construct(**progress("二").__dict__))
    inbox = Inbox(here.database(SERVICE))

    async def seen() -> dict[str, tuple[int, str]]:
        return (await inbox.stored(["c0"])).get("c0", {})

    async def all_seen() -> bool:
        return (await seen()).get(story.stream, (0, ""))[0] == 2

    async with noting(here, notes):
        await tap.put(*other.documents, *story.documents)
        await eventually(all_seen)
    assert set(await seen()) == {story.stream}


async def test_progress_says_how_far_the_group_has_come(here: Connections, tap: Tap) -> None:
    stories, notes = stories_of(4, 3), Notes()
    kept = ConsumerProgress(here.database("control"))

    async def all_applied() -> bool:
        done = await kept.of(here.reactions_consumer(SERVICE))
        return sum(done.values()) == 12 and {topic for topic, _ in done} == {topic_of(here)}

    async with noting(here, notes):
        await put_in_turn(tap, stories)
        await eventually(all_applied)


async def test_two_workers_share_the_cases_and_one_takes_over(here: Connections, tap: Tap) -> None:
    stories, notes = stories_of(12, 2), Notes()
    other = Connections(here.access, here.mongo, here.namespace, ordinal=1, keys=here.keys)
    async with noting(here, notes) as first:
        async with noting(other, notes) as second:
            await eventually(lambda: _assigned(first) == _assigned(second) == 2)
            await put_in_turn(tap, stories)
            await eventually(lambda: sum(notes.counts().values()) == 24)
        await asyncio.gather(*[tap.put(story.tell(progress("接手"))) for story in stories])
        await eventually(lambda: sum(notes.counts().values()) == 36)
    assert notes.dispatched == 36


async def test_what_another_worker_did_meanwhile_is_not_done_again(
    here: Connections, tap: Tap
) -> None:
    """The first one knew all cases; the other went on with half of them; then all comes twice."""
    stories, notes = stories_of(12, 1), Notes()
    other = Connections(here.access, here.mongo, here.namespace, ordinal=1, keys=here.keys)
    async with noting(here, notes) as first:
        await put_in_turn(tap, stories)
        await eventually(lambda: sum(notes.counts().values()) == 12)
        async with noting(other, notes) as second:
            await eventually(lambda: _assigned(first) == _assigned(second) == 2)
            await asyncio.gather(*[tap.put(story.tell(progress("另一处"))) for story in stories])
            await eventually(lambda: sum(notes.counts().values()) == 24)
        await eventually(lambda: _assigned(first) == 4)
        await put_in_turn(tap, stories)
        await asyncio.gather(*[tap.put(story.tell(progress("回来"))) for story in stories])
        await eventually(lambda: sum(notes.counts().values()) == 36)
    assert notes.dispatched == 36


async def test_marks_are_remembered_until_they_are_forgotten(here: Connections) -> None:
    database = here.database(SERVICE)
    ours, theirs = Inbox(database), Inbox(database)
    assert await ours.cached(["c0"]) == {"c0": {}}
    await ours.advance({"c0": {"handling-c0": (1, "a")}})
    assert await ours.cached(["c0"]) == await theirs.cached(["c0"])
    await theirs.advance({"c0": {"handling-c0": (3, "c"), "intake-c0": (1, "i")}})
    await ours.advance({"c0": {"handling-c0": (2, "b")}})
    assert await ours.cached(["c0"]) == {"c0": {"handling-c0": (2, "b")}}
    ours.forget()
    assert await ours.cached(["c0"]) == {"c0": {"handling-c0": (3, "c"), "intake-c0": (1, "i")}}


def _assigned(host: object) -> int:
    return sum(one.assigned for one in host.health())  # type: ignore[attr-defined]
