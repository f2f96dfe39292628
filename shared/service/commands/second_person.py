"""The two-person rule: an act is proposed by one person, and confirmed or declined by another."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import from_json, to_json

from shared.contracts.pending_acts import ActDeclined, ActProposed
from shared.kernel.access import LONGEST_WAIT_DAYS, AccessRow
from shared.kernel.actor import Actor
from shared.kernel.errors import NotAllowed, NotFound, RuleViolated
from shared.kernel.ids import stream_key
from shared.kernel.messages import Command, Event, GoverningCommand
from shared.kernel.ports import EventStore
from shared.kernel.texts import GONE
from shared.service.commands.authorization import Authorization
from shared.service.commands.context import Context
from shared.service.commands.pending_acts import PendingAct
from shared.service.commands.personal_data import PersonalData
from shared.service.commands.state_cache import StreamState
from shared.service.definition import StreamKind
from shared.vault.keys import SealedText

ActorOf = Callable[[str, datetime], Awaitable[Actor | None]]
PROPOSER_GONE = RuleViolated(
    "proposer-not-entitled", "提请人已无权办理此事项，请退回，由有权的人重新提请"
)


@dataclass(frozen=True)
class TwoPersonRule:
    authorization: Authorization
    personal_data: PersonalData
    actor_of: ActorOf

    async def proposed(
        self, stream: str, loaded: StreamState, command: Command, context: Context, row: AccessRow
    ) -> tuple[ActProposed, Sequence[SealedText]]:
        """Returns the fact that proposes the command, and its text for the vault; the same proposal
        while it is open has the fact of the first."""
        content = content_of(command)
        if first := await self._first(stream, loaded, command, content):
            return first, ()
        fact = ActProposed(
            at=command.at,
            by=command.by,
            act=f"{stream}:{loaded.version + 1}",
            action=command.name,
            on_behalf_of=context.on_behalf_of,
            content=content,
            not_before=command.at + timedelta(days=row.wait_days),
            expires_at=command.at + timedelta(days=row.expires_days),
        )
        return await self.personal_data.sealed(stream, fact, context.command_id)

    async def _first(
        self, stream: str, loaded: StreamState, command: Command, content: str
    ) -> ActProposed | None:
        """Returns the open act of this person that means the same; None where there is none."""
        for act in loaded.acts.values():
            same = (act.fact.action, act.fact.by) == (command.name, command.by)
            if not same or act.status != "open" or act.fact.expires_at <= command.at:
                continue
            words = await self.personal_data.reveal(
                act.fact.content, stream_key(stream), command.by
            )
            if words != GONE and meaning_of(from_json(words)) == meaning_of(from_json(content)):
                return act.fact
        return None

    async def command_of(
        self, stream: str, act: PendingAct, kind: StreamKind, at: datetime, reader: str
    ) -> Command:
        """Returns the command that was proposed, to be decided now.

        Raises NotFound when it was erased with the case's personal data.
        """
        words = await self.personal_data.reveal(act.fact.content, stream_key(stream), reader)
        if words == GONE:
            raise NotFound(act.fact.act)
        shape = next(c for c in kind.decider.commands if name_of(c) == act.fact.action)
        command: Command = shape.model_validate(  # type: ignore[attr-defined]
            {**from_json(words), "at": at, "by": act.fact.by}
        )
        return command

    async def check_proposer(
        self, kind: StreamKind, act: PendingAct, command: Command, state: Any
    ) -> None:
        """Raises RuleViolated when the proposer may not propose the act any more."""
        proposer = await self.actor_of(act.fact.by, command.at)
        if proposer is None:
            raise PROPOSER_GONE
        proposer = self.authorization.knowing(proposer, command.at).kept_from(command.recused)
        try:
            self.authorization.check(proposer, kind, command, state)
        except NotAllowed:
            raise PROPOSER_GONE from None


def content_of(command: Command) -> str:
    """Returns the fields of the command as JSON, but for its moment and its sender."""
    return to_json(command.model_dump(mode="json", exclude={"at", "by"})).decode()


def name_of(command: type) -> str:
    return str(getattr(command, "name", ""))


def meaning_of(value: Any) -> Any:
    """Returns the fields with each sealed text as its digest: the same words are kept under another
    reference each time."""
    match value:
        case {"ref": _, "size": _, "digest": digest}:
            return digest
        case dict():
            return {name: meaning_of(each) for name, each in value.items()}
        case list():
            return [meaning_of(each) for each in value]
        case _:
            return value


def seconded(command: Command, act: PendingAct, second: str) -> Command:
    """Returns the command with its second person, and the moment at which it was entered."""
    if not isinstance(command, GoverningCommand):
        return command
    return command.model_copy(update={"entered_at": act.fact.at, "confirmed_by": second})


def by_two(events: Sequence[Event], act: PendingAct, second: str) -> list[Event]:
    """Returns the facts with the two persons who brought them about."""
    names = {"proposed_by": act.fact.by, "confirmed_by": second}
    return [event.model_copy(update=names) for event in events]


LOOK_BACK = timedelta(days=2 * LONGEST_WAIT_DAYS)
"""No row lets an act wait for more than half of it; the other half is for jobs that stood still."""


DECLINED_FOR = timedelta(days=30)
"""So long a proposer finds why his act was declined."""
Loaded = Callable[[str], Awaitable[StreamState]]
ActOnStream = tuple[PendingAct, StreamState]


async def open_acts(store: EventStore, loaded: Loaded, now: datetime) -> list[ActOnStream]:
    """Returns the open acts of all streams, oldest first, each with the state of its stream. One
    that is older than `LOOK_BACK` has expired, whether a fact says so or not."""
    acts = await _acts_since(store, loaded, now - LOOK_BACK)
    return [(act, state) for act, state in acts if act.status == "open"]


async def declined_acts(
    store: EventStore, loaded: Loaded, person: str, now: datetime
) -> list[tuple[PendingAct, ActDeclined]]:
    """Returns the person's acts that another one has declined lately, the newest first."""
    acts = await _acts_since(store, loaded, now - LOOK_BACK)
    ended = [(act, act.declined) for act, _ in acts if act.declined and person in act.proposers]
    by_others = [(act, end) for act, end in ended if end.by not in act.proposers]
    lately = [(act, end) for act, end in by_others if now - end.at <= DECLINED_FOR]
    return sorted(lately, key=lambda each: each[1].at, reverse=True)


async def _acts_since(store: EventStore, loaded: Loaded, since: datetime) -> list[ActOnStream]:
    found = []
    for commit in await store.holding(ActProposed.type, since):
        acts = [fact.data["act"] for fact in commit.facts if fact.type == ActProposed.type]
        state = await loaded(commit.stream)
        found += [(state.acts[act], state) for act in acts]
    return found
