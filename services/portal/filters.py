"""The filters of the worklist, and the cases that the caller may see."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from fastapi import Query

from services.portal import desk, numbers, queries
from services.portal.backlog import backlog
from services.portal.counts import number_in, selection_of
from services.portal.domain.derived import LIGHTS
from services.portal.domain.notices import notices_of
from services.portal.domain.parts import relations, shown_as_member, shown_to
from services.portal.queries import ACTORS, REGISTER
from services.portal.reserved import kept_back
from services.portal.schemas import Light, Status
from services.portal.seen import Reader
from services.portal.tallies import KNOWN_FIELDS, Tallied, tally_of, tally_one_by_one
from shared.contracts.particulars import Particular
from shared.http.fields import CaseId, Code, PersonId, Search, UnitId
from shared.kernel.calendar import business_day
from shared.kernel.days import Day
from shared.kernel.petition_rules import ReviewState
from shared.kernel.policy import PolicyRow
from shared.kernel.reply_rules import NoticeKind
from shared.kernel.visibility import Among, Every
from shared.service.api.request_context import ServiceEdge

MOST_TICKED = 200
"""Ids of cases in an address: it stays below the eight kilobytes that proxies take."""


def visible(edge: ServiceEdge) -> list[queries.Filter]:
    """Returns the filter for the cases that the caller may see as they are today."""
    return [edge.visible("read-case").present.as_filter()]


async def shown_document(edge: ServiceEdge, case_id: str) -> dict[str, Any]:
    """Returns the document of a case as the caller may see it. Raises NotFound."""
    document = await edge.document(REGISTER, case_id)
    if edge.visible("read-case").admits(document):
        return shown_to(edge.actor, document, edge.runtime.authorization.allows_at)
    if not await is_at_work_on_master(edge, document):
        await edge.hide(case_id)
    return shown_as_member(document)


async def is_at_work_on_master(edge: ServiceEdge, document: Mapping[str, Any]) -> bool:
    """Returns whether the case is merged, and the caller's unit has its master."""
    merged = document.get("intake", {}).get("merged_into")
    if merged is None:
        return False
    master = await queries.document_of(await edge.live(REGISTER), merged["case_id"])
    roles = relations(edge.actor.kept_from(master.get("against") or ()), master)
    return bool(roles["task-unit"] | roles["co-unit"])


def printable(edge: ServiceEdge, document: Mapping[str, Any]) -> list[NoticeKind]:
    """Returns the notices about the case that the caller may print. Of the units those that answer
    for the case: co-handlers tell the petitioner nothing."""
    answering = {**document, "units": document["leads"]}
    if document.get("former") or not edge.visible("print-notice").present.admits(answering):
        return []
    return notices_of(document, row_of(edge, document).letters.notices)


def row_of(edge: ServiceEdge, document: Mapping[str, Any]) -> PolicyRow:
    """Returns the policy row of the case today."""
    resolve = edge.runtime.policies.resolve
    return resolve(document["agency"], document["kind"], document["channel"], edge.now()).row


