"""Buttons of the case page: what every service offers the caller, asked at once."""

import asyncio
from typing import cast

import httpx
from fastapi import Request

from services.portal.case_page import Buttons
from shared.http.gateway import Gateway, source_of
from shared.kernel.trace import traceparent_of

DECIDING = ("intake", "assignment", "handling", "feedback", "disclosure", "reminder")
ANSWER_WITHIN = 5.0


def trace_of(request: Request) -> dict[str, str]:
    """Returns the header that makes the other service's work part of this trace."""
    return {"traceparent": traceparent_of(request.state.trace_id, "gateway")}


async def buttons_of(request: Request, case_id: str) -> Buttons:
    """Returns the actions that the services offer the caller now, and those that they block."""
    way = cast(Gateway, request.app.state.gateway)
    names = {"authorization", "accept-language"} & set(request.headers)
    headers = {name: request.headers[name] for name in names} | trace_of(request)

    async def offers(service: str) -> Buttons:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                path = f"cases/{case_id}/actions"
                answer = await way.call(service, "GET", path, headers, source=source_of(request))
            return offered(service, answer)
        except Exception:  # the page is worth showing without these buttons
            return Buttons(missing=[service])

    answers = await asyncio.gather(*(offers(service) for service in DECIDING))
    return sum(answers, Buttons())


def offered(service: str, answer: httpx.Response) -> Buttons:
    """Returns the buttons of a service: none where it does not know the case or does not show it to
    the caller; it is missing where the answer is an error."""
    if answer.status_code in (403, 404):
        return Buttons()
    if answer.status_code != 200:  # noqa: PLR2004
        return Buttons(missing=[service])
    return Buttons.of(service, answer.json())
