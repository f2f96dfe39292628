"""The portal through HTTP: who sees which case, filters, pages, totals, and the way to others."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
import pytest_asyncio
from starlette.routing import Mount

from services.intake.app import SERVICE as INTAKE
from services.portal import ledger
from shared.http.workbook import workbook
from shared.kernel.actor import Actor, Post
from shared.kernel.calendar import BUSINESS_ZONE, OFFICIAL_YEARS
from shared.kernel.errors import BeingRebuilt
from shared.service.api.openapi_examples import examples_of
from shared.service.config.labels import label
from shared.testing.organisation import city, county
from shared.testing.service import ServiceUnderTest, at_organs, policies
from tests.component.portal.conftest import Portal, case_id, keep, lived, open_portal

OFFICE = Actor("p-office", at_organs("office"))
REGISTRAR = Actor("p-reg", (Post("registrar", "u-city", ("u-city",)),))
HANDLER = Actor("p-hou", (Post("handler", "u-hou", ("u-hou", "u-city")),))
COHANDLER = Actor("p-fin", (Post("handler", "u-fin", ("u-fin", "u-city")),))
STRANGER = Actor("p-tra", (Post("handler", "u-tra", ("u-tra", "u-city")),))
DEPUTY = Actor("p-n001", deputy=True)
OTHER = Actor("p-n999", deputy=True)
PLATFORM = Actor("c-npc", client_of="u-city")
INVOLVED = (OFFICE, HANDLER, COHANDLER, DEPUTY)
NOT_INVOLVED = (STRANGER, OTHER, PLATFORM)
APRIL = datetime(2025, 4, 1, tzinfo=UTC)
FIRST = f"/cases/{case_id(1)}"
ENDED, HANDLED, REGISTERED = 17, 9, 1


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def portal(mongo_url: str) -> AsyncIterator[Portal]:
    async with open_portal(mongo_url) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def year(mongo_url: str) -> AsyncIterator[Portal]:
    """Three cases: one published, one being handled in another county, one only registered. Nobody
    changes them."""
    facts = lived(1, ENDED) + lived(3, REGISTERED, subject="water", repeated=True)
    facts += lived(2, HANDLED, region="c02", kind="proposal", label="2025年第2号提案")
    async with open_portal(mongo_url) as made:
        await keep(made.database, facts)
        yield made


async def cases(portal: Portal, who: Actor = OFFICE, **query: Any) -> list[int]:
    answer = await portal.get("/worklist", as_=who, **query)
    assert answer.status_code == 200, answer.text
    return [int(line["case_id"], 16) for line in answer.json()["items"]]


async def test_an_empty_register_is_an_empty_list_and_no_rate(portal: Portal) -> None:
    assert await cases(portal) == []
    tally = (await portal.get("/tally", as_=OFFICE)).json()
    assert tally == {"total": 0, "is_least": False, "status": {}, "light": {}}
    totals = (await portal.get("/statistics", as_=OFFICE, period="2025")).json()
    assert totals["groups"] == []


async def test_the_next_due_case_stands_first_and_what_never_falls_due_last(year: Portal) -> None:
    assert await cases(year) == [2, 1, 3]
    lines = (await year.get("/worklist", as_=OFFICE)).json()["items"]
    assert [line["due"] is None for line in lines] == [False, True, True]
    assert [line["status"] for line in lines] == ["handling", "closed", "registered"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "proposal"}, [2]),
        ({"region": "c01"}, [1, 3]),
        ({"subject": "water"}, [3]),
        ({"particular": "repeated"}, [3]),
        ({"particular": "bypassed"}, []),
        ({"status": "closed"}, [1]),
        ({"light": "green"}, [2]),
        ({"light": "done"}, [1]),
        ({"light": "none"}, [3]),
        ({"unit": "u-fin"}, [2, 1]),
        ({"period": "2024"}, []),
        ({"q": "电梯"}, [2, 1]),
        ({"q": "建议 电梯 ２０２５"}, [2, 1]),
        ({"q": "\u3000"}, [2, 1, 3]),
        ({"q": ".*"}, []),
        ({"kind": "suggestion", "status": "closed"}, [1]),
        ({"sort": "newest"}, [3, 2, 1]),
    ],
)
async def test_filters_narrow_the_list(
    year: Portal, query: dict[str, str], found: list[int]
) -> None:
    assert await cases(year, **query) == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"sort": "title"}, "sort"),
        ({"status": "lost"}, "status"),
        ({"kind": "$ne"}, "kind"),
        ({"particular": "$ne"}, "particular"),
        ({"q": "长" * 61}, "q"),
        ({"q": "\0"}, "q"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_its_field(
    year: Portal, query: dict[str, Any], field: str
) -> None:
    answer = await year.get("/worklist", as_=OFFICE, **query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("who", INVOLVED, ids=lambda who: who.sub)
async def test_who_has_to_do_with_a_case_sees_it(year: Portal, who: Actor) -> None:
    assert 1 in await cases(year, who)
    assert (await year.get(FIRST, as_=who, actions=False)).status_code == 200


@pytest.mark.parametrize("who", NOT_INVOLVED, ids=lambda who: who.sub)
async def test_nobody_else_learns_that_it_exists(year: Portal, who: Actor) -> None:
    assert await cases(year, who) == []
    assert (await year.get("/tally", as_=who)).json()["total"] == 0
    answers = [await year.get(f"/cases/{case_id(n)}", as_=who) for n in (1, 77)]
    assert [answer.status_code for answer in answers] == [404, 404]
    label = await year.get("/cases/by-number/2025年第1号建议", as_=who)
    assert label.json()["items"] == []


async def test_nobody_reads_without_a_token(year: Portal) -> None:
    for path in ("/worklist", "/tally", "/statistics?period=2025", "/me", FIRST):
        answer = await year.http.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_pages_go_on_where_they_ended_whatever_sorts_alike(portal: Portal) -> None:
    facts = [fact for n in range(1, 24) for fact in lived(n, HANDLED if n % 2 else REGISTERED)]
    await keep(portal.database, facts)
    for sort in ("due", "newest"):
        seen, after = [], {}
        while after is not None:
            page = (await portal.get("/worklist", as_=OFFICE, sort=sort, limit=5, **after)).json()
            seen += [line["case_id"] for line in page["items"]]
            after = {"after": page["next"]} if page["next"] else None
        assert sorted(seen) == [case_id(n) for n in range(1, 24)]


@pytest.mark.parametrize("mark", ["?", "bm8", "W10=", "eyJhIjogMX0=", "长"])
async def test_a_mark_that_was_not_given_out_is_refused(year: Portal, mark: str) -> None:
    answer = await year.get("/worklist", as_=OFFICE, after=mark)
    assert (answer.status_code, answer.json()["field"]) == (409, "after")


async def test_the_tally_counts_what_the_list_shows(year: Portal) -> None:
    tally = (await year.get("/tally", as_=HANDLER)).json()
    assert tally["total"] == 2
    assert tally["status"] == {"closed": 1, "handling": 1}
    assert tally["light"] == {"done": 1, "green": 1}


async def test_a_case_that_is_only_registered_is_not_done(year: Portal) -> None:
    """Neither in its line, nor in the tally from counters, nor on its page."""
    lines = (await year.get("/worklist", as_=OFFICE)).json()["items"]
    assert [line["light"] for line in lines] == ["green", "done", "none"]
    tally = (await year.get("/tally", as_=OFFICE)).json()
    assert tally["light"] == {"green": 1, "done": 1, "none": 1}
    page = (await year.get(f"/cases/{case_id(3)}", as_=OFFICE, actions=False)).json()
    assert (page["status"], page["light"]) == ("registered", "none")


BOTH = Actor("p-n001", OFFICE.posts, deputy=True)
ELSEWHERE = Actor("p-far", (Post("office", "u-far", ("u-far",)), *HANDLER.posts))


@pytest.mark.parametrize("who", [OFFICE, HANDLER, DEPUTY, BOTH, ELSEWHERE], ids=lambda who: who.sub)
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"kind": "proposal"},
        {"status": "closed", "light": "done"},
        {"kind": "suggestion", "period": "2025"},
        {"period": "2024"},
        {"region": "c01"},
        {"unit": "u-fin"},
        {"q": "电梯"},
    ],
    ids=str,
)
async def test_a_tally_from_counters_counts_each_case_once(
    year: Portal, who: Actor, query: dict[str, str]
) -> None:
    tally = (await year.get("/tally", as_=who, **query)).json()
    listed = await cases(year, who, **query)
    assert tally["total"] == len(listed)
    assert sum(tally["status"].values()) == sum(tally["light"].values()) == len(listed)


async def test_the_page_merges_the_timelines_in_the_order_of_time(year: Portal) -> None:
    page = (await year.get(FIRST, as_=OFFICE, actions=False)).json()
    moments = [entry["at"] for entry in page["timeline"]]
    assert moments == sorted(moments)
    assert len(moments) == ENDED
    assert page["timeline"][0]["type"] == "case.registered.v1"
    [replied] = [entry for entry in page["timeline"] if entry["type"] == "case.replied.v1"]
    same_moment = [entry["owner"] for entry in page["timeline"] if entry["at"] == replied["at"]]
    assert same_moment == ["handling", "feedback", "disclosure", "reminder"]
    assert "recorded" not in replied["about"]
    assert {entry["owner"] for entry in page["timeline"]} == {
        "intake", "assignment", "handling", "feedback", "disclosure", "reminder",
    }  # fmt: skip
    assert page["versions"][f"intake-{case_id(1)}"] == 3
    assert "正文" not in str(page)


async def test_services_that_do_not_answer_are_named_on_the_page(year: Portal) -> None:
    """Here none of them runs."""
    page = (await year.get(FIRST, as_=OFFICE)).json()
    assert page["actions"] == []
    assert "handling" in page["actions_missing"]


async def test_a_case_is_found_by_its_number(year: Portal) -> None:
    found = (await year.get("/cases/by-number/2025年第1号建议", as_=DEPUTY)).json()
    assert [line["case_id"] for line in found["items"]] == [case_id(1)]
    assert (await year.get("/cases/by-number/无此编号", as_=OFFICE)).json()["items"] == []


async def test_totals_have_both_numbers_and_leave_an_empty_rate_empty(year: Portal) -> None:
    asked = {"period": "2025", "kind": "suggestion", "group": "region"}
    totals = (await year.get("/statistics", as_=DEPUTY, **asked)).json()
    everything, county = totals["groups"]
    rates = {r["rate"]: (r["numerator"], r["denominator"], r["percent"]) for r in rows(everything)}
    assert rates["closing"] == (1, 2, "50.00")
    assert rates["disclosure"] == (1, 1, "100.00")
    assert (county["group"], county["value"]) == ("region", "c01")
    assert county["share"] | {"rate": ""} == everything["share"] | {"rate": ""}
    proposals = await year.get("/statistics", as_=DEPUTY, **{**asked, "kind": "proposal"})
    unrated = {rate["rate"]: rate["percent"] for rate in rows(proposals.json()["groups"][0])}
    assert unrated["final-satisfaction"] is None


def rows(group: Any) -> Any:
    return group["rates"]


async def test_totals_without_a_kind_add_all_kinds_over_all_partitions(year: Portal) -> None:
    totals = (await year.get("/statistics", as_=OFFICE, period="2025", group="unit")).json()
    registered = {(g["group"], g["value"]): g["counts"]["registered"] for g in totals["groups"]}
    assert registered == {("all", "all"): 3, ("unit", "u-hou"): 2, ("unit", "-"): 1}


async def test_who_am_i(year: Portal) -> None:
    me = (await year.get("/me", as_=HANDLER)).json()
    assert (me["sub"], me["posts"]) == ("p-hou", [{"role": "handler", "unit": "u-hou"}])
    assert me["calendar_missing"] is None
    assert {"submit-draft", "record-contact", "read-statistics"} <= set(me["may"])
    assert not {"assign-case", "register-case", "read-trail", "fill-post"} & set(me["may"])
    before, year.now = year.now, datetime(OFFICIAL_YEARS[-1], 11, 1, 1, tzinfo=UTC)
    me = (await year.get("/me", as_=HANDLER)).json()
    year.now = before
    assert me["calendar_missing"] == OFFICIAL_YEARS[-1] + 1


async def test_the_gateway_passes_the_caller_on_and_the_answer_back(year: Portal) -> None:
    answer = await year.get("/gateway/portal/me", as_=HANDLER)
    assert answer.json()["sub"] == "p-hou"
    assert (await year.http.get("/gateway/portal/me")).status_code == 401


async def test_whom_the_portal_does_not_know_yet_the_service_judges_that_answers(
    year: Portal,
) -> None:
    """Somebody was registered a moment ago, or administers a directory that is still empty."""
    assert (await year.get("/me", as_="p-new")).json()["rule"] == "unknown-subject"
    answer = await year.get("/gateway/portal/me", as_="p-new")
    assert (answer.status_code, answer.json()["instance"]) == (403, "/portal/v1/me")


async def test_the_gateway_leads_to_no_gateway(year: Portal) -> None:
    """Three hundred characters of a path would be one request eighteen times."""
    for path in ("/gateway/portal/gateway/portal/me", "/gateway/portal//gateway/portal/me"):
        assert (await year.get(path, as_="p-office")).status_code == 404


async def test_the_gateway_carries_what_somebody_sends_and_repeats_nothing(portal: Portal) -> None:
    """The petition of the API's examples, registered twice under one key."""
    intake = ServiceUnderTest(INTAKE, REGISTRAR, now=APRIL)
    await intake.knows(city(), county())
    (mounted,) = [route for route in intake.app.routes if isinstance(route, Mount)]
    portal.app.mount("/intake/v1", mounted.app)
    gateway = portal.let_through("intake")
    letter = examples_of("intake")["NewCase"][1]
    sent = [
        await portal.post("/gateway/intake/cases", letter, as_=REGISTRAR, key="one letter")
        for _ in range(2)
    ]
    await gateway.close()
    assert [answer.status_code for answer in sent] == [201, 201], sent[0].text
    assert sent[1].json() == {**sent[0].json(), "repeated": True}
    assert len(intake.store.documents) == 1


