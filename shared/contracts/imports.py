"""Imports: facts of other services, recorded on a case's own stream (ADR 11)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

from shared.contracts.case_event import CaseEvent, CaseMark
from shared.kernel.messages import Command, Event, Reaction, Recorded

ERASED = "erased"
"""The reason of a stop by which a service says that it has destroyed its key of the case."""


class CaseImport(Command):
    """A command of a reaction; `mark` goes on to the facts that it makes."""

    mark: CaseMark


def reaction(
    service: str, recorded: Recorded, command: type[CaseImport], key: str = "", /, **fields: Any
) -> Reaction:
    """Returns the import of a fact into the service's stream of the same case, at the business time
    of the fact."""
    event = recorded.event
    assert isinstance(event, CaseEvent)
    mark = CaseMark.of(event, recorded.agency)
    made = command(at=event.at, by=f"system:{service}", mark=mark, **fields)
    return Reaction(f"{service}-{recorded.case_id}", made, key)


class CaseState(Protocol):
    """A frozen dataclass that folds the facts of one case."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def mark(self) -> CaseMark | None: ...

    @property
    def stopped(self) -> str | None: ...


C = TypeVar("C", bound=Command)
S = TypeVar("S", bound=CaseState)
E = TypeVar("E", bound=CaseEvent)


def until_stopped(decide: Callable[[C, S], Sequence[Event]]) -> Callable[[C, S], Sequence[Event]]:
    """Returns `decide` without facts for a case that has stopped."""
    return lambda command, state: [] if state.stopped else decide(command, state)


def stops(reason: str, state: CaseState) -> bool:
    """Returns whether a stop for the reason is news. Erasure is, also after another stop: the fact
    proves that the service's key of the case is destroyed."""
    return state.stopped is None or (reason == ERASED and state.stopped != ERASED)


def marking(evolve: Callable[[S, E], S]) -> Callable[[S, E], S]:
    """Returns `evolve` for states that keep the mark of their case: the first fact brings it."""

    def marked(state: S, fact: E) -> S:
        return evolve(state if state.mark else replace(state, mark=CaseMark.of(fact)), fact)

    return marked
