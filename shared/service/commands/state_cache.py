"""What a stream adds up to; remembered, because what a majority has never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.upcasters import decode
from shared.kernel.commit import Commit
from shared.kernel.decider import Decider
from shared.kernel.ports import EventStore
from shared.mongo.remembered import Remembered

MOST_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True)
class History:
    """The state after `version`; `imported` has the newest version known of foreign streams.

    `commands` has what was done to come here, and is one set for all histories of a stream, for a
    series has very many: who finds one too much in it asks the store, and is told the truth."""

    state: Any
    version: int = 0
    hash: str = ""
    imported: Mapping[str, int] = field(default_factory=dict)
    commands: set[str] = field(default_factory=set)

    def after(self, commits: Sequence[Commit], decider: Decider[Any, Any, Any]) -> "History":
        if not commits:
            return self
        state, imported = self.state, dict(self.imported)
        for commit in commits:
            for fact in commit.facts:
                state = decider.evolve(state, decode(fact.type, fact.occurred_at, fact.data))
            for stream, version in commit.basis.items():
                imported[stream] = max(version, imported.get(stream, 0))
        self.commands.update(commit.command_id for commit in commits)
        return History(state, commits[-1].last, commits[-1].hash, imported, self.commands)

    def knows_newer(self, basis: Mapping[str, int]) -> bool:
        """Whether every source of the command has told this stream something newer before."""
        return bool(basis) and all(self.imported.get(s, 0) > v for s, v in basis.items())


class Histories:
    """Reads streams; of those read lately only what is new."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._remembered: Remembered[History] = Remembered(MOST_REMEMBERED)

    async def of(self, stream: str, decider: Decider[Any, Any, Any]) -> History:
        known = self._remembered.get(stream) or History(decider.initial)
        now = known.after(await self._store.read(stream, known.version), decider)
        self._remembered.put(stream, now)
        return now
