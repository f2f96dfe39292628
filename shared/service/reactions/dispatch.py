"""Asks the service for the command of a reaction, until it has an outcome: done, nothing to do, or
refused."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from pymongo.errors import PyMongoError

from shared.kernel.errors import (
    ConcurrencyConflict,
    DomainError,
    KeyReused,
    Unavailable,
    Unstorable,
)
from shared.kernel.messages import Reaction, Recorded
from shared.mongo.transient import is_transient
from shared.pauses import pauses
from shared.service.observability.metrics import REACTIONS
from shared.service.subscriptions.sandbox import PureFailure, described

log = logging.getLogger(__name__)

Dispatch = Callable[[Reaction, Recorded], Awaitable[str]]
"""Sends the command under the id that the fact gives it, and says what came of it. Raises what the
handler raises."""

PASSING = (ConcurrencyConflict, Unavailable, TimeoutError, ConnectionError)
# Not raised by the code that facts reach, but by what it stands on: the process is not well.
INFRASTRUCTURE = (PyMongoError, OSError, MemoryError)


class Asking:
    def __init__(self, service: str, dispatch: Dispatch) -> None:
        self._service = service
        self._dispatch = dispatch

    async def ask(self, reaction: Reaction, cause: Recorded) -> None:
        """Returns with an outcome; raises PureFailure when the decision itself breaks. What may
        pass is waited for."""
        for pause in pauses():
            try:
                outcome = await self._outcome(reaction, cause)
                REACTIONS.labels(self._service, reaction.command.name, outcome).inc()
                return
            except Exception as error:
                if not _may_pass(error):
                    raise
                log.warning("%s: asking again: %r", reaction.stream, error)
            await asyncio.sleep(pause)

    async def _outcome(self, reaction: Reaction, cause: Recorded) -> str:
        try:
            return await self._dispatch(reaction, cause)
        except Exception as error:
            if _may_pass(error) or isinstance(error, INFRASTRUCTURE):
                raise
            return _concluded(error)


def _concluded(error: Exception) -> str:
    """What an error means that will be the same next time."""
    match error:
        case KeyReused():
            # The same fact made other code ask for something else; the first answer stands.
            return "decided-before"
        case Unstorable():
            raise PureFailure(described(error)) from error
        case DomainError():
            return "refused"
        case _:
            raise PureFailure(described(error)) from error


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, PASSING) or is_transient(error)
