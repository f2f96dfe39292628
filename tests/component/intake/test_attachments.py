"""Files of a paper through HTTP, on a real store: sent, checked, read, removed, erased."""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from services.intake.app import SERVICE
from services.intake.domain.attachments.decider import is_attached
from shared.attachments.desk import MOST_UNFINISHED, PIECE_BYTES, AttachmentDesk, desk_of
from shared.attachments.erasing import settle_left
from shared.attachments.object_store import COLLECTIONS as OBJECTS
from shared.attachments.uploads import UPLOADS, Upload
from shared.contracts.attachments import AttachmentAdded
from shared.kernel.messages import Sealed
from shared.mongo.clock_store import real_time
from shared.mongo.connect import connect
from shared.testing.service import ServiceUnderTest
from tests.component.intake.test_api import (
    CITY,
    PEOPLE,
    PETITION,
    SUGGESTION,
    accepted,
    refused,
    registered,
)
from tests.unit.shared.test_attachment_files import GOOD

PICTURE = GOOD["jpg"] + bytes(range(256)) * 3_000
"""More than one piece."""
NAME = "王小明家门口.jpg"
WHY = {"reason": "传错文件"}


@pytest_asyncio.fixture
async def intake(mongo_url: str) -> AsyncIterator[ServiceUnderTest]:
    service = ServiceUnderTest(SERVICE, *PEOPLE)
    await service.knows(*CITY)
    async with connect(mongo_url) as client:
        space = f"t{uuid4().hex[:10]}_intake"
        service.runtime.kept = client[space]
        yield service
        await client.drop_database(space)


async def sent(
    intake: ServiceUnderTest, case: str, content: bytes, who: str = "p-n1", name: str = NAME
) -> str:
    """Uploads a file in pieces; returns the id of the upload."""
    id_ = uuid4().hex
    begun = await intake.put(
        f"/cases/{case}/uploads/{id_}", {"name": name, "size": len(content)}, who
    )
    assert begun.status_code == 200, begun.text
    for n in range(begun.json()["pieces"]):
        answer = await piece(intake, case, id_, n, content, who)
        assert answer.status_code == 204, answer.text
    return id_


async def piece(
    intake: ServiceUnderTest, case: str, id_: str, n: int, content: bytes, who: str = "p-n1"
) -> httpx.Response:
    part = content[n * PIECE_BYTES : (n + 1) * PIECE_BYTES]
    headers = intake._headers(who) | {"Content-Type": "application/octet-stream"}
    path = f"/cases/{case}/uploads/{id_}/pieces/{n}"
    return await intake.http.put(path, content=part, headers=headers)


async def added(
    intake: ServiceUnderTest, case: str, content: bytes = PICTURE, who: str = "p-n1"
) -> str:
    id_ = await sent(intake, case, content, who)
    body = {"upload": id_, "note": "六月十二日拍摄"}
    answer = await intake.post(f"/cases/{case}/attachments", body, who)
    assert answer.status_code == 201, answer.text
    assert answer.json()["facts"] == ["attachment.added.v1"]
    return id_


async def files(intake: ServiceUnderTest) -> dict[str, int]:
    database = intake.runtime.kept
    return {name: await database[name].count_documents({}) for name in (*OBJECTS, UPLOADS)}


def state_of(intake: ServiceUnderTest, case: str):  # type: ignore[no-untyped-def]
    async def attached(upload: Upload) -> bool:
        loaded = await intake.handler.loaded(f"intake-{case}")
        return is_attached(loaded.state, upload.id)

    return attached


