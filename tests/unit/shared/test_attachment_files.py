"""Files from outside: each is what its name says, and nothing in it runs; a scanner is asked."""

import asyncio
import struct
from collections.abc import AsyncIterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from shared.attachments.content import BY_CODE, TYPES, check_content, type_of
from shared.attachments.scanner import Clamd, NoScanner, RefusingScanner, scanner_of
from shared.kernel.errors import RuleViolated, Unavailable
from shared.service.settings import ServiceSettings

ALL = tuple(BY_CODE)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"
"""Begins as the file that every scanner takes for a virus."""


def zipped(*parts: str, filling: bytes = b"<x/>") -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as book:
        for part in parts:
            book.writestr(part, filling)
    return target.getvalue()


GOOD = {
    "pdf": b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj",
    "ofd": zipped("OFD.xml", "Doc_0/Document.xml"),
    "docx": zipped("[Content_Types].xml", "word/document.xml"),
    "xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
}


@pytest.mark.parametrize("code", ALL)
def test_a_file_is_taken_for_what_it_is_and_for_nothing_else(code: str) -> None:
    check_content(GOOD[code], BY_CODE[code])
    for other in TYPES:
        if other.code != code:
            with pytest.raises(RuleViolated, match="扩展名不符"):
                check_content(GOOD[code], other)


@pytest.mark.parametrize(
    "name",
    ["a.exe", "a.zip", "a.doc", "a.xls", "a.docm", "a.svg", "a.html", "pdf", "a.pdf.js", "a.rar"],
)
def test_other_types_are_refused_by_their_name(name: str) -> None:
    with pytest.raises(RuleViolated) as refused:
        type_of(name, ALL)
    assert (refused.value.rule, refused.value.field) == ("attachment-file", "upload")


def test_the_policy_row_says_which_types_are_taken() -> None:
    assert type_of("照片.JPEG", ("jpg",)).code == "jpg"
    with pytest.raises(RuleViolated, match=r"只收 \.jpg 文件"):
        type_of("来信.pdf", ("jpg",))


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("docx", "word/vbaProject.bin"),
        ("xlsx", "xl/VBAPROJECT.BIN"),
        ("docx", "word/embeddings/oleObject1.bin"),
        ("xlsx", "xl\\embeddings\\a.xlsx"),
        ("docx", "word/activeX/activeX1.xml"),
    ],
)
def test_macros_controls_and_embedded_files_are_refused(code: str, part: str) -> None:
    with pytest.raises(RuleViolated, match="不收"):
        check_content(zipped(BY_CODE[code].part, part), BY_CODE[code])


@pytest.mark.parametrize("mark", ["/JavaScript", "/Launch", "/EmbeddedFile", "/RichMedia"])
def test_a_pdf_that_acts_is_refused(mark: str) -> None:
    with pytest.raises(RuleViolated, match="脚本"):
        check_content(GOOD["pdf"] + mark.encode(), BY_CODE["pdf"])


def test_bombs_and_broken_and_locked_files_are_refused() -> None:
    bomb = zipped("word/document.xml", filling=b"0" * 40_000_000)
    many = zipped(*(f"word/{n}" for n in range(5_001)), "word/document.xml")
    for content in (bomb, many):
        with pytest.raises(RuleViolated, match="过大"):
            check_content(content, BY_CODE["docx"])
    with pytest.raises(RuleViolated, match="损坏"):
        check_content(GOOD["docx"][:-30], BY_CODE["docx"])
    with pytest.raises(RuleViolated, match="加密"):
        check_content(locked(), BY_CODE["docx"])


def locked() -> bytes:
    """Returns a document whose part says that it is encrypted."""
    target = BytesIO()
    with ZipFile(target, "w") as book:
        book.writestr(ZipInfo("word/document.xml"), b"x")
    content = bytearray(target.getvalue())
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    return bytes(content)


async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks clamd's side of INSTREAM: a length before each piece, nothing after the last."""
    assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
    content = b""
    while size := struct.unpack("!L", await reader.readexactly(4))[0]:
        content += await reader.readexactly(size)
    answer = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
    writer.write(b"INSTREAM size limit exceeded. ERROR" if len(content) > 999_999 else answer)
    writer.write(b"\0")
    await writer.drain()
    writer.close()


@pytest.fixture
async def clamd() -> AsyncIterator[Clamd]:
    server = await asyncio.start_server(answers, "127.0.0.1", 0)
    yield Clamd("127.0.0.1", server.sockets[0].getsockname()[1])
    server.close()


async def test_a_scanner_is_given_the_whole_file(clamd: Clamd) -> None:
    assert await clamd.scan(b"x" * 200_000) is True
    with pytest.raises(RuleViolated, match="病毒"):
        await clamd.scan(b"x" * 200_000 + EICAR)


async def test_what_was_not_scanned_to_the_end_is_not_taken(clamd: Clamd) -> None:
    with pytest.raises(Unavailable, match="StreamMaxLength"):
        await clamd.scan(b"x" * 1_000_000)


async def test_a_scanner_that_does_not_answer_is_asked_again_later(clamd: Clamd) -> None:
    with pytest.raises(Unavailable):
        await Clamd("127.0.0.1", 1).scan(b"x")


async def test_production_takes_no_file_without_a_scanner() -> None:
    assert scanner_of("av:3310") == Clamd("av", 3310)
    here = ServiceSettings.model_construct(environment="development", clamd="")
    assert isinstance(scanner_of(here.scanner_at), NoScanner)
    service = ServiceSettings.model_construct(environment="production", clamd="")
    refusing = scanner_of(service.scanner_at)
    assert isinstance(refusing, RefusingScanner)
    with pytest.raises(Unavailable, match="DUBAN_CLAMD"):
        await refusing.scan(b"x")
