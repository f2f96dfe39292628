"""HTTP route of 运行: the condition of every service, asked of each under the caller's token."""

import asyncio
from typing import cast

from fastapi import Request

from services.portal.buttons import ANSWER_WITHIN, DECIDING, trace_of
from services.portal.routers import portal_router
from services.portal.schemas import Operation, ServiceState
from shared.http.condition import READ_CONDITION, Condition
from shared.http.gateway import Gateway, source_of
from shared.service.api.request_context import Edge

router = portal_router()
SERVICES = ("directory", *DECIDING, "portal")


@router.get("/operation", summary="运行 Operation")
async def operation(edge: Edge, request: Request) -> Operation:
    """各服务的发布、消费、搁置和读模型，以及全部进程，供值守人员查看；没有应答的服务也是一行。"""
    edge.admit(READ_CONDITION)
    states = await asyncio.gather(*(state_of(request, service) for service in SERVICES))
    return Operation.of(states)


async def state_of(request: Request, service: str) -> ServiceState:
    """Returns the service with its condition, without one where it does not answer in time."""
    way = cast(Gateway, request.app.state.gateway)
    names = {"authorization", "accept-language"} & set(request.headers)
    headers = {name: request.headers[name] for name in names} | trace_of(request)
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            answer = await way.call(service, "GET", "condition", headers, source=source_of(request))
        return ServiceState(
            service=service, condition=Condition(**answer.raise_for_status().json())
        )
    except Exception:  # the others are worth showing without it
        return ServiceState(service=service, condition=None)
