"""Drafts and clues of the reader: kept until he hands a paper in, and seen by nobody else."""

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from services.portal.my.acting import submitted
from services.portal.my.asking import STALE, Answer, Asker, problem_of
from services.portal.my.author import author_of
from services.portal.my.rendering import BUSY, DRAFTS, NEW, Pages
from services.portal.my.typed import Typed, words_of
from shared.kernel.errors import NotFound, Unavailable

ID = re.compile("[0-9a-f]{32}")
BLANK = "new"
"""In the address of the form of a new clue."""
BESIDE = frozenset({"draft", "version", "kind", "received_on"})
"""Fields of the page that are no words of the paper."""


async def listed(pages: Pages, request: Request) -> Response:
    """List of the drafts and clues, the newest first."""
    asker = await pages.admitted(request)
    drafts = await asker.ask_for_list("portal", "drafts")
    done = request.query_params.get("done", "")
    return pages.page(request, "drafts.html", live=asker.live, drafts=drafts, done=done == "saved")


async def shown(pages: Pages, request: Request) -> Response:
    """Form of a clue; a draft of a paper leads to the form of its kind."""
    asker, draft = await pages.admitted(request), request.path_params["draft"]
    typed = {} if draft == BLANK else await words_kept(asker, draft)
    if kind := typed.get("kind"):
        return RedirectResponse(to_form(pages, request, kind, draft), 303)
    return await form(pages, asker, typed, 200, {})


async def change(pages: Pages, request: Request) -> Response:
    """Saves the clue, or drops the draft and shows what it was, to be taken back."""
    return await submitted(pages, request, changed, form)


async def changed(pages: Pages, asker: Asker, typed: Typed) -> Response:
    draft = asker.request.path_params["draft"]
    if typed.get("step") == "drop" and ID.fullmatch(draft):
        return await dropped(pages, asker, draft)
    return await saved(pages, asker, {**typed, "draft": draft}, typed.get("kind"), form)


async def saved(pages: Pages, asker: Asker, typed: Typed, kind: str | None, show: Any) -> Response:
    """Keeps what was typed and leads to the list; a refusal is shown by `show` with the words. Of
    a draft that was changed in another window a second one can be made."""
    draft = typed.get("draft", "")
    draft = draft if ID.fullmatch(draft) else secrets.token_hex(16)
    words = [{"name": n, "text": t} for n, t in words_of(typed).items() if n not in BESIDE]
    body = {"words": words, **({"kind": kind} if kind else {})}
    busy = {"detail": pages.reader(asker.request).say("busy")}
    try:
        answer = await asker.keep("portal", f"drafts/{draft}", body, version_of(typed))
    except Unavailable:
        return await again(show, pages, asker, typed, BUSY, busy)
    if answer.is_success:
        return RedirectResponse(to_list(pages, asker.request), 303)
    problem = problem_of(answer) or busy
    if answer.status_code == STALE:
        problem = {**problem, "detail": pages.reader(asker.request).say("draft-stale")}
        typed = {**typed, "draft": "", "version": "0"}
    return await again(show, pages, asker, typed, answer.status_code, problem)


async def again(show: Any, *shown: Any) -> Response:
    response: Response = await show(*shown)
    return response


async def dropped(pages: Pages, asker: Asker, draft: str) -> Response:
    """Drops the draft; the page holds its words, so that it can be taken back."""
    try:
        typed = await words_kept(asker, draft)
    except NotFound:
        return RedirectResponse(to_list(pages, asker.request, done=False), 303)
    await asker.drop("portal", f"drafts/{draft}")
    kept = {**typed, "version": "0"}
    return pages.page(asker.request, "dropped.html", live=asker.live, draft=draft, kept=kept)


async def form(
    pages: Pages, asker: Asker, typed: Typed, status: int, problem: Mapping[str, Any]
) -> Response:
    author = await author_of(asker)
    return pages.page(
        asker.request,
        "clue.html",
        status,
        live=asker.live,
        kinds=author.kinds,
        typed=words_of(typed),
        problem=problem,
        draft=typed.get("draft") or secrets.token_hex(16),
        version=version_of(typed),
    )


async def words_kept(asker: Asker, draft: str) -> dict[str, str]:
    """Returns the words of a draft as the reader typed them, with its id, kind and version. Raises
    NotFound."""
    kept: Answer = await asker.ask("portal", f"drafts/{quote(draft, safe='')}")
    words = {each["name"]: each["text"] for each in kept["words"]}
    own = {"draft": kept["draft"], "version": str(kept["version"]), "kind": kept["kind"] or ""}
    return {**words, **own}


def version_of(typed: Typed) -> int:
    version = typed.get("version", "")
    return int(version) if re.fullmatch("[0-9]{1,9}", version) else 0


def to_list(pages: Pages, request: Request, *, done: bool = True) -> str:
    query = {**({"done": "saved"} if done else {}), **pages.reader(request).chosen}
    return f"{DRAFTS}?{urlencode(query)}" if query else DRAFTS


def to_form(pages: Pages, request: Request, kind: str, draft: str) -> str:
    query = urlencode({"draft": draft, **pages.reader(request).chosen})
    return f"{NEW}{quote(kind, safe='')}?{query}"