@pytest.mark.parametrize("path", ["nobody/cases", "portal/../../metrics", "portal/%2e%2e/metrics"])
async def test_the_gateway_leads_nowhere_else(year: Portal, path: str) -> None:
    assert (await year.get(f"/gateway/{path}", as_=OFFICE)).status_code == 404


async def test_a_list_and_a_page_name_units_and_officials_and_no_proposers(year: Portal) -> None:
    listed = (await year.get("/worklist", as_=OFFICE, limit=200)).json()
    unit = next(line["units"][0] for line in listed["items"] if line["units"])
    line = next(line for line in listed["items"] if line["units"])
    page = (await year.get(f"/cases/{line['case_id']}", as_=OFFICE, actions=False)).json()
    actor = next(e["actor"] for e in page["timeline"] if e["actor"].startswith("p-"))
    now = {"title": "市住房和城乡建设局", "short": "市住建局", "parent": None, "from": "2024-01-01"}
    renamed = {**now, "short": "明年的名称", "from": "2099-01-01"}
    entries = [
        {"_id": unit, "directory": {"places": [now, renamed]}, "holders": [actor]},
        {"_id": actor, "directory": {"person": True, "title": "王芳"}},
        {"_id": "p-n1", "directory": {"person": True, "title": "李四"}},
    ]  # fmt: skip
    await year.database["actors_g1"].insert_many(entries)
    again = (await year.get("/worklist", as_=OFFICE, limit=200)).json()
    assert again["names"][unit] == "市住建局"
    named = (await year.get(f"/cases/{line['case_id']}", as_=OFFICE, actions=False)).json()
    assert named["names"][unit] == "市住建局"
    assert named["names"][actor] == "王芳"
    assert "p-n1" not in named["names"]


