"""Buttons of the case page: what every service offers the caller, asked at once."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import httpx
from fastapi import Request

from services.portal.case_page import Buttons
from shared.http.gateway import Gateway, source_of
from shared.kernel.trace import traceparent_of

DECIDING = ("intake", "assignment", "handling", "feedback", "disclosure", "reminder")
NOT_SHOWN = frozenset({403, 404})
ANSWER_WITHIN = 5.0


def trace_of(request: Request) -> dict[str, str]:
    """Returns the header that makes the other service's work part of this trace."""
    return {"traceparent": traceparent_of(request.state.trace_id, "gateway")}


async def buttons_of(request: Request, case_id: str) -> Buttons:
    """Returns the actions that the services offer the caller now, and those that they block."""
    answers = await answers_of(request, {name: f"cases/{case_id}/actions" for name in DECIDING})
    return sum((offered(name, answer) for name, answer in answers.items()), Buttons())


async def answers_of(
    request: Request, paths: Mapping[str, str]
) -> dict[str, httpx.Response | None]:
    """Returns what the services answer to a GET of their path, with its query, under the caller's
    token, all asked at once; None where one does not answer."""
    way = cast(Gateway, request.app.state.gateway)
    names = {"authorization", "accept-language"} & set(request.headers)
    headers = {name: request.headers[name] for name in names} | trace_of(request)

    async def asked(service: str, path: str) -> httpx.Response | None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                place, _, query = path.partition("?")
                origin = source_of(request)
                return await way.call(service, "GET", place, headers, query, source=origin)
        except Exception:  # the page is worth showing without this part
            return None

    answers = await asyncio.gather(*(asked(*each) for each in paths.items()))
    return dict(zip(paths, answers, strict=True))


def offered(service: str, answer: httpx.Response | None) -> Buttons:
    """Returns the buttons of a service: none where it does not know the case or does not show it to
    the caller; it is missing where the answer is an error."""
    shown = shown_in(answer)
    if shown is None:
        return Buttons(missing=[service])
    return Buttons.of(service, shown) if shown else Buttons()


def shown_in(answer: httpx.Response | None) -> dict[str, Any] | None:
    """Returns what a service shows; {} where it shows the caller no such case, None where it does
    not answer, or with an error."""
    if answer is not None and answer.status_code in NOT_SHOWN:
        return {}
    if answer is None or not answer.is_success:
        return None
    shown: dict[str, Any] = answer.json()
    return shown
