"""A ledger in the browser's way: uploaded in pieces, checked, registered once, erased."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import pytest_asyncio
from openpyxl import load_workbook

from shared.contracts.case_event import CaseMark
from shared.contracts.intake import CaseErased, CaseRegistered
from shared.ledger_import import upload_desk
from shared.ledger_import.erasing import erase_over
from shared.ledger_import.stored import COLLECTIONS
from shared.ledger_import.upload_desk import desk_of
from tests.component.intake.import_town import (
    AUDITOR,
    OTHER,
    WHO,
    Town,
    checked,
    ended,
    granted,
    in_one_process,
    ledger,
    open_town,
    paper,
    uploaded,
)

__all__ = ["in_one_process"]
MIXED = ledger(paper(1), paper(2, 分类="天文"), paper(3, 届次="第一届"), paper("4"))
SECRET = "唐宏伟家住滨江新区"
ENGLISH = {"Accept-Language": "en"}


@pytest_asyncio.fixture
async def town(mongo_url: str, in_one_process: None) -> AsyncIterator[Town]:
    async with open_town(mongo_url) as made:
        yield made


async def test_a_ledger_is_checked_and_registered(mongo_url: str) -> None:
    """In processes of its own, as the product reads files."""
    async with open_town(mongo_url) as town, town.client() as http:
        id_ = await checked(http, MIXED)
        assert town.registered() == []
        assert counts(await granted(http.get(f"/imports/{id_}"))) == (2, 0, 2)
        await granted(http.put(f"/imports/{id_}/registration"))
        view = await ended(http, id_)
        assert (view["state"], counts(view)) == ("done", (2, 0, 2))
        assert {fact.batch for fact in town.registered()} == {id_}
        copy = await granted(http.get(f"/imports/{id_}/marked-copy"))
        page = load_workbook(BytesIO(copy.content))["代表建议"]
        assert "天文" in page["I3"].comment.text


async def test_a_preview_names_columns_rows_and_faults(town: Town) -> None:
    async with town.client() as http:
        id_ = await checked(http, MIXED)
        preview = await granted(http.get(f"/imports/{id_}/preview"))
        english = await granted(http.get(f"/imports/{id_}/preview", headers=ENGLISH))
    places = {(f["cell"], f["field"], f["column"]) for f in preview["faults"]}
    assert places == {("I3", "subject", "分类"), ("E4", "session", "届次")}
    assert all(fault["rule"] and fault["reason"] for fault in preview["faults"])
    assert [f["cell"] for f in english["faults"]] == [f["cell"] for f in preview["faults"]]
    assert all(
        f["reason"].isascii() and not f["reason"].startswith("The rule") for f in english["faults"]
    )
    assert preview["rows"][0]["cells"][0] == {"column": "流水号", "text": "1"}
    columns = {c["heading"]: (c["place"], c["column"]) for c in preview["sheets"][0]["columns"]}
    assert columns["案由"] == ("C", "案由")


async def test_remarks_on_a_file_are_told_in_the_language_of_the_reader(town: Town) -> None:
    content = ledger(paper(1), ["合计"])
    async with town.client() as http:
        id_ = await checked(http, content)
        path = f"/imports/{id_}/preview"
        chinese = (await granted(http.get(path)))["remarks"]
        english = (await granted(http.get(path, headers=ENGLISH)))["remarks"]
    assert chinese == ["工作表“代表建议”第 3 行（“合计”）不是登记内容，未读入"]
    assert english == [
        "Row 3 of “代表建议” (“合计”) is no part of a registration and was not read."
    ]


async def test_the_marked_copy_is_mended_and_imported_and_nothing_twice(town: Town) -> None:
    async with town.client() as http:
        first = await checked(http, MIXED)
        await granted(http.put(f"/imports/{first}/registration"))
        await ended(http, first)
        copy = await granted(http.get(f"/imports/{first}/marked-copy"))
        book = load_workbook(BytesIO(copy.content))
        book["代表建议"]["I3"], book["代表建议"]["E4"] = "城建环保", "十五届四次"
        target = BytesIO()
        book.save(target)
        again = await checked(http, target.getvalue())
        assert counts(await granted(http.get(f"/imports/{again}"))) == (2, 2, 0)
        await granted(http.put(f"/imports/{again}/registration"))
        assert counts(await ended(http, again)) == (2, 2, 0)
    batches = [str(fact.batch) for fact in town.registered()]
    assert sorted(batches) == sorted([first, first, again, again])


def counts(view: Mapping[str, Any]) -> tuple[int, int, int]:
    return view["new"], view["known"], view["faulty"]


async def test_two_starts_and_a_start_after_the_end_register_each_row_once(town: Town) -> None:
    async with town.client() as http:
        id_ = await checked(http, ledger(*(paper(n) for n in range(1, 9))))
        for _ in range(3):
            await granted(http.put(f"/imports/{id_}/registration"))
        await ended(http, id_)
        await granted(http.put(f"/imports/{id_}/registration"))
        assert (await ended(http, id_))["new"] == 8
    assert len(town.registered()) == 8


async def test_a_stopped_registration_goes_on_later(town: Town) -> None:
    async with town.client() as http:
        id_ = await checked(http, ledger(*(paper(n) for n in range(1, 31))))
        desk = desk_of(town.intake.runtime)
        record = await desk.store.claim(id_, ("ready",), "registering", "me", desk.now())
        assert record
        await granted(http.put(f"/imports/{id_}/cancellation"))
        assert (await granted(http.get(f"/imports/{id_}")))["stopping"]
        answer = await http.delete(f"/imports/{id_}")
        assert answer.json()["rule"] == "import-at-work"
        await desk.store.finish(id_, "me", state="cancelled")
        await granted(http.put(f"/imports/{id_}/registration"))
        view = await ended(http, id_)
    assert (view["state"], view["new"], len(town.registered())) == ("done", 30, 30)


async def test_a_run_hears_that_it_is_to_stop(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_desk, "BEAT_SECONDS", 0.001)
    async with town.client() as http:
        id_ = await uploaded(http, ledger(*(paper(n) for n in range(1, 301))))
        await granted(http.put(f"/imports/{id_}/check"))
        await granted(http.put(f"/imports/{id_}/cancellation"))
        view = await ended(http, id_)
        assert (view["state"], view["why"]) == ("uploading", "stopped")


async def test_an_import_is_for_its_person_alone(town: Town) -> None:
    async with town.client() as http, town.client(OTHER) as other, town.client(AUDITOR) as auditor:
        id_ = await checked(http, MIXED)
        for path in ("", "/preview", "/marked-copy"):
            assert (await other.get(f"/imports/{id_}{path}")).status_code == 404
            assert (await auditor.get(f"/imports/{id_}{path}")).status_code == 403
        for path in ("/check", "/registration", "/cancellation"):
            assert (await other.put(f"/imports/{id_}{path}")).status_code == 404
        assert (await other.delete(f"/imports/{id_}")).status_code == 404
        named = {"name": "a.xlsx", "size": 1}
        assert (await other.put(f"/imports/{id_}", json=named)).status_code == 404
        assert (await granted(other.get("/imports")))["items"] == []
        mine = await granted(http.get("/imports"))
        assert [each["id"] for each in mine["items"]] == [id_]
        assert mine["agencies"] == ["u-city"]
        registered = await other.post(f"/cases?batch={id_}", json=MINIMAL)
        assert registered.status_code == 404


MINIMAL: dict[str, Any] = {
    "agency": "u-city", "kind": "suggestion", "channel": "session", "period": "2025",
    "session": "十五届四次", "received_on": "2025-03-03", "subject": "urban-environment",
    "region": "direct", "title": "停车", "text": "停车难。",
    "proposers": [{"person": "p-n1", "part": "lead"}],
}  # fmt: skip


async def test_what_is_kept_of_a_file_is_sealed_and_read_with_a_trace(town: Town) -> None:
    async with town.client() as http:
        id_ = await checked(http, ledger(paper(1, 内容=SECRET), paper(2, 分类=SECRET)))
        kept = [str(row) for name in COLLECTIONS async for row in town.database[name].find()]
        assert kept
        assert not [row for row in kept for word in (SECRET, WHO, "台账") if word in row]
        before = len(town.intake.vault_store.reads)
        await granted(http.get(f"/imports/{id_}/preview"))
        await granted(http.get(f"/imports/{id_}/marked-copy"))
        read = town.intake.vault_store.reads[before:]
        assert read == [(f"import-{id_}", what, "p-reg") for what in ("preview", "copy")]
        await granted(http.delete(f"/imports/{id_}"))
        assert (await http.get(f"/imports/{id_}")).status_code == 404
    assert [row for name in COLLECTIONS async for row in town.database[name].find()] == []
    assert f"import-{id_}" in town.intake.vault_store.destroyed


async def test_files_are_erased_after_their_days(town: Town) -> None:
    async with town.client() as http:
        id_ = await checked(http, MIXED)
        desk = desk_of(town.intake.runtime)
        assert await erase_over(desk.files) == 0
        past = {"ends": desk.now() - timedelta(seconds=1)}
        await town.database["imports"].update_one({"_id": id_}, {"$set": past})
        assert await erase_over(desk.files) == 1
        assert (await http.get(f"/imports/{id_}")).status_code == 404
        again = await http.put(f"/imports/{id_}", json={"name": "a.xlsx", "size": 1})
        assert (again.status_code, again.json()["rule"]) == (409, "import-erased")
        assert (await granted(http.get("/imports")))["items"] == []


def zipped(**parts: str) -> bytes:
    target = BytesIO(MIXED)
    with ZipFile(target, "a", ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("台账.exe", MIXED, "只能导入"),
        ("台账.xlsm", MIXED, "宏"),
        ("台账.xlsx", b"\xd0\xcf\x11\xe0 and more", "旧版"),
        ("台账.xlsx", b"<html>no workbook</html>", "与扩展名不符"),
        ("台账.csv", MIXED, "扩展名改为 .xlsx"),
    ],
)
async def test_a_file_that_is_no_ledger_is_refused_at_once(
    town: Town, name: str, content: bytes, words: str
) -> None:
    async with town.client() as http:
        id_ = uuid4().hex
        answer = await http.put(f"/imports/{id_}", json={"name": name, "size": len(content)})
        if answer.is_success:
            answer = await http.put(f"/imports/{id_}/pieces/0", content=content)
    assert answer.json()["rule"] == "import-file"
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped(**{"xl/vbaProject.bin": "Sub"}), "含有宏"),
        (zipped(**{"xl/externalLinks/externalLink1.xml": "<a/>"}), "引用了其他文件"),
        (zipped(**{"xl/media/bomb.bin": "0" * (300 * 2**20)}), "解压后超过"),
        (b"PK\x03\x04 no zip", "不是"),
        (ledger(head=["编号", "内容"]), "没有可识别的台账"),
    ],
    ids=["macro", "link", "bomb", "no-zip", "no-ledger"],
)
async def test_a_file_that_may_not_be_read_says_why(town: Town, content: bytes, words: str) -> None:
    async with town.client() as http:
        id_ = await uploaded(http, content)
        await granted(http.put(f"/imports/{id_}/check"))
        view = await ended(http, id_)
        told = await granted(http.get(f"/imports/{id_}", headers={"Accept-Language": "en"}))
    assert (view["state"], words in view["refusal"]) == ("unreadable", True), view
    assert told["refusal"].isascii()


async def test_formulas_are_faults_at_their_cells(town: Town) -> None:
    async with town.client() as http:
        id_ = await checked(http, ledger(paper(1), paper(2, 案由='="关于"&"停车"')))
        preview = await granted(http.get(f"/imports/{id_}/preview"))
    assert [fault["cell"] for fault in preview["faults"]] == ["C3"]
    assert "公式" in preview["faults"][0]["reason"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
async def test_a_file_of_lines_is_read_and_marked(town: Town, encoding: str) -> None:
    lines = ["流水号,类别,案由,领衔人,届次,收到日期,提出时间,内容,分类"]
    lines += [",".join(str(cell) for cell in row) for row in (paper(1), paper(2, 分类="=1+1"))]
    async with town.client() as http:
        id_ = await checked(http, "\r\n".join(lines).encode(encoding), "台账.csv")
        copy = await granted(http.get(f"/imports/{id_}/marked-copy"))
    page = load_workbook(BytesIO(copy.content))["台账"]
    assert (page["I3"].data_type, page["I3"].value) == ("s", "=1+1")
    assert page["I3"].comment


async def test_sizes_and_numbers_are_bounded(town: Town) -> None:
    async with town.client() as http:
        largest = (await granted(http.get("/imports")))["largest_bytes"]
        named = {"name": "a.xlsx", "size": largest + 1}
        answer = await http.put(f"/imports/{uuid4().hex}", json=named)
        assert answer.json()["rule"] == "import-size"
        id_ = uuid4().hex
        await granted(http.put(f"/imports/{id_}", json={"name": "a.xlsx", "size": 100}))
        answer = await http.put(f"/imports/{id_}/pieces/0", content=MIXED)
        assert answer.json()["rule"] == "import-piece"
        assert (await http.put(f"/imports/{id_}/check")).json()["rule"] == "import-piece"
        most = desk_of(town.intake.runtime).bounds.of_a_person
        for _ in range(most - 1):
            new = {"name": "a.xlsx", "size": 100}
            await granted(http.put(f"/imports/{uuid4().hex}", json=new))
        answer = await http.put(f"/imports/{uuid4().hex}", json=named | {"size": 100})
        assert answer.json()["rule"] == "import-too-many"


async def test_an_upload_is_erased_with_a_case_that_it_brought(town: Town) -> None:
    """Also where another upload had brought the case before; uploads of other cases stay."""
    async with town.client() as http:
        first, again, other = [await checked(http, ledger(paper(number))) for number in (1, 1, 2)]
        for each in (first, again, other):
            await granted(http.put(f"/imports/{each}/registration"))
            await ended(http, each)
        case = next(f for f in town.intake._own() if isinstance(f.event, CaseRegistered))
        erased = CaseErased(**case.event.fields(CaseMark), at=case.event.at, by="p-1", reason="x")
        fact = replace(case, event=erased)
        await town.intake.runtime.forget_if_erased(fact)
        await town.intake.runtime.forget_if_erased(fact)
        left = (await granted(http.get("/imports")))["items"]
        assert [each["id"] for each in left] == [other]
        assert (await http.get(f"/imports/{first}/preview")).status_code == 404
    for name in COLLECTIONS[1:]:
        kept = await town.database[name].find({}).to_list(None)
        assert {row["import"] for row in kept} == {other}, name


async def test_an_empty_ledger_can_be_had(town: Town) -> None:
    async with town.client() as http:
        template = await granted(http.get("/ledgers/代表建议/template"))
        assert (await http.get("/ledgers/天文/template")).status_code == 404
    page = load_workbook(BytesIO(template.content)).worksheets[0]
    assert page["A1"].value == "流水号"
