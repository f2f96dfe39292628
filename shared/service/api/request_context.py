"""Request context: a route dispatches commands and reads through the edge of its service."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, NoReturn

from fastapi import Depends, Header, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.http.accepted import Accepted
from shared.http.fields import KEY_FORM
from shared.http.idempotency import Finished, Lease
from shared.http.problems import REPLAYED
from shared.http.refused import Refused
from shared.http.wording import Title
from shared.kernel import ids
from shared.kernel.access import ANY, Relation, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.errors import NotAllowed, NotFound
from shared.kernel.messages import Command, Text
from shared.kernel.visibility import AnyOf
from shared.service.api.authentication import RequestHeaders, authentication_of
from shared.service.api.request_trace import RequestTrace
from shared.service.commands.context import Context, system
from shared.service.commands.outcome import Outcome, accepted_of
from shared.service.commands.recusal import keeping
from shared.service.commands.runtime import ServiceRuntime
from shared.service.commands.state_cache import StreamState
from shared.service.observability.logging import bound
from shared.service.observability.metrics import REVEALED

ANOTHER_STREAM = Title(
    "If-Match 写的是另一条流的版本，请核对", "If-Match names a version of another stream"
)


@dataclass
class ServiceEdge:
    """One authenticated request with the lease of its key. `case_id`: the case that its path names;
    `against`: whom it is against, once its state is known."""

    runtime: ServiceRuntime
    context: Context
    response: Response
    lease: Lease
    trace: RequestTrace
    case_id: str | None = None
    against: frozenset[str] = frozenset()

    @property
    def headers(self) -> Any:
        """Returns the headers of the answer."""
        return self.response.headers

    @property
    def service(self) -> str:
        return self.runtime.name

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @property
    def command_id(self) -> str:
        """The id of the request's command; a case that it opens is `ids.case_id` of it."""
        return self.context.command_id

    @property
    def reads(self) -> Any:
        """The service's database of read models (motor), for `queries.py` only."""
        return self.runtime.reads

    def now(self) -> datetime:
        """Returns business time."""
        return self.runtime.clock.now()

    async def dispatch(
        self,
        stream: str,
        command: Command,
        command_id: str | None = None,
        similar: tuple[str, ...] = (),
    ) -> Accepted:
        """Has the command decided and appended; honours Idempotency-Key, If-Match and at_least.

        `similar` goes into the answer. `command_id` replaces the request's where the content has an
        identity of its own (a row of a ledger, the number of a paper). Raises what
        `CommandHandler.handle` raises, and Refused (412) when If-Match names another stream.
        """
        context = self._context_for(stream, command_id)
        async with self._hidden_from_strangers(stream), self.trace.command(command.name, stream):
            outcome = await self.runtime.handler.handle(stream, command, context)
        return self._answered(outcome, similar)

    async def rehearse(
        self, stream: str, command: Command, command_id: str | None = None
    ) -> Accepted:
        """Returns or raises what `dispatch` would, without facts, and records nothing."""
        context = self._context_for(stream, command_id)
        async with self._hidden_from_strangers(stream):
            rehearsal = await self.runtime.handler.rehearse(stream, command, context)
        return accepted_of(rehearsal.outcome)

    def _context_for(self, stream: str, command_id: str | None) -> Context:
        """Raises Refused (412) when If-Match names another stream."""
        if self.context.expected_of not in (None, stream):
            raise Refused(412, "if-match", ANOTHER_STREAM)
        return replace(self.context, command_id=command_id or self.context.command_id)

    def _answered(self, outcome: Outcome, similar: tuple[str, ...]) -> Accepted:
        """Keeps the answer under the request's key."""
        accepted = accepted_of(outcome).model_copy(update={"similar": similar})
        self.headers["ETag"] = f'"{outcome.version}"'
        if outcome.repeated:
            self.headers.update(REPLAYED)
        if accepted.pending:
            self.response.status_code = 202
        body, status = accepted.model_dump(mode="json"), 202 if accepted.pending else 201
        self.lease.finish(Finished(status, body, {"ETag": self.headers["ETag"]}))
        return accepted

    def in_earnest(self) -> None:
        """Ends a dry run: what follows reads or changes more than the log of the service."""

    async def beforehand(self, stream: str, command: Command) -> None:
        """Has a command of the service decided on behalf of the actor before that of the request,
        by state alone: a repetition repeats it with another moment; other content under the key is
        a command of its own. Raises what `handle` raises."""
        content = command.model_dump_json(exclude={"at"})
        meaning = (self.command_id, command.name, stream, content)
        context = replace(
            self.context,
            command_id=str(ids.derived("beforehand", *meaning)),
            sent="\n".join(meaning).encode(),
            actor=system(self.service),
            on_behalf_of=self.actor.sub,
            expected=None,
            at_least=(),
        )
        await self.runtime.handler.handle(stream, command, context)

    async def likeness(self, text: str) -> str:
        """Returns a short digest by which papers with the same words are found."""
        return await self.runtime.personal_data.likeness(text)

    async def state(self, stream: str) -> Any:
        """Returns the folded state of an own stream; one without facts raises what `hide` does."""
        loaded = await self._kept(stream)
        if not loaded.version:
            await self.hide(stream)
        return loaded.state

    async def _kept(self, stream: str) -> StreamState:
        """Returns the stream; from now on the actor keeps away where the case is against it."""
        loaded = await self.runtime.handler.loaded(stream)
        self.context, self.against = keeping(self.context, loaded.against), loaded.against.ids
        return loaded

    async def version(self, stream: str) -> int:
        """Returns the stream's last version, 0 when it is empty."""
        return (await self.runtime.handler.loaded(stream)).version

    async def live(self, projection: str) -> Any:
        """Returns the live collection of a read model (motor). Raises BeingRebuilt for one that
        older code has begun."""
        return await self.runtime.models.current(projection)

    async def document(self, projection: str, key: str) -> dict[str, Any]:
        """Returns a document of a read model, as new as `at_least` demands. Raises NotFound, and
        NotYetKnown when it does not arrive in time."""
        collection = await self.live(projection)
        latest: dict[str, Any] | None = None

        async def imported(stream: str) -> int:
            nonlocal latest
            latest = await collection.find_one({"_id": key})
            return int((latest or {}).get("seen", {}).get(stream, [0])[0])

        await self.runtime.causal_wait.wait_for(self.context.at_least, imported)
        if not self.context.at_least:
            latest = await collection.find_one({"_id": key})
        if latest is None:
            raise NotFound(key)
        return latest

    async def reveal(self, text: Text, case_id: str, reason: str = "") -> str:
        """Returns the words of a sealed text (audited, with the code of a reason) or GONE."""
        if not isinstance(text, str):
            REVEALED.labels(self.service).inc()
        return await self.runtime.personal_data.reveal(text, case_id, self.actor.sub, reason)

    def allows(self, action: str, relations: RolesByRelation, situation: str) -> bool:
        return self.runtime.authorization.allows(action, relations, situation)

    async def readable(
        self, text: Text | None, case_id: str, may_read: bool, *, plain_is_open: bool = False
    ) -> str | None:
        """Returns the words of a text; None where there is none or the actor may not read it. With
        `plain_is_open` only a sealed text needs the right to read."""
        if text is None or (plain_is_open and isinstance(text, str)):
            return text
        return await self.reveal(text, case_id) if may_read else None

    async def allowed(self, stream: str) -> list[str]:
        """Returns the actions that the actor may take on the stream in its present state."""
        situation, relations = await self._access_to(stream)
        names = self.runtime.definition.action_names
        return [name for name in names if self.allows(name, relations, situation)]

    async def check(self, action: str, stream: str) -> None:
        """Raises NotAllowed unless the table grants the action, NotFound to who may not know."""
        async with self._hidden_from_strangers(stream):
            situation, relations = await self._access_to(stream)
            self.runtime.authorization.require(action, relations, situation)

    async def hide(self, name: str, cause: Exception | None = None) -> NoReturn:
        """Refuses as if there were nothing, after the same wait; `cause` is for the trail."""
        if self.context.at_least:
            raise await self.runtime.causal_wait.give_up(self.context.at_least) from cause
        raise NotFound(name) from cause

    @asynccontextmanager
    async def _hidden_from_strangers(self, stream: str) -> AsyncIterator[None]:
        """Turns a refusal into NotFound where no row lets the actor know the case of the path."""
        try:
            yield
        except (NotAllowed, NotFound) as refusal:
            if self.case_id and (isinstance(refusal, NotFound) or not await self._knows(stream)):
                await self.hide(stream, refusal)
            raise

    async def _knows(self, stream: str) -> bool:
        try:
            _, relations = await self._access_to(stream)
        except NotFound:
            return False
        return self.runtime.authorization.knows(relations)

    def admit(self, action: str, relation: Relation = ANY) -> None:
        """Raises NotAllowed unless a role held anywhere is granted the action under `relation`."""
        self.runtime.authorization.admit(self.actor, action, relation)

    def visible(self, action: str) -> AnyOf:
        """Returns the filter for the cases in a register that the actor may see."""
        return self.runtime.authorization.visible(self.actor, action)

    async def _access_to(self, stream: str) -> tuple[str, RolesByRelation]:
        """Returns the situation of the stream as a whole and the actor's roles by relation."""
        kind = self.runtime.handler.kind_of(stream)
        state = (await self._kept(stream)).state
        return kind.situation(None, state), kind.relations(self.actor, None, state)


Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]
"""Names the scheme in the API's pages; the route has checked the token before."""


