"""HTTP routes of the directory: body in, command out."""

from typing import Annotated

from fastapi import Query

from services.directory import queries
from services.directory.domain.authorization import relations, situation
from services.directory.domain.clients.commands import (
    NarrowClient,
    RegisterClient,
    RevokeClient,
)
from services.directory.domain.people.commands import (
    BlockPerson,
    CorrectPerson,
    EndTerm,
    GrantDelegation,
    RegisterDeputy,
    RegisterPerson,
    RevokeDelegation,
    UnblockPerson,
)
from services.directory.domain.people.state import Person
from services.directory.domain.units.commands import (
    ChangeUnit,
    CorrectPost,
    DissolveUnit,
    FillPost,
    RegisterUnit,
    VacatePost,
)
from services.directory.schemas import (
    ClientEntry,
    ClientNarrowing,
    DelegationEnd,
    Deputy,
    NameCorrection,
    NewClient,
    NewDelegation,
    NewDeputy,
    NewPerson,
    NewUnit,
    PersonEntry,
    PersonFound,
    PostCorrection,
    PostEnd,
    PostStart,
    TermEnding,
    UnitChange,
    UnitEnd,
    UnitNode,
)
from shared.contracts import clients
from shared.contracts import directory as contract
from shared.http.accepted import Accepted
from shared.http.fields import ClientId, PersonId, Search, UnitId
from shared.http.forms import NoBody
from shared.kernel.calendar import business_day
from shared.kernel.days import Day
from shared.kernel.errors import RuleViolated
from shared.kernel.organisation import EVERYWHERE
from shared.service.api.edge_route import edge_router
from shared.service.api.request_context import Edge

router = edge_router("directory 组织与人员")

OnDay = Annotated[Day | None, Query(description="哪一天的情况，默认今天")]
Limit = Annotated[int, Query(ge=1, le=50)]
STARS = "***********"
"""Shown instead of a phone number, however long it is."""


@router.post("/units", status_code=201, summary="登记单位 Register a unit")
async def register_unit(body: NewUnit, edge: Edge) -> Accepted:
    """机关、部门或科室；编号由登记人给定，今后不变。上级须已登记，且层级更高。"""
    command = RegisterUnit(at=edge.now(), by=edge.actor.sub, **body.fields(contract.UnitEntry))
    return await edge.dispatch(f"unit-{body.unit}", command)


@router.post("/units/{unit}/changes", status_code=201, summary="变更单位 Change a unit")
async def change_unit(unit: UnitId, body: UnitChange, edge: Edge) -> Accepted:
    """更名或改变隶属关系，自某日起生效；以前的名称和隶属关系保留。改变隶属关系的，须另一人复核。"""
    command = ChangeUnit(
        at=edge.now(), by=edge.actor.sub, unit=unit, **body.fields(contract.NamingFrom)
    )
    return await edge.dispatch(f"unit-{unit}", command)


@router.post("/units/{unit}/dissolution", status_code=201, summary="撤销单位 Dissolve a unit")
async def dissolve_unit(unit: UnitId, body: UnitEnd, edge: Edge) -> Accepted:
    """自某日起撤销，此后不再交其承办；已交办的由交办机构改派。"""
    command = DissolveUnit(
        at=edge.now(), by=edge.actor.sub, unit=unit, **body.fields(contract.UnitEnd)
    )
    return await edge.dispatch(f"unit-{unit}", command)


@router.post("/units/{unit}/posts", status_code=201, summary="任职 Fill a post")
async def fill_post(unit: UnitId, body: PostStart, edge: Edge) -> Accepted:
    """自某日起由某人担任单位的某一岗位；单位主要负责人（head）同时只有一人。"""
    command = FillPost(
        at=edge.now(), by=edge.actor.sub, unit=unit, **body.fields(contract.PostStart)
    )
    return await edge.dispatch(f"unit-{unit}", command)


@router.post("/units/{unit}/posts/vacated", status_code=201, summary="免职 Vacate a post")
async def vacate_post(unit: UnitId, body: PostEnd, edge: Edge) -> Accepted:
    """自某日起不再担任。"""
    command = VacatePost(
        at=edge.now(), by=edge.actor.sub, unit=unit, **body.fields(contract.PostEnd)
    )
    return await edge.dispatch(f"unit-{unit}", command)


