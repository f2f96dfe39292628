"""Vacant units: a post that their open tasks need, that they had before, or that their duty as an
organ needs, has no holder today; and units whose tasks wait for another unit, which has nothing
against it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from services.portal.domain.derived import Case, part
from services.portal.domain.waiting import is_in_hand
from shared.kernel.organisation import Organisation
from shared.kernel.policy import PolicyRow

OPEN = ("assigned", "handling", "rehandling")
"""The statuses of a case in which some unit has work to do."""
Roles = tuple[str, ...]
Obstacle = Literal["recused", "misplaced"]


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

    def obstacle(self, directory: Organisation, row: PolicyRow) -> Obstacle | None:
        """Returns why the unit may not have the task, whoever works there."""
        if not self.against.isdisjoint(directory.path(self.unit)):
            return "recused"
        return (
            None if row.admits(self.case.get("purpose"), self.unit, self.against) else "misplaced"
        )


@dataclass
class VacantUnit:
    """A unit with the groups of roles of which none is filled, and the tasks that wait for them;
    `obstacles` of those that wait for another unit, by task."""

    unit: str
    vacant: list[Roles] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    obstacles: dict[str, Obstacle] = field(default_factory=dict)

    def add(self, groups: Iterable[Roles]) -> None:
        self.vacant += [group for group in groups if group not in self.vacant]

    def lacks(self, task: Waiting, groups: Iterable[Roles], obstacle: Obstacle | None) -> None:
        self.waiting.append(task)
        self.add(groups)
        if obstacle:
            self.obstacles[task.task] = obstacle


def waiting(case: Case) -> Iterator[Waiting]:
    """Yields the tasks of the case that were neither answered nor taken away."""
    given, handled = (part(case, owner).get("tasks", {}) for owner in ("assignment", "handling"))
    for name in {**given, **handled}:
        row: Mapping[str, Any] = {**given.get(name, {}), **handled.get(name, {})}
        if is_in_hand(row):
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

    def without_officer(self, agency: str, rows: Iterable[PolicyRow]) -> list[VacantUnit]:
        """Returns the organs of the agency that lack a post of their own which their duty needs.
        Units that the directory does not know are named by `duban policies`."""
        found: dict[str, list[Roles]] = {}
        for row in rows:
            for duty, groups in row.needed_posts.organs.items():
                if duty == "publication" and not row.disclosure.publishable:
                    continue  # nobody has anything to decide
                held = self.directory.roles_held(organ := row.organs.unit(duty, agency))
                lacking = found.setdefault(organ, [])
                lacking += [g for g in groups if held.isdisjoint(g) and g not in lacking]
        known = [organ for organ in sorted(found) if self.directory.knows(organ)]
        return [VacantUnit(organ, found[organ]) for organ in known if found[organ]]

    def _is_given_work(self, unit: str, agencies: frozenset[str]) -> bool:
        known = self.directory
        if not known.knows(unit) or known.level(unit) == "section" or not known.stands(unit):
            return False
        return any(known.answers_to(unit, agency) for agency in agencies)


NOBODY: frozenset[str] = frozenset()


def vacancies(
    tasks: Iterable[tuple[Waiting, PolicyRow]], places: Places, without_work: Iterable[VacantUnit]
) -> list[VacantUnit]:
    """Returns the units that cannot do a task, those first for which most tasks wait."""
    found: dict[str, VacantUnit] = {}
    for each in without_work:
        found.setdefault(each.unit, VacantUnit(each.unit)).add(each.vacant)
    for task, row in tasks:
        vacant = places.lacking(task.unit, row.needed_posts.of(task.part), task.against)
        obstacle = task.obstacle(places.directory, row)
        if vacant or obstacle:
            unit = found.setdefault(task.unit, VacantUnit(task.unit))
            unit.lacks(task, vacant, obstacle)
    return sorted(found.values(), key=lambda each: (-len(each.waiting), each.unit))
