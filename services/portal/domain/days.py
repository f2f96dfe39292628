"""Days of a case in lists: when it is due, and until when it stands still."""

from collections.abc import Mapping

from services.portal.domain.derived import OVER, Case, due, replying, status


def days(case: Case) -> Mapping[str, str | None]:
    return {"due": due(case), "paused_until": paused_until(case)}


def paused_until(case: Case) -> str | None:
    """Returns the last day of the pause where every task that is to be answered stands still; none
    for a case that has ended."""
    if status(case) in OVER:
        return None
    owed = [task for task in replying(case) if not task.get("replied_at")]
    ends = [task.get("paused_until") for task in owed]
    return min(filter(None, ends), default=None) if all(ends) else None
