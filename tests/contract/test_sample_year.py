"""The ledgers of the sample year hold what the statistics of a real year held."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from shared.service.config.labels import standard_labels
from shared.service.config.policies import load_policies

SAMPLES, POLICIES = Path("deploy/samples"), Path("deploy/policies")
COUNTIES = [24, 23, 20, 18, 15, 14, 12, 10, 8, 8, 8, 7, 5]
SUBJECTS = {
    "办学管理": 48, "教育收费": 42, "教师待遇": 36, "师德师风": 20,
    "廉政建设": 8, "办学条件": 8, "招生考试": 7, "其他": 11,
}  # fmt: skip


@cache
def rows(name: str, sheet: str) -> list[dict[str, Any]]:
    """A title stands above the head."""
    _, head, *lines = (
        CalamineWorkbook.from_path(SAMPLES / name).get_sheet_by_name(sheet).to_python()
    )
    return [dict(zip(map(str, head), line, strict=True)) for line in lines]


def proposals() -> list[dict[str, Any]]:
    name = "suggestions-proposals.xlsx"
    return rows(name, "代表建议") + rows(name, "政协提案")


@pytest.mark.parametrize(
    ("name", "sheet", "many"),
    [
        ("suggestions-proposals.xlsx", "代表建议", 71),
        ("suggestions-proposals.xlsx", "政协提案", 185),
        ("petitions.xlsx", "信访件", 180),
        ("mailbox.xlsx", "市长信箱", 224),
    ],
)
def test_every_ledger_has_its_rows_and_none_twice(name: str, sheet: str, many: int) -> None:
    serials = [row["流水号"] for row in rows(name, sheet)]
    assert len(serials) == len(set(serials)) == many


def test_three_in_ten_are_handled_by_several_units_and_some_are_signed_by_several() -> None:
    several = [row for row in proposals() if row["协办单位"] or "、" in str(row["分办单位"])]
    assert len(several) >= 0.3 * 256
    assert any(row["附议人"] for row in proposals())


@pytest.mark.parametrize(
    ("name", "sheet", "column", "kind"),
    [
        ("suggestions-proposals.xlsx", "代表建议", "分类", "suggestion"),
        ("suggestions-proposals.xlsx", "政协提案", "分类", "proposal"),
        ("petitions.xlsx", "信访件", "主题", "petition"),
        ("mailbox.xlsx", "市长信箱", "类型", "hotline"),
    ],
)
def test_every_row_is_about_a_subject_of_its_kind(
    name: str, sheet: str, column: str, kind: str
) -> None:
    written = {standard_labels().code("subject", row[column]) for row in rows(name, sheet)}
    for row in load_policies(POLICIES).rows:
        assert row.kind != kind or written <= set(row.subjects)


def test_petitions_come_from_where_they_came_from() -> None:
    found = Counter(row["所属区县"] for row in rows("petitions.xlsx", "信访件"))
    assert found.pop("市直属单位") == 8
    assert sorted(found.values(), reverse=True) == COUNTIES
    assert Counter(row["主题"] for row in rows("petitions.xlsx", "信访件")) == SUBJECTS


def test_two_petitions_accuse_and_go_to_the_organ_of_such_cases() -> None:
    """One is against a unit, one against a person; no petition goes to those whom it is against."""
    found = rows("petitions.xlsx", "信访件")
    purposes = Counter(row["信访目的"] for row in found)
    assert purposes == {"建议意见": 93, "申诉求决": 85, "检举控告": 2}
    unit, person = [row for row in found if row["信访目的"] == "检举控告"]
    assert (unit["被反映单位"], person["被反映人"]) == ("白鹭县教育局", "谢明辉（p-c01-edu-head）")
    assert {unit["承办单位"], person["承办单位"]} == {"市纪律检查委员会、市监察委员会"}
    others = [row for row in found if row not in (unit, person)]
    assert {(row["被反映单位"], row["被反映人"]) for row in others} == {("", "")}


@pytest.mark.parametrize(
    ("name", "sheet", "closed"),
    [("petitions.xlsx", "信访件", 173), ("mailbox.xlsx", "市长信箱", 215)],
)
def test_some_are_still_open_at_the_end_of_the_year(name: str, sheet: str, closed: int) -> None:
    assert Counter(row["办结"] for row in rows(name, sheet))["是"] == closed
