"""The list of old cases (积案): which count is a rule of the policy row, as of today."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from services.portal.domain.derived import OVER, SCOPE
from shared.kernel.petition_rules import BacklogRules
from shared.kernel.policy import PolicyRow

ANY = "*"
Filter = Mapping[str, Any]
NONE: Filter = {"_id": {"$in": []}}


def backlog(rows: Sequence[PolicyRow], today: date) -> Filter:
    """Returns the filter for the old cases; `rows` are those in force, the most precise first."""
    either = [
        {"$and": [*_scope(row, rows[:place]), {"$or": [*_old(row.backlog, today)]}]}
        for place, row in enumerate(rows)
        if row.backlog
    ]
    return {"$or": either} if either else NONE


def _scope(row: PolicyRow, before: Sequence[PolicyRow]) -> Iterator[Filter]:
    """Yields the conditions for the cases of the row, without those of more precise ones."""
    yield _cases_of(row)
    if others := [_cases_of(other) for other in before if _overlap(row, other)]:
        yield {"$nor": others}


def _cases_of(row: PolicyRow) -> Filter:
    named = {name: getattr(row, name) for name in SCOPE}
    return {name: value for name, value in named.items() if value != ANY}


def _overlap(one: PolicyRow, other: PolicyRow) -> bool:
    pairs = ((getattr(one, name), getattr(other, name)) for name in SCOPE)
    return all(a == b or ANY in (a, b) for a, b in pairs)


def _old(rules: BacklogRules, today: date) -> Iterator[Filter]:
    """Yields the marks of an old case, of which one is enough. One that is over is old by its
    review alone."""
    goes_on = {"status": {"$nin": sorted(OVER)}}
    if rules.days:
        yield {"received_on": {"$lte": (today - timedelta(days=rules.days)).isoformat()}, **goes_on}
    if rules.rounds:
        yield {"round": {"$gte": rules.rounds}, **goes_on}
    if rules.reviews:
        yield {"reviews": {"$in": list(rules.reviews)}}
