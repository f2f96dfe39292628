"""Pages to read: the list of the reader's cases, and one case with its replies."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from services.portal.my.asking import Answer, Asker
from services.portal.my.rendering import Pages
from services.portal.my.typed import Typed
from shared.kernel.errors import NotFound
from shared.parallel import in_parallel

Show = Callable[..., Awaitable[Response]]
ON_A_PAGE = "50"
ACTS: Mapping[str, tuple[str, str]] = {
    "rate-reply": ("feedback", "cases/{case}/evaluations/{target}/rating"),
    "confirm-signature": ("intake", "cases/{case}/signatures/{target}/confirmation"),
    "decline-signature": ("intake", "cases/{case}/signatures/{target}/refusal"),
    "hand-in-paper": ("intake", "cases/{case}/hand-in"),
    "resubmit-paper": ("intake", "cases/{case}/resubmission"),
    "request-review": ("feedback", "cases/{case}/reviews/{target}/request"),
    "withdraw-case": ("intake", "cases/{case}/withdrawal"),
}
"""Acts of a proposer, in the order of the page, each with its service and the address in it. Each
is shown where the services offer it."""
REGISTER = "register-case"
ASKED = ("intake", "handling", "feedback")
"""Services whose own views are parts of the page of a case."""


async def mine(pages: Pages, request: Request) -> Response:
    """List of the cases that the reader brought, the newest first."""
    asker = await pages.admitted(request)
    me = await asker.ask("portal", "me")
    query = {"own": "true", "sort": "newest", "limit": ON_A_PAGE, "total": "true"}
    if after := request.query_params.get("after"):
        query["after"] = after[:300]
    listed = await asker.ask("portal", "worklist", **query)
    brings = me["deputy"] and REGISTER in me["may"]
    return pages.page(request, "list.html", live=asker.live, listed=listed, brings=brings)


async def case(pages: Pages, request: Request) -> Response:
    """One case: where it stands, the replies, what the reader may do, the paper itself. One that
    was registered a moment ago may not be here yet."""
    asker = await pages.admitted(request)
    try:
        return await shown_case(pages, asker, request.path_params["case_id"])
    except NotFound:
        if request.query_params.get("done") != REGISTER:
            raise
        return pages.page(request, "arriving.html", live=asker.live)


async def shown_case(
    pages: Pages,
    asker: Asker,
    case_id: str,
    status: int = 200,
    typed: Typed | None = None,
    problem: Mapping[str, Any] | None = None,
) -> Response:
    """Returns the page. `typed` and `problem`: of the form that was refused. Raises NotFound."""
    request, path = asker.request, f"cases/{quote(case_id, safe='')}"
    page, current = await asker.ask_since("portal", path, request.query_params.get("at", ""))
    if not page["own"]:
        raise NotFound(case_id)
    views = await in_parallel(partial(asker.try_to_ask, path=path), ASKED, len(ASKED))
    text, handling, feedback = views
    return pages.page(
        request,
        "case.html",
        status,
        live=asker.live,
        case=page,
        current=current,
        text=text,
        missing=bool(page["actions_missing"]) or None in views,
        done=done_in(request),
        **work_of(handling),
        own=own_evaluations(feedback, asker.live.session.person),
        reviews=(feedback or {}).get("reviews", []),
        **form_of(page, typed or {}, problem or {}),
    )


def done_in(request: Request) -> str:
    """Returns the act that led here."""
    done = request.query_params.get("done", "")
    return done if done in {*ACTS, REGISTER} and request.method == "GET" else ""


def work_of(handling: Answer | None) -> Answer:
    """Returns the parts of the work with a signed reply, the latest round first, and those of
    which the day was moved, or that stood still; none of a task or a case that
    has ended."""
    every = [task for task in (handling or {}).get("tasks", []) if task["stage"] != "closed"]
    stopped = (handling or {}).get("situation") == "stopped"
    awaited = [task for task in every if not (task["reply"] or stopped)]
    extended = [task for task in awaited if task["extensions"]]
    suspended = [task for task in awaited if task["suspensions"]]
    replied = [task for task in every if task["reply"]]
    rounds = [task["round"] for task in replied]
    tasks = sorted(replied, key=lambda task: -task["round"])
    moved = {"extended": extended, "suspended": suspended}
    return {"tasks": tasks, "last_round": max(rounds, default=1), **moved}


def form_of(page: Answer, typed: Typed, problem: Mapping[str, Any]) -> Answer:
    """Returns the acts, and what the page says in the form that was refused; `homeless` where that
    form is on the page no more, because its act was done meanwhile."""
    acts = offered(page)
    forms = {f"{act['action']}/{act['target'] or '-'}" for act in acts}
    return {
        "acts": acts,
        "typed": typed,
        "problem": problem,
        "faults": faults_of(problem),
        "homeless": bool(problem) and typed.get("form") not in forms,
    }


def own_evaluations(feedback: Answer | None, person: str) -> list[Answer]:
    """Returns the reader's evaluations, the latest first; those of others are not his to see."""
    every = (feedback or {}).get("evaluations", [])
    return [each for each in reversed(every) if each["rater"] == person]


def offered(page: Answer) -> list[Answer]:
    """Returns what the services let the reader do now."""
    found = [action for action in page["actions"] if action["action"] in ACTS]
    return sorted(found, key=lambda action: list(ACTS).index(action["action"]))


def faults_of(problem: Mapping[str, Any]) -> dict[str, str]:
    """Returns the sentence for each field that the service names."""
    faults = {fault["field"]: fault["message"] for fault in problem.get("errors") or ()}
    if field := problem.get("field"):
        faults.setdefault(field, problem.get("detail", ""))
    return faults
