"""Arrangement of a hand-out (交办安排表): which units have which cases, by number or by unit."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.portal.domain.derived import part
from services.portal.printing.paper import Paper
from services.portal.printing.tables import Column, Row, Table
from services.portal.schemas import Line
from shared.kernel.calendar import business_day, ending_day

By = Literal["number", "unit"]
PARTS = ("lead", "separate", "co")
WIDTHS = {
    "number": 16, "title": 36, "proposer": 10, "lead": 18, "co": 20, "handed-on": 11,
    "reply-by": 11, "remark": 10, "unit": 16, "part": 6, "others": 22,
}  # fmt: skip
BY_NUMBER = ("number", "title", "proposer", "lead", "co", "handed-on", "reply-by", "remark")
BY_UNIT = ("unit", "part", "number", "title", "proposer", "others", "reply-by", "remark")


@dataclass(frozen=True)
class HandedOut:
    """A case with its tasks: their unit, part and day."""

    line: Line
    tasks: tuple[Mapping[str, Any], ...]
    on: str

    @classmethod
    def of(cls, document: Mapping[str, Any], line: Line) -> "HandedOut":
        """Returns the case; `document` has the parts that the reader may see."""
        assignment = part(document, "assignment")
        tasks = assignment.get("tasks", {}).values()
        given = (each for each in assignment.get("timeline", ()) if "case.assigned" in each["type"])
        first = next(given, None)
        on = business_day(datetime.fromisoformat(first["at"])).isoformat() if first else ""
        return cls(line, tuple(task for task in tasks if task["status"] != "ended"), on)

    def units(self, *parts: str) -> list[str]:
        return [task["unit"] for task in self.tasks if task["part"] in parts]

    def reply_by(self, *parts: str) -> str:
        """Returns the day until which the tasks of these parts are due, the earliest."""
        return min((due_of(task) for task in self.tasks if task["part"] in parts), default="")

    @property
    def way(self) -> str:
        """Returns how the case was handed out: to one unit, to a lead with others, in parts."""
        if not self.tasks:
            return "none"
        if self.units("separate"):
            return "separate"
        return "team" if self.units("co") else "one"


@dataclass(frozen=True)
class Arrangement:
    """Rows of the arrangement in words. `name` of a unit; `title` of a case."""

    paper: Paper
    cases: Sequence[HandedOut]
    name: Callable[[str], str]
    title: Callable[[Line], str]

    def tables(self, by: By) -> tuple[Table, ...]:
        keys, rows = (BY_UNIT, self.by_unit()) if by == "unit" else (BY_NUMBER, self.by_number())
        listed = Table("", self.columns(keys), [*rows], self.counted())
        return (listed, self.per_unit())

    def columns(self, keys: Sequence[str]) -> list[Column]:
        return [Column(self.paper.say(f"column-{key}"), WIDTHS[key]) for key in keys]

    def by_number(self) -> Iterator[Row]:
        for case in self.cases:
            leads = self.named(case.units("lead", "separate")) or self.paper.say("not-handed-out")
            co, due = self.named(case.units("co")), case.reply_by("lead", "separate")
            yield (*self.case(case), leads, co, case.on, due, "")

    def by_unit(self) -> Iterator[Row]:
        """Yields the same case under each of its units, with the part of the unit."""
        found = [(task["unit"], case, task) for case in self.cases for task in case.tasks]
        for unit, case, task in sorted(found, key=lambda one: (self.name(one[0]), one[0])):
            others = self.named([each["unit"] for each in case.tasks if each is not task])
            part_ = self.paper.label("part", task["part"])
            yield (self.name(unit), part_, *self.case(case), others, due_of(task), "")

    def per_unit(self) -> Table:
        """Returns how many cases each unit has, by its part. A case of several units counts at
        each of them."""
        tasks = (task for case in self.cases for task in case.tasks)
        counted = Counter((task["unit"], task["part"]) for task in tasks)
        units = sorted({unit for unit, _ in counted}, key=lambda unit: (self.name(unit), unit))
        rows = [self.row_of(self.name(u), [counted[u, p] for p in PARTS]) for u in units]
        sums = [sum(counted[unit, part_] for unit in units) for part_ in PARTS]
        total = self.row_of(self.paper.say("sum"), sums)
        heads = [self.paper.label("part", part_) for part_ in PARTS]
        titles = [self.paper.say("column-unit"), *heads, self.paper.say("sum")]
        columns = [Column(title, 10 if at else 24) for at, title in enumerate(titles)]
        note = self.paper.say("counts-at-each", n=len(self.cases))
        return Table(self.paper.say("per-unit"), columns, [*rows, total], (note,))

    def counted(self) -> tuple[str, ...]:
        """Returns the line of numbers below the list: its parts add up."""
        ways = Counter(case.way for case in self.cases)
        given = len(self.cases) - ways["none"]
        numbers = {"n": len(self.cases), "given": given, "none": ways["none"]}
        numbers |= {"one": ways["one"], "team": ways["team"], "separate": ways["separate"]}
        return (self.paper.say("arranged", **numbers),)

    def case(self, case: HandedOut) -> tuple[str, str, str]:
        line = case.line
        number = line.label or line.external_no or self.paper.say("not-numbered")
        return number, self.title(line), line.proposer or ""

    def named(self, units: Sequence[str]) -> str:
        return "、".join(map(self.name, units))

    @staticmethod
    def row_of(name: str, numbers: Sequence[int]) -> Row:
        return (name, *map(str, numbers), str(sum(numbers)))


def due_of(task: Mapping[str, Any]) -> str:
    return ending_day(datetime.fromisoformat(task["due"])).isoformat()
