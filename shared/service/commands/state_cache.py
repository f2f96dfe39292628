"""States of streams, folded from the log and cached."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shared.contracts.pending_acts import PendingActEvent
from shared.contracts.recusal import AgainstNamed, RecusalNoted, Recused
from shared.contracts.upcasters import decode
from shared.kernel.bounded_cache import BoundedCache
from shared.kernel.commit import Commit
from shared.kernel.decider import Decider
from shared.kernel.messages import Event
from shared.kernel.ports import EventStore
from shared.service.commands import pending_acts
from shared.service.commands.pending_acts import PendingActs

MOST_STREAMS = 4_096
FRESH_SECONDS = 10.0
"""The longer ago, the likelier others have appended: a read costs less than a conflict."""
NOBODY = Recused()


@dataclass(frozen=True, slots=True)
class StreamState:
    """The state after `version`. `imported`: the newest imported version of each foreign stream.
    `acts`: what waits, or waited, for a second person. `against`: those who must keep away.

    `commands` is shared by all versions of a stream, so it may hold newer ids; verify a hit in the
    store."""

    state: Any
    version: int = 0
    hash: str = ""
    imported: Mapping[str, int] = field(default_factory=dict)
    commands: set[str] = field(default_factory=set)
    acts: PendingActs = field(default_factory=dict)
    against: Recused = NOBODY

    def after(self, commits: Sequence[Commit], decider: Decider[Any, Any, Any]) -> "StreamState":
        if not commits:
            return self
        folded, imported = self, dict(self.imported)
        for commit in commits:
            for fact in commit.facts:
                event = decode(fact.type, fact.occurred_at, fact.data)
                folded = folded.with_fact(event, commit.agency, decider)
            for stream, version in commit.basis.items():
                imported[stream] = max(version, imported.get(stream, 0))
        self.commands.update(commit.command_id for commit in commits)
        last, link = commits[-1].last, commits[-1].hash
        return replace(folded, version=last, hash=link, imported=imported)

    def with_fact(
        self, event: Event, agency: str, decider: Decider[Any, Any, Any]
    ) -> "StreamState":
        """Returns the state after a fact; facts of every owner are no matter of the decider."""
        if isinstance(event, PendingActEvent):
            return replace(self, acts=pending_acts.after(self.acts, event, agency))
        if isinstance(event, RecusalNoted):
            return replace(self, against=Recused(**event.fields(Recused)))
        state = decider.evolve(self.state, event)
        if isinstance(event, AgainstNamed):
            return replace(self, state=state, against=Recused(**event.fields(Recused)))
        return replace(self, state=state)

    def has_imported_beyond(self, basis: Mapping[str, int]) -> bool:
        """Returns whether newer versions of all the command's sources were imported before."""
        return bool(basis) and all(self.imported.get(s, 0) > v for s, v in basis.items())


class StateCache:
    """Reads only the commits after the cached version; a majority's commits never change.

    `elapsed`: a state that was the last one a moment ago may be decided on: what others append
    meanwhile, the append of its commit finds out.
    """

    def __init__(self, store: EventStore, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._elapsed = elapsed
        self._cached: BoundedCache[str, tuple[float, StreamState]] = BoundedCache(MOST_STREAMS)

    async def load(self, stream: str, decider: Decider[Any, Any, Any]) -> StreamState:
        _, cached = self._cached.get(stream) or (0.0, StreamState(decider.initial))
        loaded = cached.after(await self._store.read(stream, cached.version), decider)
        self.remember(stream, loaded)
        return loaded

    def remember(self, stream: str, state: StreamState) -> None:
        """Keeps the state as the last one of now, unless a newer one is known already."""
        _, cached = self._cached.get(stream) or (0.0, state)
        if cached.version <= state.version:
            self._cached.put(stream, (self._elapsed(), state))

    def remembered(self, stream: str) -> StreamState | None:
        """Returns the state that was the last one within `FRESH_SECONDS`."""
        known, state = self._cached.get(stream) or (-FRESH_SECONDS, None)
        return state if self._elapsed() - known < FRESH_SECONDS else None
