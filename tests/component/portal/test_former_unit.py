"""A petition turns out to be an accusation and moves: its former unit hears no more of it, and
nobody but its organs can count it."""

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from shared.contracts import assignment as a
from shared.contracts import intake as i
from shared.contracts.case_event import CaseMark, Task
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Recorded
from tests.component.portal.conftest import Portal, case_id, keep, lived, open_portal
from tests.unit.portal.life import DUE, LEAD, happened

FORMER = Actor("p-hou", (Post("head", "u-hou", ("u-hou", "u-city")),))
TAKEN_OFF = Actor("p-fin", (Post("handler", "u-fin", ("u-fin", "u-city")),))
PRESENT = Actor("p-dis", (Post("handler", "u-discipline", ("u-discipline", "u-city")),))
ORGAN = Actor("p-organ", (Post("office", "u-petition", ("u-petition", "u-city")),))
OTHER_ORGAN = Actor("p-npc", (Post("office", "u-npcsc-dep", ("u-npcsc-dep",)),))
ELSEWHERE = Actor("p-county", (Post("leader", "u-county", ("u-county",)),))
LEADER = Actor("p-leader", (Post("leader", "u-city", ("u-city",)),))
PETITION: dict[str, Any] = {
    "kind": "petition", "channel": "letter", "label": "2025年第1号信访件", "title": "x"
}  # fmt: skip
MOVED, OTHER = case_id(1), case_id(2)
pytestmark = pytest.mark.asyncio(loop_scope="module")


def moved() -> list[Recorded]:
    """Case 1, an appeal at work at u-hou with u-fin, is classified anew and moved."""
    told = lived(1, 9, purpose="appeal", **PETITION)
    mark = told[0].event.fields(CaseMark)  # type: ignore[attr-defined]
    new = Task(task="d" * 12, unit="u-discipline", part="lead", due=DUE)
    by = {"by": "p-organ"}
    later = (
        i.CaseClassified(**mark, **happened(20), **by, purpose="accusation", reason="属检举控告"),
        a.AssignmentReassigned(
            **mark, **happened(21), **by, task=LEAD, unit="u-hou", round=1, to=new
        ),
        a.AssignmentRemoved(**mark, **happened(21), **by, task="b" * 12, unit="u-fin", round=1),
        a.AssignmentReceived(**mark, **happened(30), **by, task="d" * 12, unit="u-discipline"),
    )
    for event in later:
        owner = "intake" if isinstance(event, i.CaseClassified) else "assignment"
        version = max(each.version for each in told if each.source == owner) + 1
        stream = f"{owner}-{MOVED}"
        about = {"id": f"{event.type}{version}", "version": version, "source": owner}
        told.append(replace(told[0], stream=stream, event=event, **about))
    return told


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    async with open_portal(mongo_url) as made:
        await keep(made.database, [*moved(), *lived(2, 9, purpose="advice", **PETITION)])
        yield made


async def ids(portal: Portal, who: Actor, path: str = "/worklist", **query: Any) -> list[str]:
    answer = await portal.get(path, as_=who, **query)
    assert answer.status_code == 200, answer.text
    return sorted(line["case_id"] for line in answer.json()["items"])


NEWS = ("accusation", "u-discipline", "市纪委", "classified", "d" * 12)
FILTERS: tuple[dict[str, str], ...] = (
    {"purpose": "accusation"}, {"unit": "u-discipline"}, {"status": "assigned"}, {"light": "green"},
    {"sort": "newest"}, {"q": "第1号信访件"}, {"due_from": "2025-01-01"}, {"mine": "true"},
    {"unit": "u-city", "subtree": "true"}, {"waiting": "true"},
)  # fmt: skip


@pytest.mark.parametrize("who", [FORMER, TAKEN_OFF], ids=lambda who: who.sub)
async def test_no_list_tally_or_export_has_it_for_a_former_unit(portal: Portal, who: Actor) -> None:
    for query in FILTERS:
        assert MOVED not in await ids(portal, who, **query), query
        tally = (await portal.get("/tally", as_=who, **drop_order(query))).json()
        assert tally["total"] == len(await ids(portal, who, **query)), query
    for form in ("csv", "xlsx"):
        exported = await portal.get("/worklist/export", as_=who, format=form)
        assert MOVED.encode() not in exported.content
    assert await ids(portal, who, "/cases/by-number/2025年第1号信访件") == [OTHER]
    assert await ids(portal, who) == [OTHER]


