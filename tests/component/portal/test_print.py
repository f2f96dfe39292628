"""Prints of the ledger and of a case: what the reader may see, in words, as text alone."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from html import unescape
from itertools import chain
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI, Response
from pydantic import BaseModel

from services.assignment.schemas import AssignmentView
from services.disclosure.schemas import DisclosureView
from services.feedback.schemas import FeedbackView
from services.handling.schemas import HandlingView
from services.intake.schemas import CaseView
from services.portal.ledger import COLUMNS
from services.portal.printing import routes
from services.reminder.schemas import ClocksShown
from shared.kernel.messages import Recorded
from shared.service.api.openapi_examples import examples_of
from shared.service.config.labels import label, standard_labels
from tests.component.portal.conftest import Portal, case_id, keep, lived, open_portal
from tests.component.portal.test_api import COHANDLER, DEPUTY, HANDLER, INVOLVED, OFFICE, STRANGER

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}</td>"
LEDGER, SHEET = "/worklist/print", f"/cases/{case_id(1)}/print"
VIEWS: Mapping[str, type[BaseModel]] = {
    "intake": CaseView, "assignment": AssignmentView, "handling": HandlingView,
    "feedback": FeedbackView, "disclosure": DisclosureView, "reminder": ClocksShown,
}  # fmt: skip


class Beside:
    """The other services, which answer as their contract says, or as a test does."""

    def __init__(self) -> None:
        self.answers: dict[str, Response | dict[str, Any]] = {}
        self.asked: list[tuple[str, str | None]] = []
        for name, view in VIEWS.items():
            example = examples_of(name)[view.__name__][0]
            self.answers[name] = view.model_validate(example).model_dump(mode="json")

    def app(self, service: str) -> FastAPI:
        app = FastAPI()

        @app.get("/{path:path}", response_model=None)
        async def answer(path: str) -> Response | dict[str, Any]:
            self.asked.append((service, path))
            return self.answers[service]

        return app


@pytest_asyncio.fixture(loop_scope="module")
async def beside() -> Beside:
    return Beside()


@asynccontextmanager
async def beside_services(
    mongo_url: str, beside: Beside, facts: Sequence[Recorded]
) -> AsyncIterator[Portal]:
    """Opens a portal that knows the facts, and asks those services for their views."""
    async with open_portal(mongo_url) as made:
        await keep(made.database, facts)
        for service in VIEWS:
            made.app.mount(f"/{service}/v1", beside.app(service))
        gateway = made.let_through(*VIEWS)
        yield made
        await gateway.close()


@pytest_asyncio.fixture(loop_scope="module")
async def portal(mongo_url: str, beside: Beside) -> AsyncIterator[Portal]:
    """Case 1 is published, case 2 at work with a hostile title, case 3 only registered."""
    facts = lived(1, 17) + lived(2, 9, kind="proposal", label="2025年第2号提案", title=HOSTILE)
    facts += lived(3, 1)
    async with beside_services(mongo_url, beside, facts) as made:
        yield made


def rows_of(html: str) -> list[list[str]]:
    """Returns the cells of every line of every table, as text."""
    lines = re.findall(r"<tr>(.*?)</tr>", html, re.S)
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.S) for line in lines)
    return [[unescape(re.sub(r"<[^>]+>", "", cell)) for cell in line] for line in cells]


async def test_the_ledger_has_the_listed_rows_in_their_order_and_the_columns_chosen(
    portal: Portal,
) -> None:
    for sort in ("due", "newest", "-number"):
        query = {"sort": sort, "columns": ["label", "case_id", "leads"]}
        printed = await portal.get(LEDGER, as_=OFFICE, **query)
        listed = (await portal.get("/worklist", as_=OFFICE, sort=sort)).json()["items"]
        head, *rows = rows_of(printed.text)
        assert head == [label("column", key) for key in ("label", "case_id", "leads")]
        assert [row[1] for row in rows] == [line["case_id"] for line in listed]
        assert "共 3 件" in printed.text


async def test_the_columns_and_their_words_are_those_of_the_workbook(portal: Portal) -> None:
    keys = list(COLUMNS)
    printed = rows_of((await portal.get(LEDGER, as_=OFFICE, columns=keys)).text)
    saved = await portal.get("/worklist/export", as_=OFFICE, columns=keys)
    lines = saved.text.removeprefix("\ufeff").splitlines()
    assert printed[0] == lines[0].split(",")
    assert sorted(row[-1] for row in printed[1:]) == sorted(x.rsplit(",", 1)[1] for x in lines[1:])


@pytest.mark.parametrize("who", [*INVOLVED, STRANGER], ids=lambda who: who.sub)
async def test_who_prints_the_ledger_gets_what_the_list_shows(portal: Portal, who: Any) -> None:
    printed = await portal.get(LEDGER, as_=who, columns=["case_id"])
    listed = (await portal.get("/worklist", as_=who)).json()["items"]
    assert [row[0] for row in rows_of(printed.text)[1:]] == [x["case_id"] for x in listed]


async def test_beyond_the_bound_the_paper_says_that_it_is_not_all(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST_PRINTED", 2)
    printed = await portal.get(LEDGER, as_=OFFICE, columns=["case_id"])
    assert len(rows_of(printed.text)) == 1 + 2
    assert "共 3 件，仅打印前 2 件" in printed.text


async def test_the_filter_stands_on_the_paper_in_words(portal: Portal) -> None:
    names = [{"_id": "u-hou", "directory": {"title": "市住房和城乡建设局", "short": "市住建局"}}]
    county = {"level": "county", "region": "c01", "title": "江北区政府", "short": "江北区"}
    await portal.database["actors_g1"].insert_many([*names, {"_id": "u-c01", "directory": county}])
    query = {
        "kind": "suggestion", "unit": "u-hou", "region": "c01", "due_from": "2025-01-02",
        "period": "2025", "mine": "true", "subtree": "false", "q": "<b>电梯",
    }  # fmt: skip
    printed = (await portal.get(LEDGER, as_=OFFICE, **query)).text
    said = (
        "案由、编号：&lt;b&gt;电梯；类别：代表建议；年度：2025年；地区：江北区；有关单位：市住建局；"
        "到期日不早于：2025-01-02；与本人有关"
    )
    assert f"筛选条件：{said}<" in printed
    assert "筛选条件：全部" in (await portal.get(LEDGER, as_=OFFICE)).text


async def test_every_filter_has_words_in_both_languages(portal: Portal) -> None:
    document = (await portal.get("/openapi.json", as_=OFFICE)).json()
    (operation,) = document["paths"][LEDGER].values()
    other = {"sort", "columns", "lang", "at_least", "idempotency-key", "if-match"}
    filters = {each["name"].lower() for each in operation["parameters"]} - other
    assert filters == set(standard_labels().codes("filter"))
    assert set(COLUMNS) == set(standard_labels().codes("column"))


async def test_hostile_text_is_text(portal: Portal, beside: Beside) -> None:
    printed = await portal.get(LEDGER, as_=OFFICE, columns=["title"])
    assert HOSTILE in [row[0] for row in rows_of(printed.text)]
    hostile = {"title": HOSTILE, "text": HOSTILE}
    assert isinstance(beside.answers["intake"], dict)
    beside.answers["intake"] = {**beside.answers["intake"], **hostile}
    sheet = await portal.get(SHEET, as_=OFFICE)
    assert HOSTILE in unescape(sheet.text)
    for each in (printed, sheet):
        assert "<script" not in each.text
        policy = each.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert "script-src" not in policy


async def test_a_sheet_has_what_each_service_shows_this_reader(
    portal: Portal, beside: Beside
) -> None:
    sheet = await portal.get(SHEET, as_=OFFICE)
    assert sheet.status_code == 200, sheet.text
    text = unescape(sheet.text)
    for heading in ("基本情况", "承办单位与时限", "沟通记录", "答复", "评价", "公开", "办理经过"):
        assert f"<h2>{heading}</h2>" in text
    intake, handling = (
        examples_of(name)[VIEWS[name].__name__][0] for name in ("intake", "handling")
    )
    assert intake["text"] in text
    assert handling["tasks"][0]["contacts"][0]["summary"] in text
    assert {service for service, _ in beside.asked} == set(VIEWS)


async def test_the_course_on_paper_has_the_acts_of_people_and_folds_the_rest(
    portal: Portal,
) -> None:
    """As the page has it; a reader who unfolds it prints it, too."""
    sheet = unescape((await portal.get(SHEET, as_=OFFICE)).text)
    page = (await portal.get(f"/cases/{case_id(1)}", as_=OFFICE, actions=False)).json()
    course, folded = sheet.split("<h2>办理经过</h2>")[1].split("<details>")
    for part, automatic in ((course, False), (folded, True)):
        entries = [each for each in page["timeline"] if each["automatic"] is automatic]
        assert entries
        assert [row[1] for row in rows_of(part)[1:]] == [each["step"] for each in entries]
    number = sum(each["automatic"] for each in page["timeline"])
    assert f"<summary>另有 {number} 条系统记录" in folded
    acts = {each["type"] for each in page["timeline"] if not each["automatic"]}
    assert {"case.registered.v1", "reply.signed.v1"} <= acts


async def test_what_a_service_hides_is_not_on_the_paper_and_a_silent_one_is_said(
    portal: Portal, beside: Beside
) -> None:
    beside.answers["handling"] = Response("{}", 403)
    beside.answers["intake"] = Response("{}", 404)
    beside.answers["feedback"] = Response("{}", 500)
    text = (await portal.get(SHEET, as_=HANDLER)).text
    for hidden in ("沟通记录", "答复</h2>", "来件原文"):
        assert hidden not in text
    assert text.count("该部分没有取得，请稍后重新打印。") == 1


async def test_nobody_else_prints_a_case(portal: Portal, beside: Beside) -> None:
    assert (await portal.get(SHEET, as_=STRANGER)).status_code == 404
    assert beside.asked == []
    for who in (COHANDLER, DEPUTY):
        assert (await portal.get(SHEET, as_=who)).status_code == 200


async def test_a_service_without_a_part_in_the_case_is_not_asked(
    portal: Portal, beside: Beside
) -> None:
    """It would note a refusal in the trail that nobody asked for."""
    assert (await portal.get(f"/cases/{case_id(3)}/print", as_=OFFICE)).status_code == 200
    assert {service for service, _ in beside.asked} == {"intake"}


async def test_a_sheet_says_where_a_paper_went_and_what_it_was(
    portal: Portal, beside: Beside
) -> None:
    intake = beside.answers["intake"]
    assert isinstance(intake, dict)
    was = {"kind": "motion", "external_no": "第12号", "received_on": "2025-03-03"}
    why = {"reason": "forwarded-letters", "reason_text": "代转群众来信", "note": "", "told": False}
    intake |= {
        "former": [was, {**was, "kind": "suggestion", "external_no": None}],
        "refusal": {**why, "form": "letter", "to": "u-hou", "notice": None},
    }
    cells = [*chain.from_iterable(rows_of((await portal.get(SHEET, as_=OFFICE)).text))]
    assert cells[cells.index("曾用类别和编号") + 1] == "议案（第12号）、代表建议（2025-03-03）"
    assert cells[cells.index("转送") + 1] == "u-hou（来信）"


async def test_a_plan_stands_on_the_sheet_with_its_day_and_what_became_of_it(
    portal: Portal, beside: Beside
) -> None:
    assignment = beside.answers["assignment"]
    assert isinstance(assignment, dict)
    assignment["plan"] |= {"reply_by": "2025-04-30", "verdict": None, "note": None}
    for lapsed, words in ((False, "等待批示"), (True, "未经批示，本件已另行交办或者终止")):
        assignment["plan"]["lapsed"] = lapsed
        text = unescape((await portal.get(SHEET, as_=OFFICE)).text)
        assert "u-hou（主办）。答复期限拟定为 2025-04-30。排水管网" in text
        assert f"批示：{words}</p>" in text


async def test_a_sheet_names_the_cases_with_which_it_is_handled(
    portal: Portal, beside: Beside
) -> None:
    intake = beside.answers["intake"]
    assert isinstance(intake, dict)
    first = {"case_id": case_id(2), "label": "2025年第9号建议", "external_no": "9"}
    second = {"case_id": case_id(3), "label": None, "external_no": "17"}
    intake |= {"merged_into": first, "members": []}
    cells = [*chain.from_iterable(rows_of((await portal.get(SHEET, as_=OFFICE)).text))]
    assert cells[cells.index("并入主件") + 1] == "2025年第9号建议"
    intake |= {"merged_into": None, "members": [first, second]}
    cells = [*chain.from_iterable(rows_of((await portal.get(SHEET, as_=OFFICE)).text))]
    assert cells[cells.index("并入本件") + 1] == "2025年第9号建议、17"
    assert "并入主件" not in cells


async def test_a_print_is_traced_and_none_is_made_without_a_trail(portal: Portal) -> None:
    await portal.get(LEDGER, as_=OFFICE)
    await portal.get(SHEET, as_=OFFICE)
    traced = [(each.action, each.case_id) for each in portal.trail.of("export")]
    assert traced == [("print-worklist", None), ("print-case", case_id(1))]
    portal.trail.away = True
    assert (await portal.get(LEDGER, as_=OFFICE)).status_code == 503


async def test_the_words_of_the_paper_are_english_on_demand(portal: Portal) -> None:
    printed = await portal.get(LEDGER, as_=OFFICE, lang="en", kind="suggestion")
    head, *rows = rows_of(printed.text)
    assert head[:3] == ["Number", "Matter", "Kind"]
    assert rows[0][2] == label("kind", "suggestion", "en")
    assert "Filter: Kind: " in printed.text
    sheet = (await portal.get(SHEET, as_=OFFICE, lang="en")).text
    headings = re.findall(r"<h[12][^>]*>(.*?)</h[12]>", sheet)
    assert headings[0] == "Case sheet"
    assert all(each.isascii() for each in headings)


async def test_the_items_of_a_paper_stand_on_its_sheet_by_their_numbers(
    portal: Portal, beside: Beside
) -> None:
    answer = beside.answers["intake"]
    assert isinstance(answer, dict)
    asks = "".join(f"<li>{ask}</li>" for ask in answer["asks"])
    assert asks in (await portal.get(SHEET, as_=OFFICE)).text
    answer["asks"] = []
    assert "建议（诉求）事项" not in (await portal.get(SHEET, as_=OFFICE)).text