async def test_an_export_has_every_visible_case_once_in_words_and_is_traced(year: Portal) -> None:
    answer = await year.get("/worklist/export", as_=OFFICE)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    listed = (await year.get("/worklist", as_=OFFICE, limit=200, total=True)).json()
    assert head[0] == "编号"
    assert sorted(row[-1] for row in rows) == sorted(x["case_id"] for x in listed["items"])
    assert listed["total"] == len(rows)
    assert {row[2] for row in rows} <= {label("kind", x["kind"]) for x in listed["items"]}
    titles = {period.code: period.title for period in policies().periods}
    assert head[3] == "年度"
    assert {row[3] for row in rows} == {titles[x["period"]] for x in listed["items"]} == {"2025年"}
    assert [each.subject for each in year.trail.of("export")] == ["p-office"]


async def test_a_paper_without_number_and_title_is_told_from_others(year: Portal) -> None:
    """By its first signer, its day of receipt and its own number; also in the file."""
    line = (await year.get("/worklist", as_=OFFICE, status="registered")).json()["items"][0]
    assert (line["label"], line["title"]) == (None, None)
    signs = [line[name] for name in ("proposer", "received_on", "external_no")]
    assert signs == ["李四", "2025-03-03", None]
    query = {"status": "registered", "columns": ["title", "proposer", "received", "external_no"]}
    file = (await year.get("/worklist/export", as_=OFFICE, **query)).text
    row = list(csv.reader(file.splitlines()))[1]
    assert row == ["（案由已加密） 李四 2025-03-03", "李四", "2025-03-03", ""]


