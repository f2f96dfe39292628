"""Template of a ledger: an empty workbook with headings, a remark on each, and choices."""

from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from shared.ledger_import.checking import Directory
from shared.ledger_import.table import Column, Ledger

LINES = 1000
WIDTH = 18
AS_TEXT = "@"
LONGEST_LIST = 255
"""Characters that Excel keeps of a list of choices."""
DAY = "日期，如 2025-03-03"
PERSON = "姓名（代表证号或委员编号），如 张三（D0001）；多人用顿号隔开"

ACCUSED = (
    "可以不填。通讯录中有的写 姓名（人员编号），其不能查阅、承办本件；"
    "没有的写姓名和职务，加密保存。多人用顿号隔开"
)


def write_template(ledger: Ledger, directory: Directory, target: Path) -> None:
    """Raises FileExistsError: a clerk may have filled in the file that stands there."""
    if target.exists():
        raise FileExistsError(target)
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title, page.freeze_panes = ledger.title, "A2"
    for at, (name, remark, choices) in enumerate(columns(ledger, directory), 1):
        head(page, at, name, remark)
        offer(page, at, choices)
    book.save(target)


def head(page: Worksheet, at: int, name: str, remark: str) -> None:
    cell = page.cell(1, at, name)
    cell.font, cell.comment = Font(bold=True), Comment(remark, "督办平台")
    page.column_dimensions[get_column_letter(at)].width = WIDTH
    for row in range(2, LINES + 2):
        page.cell(row, at).number_format = AS_TEXT


def offer(page: Worksheet, at: int, choices: list[str]) -> None:
    """Adds a list of choices, where Excel can hold it."""
    listed = ",".join(choices)
    if not choices or len(listed) > LONGEST_LIST:
        return
    letter = get_column_letter(at)
    rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
    rule.add(f"{letter}2:{letter}{LINES + 1}")
    page.add_data_validation(rule)


def columns(ledger: Ledger, directory: Directory) -> Iterator[tuple[str, str, list[str]]]:
    """Returns (heading, remark, choices), each column once, in the order of the form."""
    yield ledger.serial, "必填。数字，前面可加字母；同一年度内不重复", []
    yield from ((name, f"必填“{value}”", [value]) for name, value in ledger.where.items())
    yield ledger.received_on, f"必填。{DAY}", []
    signers = ledger.signers
    yield signers.lead, "必填。" + (PERSON if signers.who == "deputy" else "姓名或单位名称"), []
    for name in (signers.co, signers.phone, signers.address):
        if name:
            yield name, PERSON if name == signers.co else "加密保存", []
    if ledger.accused:
        yield (
            ledger.accused.units,
            "可以不填。单位全称或简称，多个用顿号隔开；其不能查阅、承办本件",
            [],
        )
        yield ledger.accused.persons, ACCUSED, []
    for column in (ledger.channel, *ledger.columns.values()):
        choices = choices_of(column, directory)
        yield column.column, remark_of(column, choices), choices


def choices_of(column: Column, directory: Directory) -> list[str]:
    lists = {
        "found": list(column.found),
        "yes-no": ["是", "否"],
        "label": list(directory.labels.get(column.group, {})),
        "region": list(directory.regions),
    }
    return lists.get(column.reads, [])


def remark_of(column: Column, choices: list[str]) -> str:
    need = "必填。" if column.required else "可以不填。"
    if choices:
        return f"{need}可填：{'、'.join(choices)}"
    return (
        f"{need}单位全称或简称" if column.reads == "unit" else f"{need}不超过 {column.longest} 字"
    )
