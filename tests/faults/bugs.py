"""Known bugs, each planted where it would be made; only tests ever see this module."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from pymongo import WriteConcern
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.read_concern import ReadConcern

from shared.contracts.catalogue import FACT_OF
from shared.kafka import relay
from shared.kafka.ack_tracker import AckTracker
from shared.kafka.envelope_reader import Undecodable, fact_of, open_envelope
from shared.kafka.message import PartitionOffsets
from shared.kernel import ids
from shared.kernel.commit import Commit, Draft, to_document
from shared.kernel.errors import RuleViolated
from shared.kernel.log_position import LogChange
from shared.kernel.messages import Command, Recorded
from shared.mongo import event_store
from shared.mongo.change_tail import ChangeTail
from shared.mongo.commits import commits_of
from shared.mongo.event_store import MongoEventStore
from shared.mongo.inbox import Inbox, VersionMark
from shared.mongo.read_models.counters import add
from shared.service.commands.memory import Memory
from shared.service.projections.projector import Batch, Projector, _replacements
from shared.service.reactions.reactor import Reactor
from shared.service.subscriptions import ordering
from shared.service.subscriptions.ordered_effect import _Handled
from shared.service.subscriptions.ordering import Cases
from shared.service.subscriptions.sandbox import pure
from shared.service.subscriptions.shared_group import SharedGroup
from tests.faults.deck import Deck, Died
from tests.faults.toy import Note, Notes, decide

Beyond = Callable[..., Awaitable[bool]]


# 1 · a lock keyed by the last version
def keyed_by_the_last_version(patch: pytest.MonkeyPatch) -> None:
    def document(draft: Draft, at: datetime) -> dict[str, Any]:
        made = to_document(draft, at)
        return {**made, "_id": f"{made['stream']}@{made['last']}"}

    patch.setattr(event_store, "to_document", document)


# 2 · acknowledge before a majority has it
def acknowledged_by_one(patch: pytest.MonkeyPatch) -> None:
    def commits(database: Any) -> Any:
        return commits_of(database).with_options(write_concern=WriteConcern(1, j=False))

    patch.setattr(event_store, "commits_of", commits)


# 3 · a repeated command is looked up by the default read concern
class ReadsWhatMayGo(MongoEventStore):
    async def twin(self, stream: str, command_id: str, fingerprint: str) -> Commit | None:
        sure = self._commits
        self._commits = sure.with_options(read_concern=ReadConcern("local"))
        try:
            return await super().twin(stream, command_id, fingerprint)
        finally:
            self._commits = sure


# 4 · the relay's place moves when a commit is read, not when the bus has it
class HastyLedger(AckTracker):
    def enter(self, change: LogChange) -> Callable[[], None]:
        super().enter(change)()
        return lambda: None


def place_before_acknowledgement(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(relay, "AckTracker", HastyLedger)


# 5 · counters driven by offsets
class CountsOffsets(Projector):
    """Adds what each message brings, when its offset is beyond the last one counted."""

    async def _write(self, batch: Batch, cases: Cases) -> None:
        async def both(session: AsyncClientSession) -> None:
            await self._model.replace(_replacements(batch), session)
            await self._count(cases, session)

        await self._model.in_transaction(both)
        self.forget()

    async def _count(self, cases: Cases, session: AsyncClientSession) -> None:
        differences: Counter[tuple[str, int]] = Counter()
        places = self._model.counters.database["counted_offsets"]
        for message in (m for messages in cases.values() for m in messages):
            place = {"_id": message.partition}
            last = await places.find_one(place, session=session)
            if message.offset > (last or {"offset": -1})["offset"]:
                fact = fact_of(open_envelope(message))
                part = self._projection.parts[fact.source]({}, fact) if fact else {}
                document = {fact.source: part} if fact else {}
                for dimension, n in self._projection.count(document).items():
                    differences[dimension, message.partition] += n
                said = {"$set": {"offset": message.offset}}
                await places.update_one(place, said, upsert=True, session=session)
        await add(self._model.counters, differences, session)


# 6 · no inbox
class NoInbox(Inbox):
    """Remembers nothing of what was dealt with."""

    async def stored(self, keys: Any) -> dict[str, dict[str, VersionMark]]:
        return {}

    async def advance(self, moves: Mapping[str, Any]) -> None:
        pass


class TakesEverything(Reactor):
    """Without an inbox every message is the next one."""

    async def apply(self, cases: Cases) -> Any:
        for message in (m for messages in cases.values() for m in messages):
            if fact := fact_of(open_envelope(message)):
                await self.handle(fact)
        return {}


# 7 · a fact that cannot be decoded is skipped
def skips_what_it_cannot_decode(patch: pytest.MonkeyPatch) -> None:
    careful = ordering._handled

    async def careless(envelope: Any, handle: Any) -> None:
        try:
            await careful(envelope, handle)
        except Undecodable:
            return

    patch.setattr(ordering, "_handled", careless)


# 8 · the process ends itself at a gap
def ends_at_a_gap(patch: pytest.MonkeyPatch) -> None:
    careful = cast(Beyond, ordering._beyond_a_gap)

    async def deadly(*given: Any) -> bool:
        if await careful(*given):
            raise Died  # os._exit(70)
        return False

    patch.setattr(ordering, "_beyond_a_gap", deadly)


# 9 · a reaction is named by its place in the list
class NamesByPlace(Reactor):
    async def handle(self, fact: Recorded) -> bool:
        with pure():
            reactions = list(self._react(fact))
        for index, reaction in enumerate(reactions):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(ids, "reaction_command", _by_place(index))
                await self._dispatcher.dispatch(reaction, fact)
        return bool(reactions)


def _by_place(index: int) -> Callable[..., str]:
    def command_id(fact: str, service: str, *rest: str) -> str:
        return str(ids.derived("react", fact, service, index))

    return command_id


# 10 · facts forbid what they do not know when they are read
def forbids_extras(patch: pytest.MonkeyPatch) -> None:
    numbered = FACT_OF["case.numbered.v1"]

    class Strict(numbered):  # type: ignore[misc,valid-type]
        @classmethod
        def model_validate(cls, obj: Any, **tolerance: Any) -> Any:
            return super().model_validate(obj)

    patch.setitem(cast(dict[str, Any], FACT_OF), "case.numbered.v1", Strict)


# 11 · a reaction that needs one order across streams
def needs_an_order(command: Command, state: Notes) -> Sequence[Any]:
    """A number is only noted down after the assignment has arrived."""
    if (
        isinstance(command, Note)
        and command.text.startswith("第")
        and "assigned" not in state.texts
    ):
        raise RuleViolated("not-assigned-yet", "尚未交办")
    return decide(command, state)


# 12 · local time taken for world time
def local_time() -> datetime:
    return datetime.now().replace(tzinfo=UTC)  # noqa: DTZ005


@contextmanager
def in_shanghai(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where local time is eight hours ahead."""
    patch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        yield
    finally:
        patch.delenv("TZ")
        time.tzset()


