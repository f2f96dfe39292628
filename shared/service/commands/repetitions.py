"""Repetitions: the log says whether a command was carried out before, and with which content."""

from dataclasses import dataclass

from shared.kernel.commit import Commit
from shared.kernel.errors import KeyReused
from shared.kernel.ports import EventStore
from shared.service.commands.authorization import Authorization
from shared.service.commands.outcome import Outcome, concluded
from shared.service.commands.personal_data import PersonalData
from shared.service.commands.state_cache import StreamState
from shared.service.commands.submission import Submission


@dataclass(frozen=True)
class Repetitions:
    """Finds the first commit of a command that is sent again."""

    store: EventStore
    authorization: Authorization
    personal_data: PersonalData

    async def outcome(self, submission: Submission, loaded: StreamState) -> Outcome | None:
        """Returns what the same command did before; None if the stream has no such command.

        Raises KeyReused when the id was used for other content, and NotAllowed when somebody else
        sent it and this actor might not. Where the key of its fingerprint is gone (erased, or
        younger than the backup that was restored), the log answers alone.
        """
        stream, command_id = submission.stream, submission.context.command_id
        if command_id not in loaded.commands:
            return None
        try:
            sent = submission.context.sent
            fingerprint = await self.personal_data.fingerprint(stream, sent)
            commit = await self.store.twin(stream, command_id, fingerprint)
        except KeyReused:
            commit = await self.commit_of(stream, command_id)
            self._may_know(submission, commit)
            if commit and await self.personal_data.compares(stream, commit.fingerprint):
                raise
        self._may_know(submission, commit)
        return concluded(commit, repeated=True) if commit else None

    async def commit_of(self, stream: str, command_id: str) -> Commit | None:
        """Finds a commit by its id alone, without the fingerprint of its content."""
        commits = await self.store.read(stream)
        return next((commit for commit in commits if commit.command_id == command_id), None)

    def _may_know(self, submission: Submission, twin: Commit | None) -> None:
        """Raises NotAllowed where the twin is of another actor (a row of a ledger, the number of a
        paper) and this one may not send the command: its existence is not to be found out."""
        context, kind = submission.context, submission.kind
        if twin is not None and twin.actor != context.actor.sub:
            self.authorization.check(context.actor, kind, submission.command, kind.decider.initial)
