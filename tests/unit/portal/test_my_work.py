"""Work on a case as its proposer reads it under /my."""

from typing import Any

from services.portal.my.pages import work_of

PAUSE = {"since": "2025-03-03", "until": "2025-04-30", "ended_on": None}


def task(**changes: Any) -> dict[str, Any]:
    fields = {"stage": "working", "round": 1, "reply": None, "extensions": [], "suspensions": []}
    return {**fields, **changes}


def test_days_that_moved_are_told_of_the_units_that_have_the_case_now() -> None:
    """The unit that gave its task back stood still; its pause ended with the task."""
    gone = task(stage="closed", suspensions=[PAUSE], extensions=[{"until": "2025-07-31"}])
    still, longer = task(suspensions=[PAUSE]), task(extensions=[{"until": "2025-08-31"}])
    work = work_of({"tasks": [gone, still, longer]})
    assert (work["suspended"], work["extended"]) == ([still], [longer])


def test_no_day_is_told_of_a_case_that_was_withdrawn() -> None:
    still = task(suspensions=[PAUSE], extensions=[{"until": "2025-08-31"}])
    work = work_of({"situation": "stopped", "tasks": [still]})
    assert (work["suspended"], work["extended"]) == ([], [])