# 13 · marks are written before the commits that they stand for
class MarksFirst(Reactor):
    async def apply(self, cases: Cases) -> Any:
        facts: list[Recorded] = []

        async def later(fact: Recorded) -> bool:
            facts.append(fact)
            return True

        handled = _Handled(cases, await self._inbox.cached(cases.keys()), later)
        for key in cases:
            await handled.handle_case(key)
        await self._inbox.advance(handled.moves)
        for fact in facts:
            await self.handle(fact)
        return handled.rests


# 14 · offsets are committed before the marks that are kept in memory
class OffsetsFirst(Reactor):
    async def flush(self) -> None:
        """Leaves the marks for later."""


# 15 · a generation that joins believes to be as far as the group
class JoinsMidBatch(SharedGroup):
    async def _locate(self, offsets: PartitionOffsets) -> None:
        for feed in self.feeds:
            feed.done |= feed.lacks(offsets)
        await super()._locate(offsets)


# 16 · a refusal is answered out of memory
def refuses_out_of_memory(patch: pytest.MonkeyPatch) -> None:
    async def is_last(*given: Any) -> bool:
        return True

    patch.setattr(Memory, "_is_last", is_last)


# 17 · a watcher resumes one change too late
def resumes_one_too_late(patch: pytest.MonkeyPatch) -> None:
    careful = ChangeTail.open

    @asynccontextmanager
    async def late(
        tail: ChangeTail, after: Mapping[str, Any] | None = None
    ) -> AsyncIterator[AsyncIterator[LogChange]]:
        async with careful(tail, after) as changes:
            yield _behind_the_first(changes) if after else changes

    patch.setattr(ChangeTail, "open", late)


async def _behind_the_first(changes: AsyncIterator[LogChange]) -> AsyncIterator[LogChange]:
    skipped = False
    async for change in changes:
        if change.commit is None or skipped:
            yield change
        skipped |= change.commit is not None


def without_inbox(deck: Deck) -> None:
    deck.inbox = NoInbox(deck.connections.database(deck.definition.name))
