"""Acts of a proposer: rate a reply, confirm or decline a signature, withdraw."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from services.portal.console.guard import NO_PROOF
from services.portal.my.asking import Asker, problem_of
from services.portal.my.pages import ACTS, shown_case
from services.portal.my.rendering import BUSY, ENDED, Pages, page_of
from services.portal.my.typed import Typed, typed_in, with_items, words_of
from shared.http.refused import Refused
from shared.kernel.errors import NotFound, Unavailable

Tell = Callable[[Pages, Asker, Typed], Awaitable[Response]]
Show = Callable[[Pages, Asker, Typed, int, Mapping[str, Any]], Awaitable[Response]]


async def act(pages: Pages, request: Request) -> Response:
    """Sends a command of the reader, and leads back to the case; a refusal shows the case with
    what was typed, and the sentence at its field. What was typed outlives the session."""
    return await submitted(pages, request, told, refused)


async def submitted(pages: Pages, request: Request, tell: Tell, show: Show) -> Response:
    """Has `tell` deal with a form under its session. Where that has ended the words wait through
    the sign-in; where the page is too old, `show` returns it again with them."""
    live = await pages.console.guard.session_of(request)
    typed = await typed_in(request, live.session.person if live else "")
    try:
        asker = await pages.admitted(request, typed.get("csrf", ""))
        return await tell(pages, asker, typed)
    except Refused as refusal:
        if refusal.status == ENDED:
            return pages.way_in(request, ENDED, wanted=page_of(request), kept=kept(typed))
        if refusal.rule != NO_PROOF.rule or live is None:
            raise
        problem = {"detail": pages.sentence(request, refusal)}
        return await show(pages, pages.asker(request, live), typed, refusal.status, problem)


def kept(typed: Typed) -> Typed:
    return {**words_of(typed), "form": typed.get("form", "")}


async def told(pages: Pages, asker: Asker, typed: Typed) -> Response:
    request, places = asker.request, asker.request.path_params
    action = places["action"]
    if action not in ACTS:
        raise NotFound(action)
    service, address = ACTS[action]
    path = address.format(case=quoted(places["case_id"]), target=quoted(places["target"]))
    busy = {"detail": pages.reader(request).say("busy")}
    try:
        words = with_items(words_of(typed))
        answer = await asker.tell(service, path, words, typed.get("key", "")[:64])
    except Unavailable:
        return await refused(pages, asker, typed, BUSY, busy)
    if not answer.is_success:
        return await refused(pages, asker, typed, answer.status_code, problem_of(answer) or busy)
    accepted = answer.json()
    since = f"{accepted['stream']}@{accepted['version']}"
    query = {"done": action, "at": since, **pages.reader(request).chosen}
    return RedirectResponse(f"{page_of(request)}?{urlencode(query)}", 303)


async def refused(
    pages: Pages, asker: Asker, typed: Typed, status: int, problem: Mapping[str, Any]
) -> Response:
    """Returns the page of the case with the form as it was typed."""
    case_id = asker.request.path_params["case_id"]
    return await shown_case(pages, asker, case_id, status, kept(typed), problem)


def quoted(place: str) -> str:
    return quote(place, safe="")
