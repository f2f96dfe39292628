"""Bugs planted in consumers are caught by a checker; without them the same scene finds nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

import pytest

from shared.contracts.assignment import CaseReopened
from shared.contracts.intake import CaseNumbered
from shared.kafka.namespace import Namespace
from shared.kernel.decider import Decider
from shared.kernel.messages import Reaction, Recorded
from shared.mongo.consumer_progress import ConsumerProgress
from shared.mongo.inbox import Inbox
from shared.service.definition import ServiceDefinition
from shared.service.projections.projector import Projector
from shared.service.reactions.reactor import Reactor
from shared.service.resources.connections import Connections
from shared.service.subscriptions.feed import Feed
from shared.service.subscriptions.shared_group import SharedGroup
from shared.testing.faults.checkers import findings
from shared.testing.faults.evidence import Finding
from shared.testing.faults.history import History
from shared.testing.faults.on_log import as_before, heard_otherwise
from shared.testing.isolation import Tap
from shared.testing.signatures import sign_anew
from shared.testing.stories import BEGIN, OnBus, Story, numbered
from tests.faults import bugs
from tests.faults.deck import Deck, Died
from tests.faults.toy import MARK, TOY, Lock, Notes, Unlock, evolve, note, react

pytestmark = pytest.mark.on_change("planted bugs")

NOTHING_ASKED = History()
ONE, TWO = "a" * 32, "b" * 32
FIELDS = [field.name for field in fields(OnBus)]


def numbers(case: str, count: int) -> Story:
    story = Story(f"intake-{case}")
    for number in range(count):
        story.tell(numbered(number), case_id=case)
    return story


async def objections(deck: Deck) -> list[Finding]:
    return findings(await deck.evidence(), NOTHING_ASKED)


def rules(found: Sequence[Finding]) -> set[tuple[str, str]]:
    return {(finding.checker, finding.rule) for finding in found}


@pytest.mark.parametrize("projector", [Projector, bugs.CountsOffsets])
async def test_5_counters_driven_by_offsets(
    store_connections: Connections, projector: type[Projector]
) -> None:
    """The last third of the bus is published a second time."""
    deck = Deck(store_connections, TOY)
    messages = deck.put(*numbers(ONE, 6).documents, *numbers(TWO, 6).documents)
    deck.put_again(messages[8:])
    await deck.deal(await deck.projection(projector))
    found = rules(await objections(deck))
    assert found == (set() if projector is Projector else {("C6", "miscounted")})


@pytest.mark.parametrize("planted", [False, True])
async def test_6_no_inbox(store_connections: Connections, planted: bool) -> None:
    """A reaction was refused; later, when it would no longer be, its fact comes again."""
    deck = Deck(store_connections, TOY)
    if planted:
        bugs.without_inbox(deck)
    consumer = deck.reactions(bugs.TakesEverything if planted else Reactor)
    await deck.command(f"handling-{ONE}", Lock(at=BEGIN, by="system:handling"), "lock")
    messages = deck.put(*numbers(ONE, 2).documents)
    await deck.deal(consumer)
    await deck.command(f"handling-{ONE}", Unlock(at=BEGIN, by="system:handling"), "unlock")
    before = await deck.evidence()
    deck.put_again(messages)
    await deck.deal(consumer)
    found = rules(list(as_before(before, await deck.evidence())))
    assert found == ({("C2", "a message seen again did something")} if planted else set())
    assert bool(await objections(deck)) == planted


@pytest.mark.parametrize("planted", [False, True])
async def test_7_skip_on_decode_error(
    store_connections: Connections, planted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck = Deck(store_connections, TOY)
    if planted:
        bugs.skips_what_it_cannot_decode(monkeypatch)
    *sound, last = numbers(ONE, 4).documents
    deck.put(*sound, sign_anew(last, number="seventeen"), *numbers(TWO, 3).documents)
    deck.expected.add(("*", ONE))
    await deck.deal(deck.reactions())
    assert rules(await objections(deck)) == (
        {("C7", "neither done nor kept")} if planted else set()
    )


@pytest.mark.parametrize("planted", [False, True])
async def test_8_the_process_ends_itself_at_a_gap(
    store_connections: Connections, planted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The missing version comes last; neighbours come in between."""
    deck = Deck(store_connections, TOY)
    if planted:
        bugs.ends_at_a_gap(monkeypatch)
    first, missing, *rest = numbers(ONE, 4).documents
    deck.put(first, *rest, *numbers(TWO, 4).documents, missing)
    await deck.deal(deck.reactions())
    found = rules(findings(await deck.evidence(), NOTHING_ASKED, "C2", "C4", "C7"))
    stuck = {("C4", "behind"), ("C4", "not reached"), ("C7", "neither done nor kept")}
    assert found == (stuck if planted else set())


