"""The preview of a ledger for programs: `duban import --check --json`."""

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from shared.ledger_import.importing import Entry, Preview, described
from shared.ledger_import.reading import Fault, Reading, Row
from shared.ledger_import.remarks import Remark
from shared.ledger_import.table import load_ledgers
from shared.ops.cli.app import app

LEDGER = load_ledgers(Path("deploy/policies/ledgers.yaml"))[0]


def entry(number: int, known: bool = False) -> Entry:
    row = Row("代表建议", number, LEDGER, {})
    return Entry(row, {"serial": f"B{number}"}, known)


def found() -> Preview:
    good = [entry(3), entry(4, known=True)]
    reading: Any = Reading(
        rows=[one.row for one in good], faults=[], heads={}, remarks=[Remark("提示", "Hint")]
    )
    return Preview(reading, good=good, faults=[Fault("代表建议", 5, "分类", "不能为空")])


def test_a_preview_has_counts_rows_faults_and_remarks() -> None:
    told = json.loads(json.dumps(described(found())))
    assert told["sheets"] == {"代表建议": {"new": 1, "known": 1, "faulty": 1}}
    assert told["rows"][1] == {"sheet": "代表建议", "row": 4, "serial": "B4", "known": True}
    assert told["faults"] == [
        {
            "sheet": "代表建议", "row": 5, "column": "分类", "reason": "不能为空",
            "rule": "ledger-row", "field": "",
        }
    ]  # fmt: skip
    assert told["remarks"] == ["提示"]


@pytest.mark.parametrize("options", [["--json"], ["--json", "--yes"]])
def test_json_is_of_the_preview_alone(tmp_path: Path, options: list[str]) -> None:
    file = tmp_path / "a.xlsx"
    Workbook().save(file)
    result = CliRunner().invoke(app, ["import", str(file), *options])
    assert (result.exit_code, "--check" in result.output) == (2, True)