@pytest.mark.parametrize("who", [OFFICE, REGISTRAR, HANDLER], ids=lambda who: who.sub)
@pytest.mark.parametrize("query", [{}, {"kind": "suggestion"}, {"light": "done"}, {"q": "电梯"}])
async def test_the_total_is_the_number_of_the_listed_whoever_asks(
    year: Portal, who: Actor, query: dict[str, str]
) -> None:
    page = (await year.get("/worklist", as_=who, total=True, **query)).json()
    assert page["total"] == len(page["items"]) > 0


async def test_a_workbook_has_the_filtered_rows_in_the_columns_chosen(year: Portal) -> None:
    columns = ["due", "title", "label"]
    query = {"format": "xlsx", "columns": columns, "kind": "suggestion"}
    answer = await year.get("/worklist/export", as_=OFFICE, **query)
    assert answer.headers["content-disposition"].endswith('.xlsx"')
    sheet: Any = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    title, head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    listed = (await year.get("/worklist", as_=OFFICE, kind="suggestion")).json()["items"]
    assert title[0].endswith(f"共 {len(listed)} 件）")
    assert head == ["到期日", "案由", "编号"]
    sealed = "（案由已加密） 李四 2025-03-03"
    assert sorted(row[1] for row in rows) == sorted(x["title"] or sealed for x in listed)
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A3", "$1:$2")
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    wrong = await year.get("/worklist/export", as_=OFFICE, columns="secret")
    assert wrong.status_code == 422


