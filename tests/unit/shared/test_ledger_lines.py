"""A cell of a ledger with one item a line."""

import pytest

from shared.ledger_import.cells import UnclearCell
from shared.ledger_import.checking import lines
from shared.ledger_import.table import Column

COLUMN = Column.model_validate({"column": "建议事项", "as": "lines", "longest": 8})


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("夜间公交\n排水管网", ["夜间公交", "排水管网"]),
        ("1. 夜间公交\r\n2、排水管网\n\n", ["夜间公交", "排水管网"]),
        ("1）夜间公交", ["夜间公交"]),
        ("2025 年公交", ["2025 年公交"]),
        ("3.5 公里道路", ["3.5 公里道路"]),
        ("一、夜间公交\n十二、排水", ["夜间公交", "排水"]),
        ("一、\n", []),
    ],
)
def test_each_line_is_an_item_without_its_number(text: str, items: list[str]) -> None:
    assert lines(text, COLUMN) == items


def test_a_line_is_as_long_as_the_column_says() -> None:
    with pytest.raises(UnclearCell, match="超过 8 字"):
        lines("夜间公交\n公布排水管网改造计划", COLUMN)