async def request_edge(
    request: Request,
    response: Response,
    bearer: Bearer,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="重复提交保护：同一键同一内容只办理一次", max_length=200, pattern=KEY_FORM
        ),
    ] = None,
    if_match: Annotated[
        str | None, Header(description='您看到的版本，如 "5"', max_length=200)
    ] = None,
    at_least: Annotated[
        list[str] | None, Query(description="至少已知的事实 stream@version", max_length=8)
    ] = None,
) -> AsyncIterator[ServiceEdge]:
    """Yields the edge of an authenticated request; raises what `admitted` raises."""
    headers = RequestHeaders(idempotency_key, if_match, at_least or ())
    authentication = authentication_of(request)
    async with authentication.admitted(request, headers) as (context, lease):
        with bound(correlation_id=context.correlation_id, actor=context.actor.sub):
            runtime, trace = authentication.runtime, request.state.trace
            trace.acts_as(context.actor)
            named = request.path_params.get("case_id")
            yield ServiceEdge(runtime, context, response, lease, trace, named)


Edge = Annotated[ServiceEdge, Depends(request_edge)]


def passing(action: str) -> Callable[..., Awaitable[None]]:
    """Returns a dependency of routes that pass requests on: NotAllowed unless the table grants the
    action. The key, If-Match and at_least are for the service that answers."""

    async def check(request: Request, bearer: Bearer) -> None:
        await authentication_of(request).authorize(request.state.subject, action)

    return check
