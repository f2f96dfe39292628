"""Reads whatever anybody can read: every GET that OpenAPI describes, the pages of proposers and the
public site."""

import asyncio
import io
import zipfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, get_args

import httpx

from services.portal.ledger import Key
from services.portal.printing.meeting import Name as MeetingPaper
from shared.kernel.reply_rules import NoticeKind
from shared.ops.docgen.openapi import openapi_of
from shared.service.processes.registry import SERVICES
from tests.e2e.matter import Matter
from tests.e2e.organisation import (
    AUDITOR,
    GUO,
    LEADER,
    OFFICE,
    OPERATOR,
    PUBLISHER,
    REGISTRAR,
    SECURITY,
    SYSTEM,
    TANG,
    TRAFFIC,
    clerk,
)
from tests.e2e.private_matter import PERIOD, UNIT
from tests.e2e.test_my_pages import browser_of
from tests.e2e.traces import PUBLIC_PAGES, TOKEN, any_of, spellings
from tests.e2e.world import World

READERS = (
    OFFICE, LEADER, SECURITY, SYSTEM, AUDITOR, OPERATOR, PUBLISHER, REGISTRAR, TANG, GUO,
    clerk(UNIT), clerk(UNIT, "head"), clerk(TRAFFIC),
)  # fmt: skip
QUERIES: Mapping[str, Sequence[dict[str, Any]]] = {
    "/cases/{case_id}": [{}, {"contact_reason": "notify"}],
    "/cases/{case_id}/print": [{}, {"lang": "en"}],
    "/people": [{"q": "王"}],
    "/statistics": [{"period": period} for period in ("2025", PERIOD)],
    "/worklist/export": [{"format": f, "columns": get_args(Key)} for f in ("csv", "xlsx")],
    "/worklist/print": [{"columns": get_args(Key)}],
    "/worklist": [{"limit": 200}],
}
SEARCHES = {"/worklist": "q", "/worklist/former": "q", "/similar": "title", "/tally": "q"}
"""Lists that are searched for words, too."""
Place = tuple[str, bytes]


async def seen(
    world: World, cases: Sequence[Matter], planted: Mapping[str, str]
) -> dict[str, set[str]]:
    """Returns what of the planted can be read, by the address that shows it."""
    searched = [word for what, word in planted.items() if what.startswith("intake /cases title")]
    wanted = {what: spellings(word) for what, word in planted.items()}
    of_any = any_of(form for forms in wanted.values() for form in forms)
    found: dict[str, set[str]] = defaultdict(set)
    async for place, content in everything(world, cases, searched):
        if of_any.search(content):
            found[place] |= {w for w, forms in wanted.items() if any(f in content for f in forms)}
    return found


async def everything(
    world: World, cases: Sequence[Matter], searched: Sequence[str]
) -> AsyncIterator[Place]:
    asked = [one async for one in questions(world, cases, searched)]
    at_once = asyncio.Semaphore(6)

    async def answer(name: str, path: str, who: str, query: dict[str, Any]) -> Place:
        async with at_once:
            told = await world.ask("GET", path, who, params=query)
        assert told.status_code < 500, (path, told.text)
        assert told.status_code != 429, path
        return name, contents(told)

    for answered in asyncio.as_completed([answer(*one) for one in asked]):
        yield await answered
    async for place in of_proposers(world, cases):
        yield place
    for path, word in of_the_site(cases, searched):
        yield "site", (await world.page(path)).content.replace(word[-TOKEN:].encode() or b"\0", b"")


async def questions(
    world: World, cases: Sequence[Matter], searched: Sequence[str]
) -> AsyncIterator[tuple[str, str, str, dict[str, Any]]]:
    """Yields name, path, reader and query of every question."""
    named = [await ids_of(case) for case in cases]
    for service in SERVICES:
        for template, methods in openapi_of(service)["paths"].items():
            if "get" in methods and "{service}" not in template:
                places = [p for ids in named for p in filled(template, ids)] or [template]
                paths = dict.fromkeys(f"/{service}/v1{place}" for place in places)
                for path, query in product(paths, list(queries(template, searched))):
                    for who in READERS:
                        yield f"{service} {template}", path, who, query


def queries(template: str, searched: Sequence[str]) -> Iterator[dict[str, Any]]:
    if template not in {"/similar"}:
        yield from QUERIES.get(template, [{}])
    if name := SEARCHES.get(template):
        yield from ({name: word} for word in searched)


def filled(template: str, ids: Mapping[str, Sequence[str]]) -> Iterator[str]:
    names = [part[1:].partition("}")[0] for part in template.split("/") if part.startswith("{")]
    for values in product(*(ids[name] for name in names)):
        yield template.format_map(dict(zip(names, values, strict=True)))


async def ids_of(case: Matter) -> dict[str, Sequence[str]]:
    """Returns the values of the parameters of paths."""
    page = (await case.world.ask("GET", f"/portal/v1/cases/{case.id}", OFFICE)).json()
    paper = (await case.world.ask("GET", f"/intake/v1/cases/{case.id}", OFFICE)).json()
    own = (await case.world.ask("GET", "/intake/v1/imports", REGISTRAR)).json()
    drafts = (await case.world.ask("GET", "/portal/v1/drafts", OFFICE)).json()
    return {
        "case_id": [case.id],
        "task": [*page.get("assignment", {}).get("tasks", {})],
        "attachment_id": [each["id"] for each in paper.get("attachments", ())],
        "import_id": [each["id"] for each in own["items"]],
        "draft": [each["draft"] for each in drafts],
        "notice": get_args(NoticeKind),
        "label": [page["label"]] if page.get("label") else [],
        "ledger": ["petition"],
        "name": get_args(MeetingPaper),
        "person": [TANG],
    }


def contents(answer: httpx.Response) -> bytes:
    """Returns the body; a workbook unpacked."""
    if not answer.content.startswith(b"PK"):
        return answer.content
    with zipfile.ZipFile(io.BytesIO(answer.content)) as workbook:
        return b"\n".join(map(workbook.read, workbook.namelist()))


async def of_proposers(world: World, cases: Sequence[Matter]) -> AsyncIterator[Place]:
    for who in (TANG, GUO):
        async with browser_of(world, who) as browser:
            for path in ("", "?done=register", "drafts", *(f"cases/{case.id}" for case in cases)):
                yield "my", (await browser.get(f"/my/{path}")).content


def of_the_site(cases: Sequence[Matter], searched: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yields addresses, and the word that each page of a search shows in its field."""
    yield from ((f"/cases/{case.id}", "") for case in cases)
    yield from ((f"/cases?q={word}", word) for word in searched)
    yield from ((path, "") for path in PUBLIC_PAGES)
