"""Bugs planted in store, relay and timer are caught by a checker; without them nothing is found."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.read_concern import ReadConcern

from services.reminder.app import SERVICE as REMINDER
from services.reminder.domain.commands import AdvanceClocks
from shared.contracts.reminder import ClockStarted, PlannedRung
from shared.kafka import resilient_producer
from shared.kafka.message import Outgoing
from shared.kernel.errors import RuleViolated, Unavailable
from shared.kernel.messages import Command
from shared.kernel.policy import Due
from shared.mongo.checkpoints import Checkpoints
from shared.mongo.clock_store import real_time
from shared.mongo.connect import connect
from shared.mongo.event_store import MongoEventStore
from shared.ops.embedded.part import Part
from shared.service.commands.context import job_context
from shared.service.commands.outcome import Outcome
from shared.service.resources.connections import Connections
from shared.testing.drafts import a_draft, after, race
from shared.testing.eventually import eventually
from shared.testing.faults.checkers import findings
from shared.testing.faults.evidence import Evidence, Finding
from shared.testing.faults.history import History
from shared.testing.service import ServiceUnderTest
from shared.testing.signatures import sign
from shared.testing.stories import BEGIN
from tests.faults import bugs
from tests.faults.clients import HEALS_WITHIN, a_store, objections, publishing
from tests.faults.test_bugs_of_consumers import rules
from tests.faults.toy import MARK, SYSTEM, TOY, Lock, Note, Unlock
from tests.nodes import kill, no_elections, relaunch, roles, step_up

pytestmark = pytest.mark.on_change("planted bugs")

NOTHING_ASKED = History()
LOCK = "handling-race"
RACE_SECONDS = 5


async def evidence_of(store: MongoEventStore, *names: str) -> Evidence:
    """Of one log alone."""
    commits = await store._commits.find({}).sort([("stream", 1), ("first", 1)]).to_list()
    return Evidence(logs={"handling": commits})


@pytest.mark.parametrize("planted", [False, True])
async def test_1_a_lock_keyed_by_the_last_version(
    store_connections: Connections, planted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight writers race for one stream, by commits of one to three facts; with the bug they may
    come to a head that nobody can follow."""
    if planted:
        bugs.keyed_by_the_last_version(monkeypatch)
    store = MongoEventStore(store_connections.database("handling"), sign)
    await store.prepare()
    with suppress(TimeoutError) if planted else nullcontext():
        async with asyncio.timeout(RACE_SECONDS if planted else HEALS_WITHIN):
            await race(store, LOCK, writers=8, each=5)
    found = findings(await evidence_of(store), NOTHING_ASKED, "C3", "C8")
    holes = [f for f in found if f.rule == "contiguous"]
    await store.close()
    assert bool(holes) == planted
    assert planted or [f for f in found if f.rule != "not published"] == []


async def says(store: MongoEventStore, history: History, command: str, again: bool) -> None:
    """A client's command, and what it hears; `again`: the same one, while the first is under
    way."""
    stream = "handling-outage"
    history.note("invoke", command)
    try:
        commit = await store.twin(stream, command, "f" * 64) if again else None
        commit = commit or await store.append(a_draft(stream, command))
    except Unavailable:
        history.note("unknown", command)
        return
    facts = tuple(fact.type for fact in commit.facts)
    history.note("ok", command, stream=stream, version=commit.last, facts=facts)


async def is_written(store: MongoEventStore) -> bool:
    """By a reader who does not ask whether it may go again."""
    local = store._commits.with_options(read_concern=ReadConcern("local"))
    return await local.find_one({}) is not None


@asynccontextmanager
async def stores(part: Part) -> AsyncIterator[dict[str, MongoEventStore]]:
    """A sound one, and one for each bug, each with a log of its own."""
    async with connect(f"{part.address}&serverSelectionTimeoutMS=2000&wTimeoutMS=500") as client:
        made = {"sound": MongoEventStore(client["sound"], sign, patience=1)}
        with pytest.MonkeyPatch.context() as patch:
            bugs.acknowledged_by_one(patch)
            made["hasty"] = MongoEventStore(client["hasty"], sign, patience=1)
        made["trusting"] = bugs.ReadsWhatMayGo(client["trusting"], sign, patience=1)
        for store in made.values():
            await store.prepare()
        yield made


async def say_it_all(made: dict[str, MongoEventStore], histories: dict[str, History]) -> None:
    """One command by each, and again while the first is under way; until the bugs are sure and all
    others have given up: who still waits when the primary is lost asks the next one."""

    def soon(name: str, again: bool) -> asyncio.Task[None]:
        return asyncio.create_task(says(made[name], histories[name], "command-1", again))

    asking = [soon(name, again=False) for name in made]
    await eventually(lambda: histories["hasty"].counts()["ok"], within=60)
    await eventually(lambda: is_written(made["trusting"]), within=60)
    asking += [soon("trusting", again=True), soon("sound", again=True)]
    await eventually(lambda: histories["trusting"].counts()["ok"], within=60)
    await asyncio.gather(*asking)


