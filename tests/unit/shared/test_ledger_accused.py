"""The columns of those whom a paper is against (被反映单位、被反映人)."""

from pathlib import Path
from typing import Any

import pytest

from shared.ledger_import.accused import accused
from shared.ledger_import.cells import UnclearCell
from shared.ledger_import.reading import Row
from shared.ledger_import.table import load_ledgers

LEDGERS = {one.name: one for one in load_ledgers(Path("deploy/policies/ledgers.yaml"))}
UNITS = {"市教育局": "u-edu", "市住建局": "u-hou"}


def read(units: object = None, persons: object = None, ledger: str = "petitions") -> Any:
    row = Row("信访件", 3, LEDGERS[ledger], {"被反映单位": units, "被反映人": persons})
    return accused(row, UNITS)


@pytest.mark.parametrize("ledger", ["petitions", "mailbox"])
def test_units_are_named_and_people_numbered_or_described(ledger: str) -> None:
    assert read("市教育局、 市 住建局，市教育局", "王芳（p-edu-head）、某校总务主任", ledger) == {
        "units": ["u-edu", "u-hou"],
        "persons": ["p-edu-head"],
        "note": "某校总务主任",
    }


def test_a_row_against_nobody_says_nothing() -> None:
    assert read() is None
    assert read(" ", "\u3000") is None


def test_a_unit_that_is_none_is_refused_with_the_remedy() -> None:
    with pytest.raises(
        UnclearCell, match="“某公司”不是已登记的单位；通讯录中没有的，请写在被反映人一列"
    ):
        read("某公司")


def test_a_refusal_about_the_accused_is_marked_at_their_column() -> None:
    assert LEDGERS["petitions"].column_of("against") == "被反映单位"
    assert LEDGERS["suggestions"].column_of("against") == "流水号"
