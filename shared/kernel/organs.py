"""Organs: the units of the directory that have the duties for a kind of case, by policy row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints

ANYWHERE: Final = "*"
AGENCY: Final = "agency"
"""Stands in a policy row for the agency of the case itself."""

Duty = Literal[
    "screening", "numbering", "assignment", "supervision", "rating", "publication", "review",
    "recheck",
]  # fmt: skip
DUTIES: tuple[Duty, ...] = get_args(Duty)
OrganId = Annotated[str, StringConstraints(pattern="^(agency|u-[a-z0-9-]{1,76})$")]


class Organs(BaseModel):
    """The organ of each duty: a unit of the directory, or `agency`.

    `screening` accepts, declines and sends back; `numbering` owns the series of numbers;
    `assignment` hands out and decides objections; `supervision` is told of what is overdue;
    `rating` collects the ratings; `publication` decides what becomes public; `review` and `recheck`
    review opinions on petitions, where the row has such levels.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    screening: OrganId
    numbering: OrganId
    assignment: OrganId
    supervision: OrganId
    rating: OrganId
    publication: OrganId
    review: OrganId | None = None
    recheck: OrganId | None = None

    def unit(self, duty: Duty, agency: str) -> str:
        """Returns the unit that has the duty for cases of the agency."""
        named: str = getattr(self, duty)
        return agency if named == AGENCY else named

    def units(self, agency: str) -> Mapping[Duty, str]:
        return {duty: self.unit(duty, agency) for duty in DUTIES if getattr(self, duty)}


@dataclass(frozen=True)
class Jurisdiction:
    """Cases of an agency, kind and channels (each may be `*`), and their organs."""

    agency: str
    kind: str
    channels: frozenset[str]
    organs: Organs

    def covers(self, agency: str, kind: str, channel: str) -> bool:
        fits = self.agency in (ANYWHERE, agency) and self.kind in (ANYWHERE, kind)
        return fits and not self.channels.isdisjoint({ANYWHERE, channel})

    def overlaps(self, other: "Jurisdiction") -> bool:
        """Returns whether some case may belong to both."""
        agencies, kinds = {self.agency, other.agency}, {self.kind, other.kind}
        alike = all(len(named - {ANYWHERE}) < 2 for named in (agencies, kinds))  # noqa: PLR2004
        every = ANYWHERE in self.channels | other.channels
        return alike and (every or not self.channels.isdisjoint(other.channels))


@dataclass(frozen=True)
class OrganBook:
    """The jurisdictions of a day, the most precise first."""

    rows: tuple[Jurisdiction, ...] = ()

    def of(self, agency: str, kind: str, channel: str) -> Mapping[Duty, str]:
        """Returns the unit of each duty for such cases; nothing where no policy row fits."""
        for row in self.rows:
            if row.covers(agency, kind, channel):
                return row.organs.units(agency)
        return {}

    def units(self, agency: str) -> frozenset[str]:
        """Returns every unit that has a duty for cases of the agency."""
        rows = [row for row in self.rows if row.agency in (ANYWHERE, agency)]
        return frozenset().union(*(row.organs.units(agency).values() for row in rows))

    def with_precedence(self) -> Iterator[tuple[Jurisdiction, tuple[Jurisdiction, ...]]]:
        """Yields each jurisdiction with those that come before it."""
        for place, row in enumerate(self.rows):
            yield row, self.rows[:place]


NO_ORGANS = OrganBook()