@pytest.mark.parametrize("sort", ["due", "-due", "newest", "oldest", "number", "-number"])
async def test_an_export_has_the_order_of_the_list(year: Portal, sort: str) -> None:
    listed = (await year.get("/worklist", as_=OFFICE, limit=200, sort=sort)).json()["items"]
    answer = await year.get("/worklist/export", as_=OFFICE, sort=sort, columns="case_id")
    _, *exported = answer.text.removeprefix("\ufeff").split()
    assert exported == [line["case_id"] for line in listed]
    assert len(exported) > 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_an_export_comes_in_pieces_and_one_that_is_too_long_is_refused_at_once(
    year: Portal, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {"format": form, "columns": ["case_id"]}
    whole = await year.get("/worklist/export", as_=OFFICE, **asked)
    monkeypatch.setattr(ledger, "PIECE", 1)
    piecewise = await year.get("/worklist/export", as_=OFFICE, **asked)
    assert cells_of(piecewise.content) == cells_of(whole.content)
    assert len(cells_of(whole.content)) > 2
    monkeypatch.setattr(ledger, "MOST_EXPORTED", {form: 2})
    refused = await year.get("/worklist/export", as_=OFFICE, **asked)
    assert (refused.status_code, refused.json()["rule"]) == (409, "export-too-large")
    assert "上限 2 件" in refused.json()["detail"]


def cells_of(content: bytes) -> list[str]:
    """Returns the case ids of a csv or of a workbook."""
    if content.startswith(b"PK"):
        sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).active
        return [row[0].value for row in sheet.iter_rows(min_row=3)]
    return content.decode("utf-8-sig").split()[1:]


