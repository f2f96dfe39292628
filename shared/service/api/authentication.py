"""Authenticates the requests of one service, and repeats answers under an Idempotency-Key."""

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from fastapi import Request

from shared.http.auth import REFUSALS, DevelopmentKey, Keys, Tokens
from shared.http.idempotency import Lease, Requests, key_required
from shared.http.key_set import KeySet, UnfitKey
from shared.http.refused import Refused
from shared.http.wording import Title
from shared.kernel import ids
from shared.kernel.actor import Actor
from shared.kernel.ids import STREAM_NAME
from shared.service.api.request_trace import Auditor
from shared.service.commands.causal_wait import versions_of
from shared.service.commands.context import Context
from shared.service.commands.runtime import ServiceRuntime
from shared.service.config.errors import StartRefused
from shared.service.observability.first_series import begin_logins
from shared.service.observability.metrics import LOGIN_FAILURES
from shared.service.settings import ServiceSettings

ETAG = re.compile(rf'"?(?:(?P<stream>{STREAM_NAME.pattern})@)?(?P<version>[0-9]{{1,9}})"?')
ActorOf = Callable[[str, datetime], Awaitable[Actor | None]]


@dataclass(frozen=True, slots=True)
class RequestHeaders:
    """Headers (and the parameter `at_least`) that every route of a service understands."""

    key: str | None
    if_match: str | None
    at_least: Sequence[str]


@dataclass(frozen=True)
class Authentication:
    """Finds the actor of a request and the context in which its command is decided."""

    runtime: ServiceRuntime
    tokens: Tokens
    actor_of: ActorOf
    requests: Requests
    auditor: Auditor

    @asynccontextmanager
    async def admitted(
        self, request: Request, headers: RequestHeaders
    ) -> AsyncIterator[tuple[Context, Lease]]:
        """Yields the context and the lease of the request's key, which the command handler takes.

        The route has checked the token. Raises Refused: 400 (malformed), 403 (not in the
        directory).
        """
        actor = await self._actor(request, headers)
        context = await self._context(request, headers, actor)
        sent = context.sent if headers.key else None
        lease = Lease(self.requests, context.command_id, sent)
        try:
            yield replace(context, admit=lease.take), lease
        finally:
            lease.give_back()

    async def authorize(self, sub: str, action: str) -> None:
        """Raises NotAllowed unless the access table grants the action to the caller. A subject that
        the directory does not name has no roles; the service that answers knows better."""
        actor = await self._of(sub)
        self.runtime.authorization.admit(actor or Actor(sub), action)

    async def _actor(self, request: Request, headers: RequestHeaders) -> Actor:
        sub = request.state.subject
        actor = await self._of(sub)
        if actor is None:
            sentence = Title("通讯录中没有此人员或接口", "The directory does not know this subject")
            raise Refused(403, "unknown-subject", sentence)
        if actor.client_of and headers.key is None and request.method == "POST":
            raise key_required()
        return actor

    async def _of(self, sub: str) -> Actor | None:
        """Returns the actor with its posts and the organs of the day; None where unknown."""
        now = self.runtime.clock.now()
        actor = await self.actor_of(sub, now)
        return actor and self.runtime.authorization.knowing(actor, now)

    async def _context(self, request: Request, headers: RequestHeaders, actor: Actor) -> Context:
        body = await request.body()
        key = headers.key or secrets.token_hex(16)
        stream, version = _expected(headers.if_match)
        return Context(
            command_id=ids.http_command(actor.sub, key),
            sent=b"\n".join((request.method.encode(), request.url.path.encode(), body)),
            actor=actor,
            correlation_id=request.state.trace_id,
            expected=version,
            expected_of=stream,
            at_least=versions_of(headers.at_least),
        )


def _expected(if_match: str | None) -> tuple[str | None, int | None]:
    """The expected stream (None: not named) and version. A weak tag cannot be compared.

    Raises Refused (400) when the header is malformed.
    """
    if if_match is None or if_match.strip() == "*":
        return None, None
    match = ETAG.fullmatch(if_match.strip())
    if not match:
        sentence = Title('If-Match 应写作 "版本号"', 'If-Match is written "version"')
        raise Refused(400, "if-match", sentence)
    return match["stream"], int(match["version"])


def key_set_of(source: str) -> KeySet:
    """Raises StartRefused for a file with a key that may not verify tokens."""
    try:
        return KeySet(source)
    except (OSError, UnfitKey) as error:
        raise StartRefused(
            f"DUBAN_JWKS 指定的公钥文件不能使用：{source}。只接受 2048 位以上的 RSA、EC P-256 或 "
            "Ed25519 签名公钥，不得含私钥。",
            f"The key set {source} of DUBAN_JWKS is not fit: {error}.",
        ) from error


def tokens_of(settings: ServiceSettings, service: str) -> Tokens:
    """Returns the checker of tokens; each refusal is counted by its rule."""
    keys: Keys
    if settings.jwks:
        keys = key_set_of(settings.jwks)
    else:
        keys = DevelopmentKey(settings.jwt_secret.get_secret_value())

    begin_logins(service, REFUSALS)

    def count(rule: str) -> None:
        LOGIN_FAILURES.labels(service, rule).inc()

    return Tokens(keys, settings.jwt_issuer, settings.jwt_audience, count)


def authentication_of(request: Request) -> Authentication:
    """Returns the service's own; `processes/api.py` puts it there."""
    return cast(Authentication, request.app.state.authentication)
