"""Acts of a proposer: rate a reply, confirm or decline a signature, withdraw."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from services.portal.my.asking import Asker, problem_of
from services.portal.my.pages import shown_case
from services.portal.my.rendering import ENDED, Pages
from services.portal.my.typed import Typed, typed_in, words_of
from shared.http.refused import Refused
from shared.kernel.errors import NotFound

ADDRESSES: Mapping[str, tuple[str, str]] = {
    "rate-reply": ("feedback", "cases/{case}/evaluations/{target}/rating"),
    "confirm-signature": ("intake", "cases/{case}/signatures/{target}/confirmation"),
    "decline-signature": ("intake", "cases/{case}/signatures/{target}/refusal"),
    "withdraw-case": ("intake", "cases/{case}/withdrawal"),
}
"""Act → service, and address in it."""


async def act(pages: Pages, request: Request) -> Response:
    """Sends a command of the reader, and leads back to the case; a refusal shows the case with
    what was typed, and the sentence at its field. What was typed outlives the session."""
    typed = await typed_in(request)
    wanted = f"/my/cases/{quote(request.path_params['case_id'], safe='')}"
    try:
        asker = await pages.admitted(request, typed.get("csrf", ""))
    except Refused as refusal:
        if refusal.status != ENDED:
            raise
        return pages.way_in(request, ENDED, wanted=wanted, kept={"form": "", **kept(typed)})
    return await told(pages, asker, wanted, typed)


def kept(typed: Typed) -> Typed:
    return {**words_of(typed), "form": typed.get("form", "")}


async def told(pages: Pages, asker: Asker, wanted: str, typed: Typed) -> Response:
    places = asker.request.path_params
    action, case_id = places["action"], places["case_id"]
    if action not in ADDRESSES:
        raise NotFound(action)
    service, address = ADDRESSES[action]
    path = address.format(case=quote(case_id, safe=""), target=quote(places["target"], safe=""))
    answer = await asker.tell(service, path, words_of(typed), typed.get("key", "")[:64])
    if answer.is_success:
        accepted = answer.json()
        since = f"{accepted['stream']}@{accepted['version']}"
        query = {"done": action, "at": since, **pages.reader(asker.request).chosen}
        return RedirectResponse(f"{wanted}?{urlencode(query)}", 303)
    problem = problem_of(answer)
    return await shown_case(pages, asker, case_id, answer.status_code, kept(typed), problem)
