"""Lets requests in: who asks, under which key, and whether it was answered before."""

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from shared.http.auth import Tokens
from shared.http.dependencies import Asked
from shared.http.idempotency import Finished, Repeat, Requests, key_required
from shared.http.refused import Refused
from shared.http.wording import Title
from shared.kernel import ids
from shared.kernel.actor import Actor
from shared.kernel.ids import STREAM_NAME
from shared.service.api.request_context import Backstage, ServiceEdge
from shared.service.commands.causal_wait import places
from shared.service.commands.context import Context
from shared.service.observability.logging import bound

ETAG = re.compile(rf'"?(?:(?P<stream>{STREAM_NAME.pattern})@)?(?P<version>[0-9]{{1,9}})"?')
ActorOf = Callable[[str, datetime], Awaitable[Actor | None]]


async def nothing_to_finish(answer: Finished) -> None:
    """Without a key nothing is remembered."""


@dataclass(frozen=True)
class Entrance:
    """The door of one service (`shared.http.dependencies.Door`)."""

    backstage: Backstage
    tokens: Tokens
    actor_of: ActorOf
    requests: Requests

    @asynccontextmanager
    async def enter(self, asked: Asked) -> AsyncIterator[ServiceEdge]:
        actor = await self._actor(asked)
        context = await self._context(asked, actor)
        with bound(correlation_id=context.correlation_id, actor=actor.sub):
            if asked.key is None:
                yield ServiceEdge(
                    self.backstage, context, asked.response.headers, nothing_to_finish
                )
                return
            async with self._leased(context, asked) as edge:
                yield edge

    async def pass_on(self, token: str | None, action: str) -> None:
        """Who is not in the directory, or not yet in the copy here, holds no role; the service that
        the request goes to knows better."""
        sub = await self.tokens.subject(token)
        actor = await self.actor_of(sub, self.backstage.now())
        self.backstage.gate.admit(actor or Actor(sub), action)

    async def _actor(self, asked: Asked) -> Actor:
        sub = await self.tokens.subject(asked.token)
        actor = await self.actor_of(sub, self.backstage.now())
        if actor is None:
            sentence = Title("通讯录中没有此人员或接口", "The directory does not know this subject")
            raise Refused(403, "unknown-subject", sentence)
        if actor.client_of and asked.key is None and asked.request.method == "POST":
            raise key_required()
        return actor

    async def _context(self, asked: Asked, actor: Actor) -> Context:
        request = asked.request
        body = await request.body()
        key = asked.key or secrets.token_hex(16)
        stream, version = _expected(asked.if_match)
        return Context(
            command_id=ids.http_command(actor.sub, key),
            sent=b"\n".join((request.method.encode(), request.url.path.encode(), body)),
            actor=actor,
            correlation_id=request.state.trace_id,
            expected=version,
            expected_of=stream,
            at_least=places(asked.at_least),
        )

    @asynccontextmanager
    async def _leased(self, context: Context, asked: Asked) -> AsyncIterator[ServiceEdge]:
        name, owner = context.command_id, secrets.token_hex(8)
        digest = await self.backstage.privacy.request_digest(context.sent)
        if answer := await self.requests.begin(name, digest, owner):
            raise Repeat(answer)

        finished = False

        async def finish(answer: Finished) -> None:
            nonlocal finished
            await self.requests.finish(name, owner, answer)
            finished = True

        try:
            yield ServiceEdge(self.backstage, context, asked.response.headers, finish)
        finally:
            if not finished:
                await self.requests.release(name, owner)


def _expected(if_match: str | None) -> tuple[str | None, int | None]:
    """(stream, where it is named; version). A weak tag promises nothing that could be compared."""
    if if_match is None or if_match.strip() == "*":
        return None, None
    found = ETAG.fullmatch(if_match.strip())
    if not found:
        sentence = Title('If-Match 应写作 "版本号"', 'If-Match is written "version"')
        raise Refused(400, "if-match", sentence)
    return found["stream"], int(found["version"])