@router.post("/persons", status_code=201, summary="登记人员 Register an official")
async def register_person(body: NewPerson, edge: Edge) -> Accepted:
    """工作人员；电话只有管理员和交办机关可见。再次登记可更换电话。"""
    official = body.fields(contract.Official) | {"agency": body.agency or _administered(edge)}
    command = RegisterPerson(at=edge.now(), by=edge.actor.sub, **official)
    return await edge.dispatch(f"person-{body.person}", command)


@router.post("/deputies", status_code=201, summary="登记代表、委员 Register a deputy or adviser")
async def register_deputy(body: NewDeputy, edge: Edge) -> Accepted:
    """人大代表（npc）或政协委员（cppcc）的一届任期。"""
    command = RegisterDeputy(at=edge.now(), by=edge.actor.sub, **body.fields(contract.DeputyEntry))
    return await edge.dispatch(f"person-{body.person}", command)


@router.post("/delegations", status_code=201, summary="委托代办 Let somebody act")
async def grant_delegation(body: NewDelegation, edge: Edge) -> Accepted:
    """在两个日期之间（含首尾）由受托人代为办理。"""
    command = GrantDelegation(at=edge.now(), by=edge.actor.sub, **body.fields(contract.Delegation))
    return await edge.dispatch(f"person-{body.person}", command)


@router.post("/units/{unit}/posts/corrected", status_code=201, summary="任职更正 Correct a post")
async def correct_post(unit: UnitId, body: PostCorrection, edge: Edge) -> Accepted:
    """任职日期录入有误的，按任免文件更正；须另一人复核。"""
    days = body.fields(contract.PostDays)
    command = CorrectPost(at=edge.now(), by=edge.actor.sub, unit=unit, **days)
    return await edge.dispatch(f"unit-{unit}", command)


@router.post("/persons/{person}/name", status_code=201, summary="姓名更正 Correct a name")
async def correct_person(person: PersonId, body: NameCorrection, edge: Edge) -> Accepted:
    """姓名录入有误的更正；更正后各处都显示正确的姓名。"""
    command = CorrectPerson(at=edge.now(), by=edge.actor.sub, person=person, title=body.title)
    return await edge.dispatch(f"person-{person}", command)


@router.post("/persons/{person}/block", status_code=201, summary="停用人员 Block a person")
async def block_person(person: PersonId, body: NoBody, edge: Edge) -> Accepted:
    """立即停用：不能再办理和查阅，受其委托的人也不能代行。"""
    command = BlockPerson(at=edge.now(), by=edge.actor.sub, person=person)
    return await edge.dispatch(f"person-{person}", command)


@router.post("/persons/{person}/unblock", status_code=201, summary="恢复人员 Unblock a person")
async def unblock_person(person: PersonId, body: NoBody, edge: Edge) -> Accepted:
    """恢复使用；须另一人复核。"""
    command = UnblockPerson(at=edge.now(), by=edge.actor.sub, person=person)
    return await edge.dispatch(f"person-{person}", command)


@router.post("/deputies/{person}/term-end", status_code=201, summary="任期终止 End a term")
async def end_term(person: PersonId, body: TermEnding, edge: Edge) -> Accepted:
    """代表、委员辞职、被罢免、调离、去世或者终止资格的，任期提前终止。"""
    term = {"person": person, **dict(body)}
    command = EndTerm(at=edge.now(), by=edge.actor.sub, **term)
    return await edge.dispatch(f"person-{person}", command)


@router.post("/delegations/revoked", status_code=201, summary="撤销委托 Revoke a delegation")
async def revoke_delegation(body: DelegationEnd, edge: Edge) -> Accepted:
    """立即生效；撤销的是对这名受托人现有的全部委托。"""
    between = body.fields(contract.DelegationBetween)
    command = RevokeDelegation(at=edge.now(), by=edge.actor.sub, **between)
    return await edge.dispatch(f"person-{body.person}", command)


@router.post("/clients/{client}/kinds", status_code=201, summary="缩减平台权限 Narrow a client")
async def narrow_client(client: ClientId, body: ClientNarrowing, edge: Edge) -> Accepted:
    """只能减少可以登记的类别，立即生效。"""
    command = NarrowClient(at=edge.now(), by=edge.actor.sub, client=client, kinds=body.kinds)
    return await edge.dispatch(f"client-{client}", command)


