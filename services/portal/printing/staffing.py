"""Staffing of the units: the contacts of a hand-out (联络表), and the division of duties of the
year (责任分工表). Which posts fill which column is a row of policy."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from services.portal.printing.paper import Paper
from services.portal.printing.tables import Column, Row, Table
from services.portal.schemas import Line
from shared.kernel.organisation import Organisation
from shared.kernel.paper_rules import MeetingRules, PostColumn

Sort = Literal["contacts", "duties"]
BY_HAND: Mapping[Sort, tuple[str, ...]] = {
    "contacts": ("office-phone", "mobile"), "duties": ("remark",),
}  # fmt: skip
"""Columns that people fill in: the phones of the directory are sealed, and not for a list."""
WIDTHS = {"office-phone": 14, "mobile": 14, "remark": 12}
OF_UNIT = "head"
"""A section acts for its bureau, but a head is one of the unit itself."""


@dataclass(frozen=True)
class Holders:
    """Holders of posts on the day, by unit and role: people who may act."""

    directory: Organisation
    people: Sequence[str]

    @cached_property
    def at(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """The people of a unit and of those below it."""
        found = defaultdict[tuple[str, str], list[str]](list)
        for person in filter(self.directory.actor, self.people):
            for place, role in self.directory.posts_of(person):
                units = (place,) if role == OF_UNIT else self.directory.path(place)
                for unit in units:
                    found[unit, role].append(person)
        return found

    def of(self, unit: str, roles: Sequence[str]) -> list[str]:
        """Returns the names of who holds one of the roles for the unit, each once."""
        found = (person for role in roles for person in self.at.get((unit, role), ()))
        return [self.directory.title(one) or one for one in dict.fromkeys(found)]


@dataclass(frozen=True)
class Staffing:
    """Rows of a paper about units. `name` of a unit on the day."""

    paper: Paper
    sort: Sort
    lines: Sequence[Line]
    holders: Holders
    rules: MeetingRules
    name: Callable[[str], str]

    @property
    def posts(self) -> Mapping[str, PostColumn]:
        return self.rules.contacts if self.sort == "contacts" else self.rules.duties

    def table(self, agency: str) -> Table:
        kinds = sorted({line.kind for line in self.lines}) if self.sort == "contacts" else []
        units = sorted({u for line in self.lines for u in line.units}, key=self.name)
        rows = [self.row(unit, agency, kinds) for unit in units]
        notes = [self.paper.say(f"staffing-{self.sort}", day=self.holders.directory.day)]
        if kinds:
            notes.append(self.paper.say("counts-at-each", n=len(self.lines)))
        return Table("", self.columns(kinds), rows, tuple(notes))

    def columns(self, kinds: Sequence[str]) -> list[Column]:
        posts = [(self.paper.label("meeting-post", post), 14) for post in self.posts]
        by_hand = [(self.paper.say(f"column-{key}"), WIDTHS[key]) for key in BY_HAND[self.sort]]
        counts = [(self.paper.label("kind", kind), 8) for kind in kinds]
        unit = (self.paper.say("column-unit"), 22)
        return [Column(*each) for each in (unit, *posts, *by_hand, *counts)]

    def row(self, unit: str, agency: str, kinds: Sequence[str]) -> Row:
        people = (self.held(column, unit, agency) for column in self.posts.values())
        counted = Counter(line.kind for line in self.lines if unit in line.units)
        empty = ("" for _ in BY_HAND[self.sort])
        return (self.name(unit), *people, *empty, *(str(counted[kind]) for kind in kinds))

    def held(self, column: PostColumn, unit: str, agency: str) -> str:
        """Returns who fills the column; a mark where nobody does, and nothing where no post is to:
        people write it by hand."""
        if not column.roles:
            return ""
        place = agency if column.at == "agency" else unit
        own = self.holders.of(place, column.roles)
        return "、".join(own) or self.paper.say("nobody-yet")
