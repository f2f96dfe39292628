"""Sign-in and sign-out by forms."""

from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from services.portal.console.cookie import put_secret, remove_secret
from services.portal.console.endpoints import UNKNOWN
from services.portal.my import drafts
from services.portal.my.acting import kept
from services.portal.my.asking import Asker
from services.portal.my.pages import shown_case
from services.portal.my.registering import shown_form
from services.portal.my.rendering import BUSY, DRAFTS, HOME, NEW, Pages
from services.portal.my.typed import Typed, typed_in, words_of
from shared.kernel.errors import DomainError

CASES = "/my/cases/"


async def welcome(pages: Pages, request: Request) -> Response:
    return pages.way_in(request, wanted=HOME)


async def sign_in(pages: Pages, request: Request) -> Response:
    """Begins a session and leads to the page that was asked for. What was typed there before is
    shown in its form again, not sent: the reader sends it."""
    typed: dict[str, str] = {}

    async def proof(request: Request) -> Typed:
        typed.update(await typed_in(request))
        return typed

    live, answer = await pages.console.endpoints.begin(request, proof)
    if live is None:
        known = answer.status_code != UNKNOWN
        return pages.message(request, "busy" if known else "not-known", answer.status_code)
    wanted = address_in(typed.get("next", ""))
    if words_of(typed) and wanted.startswith((CASES, NEW, f"{DRAFTS}/")):
        shown = await shown_again(pages, pages.asker(request, live), wanted, typed)
    else:
        shown = RedirectResponse(with_choices(pages, request, wanted), 303)
    put_secret(request, shown, live.secret)
    return shown


async def shown_again(pages: Pages, asker: Asker, wanted: str, typed: Typed) -> Response:
    """Returns the page with what was typed; where it cannot be shown, the words wait once more."""
    try:
        if wanted.startswith(NEW):
            kind = wanted.removeprefix(NEW)
            return await shown_form(pages, asker, kind, words_of(typed))
        if wanted.startswith(DRAFTS):
            return await drafts.form(pages, asker, words_of(typed), 200, {})
        case_id = wanted.removeprefix(CASES)
        return await shown_case(pages, asker, case_id, typed=kept(typed))
    except DomainError:
        return pages.way_in(asker.request, BUSY, wanted=wanted, kept=kept(typed))


def with_choices(pages: Pages, request: Request, address: str) -> str:
    chosen = pages.reader(request).chosen
    return f"{address}?{urlencode(chosen)}" if chosen else address


def address_in(wanted: str) -> str:
    """Returns the address of a page of this application; its first page for any other."""
    own = wanted.startswith(HOME) and wanted.isprintable() and "//" not in wanted
    return wanted if own and not set(wanted) & set("\\?#% ") else HOME


async def sign_out(pages: Pages, request: Request) -> Response:
    """Ends the session on the server."""
    guard = pages.console.guard
    if live := await guard.session_of(request):
        typed = await typed_in(request, live.session.person)
        await guard.end(request, await guard.admitted(request, typed.get("csrf", "")))
    shown = RedirectResponse(with_choices(pages, request, f"{HOME}sign-in"), 303)
    remove_secret(request, shown)
    return shown
