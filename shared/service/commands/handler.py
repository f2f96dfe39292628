"""The command edge: look up, load, fold, check, decide, append; the only way facts come to be."""

import time
from collections.abc import Callable, Sequence

from shared.contracts.intake import CaseErased
from shared.kernel import ids
from shared.kernel.commit import Commit, Draft
from shared.kernel.errors import (
    KeyReused,
    NotFound,
    StaleMatch,
)
from shared.kernel.messages import Command
from shared.kernel.ports import EventStore
from shared.service.commands.authorization import Gate
from shared.service.commands.causal_wait import Knowledge
from shared.service.commands.commit_draft import draft_of
from shared.service.commands.concurrency import Turns, attempts
from shared.service.commands.context import Context
from shared.service.commands.directory_lookup import Lookup
from shared.service.commands.due_moments import with_due_moments
from shared.service.commands.outcome import RESULTS, Outcome
from shared.service.commands.personal_data import Privacy
from shared.service.commands.state_cache import Histories, History
from shared.service.definition import StreamKind
from shared.service.observability.failpoints import crash_point
from shared.service.observability.metrics import APPEND_SECONDS, APPENDED, COMMAND_SECONDS, COMMANDS


class CommandHandler:
    """`clock` says whether business time is `real` or `simulated` now."""

    def __init__(  # noqa: PLR0913 - the handler is where everything meets
        self,
        service: str,
        streams: Sequence[StreamKind],
        *,
        store: EventStore,
        gate: Gate,
        privacy: Privacy,
        knowledge: Knowledge,
        lookup: Lookup,
        clock: Callable[[], str],
    ) -> None:
        self._service = service
        self._kinds = {kind.prefix: kind for kind in streams}
        self._store = store
        self._gate = gate
        self._privacy = privacy
        self._knowledge = knowledge
        self._lookup = lookup
        self._clock = clock
        self._histories = Histories(store)
        self._turns = Turns()

    async def handle(self, stream: str, command: Command, context: Context) -> Outcome:
        began, result = time.perf_counter(), "failed"
        try:
            outcome = await self._answered(stream, command, context)
            result = outcome.result
            return outcome
        except Exception as error:
            result = next(RESULTS[kind] for kind in type(error).__mro__ if kind in RESULTS)
            raise
        finally:
            COMMANDS.labels(self._service, command.name, result).inc()
            took = time.perf_counter() - began
            COMMAND_SECONDS.labels(self._service, command.name).observe(took)

    def kind_of(self, stream: str) -> StreamKind:
        kind = self._kinds.get(stream.partition("-")[0])
        if kind is None:
            raise NotFound(f"{self._service} has no stream {stream}")
        return kind

    async def history(self, stream: str) -> History:
        return await self._histories.of(stream, self.kind_of(stream).decider)

    async def _answered(self, stream: str, command: Command, context: Context) -> Outcome:
        self.kind_of(stream)
        fingerprint = await self._privacy.fingerprint(stream, context.sent)
        if context.at_least:
            if twin := await self._twin(stream, context, fingerprint):
                return twin
            await self._knowledge.wait_for(context.at_least)
        async with self._turns.of(stream):
            return await attempts()(self._settled, stream, command, context, fingerprint)

    async def _settled(
        self, stream: str, command: Command, context: Context, fingerprint: str
    ) -> Outcome:
        """Decides again after each conflict, never without looking whether it is done already:
        the stream itself says so."""
        history = await self.history(stream)
        done = context.command_id in history.commands
        if done and (twin := await self._twin(stream, context, fingerprint)):
            return twin
        return await self._decided(stream, history, command, context, fingerprint)

    async def _twin(self, stream: str, context: Context, fingerprint: str) -> Outcome | None:
        """What the same command did before, whatever would be decided now."""
        try:
            commit = await self._store.twin(stream, context.command_id, fingerprint)
        except KeyReused:
            if not await self._privacy.is_erased(stream):
                raise
            commit = await self._commit_of(stream, context.command_id)
        return await self._concluded(commit, repeated=True) if commit else None

    async def _commit_of(self, stream: str, command_id: str) -> Commit | None:
        """By its id alone: the key that its fingerprint was made with is destroyed."""
        commits = await self._store.read(stream)
        return next((commit for commit in commits if commit.command_id == command_id), None)

    async def _decided(
        self, stream: str, history: History, command: Command, context: Context, fingerprint: str
    ) -> Outcome:
        nothing = Outcome(stream, history.version, context.command_id)
        if history.knows_newer(context.basis):
            return nothing
        if context.expected not in (None, history.version):
            raise StaleMatch(stream, context.expected or 0, history.version)
        kind = self.kind_of(stream)
        self._gate.check(context.actor, kind, command, history.state)
        scope = kind.scope(command, history.state)
        command = await self._prepared(stream, history, command, context)
        events = kind.decider.decide(command, history.state)
        if not events:
            return nothing
        draft = draft_of(
            stream,
            history,
            with_due_moments(events, stream, lambda: self._gate.policy(command, scope)),
            context,
            agency=scope.agency,
            fingerprint=fingerprint,
            clock=self._clock(),
        )
        return await self._concluded(await self._append(draft), repeated=False)

    async def _prepared(
        self, stream: str, history: History, command: Command, context: Context
    ) -> Command:
        """With its policy row, whom it names and the id that its first fact will have; without its
        texts, but with those that it makes public."""
        kind = self.kind_of(stream)
        scope = kind.scope(command, history.state)
        command = await self._lookup.informed(self._gate.ruled(command, scope))
        if not context.actor.is_system:  # what reactions copy was published before
            free = self._gate.seals_free_texts(command, scope)
            command = await self._privacy.sealed(stream, command, context.command_id, free)
        to_open = kind.to_open(command, history.state)
        opened = await self._privacy.opened(stream, to_open, context.actor.sub)
        seed = ids.fact_id(stream, history.version + 1, context.command_id)
        return command.model_copy(update={"seed": seed, **({"opened": opened} if opened else {})})

    async def _append(self, draft: Draft) -> Commit:
        with APPEND_SECONDS.labels(self._service).time():
            commit = await self._store.append(draft)
        crash_point("after_append")
        APPENDED.labels(self._service).inc(len(commit.facts))
        return commit

    async def _concluded(self, commit: Commit, repeated: bool) -> Outcome:
        """Also for a repeated command: the first one may have died between its commit and this."""
        if commit.case_id and any(fact.type == CaseErased.type for fact in commit.facts):
            await self._privacy.destroy(commit.case_id)
        return Outcome(commit.stream, commit.last, commit.command_id, commit, repeated)