async def test_a_file_comes_back_as_it_was_sent(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    id_ = await added(intake, case)
    (shown,) = (await intake.get(f"/cases/{case}", "p-office")).json()["attachments"]
    assert (shown["id"], shown["name"], shown["note"]) == (id_, NAME, "六月十二日拍摄")
    assert (shown["size"], shown["media"], shown["scanned"]) == (len(PICTURE), "jpg", False)
    assert shown["sha256"] == hashlib.sha256(PICTURE).hexdigest()
    answer = await intake.get(f"/cases/{case}/attachments/{id_}", "p-office")
    assert answer.content == PICTURE
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E7")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "no-store" in answer.headers["cache-control"]


async def test_only_a_picture_is_shown_in_its_place(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    picture, paper = await added(intake, case), await sent(intake, case, GOOD["pdf"], name="a.pdf")
    await intake.post(f"/cases/{case}/attachments", {"upload": paper}, "p-n1")
    for id_, way in ((picture, "inline"), (paper, "attachment")):
        answer = await intake.get(f"/cases/{case}/attachments/{id_}", "p-n1", show="true")
        assert answer.headers["content-disposition"].partition(";")[0] == way


async def test_nothing_of_a_file_is_stored_in_the_clear(intake: ServiceUnderTest) -> None:
    """Neither its bytes nor its name; the digest in the fact is that of what is stored."""
    case = await registered(intake)
    id_ = await added(intake, case)
    database, stored = intake.runtime.kept, b""
    for name in (*OBJECTS, UPLOADS):
        rows = [row async for row in database[name].find().sort("_id", 1)]
        assert NAME not in str(rows)
        assert b"JFIF" not in b"".join(bytes(row.get("data", b"")) for row in rows)
    for n in range(2):
        stored += b"".join(
            [
                bytes(row["data"])
                async for row in database[OBJECTS[1]].find({"files_id": f"{case}/{id_}/{n}"})
            ]
        )
    fact = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(fact, AttachmentAdded)
    assert isinstance(fact.about, Sealed)
    assert fact.sha256 == hashlib.sha256(stored).hexdigest()


async def test_who_may_not_read_the_letter_reads_no_file(intake: ServiceUnderTest) -> None:
    case = await registered(intake, PETITION)
    id_ = await added(intake, case, who="p-reg")
    path = f"/cases/{case}/attachments/{id_}"
    (seen,) = (await intake.get(f"/cases/{case}", "p-audit")).json()["attachments"]
    assert (seen["name"], seen["note"], seen["sha256"]) == (None, None, None)
    refused(await intake.get(path, "p-audit"), 404, "not-found")
    refused(await intake.get(path, "p-fin"), 404, "not-found")
    before = len(intake.vault_store.reads)
    assert (await intake.get(path, "p-office")).status_code == 200
    assert {read[1] for read in intake.vault_store.reads[before:]} >= {f"attachment-{id_}"}


async def test_who_may_add_and_remove(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    new = {"name": NAME, "size": 9}
    for who, status in (("p-fin", 404), ("p-n2", 404), ("p-audit", 403), ("p-office", 200)):
        answer = await intake.put(f"/cases/{case}/uploads/{uuid4().hex}", new, who)
        assert answer.status_code == status, answer.text
    taken_up = await accepted(intake, SUGGESTION | {"title": "另一件"})
    late = await intake.put(f"/cases/{taken_up}/uploads/{uuid4().hex}", new, "p-n1")
    refused(late, 403, "not-allowed-add-attachment")
    id_ = await added(intake, taken_up, who="p-reg")
    path = f"/cases/{taken_up}/attachment-removal"
    refused(
        await intake.post(path, {"attachment": id_, **WHY}, "p-n1"),
        403,
        "not-allowed-remove-attachment",
    )
    answer = await intake.post(path, {"attachment": id_, **WHY}, "p-office")
    assert answer.status_code == 201, answer.text


async def test_an_upload_is_its_senders(intake: ServiceUnderTest) -> None:
    """Another person cannot go on with it, and it belongs to one case."""
    case, other = await registered(intake), await registered(intake, SUGGESTION | {"title": "二"})
    id_ = await sent(intake, case, PICTURE)
    body = {"upload": id_}
    for where, who in ((case, "p-reg"), (other, "p-n1")):
        answer = await intake.post(f"/cases/{where}/attachments", body, who)
        refused(answer, 409, "upload-unknown")
    again = await intake.put(
        f"/cases/{other}/uploads/{id_}", {"name": NAME, "size": len(PICTURE)}, "p-n1"
    )
    refused(again, 409, "upload-unknown")


@pytest.mark.parametrize(
    ("name", "size", "rule", "field"),
    [
        ("a.exe", 9, "attachment-file", "upload"),
        ("a.jpg", 20 * 1024 * 1024 + 1, "attachment-size", "size"),
    ],
)
async def test_what_is_not_taken_is_refused_before_it_is_sent(
    intake: ServiceUnderTest, name: str, size: int, rule: str, field: str
) -> None:
    case = await registered(intake)
    path, new = f"/cases/{case}/uploads/{uuid4().hex}", {"name": name, "size": size}
    answer = await intake.put(path, new, "p-n1")
    refused(answer, 409, rule)
    assert answer.json()["field"] == field
    assert await files(intake) == dict.fromkeys((*OBJECTS, UPLOADS), 0)


async def test_a_piece_is_of_its_length_and_of_its_type(intake: ServiceUnderTest) -> None:
    case, id_ = await registered(intake), uuid4().hex
    await intake.put(f"/cases/{case}/uploads/{id_}", {"name": NAME, "size": len(PICTURE)}, "p-n1")
    refused(await piece(intake, case, id_, 0, PICTURE[:-5][:99]), 409, "attachment-piece")
    refused(await piece(intake, case, id_, 2, PICTURE), 409, "attachment-piece")
    refused(await piece(intake, case, id_, 0, b"MZ" + PICTURE), 409, "attachment-file")
    body = {"upload": id_}
    refused(await intake.post(f"/cases/{case}/attachments", body, "p-n1"), 409, "attachment-piece")
    for n in (1, 0, 0):
        assert (await piece(intake, case, id_, n, PICTURE)).status_code == 204
    assert (await intake.post(f"/cases/{case}/attachments", body, "p-n1")).status_code == 201


async def test_what_was_checked_is_what_is_kept(intake: ServiceUnderTest) -> None:
    """No piece is exchanged after the check; a repetition adds nothing."""
    case = await registered(intake)
    id_ = await added(intake, case)
    evil = GOOD["jpg"] + b"x" * (len(PICTURE) - len(GOOD["jpg"]))
    refused(await piece(intake, case, id_, 0, evil), 409, "attachment-piece")
    path, body = f"/cases/{case}/attachments", {"upload": id_, "note": "六月十二日拍摄"}
    again = await intake.post(path, body, "p-n1")
    assert (again.status_code, again.json()["facts"]) == (201, [])
    other = await intake.post(path, body | {"note": "七月一日拍摄"}, "p-n1")
    refused(other, 409, "recorded-otherwise")
    assert (await intake.get(f"/cases/{case}/attachments/{id_}", "p-n1")).content == PICTURE


async def test_a_file_that_is_not_what_it_says_becomes_no_attachment(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake)
    id_ = await sent(intake, case, GOOD["xlsx"], name="表.docx")
    answer = await intake.post(f"/cases/{case}/attachments", {"upload": id_}, "p-n1")
    refused(answer, 409, "attachment-file")
    assert (await intake.get(f"/cases/{case}", "p-n1")).json()["attachments"] == []


async def test_a_removed_file_is_gone_for_everybody(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    id_ = await added(intake, case)
    answer = await intake.post(
        f"/cases/{case}/attachment-removal", {"attachment": id_, **WHY}, "p-n1"
    )
    assert answer.json()["facts"] == ["attachment.removed.v1"]
    assert await files(intake) == dict.fromkeys((*OBJECTS, UPLOADS), 0)
    refused(await intake.get(f"/cases/{case}/attachments/{id_}", "p-reg"), 404, "not-found")
    view = (await intake.get(f"/cases/{case}", "p-reg")).json()
    assert view["attachments"] == []
    assert [(step["step"], step["reason"]) for step in view["steps"]] == [("移除附件", "传错文件")]
    unknown = {"attachment": "0" * 32, **WHY}
    answer = await intake.post(f"/cases/{case}/attachment-removal", unknown, "p-n1")
    refused(answer, 409, "attachment-unknown")


async def test_erasure_takes_the_files_of_the_case_alone(intake: ServiceUnderTest) -> None:
    case, other = await registered(intake), await registered(intake, SUGGESTION | {"title": "二"})
    await added(intake, case)
    kept = await added(intake, other)
    for forget in SERVICE.forgets:
        await forget(intake.runtime, case)
        await forget(intake.runtime, case)
    assert await files(intake) == {OBJECTS[0]: 2, OBJECTS[1]: 2, UPLOADS: 1}
    answer = await intake.get(f"/cases/{other}/attachments/{kept}", "p-n1")
    assert answer.content == PICTURE
    await intake.vault_store.destroy(case)
    path, new = f"/cases/{case}/uploads/{uuid4().hex}", {"name": NAME, "size": 9}
    late = await intake.put(path, new, "p-reg")
    refused(late, 409, "case-erased")


async def test_a_kill_leaves_neither_half_a_file_nor_a_fact_without_one(
    intake: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the fact of an addition, after that of a removal, and before any."""
    case = await registered(intake)

    async def killed(*_: object) -> None:
        raise ConnectionError

    id_, removed = await sent(intake, case, PICTURE), await added(intake, case)
    bodies = {"attachments": {"upload": id_}, "attachment-removal": {"attachment": removed, **WHY}}
    with monkeypatch.context() as dying:
        dying.setattr(AttachmentDesk, "filed", killed)
        dying.setattr(AttachmentDesk, "erase", killed)
        for path, body in bodies.items():
            with pytest.raises(ConnectionError):
                await intake.post(f"/cases/{case}/{path}", body, "p-n1")
    await sent(intake, case, PICTURE)
    assert await settle_left(late_desk(intake), state_of(intake, case)) == 3
    left = {row["_id"]: row["state"] async for row in intake.runtime.kept[UPLOADS].find()}
    assert left == {id_: "filed"}
    names = await intake.runtime.kept[OBJECTS[0]].distinct("_id")
    assert sorted(names) == [f"{case}/{id_}/0", f"{case}/{id_}/1"]
    answer = await intake.get(f"/cases/{case}/attachments/{id_}", "p-n1")
    assert answer.content == PICTURE
    assert await settle_left(late_desk(intake), state_of(intake, case)) == 0


def late_desk(intake: ServiceUnderTest) -> AttachmentDesk:
    """Returns the desk two days later."""
    today = desk_of(intake.runtime)
    ahead = real_time() + timedelta(days=2)
    return AttachmentDesk(today.uploads, today.objects, today.data, today.scanner, lambda: ahead)


async def test_what_an_addition_brings_about_is_asked_without_a_file(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake)
    act = {"action": "add-attachment", "body": {"upload": "0" * 32}}
    answer = await intake.post(f"/cases/{case}/consequences", act, "p-n1")
    assert (answer.status_code, answer.json()["refused"]) == (200, None)


async def test_a_lost_piece_is_said_before_an_answer_begins(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    id_ = await added(intake, case)
    await desk_of(intake.runtime).objects.delete(f"{case}/{id_}/")
    refused(await intake.get(f"/cases/{case}/attachments/{id_}", "p-n1"), 404, "not-found")


async def test_a_person_has_few_unfinished_uploads(intake: ServiceUnderTest) -> None:
    case, new = await registered(intake), {"name": NAME, "size": 9}
    for _ in range(MOST_UNFINISHED):
        answer = await intake.put(f"/cases/{case}/uploads/{uuid4().hex}", new, "p-n1")
        assert answer.status_code == 200
    answer = await intake.put(f"/cases/{case}/uploads/{uuid4().hex}", new, "p-n1")
    refused(answer, 409, "attachment-unfinished")
