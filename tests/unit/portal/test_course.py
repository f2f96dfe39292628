"""One act is one line of the course, however many facts it records."""

from typing import Any

from services.portal.case_page import Buttons, CasePage
from services.portal.domain.course import one_line_each
from services.portal.domain.register import CASE_REGISTER
from shared.testing.fold import folded
from tests.unit.portal.life import CASE, as_recorded, life

AT = {"at": "2025-03-06T01:00:00.000Z", "recorded": "2025-03-06T01:00:01.000Z"}


def line(step: str, version: int, **fields: Any) -> dict[str, Any]:
    return {**AT, "type": f"assignment.{step}.v1", "version": version, "actor": "p-1", **fields}


MOVED = line("reassigned", 3, unit="u-hou", task="a")
REMOVED = line("removed", 4, unit="u-fin", task="c")
ADDED = line("added", 5)


def test_a_swap_is_one_line_with_both_units() -> None:
    before = line("received", 2, unit="u-hou")
    told = [*one_line_each([before, MOVED, REMOVED, ADDED])]
    assert [(each["type"], each["version"]) for each in told] == [
        ("assignment.received.v1", 2),
        ("assignment.swapped.v1", 3),
    ]
    assert (told[1]["unit"], told[1]["units"]) == ("u-hou", ["u-fin"])


def test_the_page_of_a_case_tells_it_so() -> None:
    case = folded(CASE_REGISTER, as_recorded(life()))[CASE]
    case["assignment"]["timeline"] = [MOVED, REMOVED, ADDED]
    page = CasePage.of_document(case, lambda _, group, code: f"{group} {code}", Buttons())
    [told] = [entry for entry in page.timeline if entry.owner == "assignment"]
    assert (told.step, [*told.units()]) == ("fact assignment.swapped", ["u-hou", "u-fin"])


def test_and_so_is_a_move_to_a_co_handler_or_with_a_former_lead_that_stays() -> None:
    for beside, units in ((REMOVED, ["u-fin"]), (ADDED, [])):
        [told] = one_line_each([MOVED, beside])
        assert (told["type"], told["unit"], told["units"]) == (MOVED["type"], "u-hou", units)


def test_acts_of_another_commit_or_person_have_their_own_lines() -> None:
    later = {**REMOVED, "recorded": "2025-03-06T01:00:02.000Z"}
    other = {**REMOVED, "actor": "p-2"}
    for lines in ([MOVED, later], [MOVED, other], [REMOVED, ADDED], [MOVED, REMOVED, REMOVED]):
        told = [*one_line_each(lines)]
        assert len(told) == (2 if MOVED in lines and len(lines) == 3 else len(lines))
    assert [*one_line_each([MOVED])] == [MOVED]
    assert [*one_line_each([])] == []