class DiesBeforeItMoves(Inbox):
    async def advance(self, moves: object) -> None:
        raise Died


def two_notes(fact: Recorded) -> Sequence[Reaction]:
    return [note(fact, "contact"), note(fact, "reply")]


def a_row_inserted(fact: Recorded) -> Sequence[Reaction]:
    return [note(fact, "inserted"), *two_notes(fact)]


@pytest.mark.parametrize("reactor", [Reactor, bugs.NamesByPlace])
async def test_9_index_based_reaction_ids(
    store_connections: Connections, reactor: type[Reactor]
) -> None:
    """It dies before the inbox moves; the new release that takes over has one row more."""
    deck = Deck(store_connections, TOY)
    deck.put(*numbers(ONE, 1).documents)

    database, sound = store_connections.database("handling"), deck.inbox
    deck.inbox = DiesBeforeItMoves(database)
    await deck.deal(deck.reactions(reactor, two_notes))
    deck.inbox = sound
    await deck.deal(deck.reactions(reactor, a_row_inserted))
    found = rules(await objections(deck))
    assert found == (set() if reactor is Reactor else {("C2", "an effect twice")})


@pytest.mark.parametrize("planted", [False, True])
async def test_10_facts_forbid_extras(
    store_connections: Connections, planted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer release has added a field."""
    newer = type("Newer", (CaseNumbered,), {"__annotations__": {"weather": str}, "weather": "fine"})
    story = Story(f"intake-{ONE}")
    story.tell(newer(at=BEGIN, **MARK, number=1, label="第1号"), case_id=ONE)
    deck = Deck(store_connections, TOY)
    if planted:
        bugs.forbids_extras(monkeypatch)
    deck.put(*story.documents)
    await deck.deal(deck.reactions())
    monkeypatch.undo()
    found = rules(await objections(deck))
    assert found == ({("C4", "set aside"), ("C4", "not reached")} if planted else set())


def react_to_both(fact: Recorded) -> Sequence[Reaction]:
    return [note(fact, "assigned")] if fact.source == "assignment" else react(fact)


def assigned(case: str) -> Mapping[str, Any]:
    """Something that another service recorded about the case."""
    story = Story(f"assignment-{case}")
    return story.tell(CaseReopened(at=BEGIN, **MARK, reason="unsatisfied"), case_id=case)


async def heard(
    connections: Connections, definition: ServiceDefinition, facts: Sequence[Any]
) -> Deck:
    """An installation of its own."""
    space = Namespace(f"{connections.namespace.name}x{len(facts)}{facts[0]['stream'][:2]}")
    deck = Deck(replace(connections, namespace=space), definition)
    deck.put(*facts)
    await deck.deal(deck.reactions())
    return deck


@pytest.mark.parametrize("planted", [False, True])
async def test_11_a_reaction_that_needs_order_across_streams(
    store_connections: Connections, planted: bool
) -> None:
    """Two installations hear the same facts of two streams, in either order."""
    decider = Decider(Notes(), bugs.needs_an_order, evolve) if planted else TOY.streams[0].decider
    own = replace(TOY.streams[0], decider=decider)
    definition = replace(TOY, react=react_to_both, streams=(own,))
    facts = [numbers(ONE, 1).documents[0], assigned(ONE)]
    one = await heard(store_connections, definition, facts)
    other = await heard(store_connections, definition, facts[::-1])
    found = rules(list(heard_otherwise(await one.evidence(), await other.evidence())))
    assert found == ({("C3", "depends on the order across streams")} if planted else set())
    assert await objections(one) == await objections(other) == []


class DiesBeforeItsCommit(Deck):
    has_died = False

    async def dispatch(self, reaction: Reaction, cause: Recorded) -> str:
        if not self.has_died:
            self.has_died = True
            raise Died
        return await super().dispatch(reaction, cause)


@pytest.mark.parametrize("reactor", [Reactor, bugs.MarksFirst])
async def test_13_a_mark_written_before_its_commit(
    store_connections: Connections, reactor: type[Reactor]
) -> None:
    """It dies between the two; whoever is asked everything again has nothing left to do."""
    deck = DiesBeforeItsCommit(store_connections, TOY)
    messages = deck.put(*numbers(ONE, 3).documents)
    await deck.deal(deck.reactions(reactor))
    before = await deck.evidence()
    deck.inbox = Inbox(store_connections.database("handling"), "asked_again")
    deck.put_again(messages)
    await deck.deal(deck.reactions())
    found = rules(list(as_before(before, await deck.evidence())))
    left = {("C2", "a message seen again did something")}
    assert found == (set() if reactor is Reactor else left)


def nothing_comes(fact: Recorded) -> Sequence[Reaction]:
    return []


@pytest.mark.parametrize("reactor", [Reactor, bugs.OffsetsFirst])
async def test_14_an_offset_committed_before_a_mark_that_is_kept_in_memory(
    store_connections: Connections, reactor: type[Reactor]
) -> None:
    """The process dies after facts of which nothing came; the next one goes on from the offset."""
    deck = Deck(store_connections, TOY)
    *heard, last = numbers(ONE, 3).documents
    deck.put(*heard)
    await deck.deal(deck.reactions(reactor, nothing_comes))
    deck.inbox = Inbox(store_connections.database("handling"))
    deck.put(last)
    await deck.deal(deck.reactions(reactor, nothing_comes))
    lost = {
        ("C4", "set aside"),
        ("C4", "not reached"),
        ("C7", "neither done nor kept"),
    }
    assert rules(await objections(deck)) == (set() if reactor is Reactor else lost)


@pytest.mark.parametrize("group", [SharedGroup, bugs.JoinsMidBatch])
async def test_15_a_generation_that_joins_mid_batch(
    real_connections: Connections, group: type[SharedGroup]
) -> None:
    """It is given the second half of what lies on the bus; the first half it reads itself."""
    here, fatal, tap = real_connections, list[BaseException](), Tap(real_connections)
    deck, progress = Deck(here, TOY), ConsumerProgress(here.database("control"))
    documents = numbers(ONE, 4).documents
    await tap.put(*documents)
    deck.logs["intake"] = {document["_id"]: document for document in documents}
    deck.bus = [OnBus(*map(partial(getattr, m), FIELDS)) for m in await tap.messages()]
    await tap.close()
    consumer = await deck.projection()
    joined = group(progress, fatal.append)
    joined.join(Feed(consumer, {here.namespace.topic("case-events")}, progress, here.access))
    await joined.apply(deck.bus[2:])
    await progress.write()
    deck.done[consumer.name] = len(deck.bus)
    missed = {
        ("C4", "set aside"),
        ("C4", "not reached"),
        ("C6", "not the fold"),
        ("C6", "miscounted"),
        ("C7", "neither done nor kept"),
    }
    assert rules(await objections(deck)) == (set() if group is SharedGroup else missed)
    assert fatal == []
