"""What a route may ask for: who asks, the stream's state, and a way to have a command decided."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol, cast

from fastapi import Depends, Header, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.http.accepted import Accepted as Accepted  # noqa: PLC0414 - for routes
from shared.http.actions import Actions
from shared.http.problems import Problem
from shared.kernel.access import ANY, Offer, Relation
from shared.kernel.actor import Actor
from shared.kernel.messages import Command, Text
from shared.kernel.visibility import AnyOf

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": meaning, "content": {"application/problem+json": {}}}
    for status, meaning in {
        401: "未登录或令牌无效 (no valid token)",
        403: "无权办理 (no row of the access table allows it)",
        404: "未找到 (unknown here)",
        409: "当前状态不允许 (a rule forbids it, or `not-yet-known`)",
        412: "内容已被更新 (If-Match is stale)",
        422: "填写有误 (fields and rules are named)",
        503: "请稍后用同一请求重试 (repeat the same request)",
    }.items()
}


class RequestEdge(Protocol):
    """One request at the edge of one service (`shared/service/api/request_context.py`)."""

    @property
    def service(self) -> str: ...

    @property
    def actor(self) -> Actor: ...

    @property
    def command_id(self) -> str:
        """The id of this request's command; a case that it opens is `ids.case_id` of it."""
        ...

    @property
    def reads(self) -> Any:
        """The service's database for read models (motor), for `queries.py` only."""
        ...

    def now(self) -> datetime:
        """Business time."""
        ...

    async def dispatch(
        self, stream: str, command: Command, command_id: str | None = None
    ) -> Accepted:
        """Has the command decided and appended; honours Idempotency-Key, If-Match and at_least.
        `command_id` where the content has a name of its own (a row of a ledger)."""
        ...

    async def state(self, stream: str) -> Any:
        """The folded state of an own stream; NotFound when it has no facts."""
        ...

    async def version(self, stream: str) -> int:
        """The stream's last version, 0 when it is empty."""
        ...

    async def live(self, projection: str) -> Any:
        """The live collection of a read model (motor)."""
        ...

    async def document(self, projection: str, key: str) -> dict[str, Any]:
        """One document of a read model, not older than `at_least`; NotFound, NotYetKnown."""
        ...

    async def reveal(self, text: Text, case_id: str) -> str:
        """The words behind a sealed text (audited), the text itself, or that it was destroyed."""
        ...

    def actions(self, offers: Iterable[Offer]) -> Actions:
        """Returns the offers that the access table lets the actor take up."""
        ...

    async def readable(
        self, text: Text | None, case_id: str, may_read: bool, *, plain_is_open: bool = False
    ) -> str | None:
        """Returns the words of a text; None where there is none or the actor may not read it."""
        ...

    async def allowed(self, stream: str) -> list[str]:
        """The actions that the actor may take on the stream as it is now."""
        ...

    def allows(self, action: str, relations: Mapping[str, frozenset[str]], situation: str) -> bool:
        """The access table itself: for the buttons of one task, whose situation the route knows."""
        ...

    async def check(self, action: str, stream: str) -> None:
        """NotAllowed unless the access table lets the actor do this here."""
        ...

    def admit(self, action: str, relation: Relation = ANY) -> None:
        """The same for what concerns no stream: roles count wherever they are held, as if it were
        under that relation."""
        ...

    def visible(self, action: str) -> AnyOf:
        """The cases of a register with which the access table lets the actor do this."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request the edge goes by."""

    request: Request
    response: Response
    token: str | None
    key: str | None
    if_match: str | None
    at_least: Sequence[str]


class Door(Protocol):
    """Lets requests in: authenticates, finds the actor, repeats a finished answer."""

    def enter(self, asked: Asked) -> AbstractAsyncContextManager[RequestEdge]: ...

    async def pass_on(self, token: str | None, action: str) -> None:
        """For what another service will decide: NotAllowed unless the table lets the caller do
        this."""
        ...


Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


async def request_edge(
    request: Request,
    response: Response,
    bearer: Bearer,
    idempotency_key: Annotated[
        str | None, Header(description="重复提交保护：同一键同一内容只办理一次", max_length=200)
    ] = None,
    if_match: Annotated[
        str | None, Header(description='您看到的版本，如 "5"', max_length=200)
    ] = None,
    at_least: Annotated[
        list[str] | None, Query(description="至少已知的事实 stream@version", max_length=8)
    ] = None,
) -> AsyncIterator[RequestEdge]:
    token = bearer.credentials if bearer else None
    asked = Asked(request, response, token, idempotency_key, if_match, at_least or ())
    async with cast(Door, request.app.state.door).enter(asked) as edge:
        yield edge


Edge = Annotated[RequestEdge, Depends(request_edge)]


def passing(action: str) -> Callable[..., Awaitable[None]]:
    """A dependency of routes that pass requests on. The key, If-Match and at_least are for the
    service that answers."""

    async def check(request: Request, bearer: Bearer) -> None:
        door = cast(Door, request.app.state.door)
        await door.pass_on(bearer.credentials if bearer else None, action)

    return check
