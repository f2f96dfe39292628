"""HTTP route of a service's condition, for operators. Every service has it."""

from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import Request

from shared.http.condition import READ_CONDITION, Condition
from shared.service.api.edge_route import edge_router
from shared.service.api.request_context import Edge

router = edge_router("运行 Operation")
Look = Callable[[str], Awaitable[Condition]]
"""Returns the condition of a service; `app.state.condition_of` of a process that serves."""


@router.get("/condition", summary="运行情况 Condition")
async def condition(edge: Edge, request: Request) -> Condition:
    """发布、消费、搁置、读模型和进程的情况，供值守人员查看；没有办件内容，也没有地址和口令。"""
    edge.admit(READ_CONDITION)
    return await cast(Look, request.app.state.condition_of)(edge.service)
