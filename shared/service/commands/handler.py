"""Command handler: repeated, loaded, authorized, prepared, decided, appended.

Facts come to be in no other way; requests, reactions and timers all pass through `handle`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.kernel import ids
from shared.kernel.actor import Actor
from shared.kernel.commit import Commit, Draft
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command, GoverningCommand
from shared.kernel.ports import BusinessClock, EventStore
from shared.service.commands.authorization import Admission, Authorization
from shared.service.commands.causal_wait import CausalWait
from shared.service.commands.commit_draft import draft_of
from shared.service.commands.concurrency import StreamLocks, attempts
from shared.service.commands.context import Context
from shared.service.commands.directory_lookup import DirectoryLookup
from shared.service.commands.due_moments import with_due_moments
from shared.service.commands.memory import Memory
from shared.service.commands.outcome import Outcome, concluded, measured
from shared.service.commands.pending_acts import (
    ConfirmAct,
    DeclineAct,
    EndingOfAct,
    ExpireAct,
    PendingAct,
    ended,
    pending,
    stream_of,
)
from shared.service.commands.personal_data import PersonalData
from shared.service.commands.recusal import NoteRecusal, noted
from shared.service.commands.rehearsal import Rehearsal
from shared.service.commands.repetitions import Repetitions
from shared.service.commands.second_person import ActorOf, TwoPersonRule, by_two, seconded
from shared.service.commands.state_cache import StateCache, StreamState
from shared.service.commands.submission import Decision, Submission, begin, check_expected, kept
from shared.service.definition import Scope, StreamKind
from shared.service.observability.failpoints import crash_point
from shared.service.observability.metrics import APPEND_SECONDS, APPENDED
from shared.vault.keys import Origin, SealedText


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
        actor_of: ActorOf,
    ) -> None:
        self._service = service
        self._kinds = {kind.prefix: kind for kind in streams}
        self._store = store
        self._authorization = authorization
        self._personal_data = personal_data
        self._causal_wait = causal_wait
        self.lookup = lookup
        self._clock = clock
        self._two_persons = TwoPersonRule(authorization, personal_data, actor_of)
        self._repetitions = Repetitions(store, authorization, personal_data)
        self._states = StateCache(store)
        self._memory = Memory(self._states, self._carried_out)
        self._locks = StreamLocks()

    async def handle(self, stream: str, command: Command, context: Context) -> Outcome:
        """Returns the outcome of the command; a repeated one has the outcome of the first.

        A conflict is decided again. Raises DomainError, and among others NotFound for a stream that
        the service does not own, ConcurrencyConflict after ten conflicts in a row, Unavailable when
        the store does not prove an answer.
        """
        with measured(self._service, command.name) as note:
            submission = Submission(stream, self.kind_of(stream), command, context)
            if context.at_least:
                if repeated := await self._repetitions.outcome(
                    submission, await self.loaded(stream)
                ):
                    return note(repeated)
                await self._causal_wait.wait_for(context.at_least)
            async with self._locks.of(stream):
                if outcome := await self._memory.outcome(submission):
                    return note(outcome)
                return note(await attempts()(self._attempt, submission))

    async def rehearse(self, stream: str, command: Command, context: Context) -> Rehearsal:
        """Returns the decision on the command as it would be taken now. Nothing is sealed, appended
        or counted; raises what `handle` raises for a refusal."""
        await self._causal_wait.wait_for(context.at_least)
        loaded = await self.loaded(stream)
        submission = Submission(stream, self.kind_of(stream), command, context)
        submission = await self._informed(submission, loaded)
        kind, command, actor = submission.kind, submission.command, submission.context.actor
        admission = self._authorization.check(actor, kind, command, loaded.state)
        submission = submission.under(admission)
        check_expected(submission, loaded)
        if repeated := await self._repetitions.outcome(submission, loaded):
            return Rehearsal(repeated, kind, command, loaded.state)
        decision, prepared = await self._decided(submission, loaded, seal=False)
        outcome = Outcome(stream, loaded.version, context.command_id)
        seconded = admission.second_person is not None
        return Rehearsal(outcome, kind, prepared, loaded.state, decision.events, seconded)

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
        if repeated := await self._repetitions.outcome(submission, loaded):
            return repeated
        return await self._carried_out(submission, loaded)

    async def _carried_out(self, submission: Submission, loaded: StreamState) -> Outcome:
        """Returns the outcome of the command on a state: appended if something is to be done."""
        stream, context = submission.stream, submission.context
        unchanged = Outcome(stream, loaded.version, context.command_id)
        if loaded.has_imported_beyond(context.basis):
            return unchanged
        decision = await self._decision(submission, loaded)
        if not decision.events:
            return replace(unchanged, pending=decision.pending)
        await self._personal_data.keep(Origin(stream, context.command_id), decision.texts)
        crash_point("after_keep")
        fingerprint = await self._personal_data.fingerprint(stream, context.sent)
        draft = self._draft(submission, loaded, decision, fingerprint)
        with APPEND_SECONDS.labels(self._service).time():
            appended = await self._store.append(draft)
        crash_point("after_append")
        return await self._recorded(submission, loaded, appended)

    async def _recorded(
        self, submission: Submission, loaded: StreamState, appended: Commit
    ) -> Outcome:
        """Returns the outcome of a commit, which is remembered; one that was there before is a
        repetition, and answered as every other."""
        if appended.seq is not None:
            loaded = await self.loaded(appended.stream)
            return await self._repetitions.outcome(submission, loaded) or concluded(appended, True)
        self._states.remember(appended.stream, loaded.after([appended], submission.kind.decider))
        APPENDED.labels(self._service).inc(len(appended.facts))
        return concluded(appended)

    async def _decision(self, submission: Submission, loaded: StreamState) -> Decision:
        """Returns the facts of the command, or the one that proposes it to a second person."""
        if isinstance(note := submission.command, NoteRecusal):
            return Decision(noted(note, loaded.against), submission.context, note.agency)
        if isinstance(submission.command, EndingOfAct):
            return await self._end_of_act(submission, submission.command, loaded)
        submission = await self._informed(submission, loaded)
        context, kind = submission.context, submission.kind
        admission = self._authorization.check(context.actor, kind, submission.command, loaded.state)
        begin(submission, loaded)
        submission = submission.under(admission)
        decision, prepared = await self._decided(submission, loaded)
        row = admission.second_person
        if row is None or not decision.events:
            return decision
        fact, texts = await self._two_persons.proposed(
            submission.stream, loaded, prepared, submission.context, row
        )
        events = () if fact.act in loaded.acts else (fact,)
        texts = (*decision.texts, *texts)
        return replace(decision, events=events, pending=fact.act, texts=texts)

    async def _end_of_act(
        self, submission: Submission, ending: EndingOfAct, loaded: StreamState
    ) -> Decision:
        """Returns the facts that end a pending act; with a confirmation, those of the act first."""
        submission = kept(submission, loaded)
        act = pending(loaded.acts, ending.act)
        if isinstance(ending, ExpireAct):
            due = act.status == "open" and act.fact.expires_at <= ending.at
            events = (ended(ending, act),) if due else ()
            return Decision(events, submission.context, act.agency)
        own, actor = isinstance(ending, DeclineAct), submission.context.actor
        command, admission = await self.act_for(actor, act, loaded, ending.at, own)
        begin(submission, loaded)
        command = seconded(command, act, ending.by)
        original = replace(submission, command=command).under(admission)
        context = original.context
        if not isinstance(ending, ConfirmAct):
            act.check_open()
            sealed, texts = await self._personal_data.sealed(
                submission.stream, ending, context.command_id
            )
            return Decision((ended(sealed, act),), context, act.agency, texts)
        act.check_confirmable(ending.at)
        await self._two_persons.check_proposer(original.kind, act, original.command, loaded.state)
        decision, _ = await self._decided(original, loaded)
        facts = by_two(decision.events, act, ending.by)
        return Decision((*facts, ended(ending, act)), context, act.agency, decision.texts)

    async def act_for(
        self, actor: Actor, act: PendingAct, loaded: StreamState, at: datetime, own: bool
    ) -> tuple[Command, Admission]:
        """Returns the command of a pending act, and the admission of the person who ends it: a
        second one or, with `own`, the proposer. Raises NotAllowed and NotFound for all others, and
        those whom the case is against by now are among them."""
        stream, against = stream_of(act.fact.act), loaded.against.ids
        actor = actor.kept_from(against)
        kind = self.kind_of(stream)
        if not self._authorization.may_second(actor, kind, act, loaded.state):
            raise NotFound(act.fact.act)
        command = await self._two_persons.command_of(stream, act, kind, at, actor.sub)
        command = kind.briefed(command.model_copy(update={"recused": against}), loaded.state)
        command = await self.lookup.informed(command)
        if own and actor.sub == act.fact.by:
            return command, Admission(on_behalf_of=act.fact.on_behalf_of)
        state = loaded.state
        return command, self._authorization.check_second(actor, kind, act, command, state)

    async def _informed(self, submission: Submission, loaded: StreamState) -> Submission:
        submission = kept(submission, loaded)
        command = submission.kind.briefed(submission.command, loaded.state)
        return replace(submission, command=await self.lookup.informed(command))

    async def drop_abandoned_texts(self) -> int:
        """Deletes texts whose append never came; returns the number of commands looked at."""

        async def committed(origin: Origin) -> bool:
            return await self._repetitions.commit_of(origin.stream, origin.command_id) is not None

        return await self._personal_data.drop_abandoned(committed)

    async def _prepared(
        self, submission: Submission, loaded: StreamState, scope: Scope, seal: bool
    ) -> tuple[Command, Sequence[SealedText]]:
        """Returns the command with its policy row, the id of its first fact and the words that it
        opens; and its own texts, sealed unless it is only rehearsed."""
        stream, context = submission.stream, submission.context
        command = self._authorization.ruled(submission.command, scope)
        texts: Sequence[SealedText] = ()
        if seal and not context.actor.is_system:  # a reaction copies what is sealed or open
            command, texts = await self._personal_data.sealed(stream, command, context.command_id)
        seed = ids.fact_id(stream, loaded.version + 1, context.command_id)
        update: dict[str, object] = {
            "seed": await self._personal_data.salted(seed) if command.salted else seed,
            "on_behalf_of": context.on_behalf_of if context.actor.sub == command.by else None,
            "admitted_as": submission.admitted_as,
        }
        if to_open := submission.kind.to_open(command, loaded.state):
            update["opened"] = await self._personal_data.opened(stream, to_open, context.reader)
        if isinstance(command, GoverningCommand):
            update["founding"] = context.actor.is_founder
        return command.model_copy(update=update), texts

    async def _decided(
        self, submission: Submission, loaded: StreamState, seal: bool = True
    ) -> tuple[Decision, Command]:
        """Returns the decision, and the command as it was prepared. Raises RuleViolated."""
        scope = submission.kind.scope(submission.command, loaded.state)
        with self._authorization.in_words_of(scope):
            prepared, texts = await self._prepared(submission, loaded, scope, seal)
            decided = submission.kind.decider.decide(prepared, loaded.state)
        policy = partial(self._authorization.policy, prepared, scope)
        events = with_due_moments(decided, submission.stream, policy)
        return Decision(events, submission.context, scope.agency, texts), prepared

    def _draft(
        self, submission: Submission, loaded: StreamState, decision: Decision, fingerprint: str
    ) -> Draft:
        return draft_of(
            submission.stream,
            loaded,
            decision.events,
            decision.context,
            agency=decision.agency,
            fingerprint=fingerprint,
            clock=self._clock.label,
        )