async def test_2_3_acknowledged_before_majority_and_repeated_by_default_reads(
    three_stores: Part,
) -> None:
    """The primary writes alone until the bugs have acknowledged; then it is lost with all that only
    it had."""
    histories = {name: History() for name in ("sound", "hasty", "trusting")}
    async with no_elections(three_stores), stores(three_stores) as made:
        known = await roles(three_stores)
        kill(*known.others)  # paused ones would find everything in their sockets
        await say_it_all(made, histories)
        known.primary.kill()
        relaunch(*known.others)
        await asyncio.to_thread(step_up, *known.others)
    found: dict[str, Sequence[Finding]] = {}
    async with stores(three_stores) as made:
        for name, store in made.items():
            found[name] = findings(await evidence_of(store), histories[name], "C1")
    lost = {("C1", "acknowledged and lost")}
    caught = {name: rules(f) for name, f in found.items()}
    assert caught == {"sound": set(), "hasty": lost, "trusting": lost}


async def recorded(store: MongoEventStore, stream: str, commits: int) -> None:
    last = None
    for number in range(commits):
        last = await store.append(after(last, a_draft(stream, f"{stream}-{number}")))


confirmed = resilient_producer.confirmed


async def takes_no_facts(producer: Any, topic: str, messages: Sequence[Outgoing]) -> None:
    """The bus as it is when it has room for small things only."""
    if topic.endswith("case-events"):
        await asyncio.Event().wait()
    await confirmed(producer, topic, messages)


async def told_in_vain(here: Connections, store: MongoEventStore, planted: bool) -> None:
    """A relay reads three commits that the bus does not take, and ends."""

    async def keeps_a_place() -> bool:
        return (await Checkpoints(here.database("handling")).load()).at is not None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resilient_producer, "confirmed", takes_no_facts)
        if planted:
            bugs.place_before_acknowledgement(patch)
        async with publishing(here):
            await recorded(store, "handling-one", 3)
            if planted:
                await eventually(keeps_a_place)
            else:
                await asyncio.sleep(0.5)


@pytest.mark.parametrize("planted", [False, True])
async def test_4_the_place_is_kept_before_the_bus_has_acknowledged(
    real_connections: Connections, planted: bool
) -> None:
    """The bus takes nothing for a while; the relay dies; the next one goes on from its place."""
    async with a_store(real_connections) as store:
        await told_in_vain(real_connections, store, planted)
        async with publishing(real_connections):
            await recorded(store, "handling-two", 1)
            found = rules(await objections(real_connections, NOTHING_ASKED))
    assert found == ({("C3", "not published")} if planted else set())


DUE_IN = timedelta(hours=3)
SESSION = {**MARK, "channel": "session"}


@pytest.mark.parametrize("planted", [False, True])
async def test_12_local_time(planted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rung lies three hours ahead; the timer of a machine in Shanghai looks at its clock."""
    reminder = ServiceUnderTest(REMINDER)
    stream, now = f"clocks-{'c' * 32}", datetime.now(UTC)
    due = Due(rule="sign-for", at=now + DUE_IN, policy="p", calendar="c")
    rung = PlannedRung(rung="d0", role="handler", at=now + DUE_IN, offset=0)
    about: dict[str, Any] = {"clock": "1f0c2b9a77de", "rule": "sign-for", "subject": "t-1"}
    await reminder.given(
        stream, ClockStarted(at=now, **SESSION, **about, due=due, yellow_at=due.at, plan=(rung,))
    )
    clock = bugs.local_time if planted else real_time
    with bugs.in_shanghai(monkeypatch):
        at = clock()
        command = AdvanceClocks(at=at, by="system:reminder", held=False, holders={})
        context = job_context("reminder", command, stream, "look")
        await reminder.handler.handle(stream, command, context)
    evidence = Evidence(logs={"reminder": reminder.store.documents}, now=now)
    found = rules(findings(evidence, NOTHING_ASKED, "C5"))
    assert found == ({("C5", "before its moment")} if planted else set())


@pytest.mark.parametrize("planted", [False, True])
async def test_16_a_refusal_out_of_memory(planted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process has locked the notes, another one unlocks them: the first is asked for a note."""
    if planted:
        bugs.refuses_out_of_memory(monkeypatch)
    one = ServiceUnderTest(TOY)
    other = ServiceUnderTest(TOY, store=one.store)
    stream, said = f"handling-{'c' * 32}", {"at": BEGIN, "by": SYSTEM}

    async def ask(process: ServiceUnderTest, command: Command) -> Outcome:
        return await process.handler.handle(
            stream, command, job_context("handling", command, stream, command.name)
        )

    await ask(one, Lock(**said))
    await ask(other, Unlock(**said))
    with pytest.raises(RuleViolated) if planted else nullcontext():
        await ask(one, Note(**said, text="今天"))
    assert len(one.store.documents) == (2 if planted else 3)


@pytest.mark.parametrize("planted", [False, True])
async def test_17_a_watcher_that_resumes_one_too_late(
    real_connections: Connections, planted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two commits lie in the log when a relay goes on from the place of the one before it."""

    async def keeps_a_place() -> bool:
        place = await Checkpoints(real_connections.database("handling")).load()
        return place.token is not None

    if planted:
        bugs.resumes_one_too_late(monkeypatch)
    async with a_store(real_connections) as store:
        async with publishing(real_connections):
            await recorded(store, "handling-one", 1)
            await eventually(keeps_a_place)
        await recorded(store, "handling-two", 1)
        await recorded(store, "handling-three", 1)
        async with publishing(real_connections):
            found = rules(await objections(real_connections, NOTHING_ASKED))
    assert found == ({("C3", "not published")} if planted else set())
