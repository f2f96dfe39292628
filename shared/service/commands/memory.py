"""Memory: a command is decided on the state that is remembered, where its commit proves that this
was the last one (ADR 68)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.kernel.errors import ConcurrencyConflict, DomainError, Unavailable
from shared.kernel.ids import case_id
from shared.service.commands.commit_draft import case_of
from shared.service.commands.outcome import Outcome
from shared.service.commands.state_cache import StateCache, StreamState
from shared.service.commands.submission import Submission

CarriedOut = Callable[[Submission, StreamState], Awaitable[Outcome]]
"""Decides a command on a state, and appends what is to be done."""


@dataclass(frozen=True)
class Memory:
    """Trusts what is remembered for a yes, and the log for a no."""

    states: StateCache
    carried_out: CarriedOut

    async def outcome(self, submission: Submission) -> Outcome | None:
        """Returns an outcome that needs no read, or one after which the stream was found as it is
        remembered; None where it is to be read, because it has grown or is not known.

        Raises the refusals that stand on the last state.
        """
        known = self._known(submission)
        if known is None or submission.context.command_id in known.commands:
            return None
        try:
            outcome = await self.carried_out(submission, known)
        except Unavailable:
            raise
        except ConcurrencyConflict:
            return None
        except DomainError:
            if await self._is_last(submission, known):
                raise
            return None
        stands = outcome.commit is not None or await self._is_last(submission, known)
        return outcome if stands else None

    def _known(self, submission: Submission) -> StreamState | None:
        """Returns what is known of the stream. One that is named by its own command has no commit
        yet, unless the command is repeated."""
        known = self.states.remembered(submission.stream)
        if known is None and case_of(submission.stream) == case_id(submission.context.command_id):
            return StreamState(submission.kind.decider.initial)
        return known

    async def _is_last(self, submission: Submission, known: StreamState) -> bool:
        last = await self.states.load(submission.stream, submission.kind.decider)
        return last.version == known.version
