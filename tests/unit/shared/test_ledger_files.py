"""Files of ledgers as programs write them, and as they arrive broken: a sentence of ours says why,
in both languages, and no word of a library."""

import os
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from services.intake.row_faults import refusal_in
from shared.http.rules_in_english import in_english
from shared.ledger_import.isolation import read_apart
from shared.ledger_import.opening import BROKEN, FILE_RULES, UnreadableLedger
from shared.ledger_import.reading import read_rows
from shared.ledger_import.table import load_ledgers
from shared.ledger_import.uploaded import read_uploaded

LEDGERS = load_ledgers(Path("deploy/policies/ledgers.yaml"))
SAMPLE = Path("deploy/samples/petitions.xlsx")
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
NOBODY = 65534

BREAKS = {
    "cut": (None, b"", b""),
    "no book": (BOOK, b"</workbook>", b""),
    "name of a sheet": (BOOK, b'name="', b'name="&#7;'),
    "row": (SHEET, b'<row r="1"', b'<row r="abc"'),
    "negative row": (SHEET, b'<row r="1"', b'<row r="-1"'),
    "merged": (
        SHEET, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A0:B0"/></mergeCells>'
    ),
    "hidden": (SHEET, b"<sheetData>", b'<cols><col min="a" max="b" hidden="1"/></cols><sheetData>'),
    "entity": (SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
}  # fmt: skip


def broken(path: Path, part: str | None, old: bytes, new: bytes) -> None:
    if part is None:
        path.write_bytes(SAMPLE.read_bytes()[:5_000])
        return
    with ZipFile(SAMPLE) as whole, ZipFile(path, "w", ZIP_DEFLATED) as copy:
        for name in whole.namelist():
            content = whole.read(name)
            copy.writestr(name, content.replace(old, new, 1) if name == part else content)


@pytest.mark.parametrize("way", BREAKS)
def test_a_broken_workbook_is_refused_without_the_words_of_a_library(
    tmp_path: Path, way: str
) -> None:
    path = tmp_path / "台账.xlsx"
    broken(path, *BREAKS[way])
    with pytest.raises(UnreadableLedger) as refused:
        read_uploaded(path, LEDGERS)
    words = re.findall("[a-z]{3,}", str(refused.value).replace(".xlsx", ""), re.IGNORECASE)
    assert (set(words) <= {"Excel"}, refused.value.rule) == (True, BROKEN), refused.value


def test_why_a_file_is_refused_comes_out_of_the_reading_process(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(UnreadableLedger) as refused:
        read_apart(path, LEDGERS, read_uploaded)
    assert pickle.loads(pickle.dumps(refused.value)).rule == refused.value.rule == BROKEN


@pytest.mark.parametrize("rule", FILE_RULES)
def test_each_refusal_of_a_file_has_its_sentence_in_english(rule: str) -> None:
    assert in_english(rule) != in_english("no-such-rule")
    kept = {"rule": rule, "sentence": "文件"}
    assert (refusal_in(kept, False), refusal_in(kept, True)) == ("文件", in_english(rule))


@pytest.fixture
def unreadable() -> Iterator[Path]:
    """Yields a file of somebody else, which nobody may read."""
    before = os.geteuid()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "台账.xlsx"
        path.write_bytes(SAMPLE.read_bytes())
        path.chmod(0)
        path.parent.chmod(0o755)
        if before == 0:
            os.seteuid(NOBODY)
        try:
            yield path
        finally:
            os.seteuid(before)


def test_a_file_that_one_may_not_read_is_not_called_broken(unreadable: Path) -> None:
    with pytest.raises(UnreadableLedger, match="没有读取这个文件的权限"):
        read_rows(unreadable, LEDGERS)


PETITIONS = next(each for each in LEDGERS if each.name == "petitions")
ROW = {column: "7" for column in PETITIONS.required()} | {"内容": "积水，很深, 很久; 三年"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le-bom"])
@pytest.mark.parametrize("separator", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
@pytest.mark.parametrize(
    "title", ["", "2025年信访台账\n", "台账, 共 2 件\n填表人; 某某\n"], ids=["none", "one", "two"]
)
def test_lines_are_read_below_a_title_in_any_encoding(
    tmp_path: Path, title: str, separator: str, encoding: str
) -> None:
    cells = [f'"{cell}"' if set(cell) & set(",;\t") else cell for cell in ROW.values()]
    text = title + "\n".join(separator.join(line) for line in (ROW, cells, cells)) + "\n"
    path = tmp_path / "台账.csv"
    if encoding == "utf-16-le-bom":
        path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    else:
        path.write_bytes(text.encode(encoding))
    reading = read_uploaded(path, LEDGERS)
    assert [row.values["内容"] for row in reading.rows] == [ROW["内容"]] * 2
