"""Command handler: repeated, loaded, authorized, prepared, decided, appended.

Facts come to be in no other way; requests, reactions and timers all pass through `handle`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from shared.contracts.intake import CaseErased
from shared.kernel import ids
from shared.kernel.commit import Commit, Draft
from shared.kernel.errors import KeyReused, NotFound, StaleMatch
from shared.kernel.messages import Command
from shared.kernel.ports import BusinessClock, EventStore
from shared.service.commands.authorization import Authorization
from shared.service.commands.causal_wait import CausalWait
from shared.service.commands.commit_draft import draft_of
from shared.service.commands.concurrency import StreamLocks, attempts
from shared.service.commands.context import Context
from shared.service.commands.directory_lookup import DirectoryLookup
from shared.service.commands.due_moments import with_due_moments
from shared.service.commands.outcome import Outcome, measured
from shared.service.commands.personal_data import PersonalData
from shared.service.commands.state_cache import StateCache, StreamState
from shared.service.definition import Scope, StreamKind
from shared.service.observability.failpoints import crash_point
from shared.service.observability.metrics import APPEND_SECONDS, APPENDED
from shared.vault.keys import Origin, SealedText


@dataclass(frozen=True, slots=True)
class Submission:
    """A command with its context, on its way to a stream. `fingerprint`: of its content."""

    stream: str
    kind: StreamKind
    command: Command
    context: Context
    fingerprint: str


class CommandHandler:
    def __init__(  # noqa: PLR0913 - the ports of all steps
        self,
        service: str,
        streams: Sequence[StreamKind],
        *,
        store: EventStore,
        authorization: Authorization,
        personal_data: PersonalData,
        causal_wait: CausalWait,
        lookup: DirectoryLookup,
        clock: BusinessClock,
    ) -> None:
        self._service = service
        self._kinds = {kind.prefix: kind for kind in streams}
        self._store = store
        self._authorization = authorization
        self._personal_data = personal_data
        self._causal_wait = causal_wait
        self._lookup = lookup
        self._clock = clock
        self._states = StateCache(store)
        self._locks = StreamLocks()

    async def handle(self, stream: str, command: Command, context: Context) -> Outcome:
        """Returns the outcome of the command; a repeated one has the outcome of the first.

        A conflict is decided again. Raises DomainError, and among others NotFound for a stream that
        the service does not own, ConcurrencyConflict after ten conflicts in a row, Unavailable when
        the store does not prove an answer.
        """
        with measured(self._service, command.name) as note:
            submission = await self._submission(stream, command, context)
            if context.at_least:
                if repeated := await self._repeated(submission):
                    return note(repeated)
                await self._causal_wait.wait_for(context.at_least)
            async with self._locks.of(stream):
                return note(await attempts()(self._attempt, submission))

    async def rehearse(self, stream: str, command: Command, context: Context) -> Outcome:
        """Returns the version that the command finds, and the facts that it would record. Nothing
        is sealed, appended or counted; raises what `handle` raises for a refusal."""
        await self._causal_wait.wait_for(context.at_least)
        loaded = await self.loaded(stream)
        submission = Submission(stream, self.kind_of(stream), command, context, "")
        self._authorized(submission, loaded)
        if context.command_id in loaded.commands:
            known = await self._submission(stream, command, context)
            if repeated := await self._repeated(known, loaded):
                return repeated
        scope = submission.kind.scope(command, loaded.state)
        prepared, _ = await self._prepared(submission, loaded, scope, seal=False)
        submission.kind.decider.decide(prepared, loaded.state)
        return Outcome(stream, loaded.version, context.command_id)

    def kind_of(self, stream: str) -> StreamKind:
        """Raises NotFound when the service owns no such stream."""
        kind = self._kinds.get(stream.partition("-")[0])
        if kind is None:
            raise NotFound(f"{self._service} has no stream {stream}")
        return kind

    async def loaded(self, stream: str) -> StreamState:
        return await self._states.load(stream, self.kind_of(stream).decider)

    async def _attempt(self, submission: Submission) -> Outcome:
        """Raises ConcurrencyConflict when the stream has grown since it was loaded."""
        loaded = await self.loaded(submission.stream)
        if repeated := await self._repeated(submission, loaded):
            return repeated
        unchanged = Outcome(submission.stream, loaded.version, submission.context.command_id)
        if loaded.has_imported_beyond(submission.context.basis):
            return unchanged
        self._authorized(submission, loaded)
        scope = submission.kind.scope(submission.command, loaded.state)
        prepared, texts = await self._prepared(submission, loaded, scope)
        decided = self._decided(submission, loaded, prepared, scope)
        if decided is None:
            return unchanged
        origin = Origin(submission.stream, submission.context.command_id)
        await self._personal_data.keep(origin, texts)
        crash_point("after_keep")
        with APPEND_SECONDS.labels(self._service).time():
            appended = await self._store.append(decided)
        crash_point("after_append")
        APPENDED.labels(self._service).inc(len(appended.facts))
        return await self._concluded(appended)

    async def _submission(self, stream: str, command: Command, context: Context) -> Submission:
        kind = self.kind_of(stream)
        fingerprint = await self._personal_data.fingerprint(stream, context.sent)
        return Submission(stream, kind, command, context, fingerprint)

    async def _repeated(
        self, submission: Submission, loaded: StreamState | None = None
    ) -> Outcome | None:
        """Returns what the same command did before; None if the stream has no such command.

        Raises KeyReused when the id was used for other content.
        """
        stream, command_id = submission.stream, submission.context.command_id
        if loaded is not None and command_id not in loaded.commands:
            return None
        try:
            commit = await self._store.twin(stream, command_id, submission.fingerprint)
        except KeyReused:
            if not await self._personal_data.is_erased(stream):
                raise
            commit = await self._commit_of(stream, command_id)
        return await self._concluded(commit, repeated=True) if commit else None

    async def drop_abandoned_texts(self) -> int:
        """Deletes texts whose append never came; returns the number of commands looked at."""

        async def committed(origin: Origin) -> bool:
            return await self._commit_of(origin.stream, origin.command_id) is not None

        return await self._personal_data.drop_abandoned(committed)

    async def _commit_of(self, stream: str, command_id: str) -> Commit | None:
        """Finds a commit by its id alone, without the fingerprint of its content."""
        commits = await self._store.read(stream)
        return next((commit for commit in commits if commit.command_id == command_id), None)

    def _authorized(self, submission: Submission, loaded: StreamState) -> None:
        """Raises StaleMatch or NotAllowed."""
        context = submission.context
        if context.expected not in (None, loaded.version):
            raise StaleMatch(submission.stream, context.expected or 0, loaded.version)
        command, kind = submission.command, submission.kind
        self._authorization.check(context.actor, kind, command, loaded.state)

    async def _prepared(
        self, submission: Submission, loaded: StreamState, scope: Scope, seal: bool = True
    ) -> tuple[Command, Sequence[SealedText]]:
        """Returns the command with its policy row, the directory entries that it names, the id of
        its first fact and the words that it opens; and its own texts, sealed unless it is only
        rehearsed."""
        stream, context = submission.stream, submission.context
        command = self._authorization.ruled(submission.command, scope)
        command = await self._lookup.informed(command)
        texts: Sequence[SealedText] = ()
        if seal and not context.actor.is_system:  # a reaction copies what is sealed or open
            command, texts = await self._personal_data.sealed(stream, command, context.command_id)
        update: dict[str, object] = {
            "seed": ids.fact_id(stream, loaded.version + 1, context.command_id)
        }
        if to_open := submission.kind.to_open(command, loaded.state):
            reader = context.actor.sub
            update["opened"] = await self._personal_data.opened(stream, to_open, reader)
        return command.model_copy(update=update), texts

    def _decided(
        self, submission: Submission, loaded: StreamState, prepared: Command, scope: Scope
    ) -> Draft | None:
        """Returns the commit to append; None when there is nothing to do. Raises RuleViolated."""
        events = submission.kind.decider.decide(prepared, loaded.state)
        if not events:
            return None
        policy = partial(self._authorization.policy, prepared, scope)
        return draft_of(
            submission.stream,
            loaded,
            with_due_moments(events, submission.stream, policy),
            submission.context,
            agency=scope.agency,
            fingerprint=submission.fingerprint,
            clock=self._clock.label,
        )

    async def _concluded(self, commit: Commit, repeated: bool = False) -> Outcome:
        """Destroys the key of an erased case, also when the command is repeated: its first handling
        may have ended right after the append."""
        if commit.case_id and any(fact.type == CaseErased.type for fact in commit.facts):
            await self._personal_data.destroy(commit.case_id)
        return Outcome(commit.stream, commit.last, commit.command_id, commit, repeated)
