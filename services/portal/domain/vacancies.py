"""Vacant units: a post that their open tasks need, or that they had before, has no holder today."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from services.portal.domain.derived import Case, part
from services.portal.domain.parts import is_over
from shared.kernel.organisation import Organisation
from shared.kernel.policy import PolicyRow

OPEN = ("assigned", "handling", "rehandling")
"""The statuses of a case in which some unit has work to do."""
Roles = tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
    """An open task of a unit, and whom its case is against."""

    case: Case
    task: str
    unit: str
    part: str
    due: str

    @property
    def against(self) -> frozenset[str]:
        return frozenset(self.case.get("against") or ())


@dataclass
class VacantUnit:
    """A unit with the groups of roles of which none is filled, and the tasks that wait for them."""

    unit: str
    vacant: list[Roles] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)

    def lacks(self, groups: Iterable[Roles]) -> None:
        self.vacant += [group for group in groups if group not in self.vacant]


def waiting(case: Case) -> Iterator[Waiting]:
    """Yields the tasks of the case that were neither answered nor taken away."""
    given, handled = (part(case, owner).get("tasks", {}) for owner in ("assignment", "handling"))
    for name in {**given, **handled}:
        row: Mapping[str, Any] = {**given.get(name, {}), **handled.get(name, {})}
        over = name in given and is_over(given[name])
        answered = row.get("replied_at") or (row["part"] == "co" and row.get("opinion_at"))
        if not (over or row.get("ended") or answered):
            yield Waiting(case, name, row["unit"], row["part"], row.get("due", ""))


@dataclass(frozen=True)
class Places:
    """The directory of the day: which roles are filled at which unit."""

    directory: Organisation

    @cached_property
    def _filled(self) -> Mapping[str, set[str]]:
        return self.directory.roles_filled()

    def lacking(self, unit: str, groups: Sequence[Roles], against: frozenset[str]) -> list[Roles]:
        """Returns the groups of which none is filled; the people in `against` do not count."""
        filled = self.directory.roles_filled(against) if against else self._filled
        return [group for group in groups if filled.get(unit, set()).isdisjoint(group)]

    def without_holder(
        self, agencies: frozenset[str], rows: Iterable[PolicyRow]
    ) -> list[VacantUnit]:
        """Returns the units of the agencies that had a post before which tasks need, and whose
        post is vacant today."""
        groups = list(dict.fromkeys(group for row in rows for group in row.needed_posts.lead))
        found = []
        for unit in sorted(self.directory.entries):
            had = self.directory.roles_ever(unit)
            kept = [group for group in groups if not had.isdisjoint(group)]
            if self._is_given_work(unit, agencies) and (vacant := self.lacking(unit, kept, NOBODY)):
                found.append(VacantUnit(unit, vacant))
        return found

    def _is_given_work(self, unit: str, agencies: frozenset[str]) -> bool:
        known = self.directory
        if not known.knows(unit) or known.level(unit) == "section" or not known.stands(unit):
            return False
        return any(known.answers_to(unit, agency) for agency in agencies)


NOBODY: frozenset[str] = frozenset()


def vacancies(
    tasks: Iterable[tuple[Waiting, PolicyRow]], places: Places, without_work: Iterable[VacantUnit]
) -> list[VacantUnit]:
    """Returns the vacant units, those first for which most tasks wait."""
    found = {each.unit: each for each in without_work}
    for task, row in tasks:
        groups = row.needed_posts.of(task.part)
        if vacant := places.lacking(task.unit, groups, task.against):
            unit = found.setdefault(task.unit, VacantUnit(task.unit))
            unit.lacks(vacant)
            unit.waiting.append(task)
    return sorted(found.values(), key=lambda each: (-len(each.waiting), each.unit))
