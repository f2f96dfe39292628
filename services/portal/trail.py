"""HTTP routes of the audit trail: entries with the names of their people, and the proof of the
chain."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from services.portal.queries import ACTORS
from services.portal.routers import portal_router
from shared.audit.entry import Kind
from shared.audit.search import Search
from shared.audit.views import TrailEntry, TrailProof, proof_behind
from shared.http.fields import LARGEST, CaseId
from shared.kernel.calendar import business_day
from shared.kernel.days import BoundedMoment
from shared.kernel.moment import stamp
from shared.kernel.organisation import DirectoryEntry, Organisation
from shared.service.api.request_context import Edge, ServiceEdge

router = portal_router()
Subject = Annotated[str, Query(pattern=r"^[a-z][A-Za-z0-9:._-]{0,79}$", examples=["p-office-1"])]
Address = Annotated[str, Query(pattern=r"^[0-9A-Za-z:.-]{1,60}$", examples=["10.1.2.3"])]


class PostThen(BaseModel):
    """A post of a person on the day of an entry, and the short name that its unit had."""

    role: str
    unit: str
    short: str


class NamedEntry(TrailEntry):
    posts: list[PostThen] = Field(
        default=[],
        description="人员在该记录当日担任的岗位",
        examples=[[{"role": "office", "unit": "u-office", "short": "市府办"}]],
    )


class NamedTrail(BaseModel):
    """Entries, the newest first; `next` is the number behind which the next page begins. `names`:
    of units, platforms, and people who hold or held a post, by id. Proposers stay unnamed."""

    items: list[NamedEntry]
    next: int | None
    names: dict[str, str] = Field(default={}, examples=[{"p-office-1": "许雨桐"}])


@router.get("/audit", summary="审计记录 Audit trail")
async def read_trail(  # noqa: PLR0913, PLR0917 - one parameter a filter
    edge: Edge,
    kind: Kind | None = None,
    subject: Subject | None = None,
    case_id: CaseId | None = None,
    address: Address | None = None,
    since: BoundedMoment | None = None,
    until: BoundedMoment | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[int | None, Query(ge=1, le=LARGEST, description="上一页的 next")] = None,
) -> NamedTrail:
    """谁、何时、从何处、因何被拒、查阅了哪一件；新的在前，连同人员的姓名和当日的岗位。供审计管理员，每次查阅本身也会记录。"""
    edge.admit("read-trail")
    moments = [stamp(each) if each else None for each in (since, until)]
    wanted = Search(kind, subject, case_id, address, *moments)
    entries = await edge.trace.inspect(edge.actor, "list-trail")
    rows = await entries.find(wanted.as_filter(), limit, after)
    last = rows[-1]["_id"] if len(rows) == limit else None
    return await named(edge, [NamedEntry.of(row) for row in rows], last)


@router.get("/audit/proof", summary="核对审计记录 Proof of the trail")
async def prove_trail(
    edge: Edge,
    after: Annotated[int, Query(ge=0, le=LARGEST, description="上一次的 next")] = 0,
) -> TrailProof:
    """逐条核对哈希链，每次至多一万条；被改动、删除、插入的记录会列出。"""
    edge.admit("read-trail")
    entries = await edge.trace.inspect(edge.actor, "verify-trail")
    return await proof_behind(entries, after)


async def named(edge: ServiceEdge, items: list[NamedEntry], last: int | None) -> NamedTrail:
    """Returns the page with names of today and the posts of the day of each entry."""
    known = await directory_of(edge, {id_ for each in items for id_ in ids_in(each)})
    today = Organisation.on(business_day(edge.now()), known)
    for each in items:
        day = business_day(datetime.fromisoformat(each.at))
        each.posts = posts_on(day, known, each.subject) if each.subject else []
    holders = {holder for entry in known for holder in entry.get("holders", ())}
    names = {key: today.short(key) for key in sorted(today.entries)}
    shown = {k: name for k, name in names.items() if name and may_be_named(today, k, holders)}
    return NamedTrail(items=items, next=last, names=shown)


def may_be_named(known: Organisation, id_: str, holders: set[str]) -> bool:
    return id_ in holders or not known.is_person(id_)


def ids_in(entry: TrailEntry) -> Iterator[str]:
    """Yields the ids of people, platforms and units in an entry. The target of an act on the
    directory is a stream: `person-p-1`."""
    yield from filter(None, (entry.subject, entry.client))
    yield from (entry.on_behalf_of or "").split(",")
    yield (entry.target or "").partition("-")[2]


async def directory_of(edge: ServiceEdge, ids: set[str]) -> Sequence[DirectoryEntry]:
    """Returns the entries of the ids, and the units where one of them holds or held a post."""
    live, wanted = await edge.live(ACTORS), {"$in": sorted(filter(None, ids))}
    own = await live.find({"_id": wanted}).to_list(None)
    seats = await live.find({"holders": wanted}).to_list(None)
    return list({entry["_id"]: entry for entry in (*own, *seats)}.values())


def posts_on(day: date, known: Sequence[DirectoryEntry], person: str) -> list[PostThen]:
    then = Organisation.on(day, known)
    return [
        PostThen(role=role, unit=unit, short=then.short(unit) or unit)
        for unit, role in then.posts_of(person)
    ]
