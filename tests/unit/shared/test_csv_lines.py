"""CSV that a spreadsheet shows and does not compute."""

import csv
import io

import pytest

from shared.http.csv_lines import csv_lines, plain_cell


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "＝HYPERLINK(1)",
        "\u3000＝1",
        " =1",
        "\u200b@SUM(1)",
        "\t+1",
        "\r\n-2",
        "-1",
        "－1",
        "﹣1",
        "＋86",
        "|cmd",
    ],
)
def test_a_cell_that_would_be_computed_is_text(cell: str) -> None:
    assert plain_cell(cell) == f"'{cell}"


def test_other_cells_stay_and_read_back() -> None:
    rows = [("编号", "案由"), ("2025年第1号", '关于"积水", 第二行\n的建议')]
    text = "".join(csv_lines(rows))
    assert text.startswith("\ufeff编号")
    assert [tuple(row) for row in csv.reader(io.StringIO(text[1:]))] == rows
