"""What the rows of the small sample add up to, counted from the ledgers themselves."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from shared.demo.acts import GRADES
from shared.demo.stage import SMALL

SAMPLES = Path("deploy/samples")
SHEETS = {
    "suggestion": ("suggestions-proposals.xlsx", "代表建议"),
    "proposal": ("suggestions-proposals.xlsx", "政协提案"),
    "petition": ("petitions.xlsx", "信访件"),
    "hotline": ("mailbox.xlsx", "市长信箱"),
}


@dataclass(frozen=True)
class Sum:
    registered: int
    closed: int


def small_sums() -> dict[str, Sum]:
    """By kind."""
    return {kind: sum_of(small_rows(*where)) for kind, where in SHEETS.items()}


def small_rows(name: str, sheet: str) -> list[dict[str, Any]]:
    """A title stands above the head."""
    book = CalamineWorkbook.from_path(SAMPLES / name)
    _, head, *lines = book.get_sheet_by_name(sheet).to_python()
    rows = [dict(zip(map(str, head), line, strict=True)) for line in lines]
    return [row for row in rows if int(row["流水号"]) <= SMALL]


def sum_of(rows: list[dict[str, Any]]) -> Sum:
    return Sum(registered=len(rows), closed=sum(map(is_closed, rows)))


def is_closed(row: dict[str, Any]) -> bool:
    """Petitions and letters say so; suggestions and proposals are closed by a rating, the last one
    of which satisfies."""
    if "办结" in row:
        return bool(row["办结"] == "是")
    return row["评价"] in GRADES and (row["评价"] != "不满意" or bool(row["二次答复日期"]))