@dataclass(kw_only=True)
class Wanted:
    """The filters of the worklist, all by code."""

    agency: Annotated[UnitId | None, Query(description="交办机关")] = None
    kind: Code | None = None
    channel: Code | None = None
    period: Code | None = None
    region: Code | None = None
    subject: Code | None = None
    purpose: Code | None = None
    particular: Annotated[
        Particular | None, Query(description="来件情况：集体访、重复信访、越级走访、多年重复")
    ] = None
    review: Annotated[
        ReviewState | None, Query(description="复查复核：可以请求、正在办理、已经终结")
    ] = None
    charge: Annotated[PersonId | None, Query(description="牵头领导")] = None
    scheme: Annotated[Code | None, Query(description="重点办理：领导牵头的形式")] = None
    carrier: Annotated[PersonId | None, Query(description="首问责任人")] = None
    charged: Annotated[bool, Query(description="只列有领导牵头的")] = False
    backlog: Annotated[bool, Query(description="只列积案，按办理规则认定")] = False
    status: Status | None = None
    light: Light | None = None
    measure: Annotated[
        Code | None, Query(description="只列统计按此项计入的，如 closed、replied")
    ] = None
    running: Annotated[bool, Query(description="只列正在计时的，即灯色为红、黄、绿的")] = False
    by_unit: Annotated[
        bool, Query(description="不列按承办单位统计时对本人不计入的类别，须同时给出 agency")
    ] = False
    beside_units: Annotated[
        bool, Query(description="只列按承办单位统计时对本人不计入的类别，须同时给出 agency")
    ] = False
    unassigned: Annotated[
        bool, Query(description="只列没有承办单位的：尚未交办、等待改派或者没有立案")
    ] = False
    unit: UnitId | None = None
    lead: Annotated[UnitId | None, Query(description="主办、分办单位")] = None
    subtree: Annotated[bool, Query(description="连同下级单位")] = False
    due_from: Annotated[Day | None, Query(description="到期日不早于")] = None
    due_to: Annotated[Day | None, Query(description="到期日不晚于")] = None
    mine: Annotated[bool, Query(description="只列本人单位承办的和本人提出的")] = False
    own: Annotated[bool, Query(description="只列本人提出的")] = False
    waiting: Annotated[bool, Query(description="只列等待本人办理的")] = False
    waiting_for: Annotated[Code | None, Query(description="只列等待本人办理此项的")] = None
    batch: Annotated[
        str | None, Query(pattern="^[0-9a-f]{32}$", description="只列由这次导入登记的")
    ] = None
    unseen: Annotated[bool, Query(description="只列本人上次打开以后有更新的")] = False
    case: Annotated[
        list[CaseId] | None, Query(max_length=MOST_TICKED, description="只列所勾选的办件")
    ] = None
    q: Annotated[
        Search | None,
        Query(description="案由或编号中的文字，几个词以空格分隔，全半角、大小写不分"),
    ] = None

    @cached_property
    def named(self) -> dict[str, str]:
        """The filters by code: field of the register → code."""
        named = {"kind": self.kind, "channel": self.channel, "period": self.period}
        named |= {"region": self.region, "subject": self.subject, "purpose": self.purpose}
        named |= {"particulars": self.particular, "reviews": self.review}
        named |= {"charge": self.charge, "schemes": self.scheme, "carrier": self.carrier}
        named |= {"measures": self.measure, "batch": self.batch, "agency": self.agency}
        named |= {"status": self.status, "light": self.light}
        codes = {field: code for field, code in named.items() if code}
        return codes if self.subtree else codes | self._units

    @property
    def is_all(self) -> bool:
        """Returns whether nothing but marks of the reader leaves out a case."""
        return not (self._is_beside or self.running or self.named)

    @property
    def _units(self) -> dict[str, str]:
        named = {"units": self.unit, "leads": self.lead}
        return {field: unit for field, unit in named.items() if unit}

    @property
    def _of_unit(self) -> bool:
        return self.by_unit or self.beside_units

    @property
    def _is_beside(self) -> bool:
        """Returns whether a filter is set that no counter knows."""
        of_caller = self.mine or self.own or self.waiting or self.waiting_for or self._of_unit
        of_unit = (self.subtree and self._units) or self.unassigned
        of_petitions = self.charged or self.backlog
        by_words = self.q or self.due_from or self.due_to or self.case
        return bool(of_caller or of_unit or of_petitions or by_words)

    @property
    def _is_plain(self) -> bool:
        return not (self._is_beside or self.unseen)

    @cached_property
    def _counted(self) -> Every:
        return Every(tuple(counted_as(self.named, self.running)))

    async def of(self, edge: ServiceEdge) -> list[queries.Filter]:
        """Returns the conditions; some depend on the caller, one on the units of today."""
        conditions = [*self._of_cases(), *self._of_caller(edge)]
        if self.backlog:
            policies = edge.runtime.policies
            conditions.append(backlog(policies.in_force(edge.now()), business_day(edge.now())))
        for field, place in self._units.items() if self.subtree else ():
            live, today = await edge.live(ACTORS), business_day(edge.now())
            places = {"$in": await queries.below(live, place, today)}
            conditions += [{field: places}, {"units": places}]
        if self.unseen:
            conditions.append(await Reader.of(edge).unseen(await edge.live(REGISTER)))
        return conditions

    def _of_cases(self) -> Iterator[queries.Filter]:
        yield from queries.wanted(self.named, self.q)
        yield from queries.due_between(self.due_from, self.due_to)
        if self.running:
            yield dict(queries.RUNNING)
        if self.unassigned:
            yield {"leads": []}
        if self.charged:
            yield {"charge": {"$gt": ""}}
        if self.case:
            yield {"_id": {"$in": self.case}}

    def _of_caller(self, edge: ServiceEdge) -> Iterator[queries.Filter]:
        if self.agency and self._of_unit:
            kinds = sorted(kept_back(edge, self.agency))
            yield {"kind": {"$in" if self.beside_units else "$nin": kinds}}
        if self.mine:
            yield queries.concerning(edge.actor.sub, [post.unit for post in edge.actor.posts])
        if self.own:
            yield queries.brought_by(edge.actor.sub)
        if self.waiting_for:
            yield desk.waiting_for(edge, self.waiting_for)
        elif self.waiting:
            yield desk.waiting(edge)

    async def tally(
        self, edge: ServiceEdge, conditions: Sequence[queries.Filter]
    ) -> tuple[Tallied, Tallied]:
        """Returns the tally of the cases that the filters leave to the caller, and what is to be
        taken off it. `conditions` are the filters, as `of` returns them. Where no counter knows
        them, MOST_COUNTED cases and one more are counted."""
        live = await edge.live(REGISTER)
        if self.is_tallied:
            shown = edge.visible("read-case").present
            return await tally_of(live, shown, self._counted, conditions)
        most = numbers.MOST_COUNTED + 1
        return await tally_one_by_one(live, [*visible(edge), *conditions], most), []

    async def number(
        self, edge: ServiceEdge, conditions: Sequence[queries.Filter], most: int | None = None
    ) -> int:
        """Returns the number of these cases; those that no counter knows are counted up to one
        beyond `most`."""
        live, shown = await edge.live(REGISTER), edge.visible("read-case").present
        if self.is_tallied:
            counted, kept = await self.tally(edge, conditions)
            return sum(n for _, n in counted) - sum(n for _, n in kept)
        if selection := self._selection:
            return await number_in(live, shown, selection, self.named, conditions)
        return await numbers.number(live, [shown.as_filter(), *conditions], most)

    async def shown_number(
        self, edge: ServiceEdge, conditions: Sequence[queries.Filter]
    ) -> numbers.Number:
        """Returns the number as it is shown: exact from counters, else as far as it is counted."""
        counted = await self.number(edge, conditions, numbers.MOST_COUNTED)
        return numbers.Number(counted) if self.is_counted else numbers.Number.of(counted)

    @property
    def is_counted(self) -> bool:
        """Returns whether counters know the number."""
        return self.is_tallied or bool(self._selection)

    @property
    def _selection(self) -> Any:
        is_named = self._is_plain and self._counted.fields == self.named.keys()
        return selection_of(self.named) if is_named else None

    @property
    def is_tallied(self) -> bool:
        return self._is_plain and self._counted.fields <= KNOWN_FIELDS


def counted_as(named: Mapping[str, str], running: bool) -> Iterator[Among]:
    """Yields the filters by code as counters name their values."""
    for name, value in named.items():
        lacks = value == queries.WITHOUT and name in queries.MAY_LACK
        yield Among(name, frozenset({"-" if lacks else value}))
    if running:
        yield Among("light", frozenset(LIGHTS))
