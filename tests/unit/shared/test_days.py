"""A day is a day of the business zone: half an hour after its midnight it is still yesterday in
UTC, and what is done then, or half an hour before the next, belongs to it."""

import ast
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from services.disclosure.domain.reactions import react
from services.handling.domain.clearance.rules import check_target
from shared.contracts.handling import CaseReplied
from shared.kernel.calendar import BUSINESS_ZONE, DayUnit, Period
from shared.kernel.days import Day
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import InformedCommand, Recorded
from shared.service.config.policies import PolicyBook, load_policies
from tests.unit.handling.world import MONDAY, contact, contacted, opened, spec

DAY = date(2025, 3, 4)
NEXT, BEFORE = DAY + timedelta(days=1), DAY - timedelta(days=1)
FIRST_HALF_HOUR = datetime(2025, 3, 4, 0, 30, tzinfo=BUSINESS_ZONE)
LAST_HALF_HOUR = datetime(2025, 3, 4, 23, 30, tzinfo=BUSINESS_ZONE)
MORNING = MONDAY + timedelta(days=1)
EDGES = pytest.mark.parametrize("at", [FIRST_HALF_HOUR, LAST_HALF_HOUR], ids=["00:30", "23:30"])
OWN_WAY = {
    "shared/kernel/calendar.py": "asks the business zone",
    "shared/ledger_import/cells.py": "a cell of a workbook has no zone",
    "shared/demo/script.py": "a cell of a workbook has no zone",
}
"""File that takes the day of a moment itself → why it may."""


@pytest.mark.parametrize(
    "value",
    [
        "2025-03-03T00:00:00Z", "2025-03-03T00:00:00+14:00", "2025-03-03T16:00:00Z", 1740960000,
        1740960000.0, "1740960000", "20250303", "２０２５-03-03", " 2025-03-03", "2025-3-3", True,
    ],
)  # fmt: skip
def test_a_day_is_no_moment_and_no_number(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(value)


def test_a_day_is_written_in_one_way() -> None:
    day = TypeAdapter(Day)
    assert day.validate_json('"2025-03-03"') == day.validate_python(date(2025, 3, 3))
    assert day.json_schema()["format"] == "date"


@EDGES
def test_a_contact_of_today_is_no_contact_of_tomorrow(at: datetime) -> None:
    spec.given(opened()).when(contact(at=at, on=DAY)).then(contacted(at=at, on=DAY))
    tomorrow = spec.given(opened()).when(contact(at=at, on=NEXT))
    tomorrow.then_refused("contact-in-future", "on")


@EDGES
def test_a_target_of_today_is_not_past(at: datetime) -> None:
    check_target(DAY, at)
    with pytest.raises(RuleViolated, match="不能早于今天"):
        check_target(BEFORE, at)


@EDGES
def test_directory_and_names_are_those_of_the_day(at: datetime) -> None:
    assert InformedCommand(at=at, by="p-1").day == DAY


@EDGES
def test_a_reply_is_published_under_its_day(at: datetime) -> None:
    mark = {"agency": "u-city", "kind": "suggestion", "channel": "session", "period": "2025"}
    task = {"task": "a" * 12, "unit": "u-hou", "part": "lead"}
    reply = {"number": "临建函〔2025〕1号", "letter": "A", "meaning": "solved", "on_time": True}
    event = CaseReplied.model_validate({**mark, **task, **reply, "at": at})
    fact = Recorded(
        id="1", stream="handling-1", version=1, event=event, source="handling", agency="u-city",
        actor="p-1", recorded_at=at, correlation_id="c" * 32, case_id="1",
    )  # fmt: skip
    [reaction] = react(fact)
    assert reaction.command.model_dump()["replied_on"] == DAY


@pytest.mark.parametrize("unit", ["CD", "CM", "WD"])
def test_a_period_that_begins_on_a_day_ends_alike(unit: DayUnit) -> None:
    calendar, period = load_policies(Path("deploy/policies")).calendar, Period(unit=unit, length=3)
    ends = {calendar.end_of(period, at) for at in (FIRST_HALF_HOUR, MORNING, LAST_HALF_HOUR)}
    assert len(ends) == 1
    [(end, _)] = ends
    assert end.astimezone(BUSINESS_ZONE).time().isoformat() == "00:00:00"


@EDGES
def test_a_row_is_in_force_from_the_first_minute_of_its_day(at: datetime) -> None:
    deployed = load_policies(Path("deploy/policies"))
    old = deployed.rows[0]
    new = old.model_copy(update={"effective_from": DAY})
    book = PolicyBook((old, new), deployed.calendar)
    where = (old.agency or "u-city", old.kind, old.channel or "session")
    assert book.resolve(*where, at).row == new
    assert book.resolve(*where, at - timedelta(days=1)).row == old


def test_nobody_else_takes_the_day_of_a_moment() -> None:
    assert {str(path) for path in taking_days()} == set(OWN_WAY)


def taking_days() -> Iterator[Path]:
    """Files with `….date()` or `….today()`."""
    for path in sorted(Path().glob("s*/**/*.py")):
        if path.parts[0] in ("services", "shared") and "testing" not in path.parts:
            calls = [node for node in ast.walk(ast.parse(path.read_text())) if takes_day(node)]
            if calls:
                yield path


def takes_day(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="date" | "today"), args=[]):
            return True
        case _:
            return False
