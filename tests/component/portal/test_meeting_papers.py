"""Papers of a meeting that hands out: which cases and units, every share with its base, who may
print them, on paper and as a workbook (ADR 99)."""

import io
from collections.abc import AsyncIterator
from datetime import date
from html import unescape
from typing import Any

import openpyxl
import pytest
import pytest_asyncio

from services.portal.printing import meeting
from shared.kernel.actor import Actor, Post
from shared.service.identity.actors_projection import derive
from shared.testing.organisation import city, organisation, person, seat, staffed, unit
from shared.testing.service import MONDAY
from tests.component.portal.conftest import Portal, case_id, keep, lived, open_portal
from tests.component.portal.test_api import DEPUTY, HANDLER, OFFICE, REGISTRAR, STRANGER
from tests.component.portal.test_print import HOSTILE, rows_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
PAPERS = ("arrangement", "analysis", "contacts", "duties")
YEAR = {"period": "2025", "on": "2025-12-31"}
STAFF = (
    city(), seat("head", "u-city"), seat("leader", "u-city"), *staffed("u-hou"), unit("u-fin"),
    unit("u-hou-1", "u-hou", level="section"), seat("section-head", "u-hou-1"),
    seat("head", "u-hou-1"), person("p-hou-liaison", "王芳"),
)  # fmt: skip
"""The bureau of finance has nobody in office."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    """Two suggestions of 2025 with their units, a proposal that waits; of 2024 one suggestion that
    came in by the same day, and one that came later."""
    facts = lived(1, 9) + lived(2, 9, label="2025年第2号建议", title=HOSTILE)
    facts += lived(3, 3, kind="proposal", label="2025年第1号提案")
    for number, day in ((4, date(2024, 3, 4)), (5, date(2024, 12, 30))):
        facts += lived(number, 9, period="2024", label=f"第{number}号", received_on=day)
    async with open_portal(mongo_url) as made:
        await keep(made.database, facts)
        entries = organisation(MONDAY.date(), *STAFF).entries
        known = [{**entry, **derive(entry)} for entry in entries.values()]
        await made.database["actors_g1"].insert_many(known)
        yield made


async def paper(portal: Portal, name: str, who: Actor = OFFICE, **query: Any) -> str:
    answer = await portal.get(f"/meeting/{name}/print", as_=who, **{**YEAR, **query})
    assert answer.status_code == 200, answer.text
    return answer.text


async def tables(portal: Portal, name: str, **query: Any) -> dict[str, list[list[str]]]:
    """Returns the rows of each table by its heading."""
    sections = (await paper(portal, name, **query)).split("<section>")[1:]
    headings = (each.split("<h2>")[1].split("</h2>")[0] for each in sections)
    return dict(zip(headings, map(rows_of, sections), strict=True))


async def refused(portal: Portal, name: str, who: Actor = OFFICE, **query: Any) -> tuple[int, str]:
    answer = await portal.get(f"/meeting/{name}/print", as_=who, **query)
    return answer.status_code, answer.json()["rule"]


async def test_the_arrangement_has_each_case_once_with_its_units(portal: Portal) -> None:
    text = await paper(portal, "arrangement")
    head, *rows = rows_of(text)
    assert head[:5] == ["编号", "案由", "提出人", "主办（分办）单位", "会办单位"]
    listed = [(row[0], *row[3:7]) for row in rows if len(row) == len(head)]
    assert listed == [
        ("2025年第1号建议", "u-hou", "u-fin", "2025-03-05", "2025-06-03"),
        ("2025年第1号提案", "尚未交办", "", "", ""),
        ("2025年第2号建议", "u-hou", "u-fin", "2025-03-05", "2025-06-03"),
    ]
    assert HOSTILE in [row[1] for row in rows]
    assert "<script" not in text
    assert "共 3 件：已交办 2 件（独办 0 件，主办加会办 2 件，分办 0 件），尚未交办 1 件。" in text


async def test_or_under_each_of_its_units_with_the_part_of_the_unit(portal: Portal) -> None:
    text = await paper(portal, "arrangement", by="unit")
    head, *rows = rows_of(text)
    listed = [(*row[:3], row[5]) for row in rows if len(row) == len(head)]
    assert listed == [
        ("u-fin", "会办", "2025年第1号建议", "u-hou"),
        ("u-fin", "会办", "2025年第2号建议", "u-hou"),
        ("u-hou", "主办", "2025年第1号建议", "u-fin"),
        ("u-hou", "主办", "2025年第2号建议", "u-fin"),
    ]
    counted = [row for row in rows if len(row) == 5]
    assert counted[1:] == [
        ["u-fin", "0", "0", "2", "2"],
        ["u-hou", "2", "0", "0", "2"],
        ["合计", "2", "0", "2", "4"],
    ]


async def test_the_ticked_cases_alone_are_on_the_paper(portal: Portal) -> None:
    ticked = {"case": [case_id(1), case_id(3)]}
    text = await paper(portal, "arrangement", **ticked)
    assert "共 2 件" in text
    assert "筛选条件：年度：2025年；勾选的办件<" in text
    listed = (await portal.get("/worklist", as_=OFFICE, total=True, **ticked)).json()
    assert {line["case_id"] for line in listed["items"]} == {*ticked["case"]}
    assert listed["total"] == 2
    assert "共 1 件" in await paper(portal, "arrangement", case=[case_id(1), case_id(4)])


async def test_every_share_of_the_analysis_has_its_numerator_and_base(portal: Portal) -> None:
    found = await tables(portal, "analysis")
    years, kinds = found["一、数量和历年比较"], found["三、类别"]
    assert years[1:3] == [["本年度", "3", "", "3"], ["2024年", "2", "+1", "2"]]
    assert [row[1:4] for row in kinds[1:]] == [
        ["2", "3", "66.67%"],
        ["1", "3", "33.33%"],
        ["3", "3", "100.00%"],
    ]
    several = found["七、多单位承办情况"]
    assert [row[:4] for row in several[1:3]] == [
        ["一个单位承办", "0", "2", "0.00%"],
        ["几个单位承办", "2", "2", "100.00%"],
    ]
    units = found["八、承办单位分布"]
    assert [row[:6] for row in units[1:]] == [
        ["u-fin", "0", "2", "2", "2", "100.00%"],
        ["u-hou", "2", "0", "2", "2", "100.00%"],
    ]


async def test_the_year_before_is_counted_until_the_same_day(portal: Portal) -> None:
    for day, before, change in (("2025-06-30", "1", "+2"), ("2025-12-31", "2", "+1")):
        years = (await tables(portal, "analysis", on=day))["一、数量和历年比较"]
        assert years[1:3] == [["本年度", "3", "", "3"], ["2024年", before, change, "2"]]
    kinds = (await tables(portal, "analysis", on="2025-06-30"))["三、类别"]
    assert [row[4:] for row in kinds[1:]] == [
        ["1", "1", "100.00%", "+1"],
        ["0", "1", "0.00%", "+1"],
        ["1", "1", "100.00%", "+2"],
    ]


async def test_a_base_of_nothing_has_no_share_and_ticked_cases_no_year_before(
    portal: Portal,
) -> None:
    none = await tables(portal, "analysis", period="2026", on="2026-12-31", kind="petition")
    assert [row[1:] for row in none["二、审查情况"][1:]] == [["0", "0", *"—————"]] * 7
    assert none["一、数量和历年比较"][1:] == [["本年度", "0", "", "0"]]
    ticked = await paper(portal, "analysis", case=[case_id(1)])
    assert "没有上一年度的数据，不作比较。" in ticked
    assert rows_of(ticked.split("三、类别")[1].split("</section>")[0])[1][1:] == [
        "1", "1", "100.00%", "—", "—", "—", "—",
    ]  # fmt: skip


async def test_an_analysis_without_a_year_is_refused(portal: Portal) -> None:
    assert await refused(portal, "analysis") == (409, "analysis-period")
    assert await refused(portal, "analysis", period="1999") == (409, "analysis-period")


async def test_the_contacts_have_the_posts_of_the_row_and_leave_phones_to_the_units(
    portal: Portal,
) -> None:
    head, *rows = rows_of(await paper(portal, "contacts"))
    assert head == [
        "承办单位", "分管领导", "责任科室负责人", "联络员", "办公电话", "手机",
        "政协提案", "代表建议",
    ]  # fmt: skip
    assert rows == [
        ["u-fin", "", "（待定）", "（待定）", "", "", "0", "2"],
        ["u-hou", "", "p-hou-1-section-head", "王芳", "", "", "0", "2"],
    ]


async def test_the_duties_name_the_holders_as_of_the_day(portal: Portal) -> None:
    """The head of a section is no head of its bureau."""
    head, *rows = rows_of(await paper(portal, "duties"))
    assert head == [
        "承办单位", "组长", "分管领导", "第一责任人", "直接责任人", "专职办理员", "备注",
    ]  # fmt: skip
    agency = ["p-city-head", "p-city-leader"]
    own = ["p-hou-head", "p-hou-1-section-head", "p-hou-handler"]
    assert rows == [
        ["u-fin", *agency, *["（待定）"] * 3, ""],
        ["u-hou", *agency, *own, ""],
    ]
    early = rows_of(await paper(portal, "duties", on="1999-01-01"))
    assert {cell for row in early[1:] for cell in row[1:]} == {"（待定）", ""}


@pytest.mark.parametrize("name", PAPERS)
async def test_a_workbook_has_the_tables_of_the_paper(portal: Portal, name: str) -> None:
    answer = await portal.get(f"/meeting/{name}/export", as_=OFFICE, **YEAR)
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    printed = (await paper(portal, name)).split("<section>")[1:]
    assert len(book.worksheets) == len(printed)
    for sheet, section in zip(book.worksheets, printed, strict=True):
        rows = [[cell or "" for cell in row] for row in sheet.iter_rows(2, values_only=True)]
        wanted = rows_of(section)
        assert rows[: len(wanted)] == wanted, sheet.title
        notes = [row[0] for row in rows[len(wanted) :]]
        assert all(note in unescape(section) or "截至" in note for note in notes)


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("who", [HANDLER, DEPUTY, STRANGER], ids=lambda who: who.sub)
async def test_who_does_not_prepare_the_meeting_gets_none(
    portal: Portal, who: Actor, name: str
) -> None:
    for way in ("print", "export"):
        answer = await portal.get(f"/meeting/{name}/{way}", as_=who, **YEAR)
        assert answer.status_code == 403


async def test_others_who_prepare_it_get_what_they_may_see(portal: Portal) -> None:
    assert "共 3 件" in await paper(portal, "arrangement", REGISTRAR)
    elsewhere = Actor("p-x", (Post("office", "u-other", ("u-other",)),))
    assert "没有符合条件的办件" in await paper(portal, "arrangement", elsewhere)


async def test_a_paper_of_a_part_is_refused(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting, "MOST_CASES", 2)
    monkeypatch.setattr(meeting, "MOST_COUNTED", 2)
    for name in PAPERS:
        assert await refused(portal, name, **YEAR) == (409, "paper-too-long"), name
    assert "共 2 件" in await paper(portal, "arrangement", case=[case_id(1), case_id(2)])


async def test_a_paper_is_traced(portal: Portal) -> None:
    before = len(portal.trail.entries)
    await paper(portal, "duties")
    told = [entry.action for entry in portal.trail.entries[before:] if entry.kind == "export"]
    assert told == ["print-meeting-paper"]


async def test_the_words_of_a_paper_are_english_on_demand(portal: Portal) -> None:
    text = await paper(portal, "analysis", lang="en")
    assert "Analysis before the hand-out" in text
    assert "Base: cases that were handed out." in text
