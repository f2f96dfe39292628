"""One request at the edge of a service: what a route asks for is done here."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from shared.http.accepted import Accepted
from shared.http.actions import Action, Actions
from shared.http.idempotency import Finished
from shared.http.refused import Refused
from shared.http.wording import Title
from shared.kernel.access import ANY, Offer, Relation, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command, Text
from shared.kernel.visibility import AnyOf
from shared.service.commands.authorization import Gate
from shared.service.commands.causal_wait import Knowledge
from shared.service.commands.commit_draft import case_of
from shared.service.commands.context import Context
from shared.service.commands.handler import CommandHandler
from shared.service.commands.outcome import Outcome
from shared.service.commands.personal_data import Privacy
from shared.service.definition import ServiceDefinition
from shared.service.observability.metrics import REVEALED

ANOTHER_STREAM = Title(
    "If-Match 写的是另一条流的版本，请核对", "If-Match names a version of another stream"
)


class Models(Protocol):
    async def collection(self, projection: str) -> Any:
        """The collection that is read now."""
        ...


@dataclass(frozen=True)
class Backstage:
    """What all requests share."""

    definition: ServiceDefinition
    handler: CommandHandler
    gate: Gate
    privacy: Privacy
    knowledge: Knowledge
    now: Callable[[], datetime]
    reads: Any
    models: Models


@dataclass
class ServiceEdge:
    """`finish(answer)` remembers the answer under the request's Idempotency-Key."""

    backstage: Backstage
    context: Context
    headers: Any
    finish: Callable[[Finished], Awaitable[None]]

    @property
    def service(self) -> str:
        return self.backstage.definition.name

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @property
    def command_id(self) -> str:
        return self.context.command_id

    @property
    def reads(self) -> Any:
        return self.backstage.reads

    def now(self) -> datetime:
        return self.backstage.now()

    async def dispatch(
        self, stream: str, command: Command, command_id: str | None = None
    ) -> Accepted:
        if self.context.expected_of not in (None, stream):
            raise Refused(412, "if-match", ANOTHER_STREAM)
        context = replace(self.context, command_id=command_id or self.context.command_id)
        outcome = await self.backstage.handler.handle(stream, command, context)
        accepted = accepted_of(outcome)
        self.headers["ETag"] = f'"{outcome.version}"'
        body = accepted.model_dump(mode="json")
        await self.finish(Finished(201, body, {"ETag": self.headers["ETag"]}))
        return accepted

    async def state(self, stream: str) -> Any:
        history = await self.backstage.handler.history(stream)
        if not history.version:
            raise NotFound(stream)
        return history.state

    async def version(self, stream: str) -> int:
        return (await self.backstage.handler.history(stream)).version

    async def live(self, projection: str) -> Any:
        return await self.backstage.models.collection(projection)

    async def document(self, projection: str, key: str) -> dict[str, Any]:
        collection = await self.live(projection)
        latest: dict[str, Any] | None = None

        async def seen(stream: str) -> int:
            nonlocal latest
            latest = await collection.find_one({"_id": key})
            return int((latest or {}).get("seen", {}).get(stream, [0])[0])

        await self.backstage.knowledge.wait_for(self.context.at_least, seen)
        if not self.context.at_least:
            latest = await collection.find_one({"_id": key})
        if latest is None:
            raise NotFound(key)
        return latest

    async def reveal(self, text: Text, case_id: str) -> str:
        if not isinstance(text, str):
            REVEALED.labels(self.service).inc()
        return await self.backstage.privacy.reveal(text, case_id, self.actor.sub)

    def allows(self, action: str, relations: Mapping[str, frozenset[str]], situation: str) -> bool:
        return self.backstage.gate.allows(action, relations, situation)

    def actions(self, offers: Iterable[Offer]) -> Actions:
        """Returns the offers that the access table lets the actor take up."""
        allowed = [one for one in offers if self.allows(one.action, one.relations, one.situation)]
        return Actions(actions=[Action(action=one.action, target=one.target) for one in allowed])

    async def readable(
        self, text: Text | None, case_id: str, may_read: bool, *, plain_is_open: bool = False
    ) -> str | None:
        """Returns the words of a text; None where there is none or the actor may not read it.

        With `plain_is_open` only a sealed text needs the right to read.
        """
        if text is None or (plain_is_open and isinstance(text, str)):
            return text
        return await self.reveal(text, case_id) if may_read else None

    async def allowed(self, stream: str) -> list[str]:
        situation, relations = await self._place(stream)
        names = self.backstage.definition.action_names
        return [name for name in names if self.allows(name, relations, situation)]

    async def check(self, action: str, stream: str) -> None:
        situation, relations = await self._place(stream)
        self.backstage.gate.require(action, relations, situation)

    def admit(self, action: str, relation: Relation = ANY) -> None:
        self.backstage.gate.admit(self.actor, action, relation)

    def visible(self, action: str) -> AnyOf:
        return self.backstage.gate.visible(self.actor, action)

    async def _place(self, stream: str) -> tuple[str, RolesByRelation]:
        """The situation of the stream as a whole, and what the actor is in it."""
        kind = self.backstage.handler.kind_of(stream)
        state = (await self.backstage.handler.history(stream)).state
        return kind.situation(None, state), kind.relations(self.actor, None, state)


def accepted_of(outcome: Outcome) -> Accepted:
    return Accepted(
        stream=outcome.stream,
        version=outcome.version,
        command_id=outcome.command_id,
        facts=outcome.facts,
        case_id=case_of(outcome.stream),
        repeated=outcome.repeated,
    )
