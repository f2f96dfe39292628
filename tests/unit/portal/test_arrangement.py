"""The arrangement of a hand-out: units by part, and numbers that add up."""

from datetime import date
from typing import Any

from services.portal.printing.arrangement import Arrangement, HandedOut
from services.portal.printing.paper import Paper
from services.portal.schemas import Line

DUE = "2025-06-03T16:00:00.000Z"


def task(unit: str, part: str, due: str = DUE, status: str = "assigned") -> dict[str, Any]:
    return {"unit": unit, "part": part, "due": due, "status": status}


def handed_out(number: int, *tasks: dict[str, Any]) -> HandedOut:
    line = Line.model_construct(
        case_id=f"{number}", label=f"第{number}号", title="甲", proposer="李四", external_no=None
    )
    timeline = [{"type": "case.assigned.v1", "at": "2025-03-04T17:00:00.000Z"}] if tasks else []
    rows = {f"{at}": each for at, each in enumerate(tasks)}
    return HandedOut.of({"assignment": {"tasks": rows, "timeline": timeline}}, line)


CASES = (
    handed_out(1, task("u-hou", "lead"), task("u-old", "co", status="ended")),
    handed_out(2, task("u-hou", "lead"), task("u-fin", "co", "2025-04-03T16:00:00.000Z")),
    handed_out(3, task("u-hou", "separate"), task("u-tra", "separate")),
    handed_out(4),
)
PAPER = Paper("zh", date(2025, 3, 5), {})
MADE = Arrangement(PAPER, CASES, lambda unit: unit, lambda line: line.title or "")


def test_each_case_has_its_units_by_part_and_the_day_of_its_reply() -> None:
    listed, _ = MADE.tables("number")
    assert [row[3:7] for row in listed.rows] == [
        ("u-hou", "", "2025-03-05", "2025-06-03"),
        ("u-hou", "u-fin", "2025-03-05", "2025-06-03"),
        ("u-hou、u-tra", "", "2025-03-05", "2025-06-03"),
        ("尚未交办", "", "", ""),
    ]


def test_the_numbers_below_add_up() -> None:
    listed, counted = MADE.tables("number")
    assert listed.notes == (
        "共 4 件：已交办 3 件（独办 1 件，主办加会办 1 件，分办 1 件），尚未交办 1 件。",
    )
    assert [*counted.rows] == [
        ("u-fin", "0", "0", "1", "1"),
        ("u-hou", "2", "1", "0", "3"),
        ("u-tra", "0", "1", "0", "1"),
        ("合计", "2", "2", "1", "5"),
    ]


def test_by_unit_each_case_stands_under_each_of_its_units_with_the_day_of_its_task() -> None:
    listed, _ = MADE.tables("unit")
    assert [(row[0], row[1], row[2], row[6]) for row in listed.rows] == [
        ("u-fin", "会办", "第2号", "2025-04-03"),
        ("u-hou", "主办", "第1号", "2025-06-03"),
        ("u-hou", "主办", "第2号", "2025-06-03"),
        ("u-hou", "分办", "第3号", "2025-06-03"),
        ("u-tra", "分办", "第3号", "2025-06-03"),
    ]
