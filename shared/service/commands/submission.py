"""Submission of a command to a stream, and the decision on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.kernel.errors import StaleMatch
from shared.kernel.messages import Command, Event
from shared.service.commands.authorization import Admission
from shared.service.commands.context import Context
from shared.service.commands.recusal import keeping
from shared.service.commands.state_cache import StreamState
from shared.service.definition import StreamKind
from shared.vault.keys import SealedText


@dataclass(frozen=True, slots=True)
class Submission:
    """A command with its context, on its way to a stream. `admitted_as`: the relations to the case
    that admit its sender."""

    stream: str
    kind: StreamKind
    command: Command
    context: Context
    admitted_as: frozenset[str] = frozenset()

    def under(self, admission: Admission) -> "Submission":
        """Returns the submission of a person, with the person on whose behalf,
        and the relations that admit it."""
        if self.context.actor.is_system:
            return self
        context = replace(self.context, on_behalf_of=admission.on_behalf_of)
        return replace(self, context=context, admitted_as=admission.relations)


@dataclass(frozen=True, slots=True)
class Decision:
    """The facts to append (none: nothing to do) and the texts that the vault keeps before them.
    `pending`: the act that waits for a second person."""

    events: Sequence[Event]
    context: Context
    agency: str
    texts: Sequence[SealedText] = ()
    pending: str | None = None


def kept(submission: Submission, loaded: StreamState) -> Submission:
    """Returns the submission without the posts of those whom the case is against; its command knows
    them, too."""
    if not (ids := loaded.against.ids):
        return submission
    command = submission.command.model_copy(update={"recused": ids})
    context = keeping(submission.context, loaded.against)
    return replace(submission, command=command, context=context)


def check_expected(submission: Submission, loaded: StreamState) -> None:
    """Raises StaleMatch when If-Match named another version than the stream has."""
    expected = submission.context.expected
    if expected not in (None, loaded.version):
        raise StaleMatch(submission.stream, expected or 0, loaded.version)


def begin(submission: Submission, loaded: StreamState) -> None:
    """Takes the lease of the request once access is known: a refused one leaves nothing. Raises
    StaleMatch before, which tells that there is such a stream."""
    check_expected(submission, loaded)
    submission.context.admit()
