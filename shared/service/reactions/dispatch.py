"""Dispatch of reactions: sends the command until it has an outcome (accepted, nothing, refused)."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, TypeVar

from pymongo.errors import PyMongoError

from shared.kernel.errors import (
    ConcurrencyConflict,
    DomainError,
    KeyReused,
    Unavailable,
    Unstorable,
)
from shared.kernel.messages import Reaction
from shared.mongo.transient import is_transient
from shared.pauses import waiting_out
from shared.service.observability.metrics import REACTIONS
from shared.service.subscriptions.sandbox import PureFailure, described

Cause = TypeVar("Cause")
"""A fact, or a delivery."""
Dispatch = Callable[[Reaction, Cause], Awaitable[str]]
"""Has the command decided under the id that its cause gives it; returns the name of its outcome and
raises the handler's errors."""

PASSING = (ConcurrencyConflict, Unavailable, TimeoutError, ConnectionError)
# Raised by the store or the machine, never by the decision: the process is not well.
INFRASTRUCTURE = (PyMongoError, OSError, MemoryError)


class Dispatcher(Generic[Cause]):
    """Waits out conflicts and an absent store, for ever and in place."""

    def __init__(self, service: str, dispatch: Dispatch[Cause]) -> None:
        self._service = service
        self._dispatch = dispatch

    async def dispatch(self, reaction: Reaction, cause: Cause) -> None:
        """Returns when there is an outcome; raises PureFailure when the decision itself breaks."""
        attempt = partial(self._outcome, reaction, cause)
        outcome = await waiting_out(attempt, _may_pass, reaction.stream)
        REACTIONS.labels(self._service, reaction.command.name, outcome).inc()

    async def _outcome(self, reaction: Reaction, cause: Cause) -> str:
        try:
            return await self._dispatch(reaction, cause)
        except Exception as error:
            if _may_pass(error) or isinstance(error, INFRASTRUCTURE):
                raise
            return _concluded(error)


def _concluded(error: Exception) -> str:
    """Returns the outcome of an error that will be the same next time, or raises PureFailure."""
    match error:
        case KeyReused():
            # Another release made another command of the same fact; the first outcome stands.
            return "decided-before"
        case Unstorable():
            raise PureFailure(described(error)) from error
        case DomainError():
            return "refused"
        case _:
            raise PureFailure(described(error)) from error


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, PASSING) or is_transient(error)