def drop_order(query: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if name != "sort"}


@pytest.mark.parametrize("who", [FORMER, TAKEN_OFF], ids=lambda who: who.sub)
async def test_a_former_unit_keeps_the_case_as_it_was(portal: Portal, who: Actor) -> None:
    own = who.posts[0].unit
    answer = await portal.get(f"/cases/{MOVED}", as_=who)
    page = answer.json()
    listed = (await portal.get("/worklist/former", as_=who)).json()
    [line] = listed["items"]
    for shown in (page, line):
        assert not [word for word in NEWS if word in str(shown)]
        assert (shown["case_id"], shown["former"], shown["purpose"]) == (MOVED, True, None)
        assert (shown["units"], shown["leads"], shown["due"]) == ([], [], None)
        was = "handling" if own == "u-hou" else "assigned"
        assert (shown["status"], shown["light"]) == (was, "none")
        assert shown["updated_at"] == happened(21)["at"].isoformat().replace("+00:00", ".000Z")
    assert {row["unit"] for row in page["assignment"]["tasks"].values()} == {own}
    assert max(entry["at"] for entry in page["timeline"]) <= line["updated_at"]
    assert page["timeline"]
    assert (page["versions"], "etag" in answer.headers) == ({}, False)


@pytest.mark.parametrize("who", [FORMER, TAKEN_OFF], ids=lambda who: who.sub)
async def test_no_service_is_asked_for_what_a_former_unit_keeps(portal: Portal, who: Actor) -> None:
    """Each would note a refusal in the trail; here none of them answers."""
    page = (await portal.get(f"/cases/{MOVED}", as_=who)).json()
    assert (page["actions"], page["actions_missing"]) == ([], [])
    sheet = await portal.get(f"/cases/{MOVED}/print", as_=who)
    assert sheet.status_code == 200
    assert "没有取得" not in sheet.text
    assert "2025年第1号信访件" in sheet.text
    present = (await portal.get(f"/cases/{MOVED}", as_=PRESENT)).json()
    assert present["actions_missing"], "the unit that has the task now is offered what they answer"


async def test_the_list_of_former_cases_goes_on_by_registration_alone(portal: Portal) -> None:
    first = await portal.get("/worklist/former", as_=FORMER, limit=1)
    assert first.json()["next"] is None
    assert await ids(portal, FORMER, "/worklist/former", q="第2号") == []
    assert await ids(portal, PRESENT, "/worklist/former") == []
    mark = base64.urlsafe_b64encode(b'["2020-01-01T00:00:00.000Z", ""]').decode()
    assert await ids(portal, FORMER, "/worklist/former", after=mark) == []


async def test_its_present_unit_and_its_organ_see_it_as_it_is(portal: Portal) -> None:
    assert await ids(portal, PRESENT, purpose="accusation") == [MOVED]
    page = (await portal.get(f"/cases/{MOVED}", as_=ORGAN)).json()
    assert (page["purpose"], page["units"], page["former"]) == (
        "accusation", ["u-discipline"], False,
    )  # fmt: skip
    assert "intake" in str(page["versions"])


async def statistics(portal: Portal, who: Actor, **query: Any) -> Any:
    return await portal.get("/statistics", as_=who, period="2025", **query)


@pytest.mark.parametrize("group", ["unit", "purpose"])
async def test_only_organs_of_petitions_count_them_by_unit_and_class(
    portal: Portal, group: str
) -> None:
    named = {"unit": "u-discipline", "purpose": "accusation"}[group]
    for who in (ORGAN, LEADER):
        for query in ({}, {"kind": "petition"}):
            answer = await statistics(portal, who, group=group, **query)
            assert named in {each["value"] for each in answer.json()["groups"]}, who.sub
    for who in (FORMER, PRESENT, OTHER_ORGAN, ELSEWHERE, Actor("p-n001", deputy=True)):
        for query in ({}, {"kind": "petition"}):
            answer = await statistics(portal, who, group=group, **query)
            assert answer.status_code == (403 if group == "purpose" else 200), who.sub
            values = {each["value"] for each in answer.json().get("groups", ())}
            together = {"all"} if group == "purpose" else {"all", "other-kinds"}
            assert values <= together, (who.sub, values)