async def test_no_cell_of_a_workbook_is_computed() -> None:
    made = workbook("=1+1", ["=A1"], [10], [["=HYPERLINK(0)"], ["http://duban.test"]])
    sheet: Any = openpyxl.load_workbook(io.BytesIO(made)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


async def test_without_a_trail_nothing_is_exported(year: Portal) -> None:
    year.trail.away = True
    try:
        assert (await year.get("/worklist/export", as_=OFFICE)).status_code == 503
    finally:
        year.trail.away = False


async def test_mine_are_the_cases_of_my_units_and_those_that_i_brought(year: Portal) -> None:
    listed = (await year.get("/worklist", as_=OFFICE, limit=200)).json()["items"]
    unit = next(line["units"][0] for line in listed if line["units"])
    posts = (*OFFICE.posts, Post("handler", unit, (unit, "u-city")))
    handler = Actor("p-office-too", posts)
    mine = (await year.get("/worklist", as_=handler, limit=200, mine=True)).json()["items"]
    assert mine
    assert {x["case_id"] for x in mine} == {x["case_id"] for x in listed if unit in x["units"]}


async def test_codes_have_names_in_both_languages(year: Portal) -> None:
    codes = (await year.get("/codes", as_=OFFICE)).json()
    assert codes["light"]["red"] == {"zh": label("light", "red"), "en": label("light", "red", "en")}


async def test_a_line_and_the_page_of_its_case_count_the_working_days_that_are_left(
    year: Portal,
) -> None:
    """Those that are not worked do not count; a case that has no due day counts none."""
    now = datetime.fromisoformat((await year.get("/me", as_=OFFICE)).json()["now"])
    lines = (await year.get("/worklist", as_=OFFICE, limit=200)).json()["items"]
    calendar = policies().calendar
    for line in lines:
        due = datetime.fromisoformat(line["due"]) if line["due"] else None
        assert line["days_left"] == (calendar.days_between(now, due) if due else None)
    one = next(line for line in lines if line["due"])
    page = (await year.get(f"/cases/{one['case_id']}", as_=OFFICE)).json()
    assert page["days_left"] == one["days_left"]


async def test_a_line_says_a_day_and_words_not_only_moments_and_codes(year: Portal) -> None:
    lines = (await year.get("/worklist", as_=OFFICE)).json()["items"]
    line = next(line for line in lines if line["due"])
    due = datetime.fromisoformat(line["due"])
    last = due.astimezone(BUSINESS_ZONE) - timedelta(seconds=1)
    assert line["due_on"] == last.date().isoformat()
    assert (line["kind_name"], line["status_name"], line["light_name"]) == (
        "政协提案", "办理中", "正常",
    )  # fmt: skip
    assert [line["due_on"] is None for line in lines] == [line["due"] is None for line in lines]


async def test_the_page_names_units_people_and_steps(portal: Portal) -> None:
    await keep(portal.database, lived(1, ENDED))
    units = [{"_id": f"u-{tag}", "directory": {"title": f"市{tag}局"}} for tag in ("hou", "fin")]
    await portal.database["actors_g1"].insert_many(units)
    page = (await portal.get(FIRST, as_=OFFICE, actions=False)).json()
    assert (page["names"]["u-hou"], page["names"]["u-fin"]) == ("市hou局", "市fin局")
    steps = [(entry["type"], entry["step"]) for entry in page["timeline"]]
    assert ("case.accepted.v1", "立案") in steps
    assert not [step for _, step in steps if step.isascii()]
    for entry in page["timeline"]:
        assert not [word for word in entry["words"].values() if word.isascii()]


async def test_a_petition_is_said_to_be_taken_up(portal: Portal) -> None:
    await keep(portal.database, lived(1, 2, kind="petition", channel="letter"))
    page = (await portal.get(FIRST, as_=OFFICE, actions=False)).json()
    assert page["status_name"] == "已受理"
    assert "受理" in [entry["step"] for entry in page["timeline"]]


async def test_a_register_that_is_being_built_again_is_not_shown(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def current(projection: str) -> Any:
        raise BeingRebuilt(projection)

    monkeypatch.setattr(portal, "current", current)
    for path in ("/worklist", "/tally", "/waiting", FIRST):
        answer = await portal.get(path, OFFICE)
        assert (answer.status_code, answer.json()["rule"]) == (503, "being-rebuilt"), path
        assert "正在整理原有数据（case_register）" in answer.json()["detail"]
