"""Who is who on a day: units and where they stand, people with their posts and terms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.kernel.actor import Actor, Post

DirectoryEntry = Mapping[str, Any]
"""A document of the `actors` read model."""

EVERYWHERE = "*"


def first_administrator(sub: str) -> Actor:
    """Admin everywhere; only the directory asks for roles at this place."""
    return Actor(sub, (Post("admin", EVERYWHERE, (EVERYWHERE,)),))


@dataclass(frozen=True)
class Organisation:
    """Some entries of the directory, by id, as they are on a day (`2025-03-01`)."""

    entries: Mapping[str, DirectoryEntry]
    day: str

    @classmethod
    def on(cls, day: date, entries: Iterable[DirectoryEntry]) -> "Organisation":
        return cls({entry["_id"]: entry for entry in entries}, day.isoformat())

    def knows(self, unit: str) -> bool:
        """Whether a unit was ever registered under this id."""
        return "places" in self._part(unit)

    def stands(self, unit: str) -> bool:
        """Whether the unit exists on the day."""
        part = self._part(unit)
        begun = any(place["from"] <= self.day for place in part.get("places", ()))
        return begun and ("until" not in part or self.day < part["until"])

    def answers_to(self, unit: str, agency: str) -> bool:
        """Whether the agency may ask the unit for something: it keeps it, or stands above it."""
        return agency == self._part(unit).get("agency") or agency in self.path(unit)

    def level(self, unit: str) -> str | None:
        return self._part(unit).get("level")

    def has_region(self, region: str) -> bool:
        return any(self._part(entry).get("region") == region for entry in self.entries)

    def is_person(self, person: str) -> bool:
        return bool(self._part(person).get("person"))

    def sits(self, person: str, body: str, agency: str) -> bool:
        """Whether the person is a deputy (npc) or adviser (cppcc) of the agency on the day."""
        seat = (body, agency)
        return any((t["body"], t["agency"]) == seat and self._lasts(t) for t in self._terms(person))

    def brings(self, client: str, kind: str) -> bool:
        """Whether the partner's client registers cases of the kind; one without kinds, of all."""
        return kind in (self._part(client).get("kinds") or (kind,))

    def title(self, entry: str) -> str | None:
        """What a unit, person or client is called."""
        return self._part(entry).get("title")

    def actor(self, sub: str) -> Actor | None:
        """None for a person or client that the directory does not know."""
        own = self._part(sub)
        if "client_of" in own:
            return Actor(sub, client_of=own["client_of"])
        posts = tuple(self._posts({sub, *self._delegators(sub)}))
        if not own.get("person") and not posts:
            return None
        return Actor(sub, posts, deputy=any(map(self._lasts, self._terms(sub))))

    def holder(self, role: str, unit: str) -> str | None:
        """Who holds the role at the unit or, where it is vacant, at the nearest unit above."""
        for place in self.path(unit):
            held = [p for p in self._part(place).get("posts", ()) if p["role"] == role]
            if current := [post for post in held if self._valid(post)]:
                return str(max(current, key=lambda post: (post["from"], post["person"]))["person"])
        return None

    def path(self, unit: str) -> tuple[str, ...]:
        """The unit and all above it, nearest first; a circle in the data ends it."""
        path: list[str] = []
        place: str | None = unit
        while place and place not in path:
            path.append(place)
            place = self._parent(place)
        return tuple(path)

    def _posts(self, persons: set[str]) -> Iterator[Post]:
        for unit in sorted(self.entries):
            for post in self._part(unit).get("posts", ()):
                if post["person"] in persons and self._valid(post):
                    yield Post(post["role"], unit, self.path(unit))

    def _delegators(self, sub: str) -> Iterator[str]:
        """Whose posts the person may act in today; a delegation is not handed on."""
        for person in self.entries:
            given = self._part(person).get("delegations", ())
            if any(d["delegate"] == sub and self._lasts(d) for d in given):
                yield person

    def _parent(self, unit: str) -> str | None:
        """Where the unit stands today: the last place that has begun."""
        begun = [p for p in self._part(unit).get("places", ()) if p["from"] <= self.day]
        return max(begun, key=lambda place: str(place["from"]))["parent"] if begun else None

    def _terms(self, person: str) -> Sequence[DirectoryEntry]:
        terms: Sequence[DirectoryEntry] = self._part(person).get("terms", ())
        return terms

    def _lasts(self, days: DirectoryEntry) -> bool:
        """Both days included."""
        return bool(days["from"] <= self.day <= days["to"])

    def _part(self, entry: str) -> DirectoryEntry:
        part: DirectoryEntry = self.entries.get(entry, {}).get("directory", {})
        return part

    def _valid(self, post: DirectoryEntry) -> bool:
        return bool(post["from"] <= self.day) and ("to" not in post or self.day < post["to"])
