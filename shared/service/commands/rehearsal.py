"""Rehearsal of a command: the decision on it, as it would be taken now, and nothing recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from shared.kernel.messages import Command, Event
from shared.service.commands.outcome import Outcome
from shared.service.definition import StreamKind


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`outcome`: without facts. `facts`: those that the command would add to the stream, whose
    state is `before`; a repeated command adds none. `second_person`: they wait until another person
    has confirmed the act."""

    outcome: Outcome
    kind: StreamKind
    command: Command
    before: Any
    facts: Sequence[Event] = ()
    second_person: bool = False

    @property
    def after(self) -> Any:
        """Returns the state of the stream with the facts."""
        return reduce(self.kind.decider.evolve, self.facts, self.before)
