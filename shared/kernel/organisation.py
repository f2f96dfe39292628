"""The organisation on a day: the tree of units, people with their posts and terms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.kernel.access import ADMINISTRATORS
from shared.kernel.actor import Actor, Post

DirectoryEntry = Mapping[str, Any]
"""A document of the read model `actors`."""

EVERYWHERE = "*"


def founder(sub: str) -> Actor:
    """Returns the actor of the directory's first start, who enters the organisation until each of
    the three administrators is named."""
    return Actor(sub, (Post("founder", EVERYWHERE, (EVERYWHERE,)),))


@dataclass(frozen=True)
class Organisation:
    """Entries of the directory by id, read as of a day (`2025-03-01`)."""

    entries: Mapping[str, DirectoryEntry]
    day: str

    @classmethod
    def on(cls, day: date, entries: Iterable[DirectoryEntry]) -> "Organisation":
        return cls({entry["_id"]: entry for entry in entries}, day.isoformat())

    def knows(self, unit: str) -> bool:
        """Returns whether a unit was ever registered under this id."""
        return "places" in self._part(unit)

    def stands(self, unit: str) -> bool:
        """Returns whether the unit exists on the day."""
        part = self._part(unit)
        begun = any(place["from"] <= self.day for place in part.get("places", ()))
        return begun and ("until" not in part or self.day < part["until"])

    def answers_to(self, unit: str, agency: str) -> bool:
        """Returns whether the agency supervises the unit: it registered it, or stands above it."""
        return agency == self._part(unit).get("agency") or agency in self.path(unit)

    def level(self, unit: str) -> str | None:
        return self._part(unit).get("level")

    def has_region(self, region: str) -> bool:
        return any(self._part(entry).get("region") == region for entry in self.entries)

    def is_person(self, person: str) -> bool:
        return bool(self._part(person).get("person"))

    def sits(self, person: str, body: str, agency: str) -> bool:
        """Returns whether the person is a deputy (npc) or adviser (cppcc) of the agency."""
        seat = (body, agency)
        return any((t["body"], t["agency"]) == seat and self._lasts(t) for t in self._terms(person))

    def brings(self, client: str, kind: str) -> bool:
        """Returns whether the client may register cases of the kind; one without kinds, of all."""
        return kind in (self._part(client).get("kinds") or (kind,))

    def title(self, entry: str) -> str | None:
        """Returns the name of a unit, person or client, or None."""
        return self._part(entry).get("title")

    def actor(self, sub: str) -> Actor | None:
        """Returns the actor with all posts of the day, delegated ones too; None where unknown."""
        own = self._part(sub)
        if "client_of" in own:
            return Actor(sub, client_of=own["client_of"])
        posts = (*self._posts(sub), *self._delegated(sub))
        if not own.get("person") and not posts:
            return None
        return Actor(sub, posts, deputy=any(map(self._lasts, self._terms(sub))))

    def holder(self, role: str, unit: str) -> str | None:
        """Returns the holder at the unit, or at the nearest one above where it is vacant."""
        for place in self.path(unit):
            posts = [p for p in self._part(place).get("posts", ()) if p["role"] == role]
            if current := [post for post in posts if self._valid(post)]:
                return str(max(current, key=lambda post: (post["from"], post["person"]))["person"])
        return None

    def path(self, unit: str) -> tuple[str, ...]:
        """Returns the unit and all above it, nearest first; a circle in the data ends the path."""
        path: list[str] = []
        place: str | None = unit
        while place and place not in path:
            path.append(place)
            place = self._parent(place)
        return tuple(path)

    def _posts(self, person: str, held_by: str | None = None) -> Iterator[Post]:
        for unit in sorted(self.entries):
            for post in self._part(unit).get("posts", ()):
                if post["person"] == person and self._valid(post):
                    yield Post(post["role"], unit, self.path(unit), held_by)

    def _delegated(self, sub: str) -> Iterator[Post]:
        """Yields the posts that others let the person act in. Administrators cannot be
        represented."""
        for person in sorted(self._delegators(sub)):
            yield from (p for p in self._posts(person, person) if p.role not in ADMINISTRATORS)

    def _delegators(self, sub: str) -> Iterator[str]:
        """Yields the people whose posts the person may act in; a delegation is not handed on."""
        for person in self.entries:
            given = self._part(person).get("delegations", ())
            if any(d["delegate"] == sub and self._lasts(d) for d in given):
                yield person

    def _parent(self, unit: str) -> str | None:
        """Returns the unit above on the day: of the last place that has begun."""
        begun = [p for p in self._part(unit).get("places", ()) if p["from"] <= self.day]
        return max(begun, key=lambda place: str(place["from"]))["parent"] if begun else None

    def _terms(self, person: str) -> Sequence[DirectoryEntry]:
        terms: Sequence[DirectoryEntry] = self._part(person).get("terms", ())
        return terms

    def _lasts(self, days: DirectoryEntry) -> bool:
        """Returns whether the day lies within the term, both ends included."""
        return bool(days["from"] <= self.day <= days["to"])

    def _part(self, entry: str) -> DirectoryEntry:
        part: DirectoryEntry = self.entries.get(entry, {}).get("directory", {})
        return part

    def _valid(self, post: DirectoryEntry) -> bool:
        return bool(post["from"] <= self.day) and ("to" not in post or self.day < post["to"])