@router.post("/clients/{client}/revocation", status_code=201, summary="停用平台 Revoke a client")
async def revoke_client(client: ClientId, body: NoBody, edge: Edge) -> Accepted:
    """立即停用，不能再使用接口。"""
    command = RevokeClient(at=edge.now(), by=edge.actor.sub, client=client)
    return await edge.dispatch(f"client-{client}", command)


@router.post("/clients", status_code=201, summary="登记对接平台 Register a partner client")
async def register_client(body: NewClient, edge: Edge) -> Accepted:
    """人大、政协等平台以此编号使用接口。"""
    command = RegisterClient(at=edge.now(), by=edge.actor.sub, **body.fields(clients.PartnerClient))
    return await edge.dispatch(f"client-{body.client}", command)


@router.get("/clients", summary="对接平台 Partner clients")
async def read_clients(edge: Edge) -> list[ClientEntry]:
    """已登记的对接平台，现在可以登记的类别，以及是否已经停用。"""
    edge.admit("read-directory")
    found = await queries.clients_of(await edge.live("register"))
    return [ClientEntry.model_validate(client) for client in found]


@router.get("/units", summary="组织树 The tree of units")
async def read_units(
    edge: Edge,
    on: OnDay = None,
    q: Annotated[Search | None, Query(description="单位名称中的文字或编号；只列所找到的")] = None,
    limit: Limit = 10,
) -> list[UnitNode]:
    """某一天的单位、隶属关系和任职人员，列为树。写明 `q` 的按名称查找，列为一层。"""
    edge.admit("read-directory")
    register, day = await edge.live("register"), on or business_day(edge.now())
    if q is None:
        units = await queries.units_on(register, day)
    else:
        units = await queries.units_named(register, q, day, limit)
    return [UnitNode.model_validate(unit) for unit in units]


@router.get("/people", summary="查找人员 Find people in office")
async def find_people(
    edge: Edge,
    q: Annotated[Search, Query(description="姓名中的文字，或编号")],
    on: OnDay = None,
    limit: Limit = 10,
    registered: Annotated[
        bool, Query(description="连同已登记而没有任职的；只供办理任免的人")
    ] = False,
) -> list[PersonFound]:
    """某一天在任的工作人员及其单位、岗位，以及代表、委员；不含证号和联系方式。"""
    edge.admit("read-directory")
    if registered:
        edge.admit(FillPost.name, "agency")
    day, live = on or business_day(edge.now()), await edge.live("register")
    found = await queries.people_named(live, q, day, limit, in_office=not registered)
    return [PersonFound.model_validate(each) for each in found]


@router.get("/deputies", summary="在任代表、委员 Deputies and advisers in office")
async def read_deputies(
    edge: Edge, on: Annotated[Day | None, Query(description="哪一天在任，默认今天")] = None
) -> list[Deputy]:
    """姓名、证号、代表团或界别；不含联系方式。"""
    edge.admit("read-directory")
    rows = await queries.deputies_on(await edge.live("register"), on or business_day(edge.now()))
    return [Deputy.model_validate(row) for row in rows]


@router.get("/persons/{person}", summary="人员 One person")
async def read_person(person: PersonId, edge: Edge) -> PersonEntry:
    """姓名、代表或委员身份；电话按权限显示。"""
    edge.admit("read-directory")
    entry: Person = await edge.state(f"person-{person}")
    return PersonEntry(
        person=person,
        title=entry.title,
        agency=entry.agency,
        official=entry.official,
        phone=await _phone(edge, entry),
        mandates=list(entry.mandates),
    )


async def _phone(edge: Edge, entry: Person) -> str | None:
    if not entry.phone:
        return None
    if edge.allows("read-phone", relations(edge.actor, None, entry), situation(None, entry)):
        return await edge.reveal(entry.phone, entry.person)
    return STARS


def _administered(edge: Edge) -> str:
    """Returns the agency that the actor administers. NotAllowed comes before `agency-missing`."""
    edge.admit(RegisterPerson.name, "agency")
    for post in edge.actor.posts:
        if post.role == "system-admin" and post.unit != EVERYWHERE:
            return post.unit
    raise RuleViolated("agency-missing", "请写明由哪个机关管理", "agency")
