"""The preview of a ledger for programs: `duban import --check --json`."""

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from shared.ledger_import.importing import Entry, Preview, Result, described
from shared.ledger_import.reading import Fault, Reading, Row
from shared.ledger_import.remarks import Remark
from shared.ledger_import.table import load_ledgers
from shared.ops.base.speech import Speech
from shared.ops.cli.app import app
from shared.ops.cli.commands.import_ledger import outcome_of, show_faults, show_preview

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


def test_the_command_line_speaks_english_by_its_switch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each remark is one of two sentences; nothing of the Chinese one is left."""
    assert described(found(), in_english=True)["remarks"] == ["Hint"]
    file = tmp_path / "a.xlsx"
    Workbook().save(file)
    for say, words in (
        (Speech(), ("提示：提示。", "可导入", "第 5 行 分类：不能为空", "共 1 处错误")),
        (Speech(in_english=True), ("Note: Hint", "new", "row 5 分类: 不能为空", "1 faults, ")),
    ):
        show_preview(found(), say)
        show_faults(file, found(), say)
        shown = capsys.readouterr().out
        assert [word for word in words if word not in shown] == []
    assert "提示" not in shown
    assert outcome_of(Result(new=2, known=1), say) == "2 cases registered, 1 known by now."


@pytest.mark.parametrize("options", [["--json"], ["--json", "--yes"]])
def test_json_is_of_the_preview_alone(tmp_path: Path, options: list[str]) -> None:
    file = tmp_path / "a.xlsx"
    Workbook().save(file)
    result = CliRunner().invoke(app, ["import", str(file), *options])
    assert (result.exit_code, "--check" in result.output) == (2, True)
