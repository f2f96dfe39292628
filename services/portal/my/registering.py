"""Registration of an own paper: the form by kind, a preview of what it says, and its sending."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import httpx
from fastapi import Request, Response
from starlette.responses import RedirectResponse

from services.portal.my.acting import submitted
from services.portal.my.asking import Answer, Asker, problem_of
from services.portal.my.author import Unclear, author_of, shown_as
from services.portal.my.drafts import ID, saved, version_of, words_kept
from services.portal.my.pages import REGISTER, faults_of
from services.portal.my.paper import Paper, paper_of
from services.portal.my.rendering import BUSY, HOME, Pages
from services.portal.my.typed import Typed, words_of
from shared.http.wording import TITLES
from shared.kernel.errors import Unavailable

INVALID, KEY_REUSED = 422, "key-reused"
CHECKED = "check-"
"""Before the key of a paper that is only checked: the check is another request."""


async def kinds(pages: Pages, request: Request) -> Response:
    """Choice of the kind of a new paper."""
    asker = await pages.admitted(request)
    author = await author_of(asker)
    return pages.page(request, "kinds.html", live=asker.live, kinds=author.kinds)


async def blank(pages: Pages, request: Request) -> Response:
    """Empty form, or that of a draft; a clue fills the form of the kind that it becomes."""
    asker, draft = await pages.admitted(request), request.query_params.get("draft", "")
    typed = await words_kept(asker, draft) if ID.fullmatch(draft) else {}
    return await shown_form(pages, asker, request.path_params["kind"], typed)


async def register(pages: Pages, request: Request) -> Response:
    """Checks the paper and shows it as it will be read, or sends it, or shows the form again."""
    return await submitted(pages, request, told, again)


async def told(pages: Pages, asker: Asker, typed: Typed) -> Response:
    step = typed.get("step", "preview")
    if step == "edit":
        return await again(pages, asker, typed, 200, {})
    if step == "save":
        return await saved(pages, asker, typed, asker.request.path_params["kind"], again)
    try:
        paper = await paper_of(pages, asker, asker.request.path_params["kind"])
        return await tried(paper, words_of(typed), sends=step == "send")
    except Unavailable:
        return kept_back(pages, asker, typed)


async def tried(paper: Paper, typed: Typed, *, sends: bool) -> Response:
    """Returns the preview of a paper that intake would take, or leads to the case of one that it
    has taken; else the form with what is wrong."""
    try:
        body = paper.body(typed if sends else {**typed, "received_on": paper.author.today})
    except Unclear as unclear:
        return form(paper, typed, INVALID, unclear_problem(paper, unclear))
    answer = await asked_of_intake(paper, typed.get("draft", "")[:40], body, sends=sends)
    if answer.is_success and sends:
        await forget(paper, typed)
        return arrived(paper, answer.json())
    if answer.is_success:
        return preview(paper, typed, body)
    problem = problem_of(answer)
    if not problem or answer.status_code == BUSY:
        raise Unavailable("intake")
    return form(paper, typed, answer.status_code, problem)


async def asked_of_intake(
    paper: Paper, key: str, body: Mapping[str, Any], *, sends: bool
) -> httpx.Response:
    if sends:
        return await paper.asker.tell("intake", "cases", body, key)
    return await paper.asker.tell("intake", "cases", body, f"{CHECKED}{key}", check="true")


async def forget(paper: Paper, typed: Typed) -> None:
    """Drops the draft of a paper that was sent. Where that fails it stays in the list; sent once
    more it is the same case, as its id is the key of the registration. What another window has
    written into it since stays, too."""
    if version := version_of(typed):
        with suppress(Unavailable):
            await paper.asker.drop("portal", f"drafts/{typed['draft']}", version)


def arrived(paper: Paper, accepted: Answer) -> Response:
    since = f"{accepted['stream']}@{accepted['version']}"
    chosen = paper.pages.reader(paper.asker.request).chosen
    query = urlencode({"done": REGISTER, "at": since, **chosen})
    return RedirectResponse(f"{HOME}cases/{accepted['case_id']}?{query}", 303)


def preview(paper: Paper, typed: Typed, body: Mapping[str, Any]) -> Response:
    fields = {field.name: field for field in paper.fields()}
    words = {**typed, "received_on": body["received_on"]}
    return paper.pages.page(
        paper.asker.request,
        "preview.html",
        live=paper.asker.live,
        kind=paper.kind,
        author=paper.author.name,
        cosigners=[shown_as(seat) for seat in paper.cosigners(typed)],
        fields=fields,
        asks=body.get("asks", ()),
        kept=words,
    )


async def again(
    pages: Pages, asker: Asker, typed: Typed, status: int, problem: Mapping[str, Any]
) -> Response:
    """Returns the form as it was typed; where its choices cannot be had, the words wait."""
    kind = asker.request.path_params["kind"]
    try:
        return await shown_form(pages, asker, kind, words_of(typed), status, problem)
    except Unavailable:
        return kept_back(pages, asker, typed)


async def shown_form(
    pages: Pages,
    asker: Asker,
    kind: str,
    typed: Typed,
    status: int = 200,
    problem: Mapping[str, Any] | None = None,
) -> Response:
    paper = await paper_of(pages, asker, kind)
    return form(paper, typed, status, problem or {})


def form(paper: Paper, typed: Typed, status: int, problem: Mapping[str, Any]) -> Response:
    """Returns the form. A key that another paper has used gives way to a new one."""
    fields, faults = paper.fields(), faults_at(problem)
    used = problem.get("rule") == KEY_REUSED
    say = paper.pages.reader(paper.asker.request).say
    draft = "" if used else typed.get("draft", "")
    known = {field.name for field in fields}
    return paper.pages.page(
        paper.asker.request,
        "paper.html",
        status,
        live=paper.asker.live,
        kind=paper.kind,
        fields=fields,
        typed=words_of(typed),
        faults={name: text for name, text in faults.items() if name in known},
        homeless=[text for name, text in faults.items() if name not in known],
        problem={**problem, "detail": say("paper-sent-before")} if used else problem,
        draft=draft or secrets.token_hex(16),
        version=0 if used else version_of(typed),
    )


def kept_back(pages: Pages, asker: Asker, typed: Typed) -> Response:
    kept = words_of(typed)
    return pages.page(asker.request, "kept.html", BUSY, live=asker.live, kept=kept)


def unclear_problem(paper: Paper, unclear: Unclear) -> dict[str, Any]:
    request = paper.asker.request
    reader = paper.pages.reader(request)
    detail = reader.say(unclear.say, name=unclear.name, example=unclear.example)
    title = TITLES[INVALID]
    return {
        "title": title.english if reader.lang == "en" else title.chinese,
        "detail": detail,
        "errors": [{"field": "cosigners", "message": detail}],
    }


def faults_at(problem: Mapping[str, Any]) -> dict[str, str]:
    """Returns the sentences by field of the page: those on signers stand at the co-signers."""
    return {_place(field): sentence for field, sentence in faults_of(problem).items()}


def _place(field: str) -> str:
    if field == "proposers.0.phone":
        return "phone"
    if field.startswith("asks"):
        return "asks"
    return "cosigners" if field.startswith("proposers") else field
