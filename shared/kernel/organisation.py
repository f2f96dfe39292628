"""The organisation on a day: the tree of units, people with their posts and terms."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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


def kept_apart(posts: tuple[Post, ...]) -> tuple[Post, ...]:
    """Returns the posts; without those of administrators where a person has another role, too:
    appointments made at the same moment in two places cannot join what must stay apart."""
    if len({post.role for post in posts}) == 1:
        return posts
    return tuple(post for post in posts if post.role not in ADMINISTRATORS)


def may_represent(own: tuple[Post, ...]) -> bool:
    """Returns whether the holder of these posts may act for others: somebody in office, and no
    administrator. A delegate who has left, or was made an administrator, represents nobody."""
    return bool(own) and ADMINISTRATORS.isdisjoint(post.role for post in own)


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

    def agency_of(self, unit: str) -> str:
        """Returns the agency that registered the unit; of an unknown one, the unit itself."""
        return str(self._part(unit).get("agency") or unit)

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
        """Returns the name of a unit (as it is on the day), person or client, or None."""
        return self._naming(entry).get("title")

    def short(self, entry: str) -> str | None:
        """Returns the short name of a unit on the day; the name of a person or client, or None."""
        naming = self._naming(entry)
        return naming.get("short") or naming.get("title")

    def letter_words(self, unit: str) -> tuple[str, ...]:
        """Returns the 字 of the unit's letters, or those of the nearest unit above that has any."""
        words = (tuple(self._place(place).get("words", ())) for place in self.path(unit))
        return next(filter(None, words), ())

    def actor(self, sub: str) -> Actor | None:
        """Returns the actor with all posts of the day, delegated ones too; None where unknown."""
        own = self._part(sub)
        if own.get("blocked"):
            return None
        if "client_of" in own:
            return Actor(sub, client_of=own["client_of"])
        posts = kept_apart(tuple(self._posts(sub)))
        if may_represent(posts):
            posts = (*posts, *self._delegated(sub))
        if not own.get("person") and not posts:
            return None
        return Actor(sub, posts, deputy=any(map(self._lasts, self._terms(sub))))

    def roles_from(self, person: str, first: date, until: date | None = None) -> frozenset[str]:
        """Returns the roles that the person holds anywhere on the day or later, before `until`."""
        return frozenset(post["role"] for _, post in self._held(person, first, until))

    def units_from(self, person: str, first: date, roles: Collection[str]) -> tuple[str, ...]:
        """Returns the units where the person holds one of the roles on the day or later."""
        held = self._held(person, first)
        return tuple(sorted({unit for unit, post in held if post["role"] in roles}))

    def posts_of(self, person: str) -> list[tuple[str, str]]:
        """Returns units and roles of the person's own posts on the day, in order."""
        return [(post.unit, post.role) for post in self._posts(person)]

    def seats_from(self, person: str, first: date) -> list[tuple[str, ...]]:
        """Returns the paths of the units where the person holds a post on the day or later."""
        return [self.path(unit) for unit in sorted({u for u, _ in self._held(person, first)})]

    def _held(
        self, person: str, first: date, until: date | None = None
    ) -> Iterator[tuple[str, DirectoryEntry]]:
        """Yields posts of the person, each with its unit, that share a day with the period."""
        for unit in self.entries:
            for post in self._posts_at(unit):
                begins_in_time = until is None or post["from"] < until.isoformat()
                lasts = post.get("to", "9999") > first.isoformat()
                if post["person"] == person and begins_in_time and lasts:
                    yield unit, post

    def delegates_of(self, person: str) -> frozenset[str]:
        """Returns the people who may act for the person, on the day or later."""
        given = self._part(person).get("delegations", ())
        return frozenset(d["delegate"] for d in given if self.day <= d["to"])

    def holder(self, role: str, unit: str) -> str | None:
        """Returns the holder at the unit, or at the nearest one above where it is vacant."""
        for place in self.path(unit):
            posts = [p for p in self._posts_at(place) if p["role"] == role]
            if current := [post for post in posts if self._valid(post)]:
                return str(max(current, key=lambda post: (post["from"], post["person"]))["person"])
        return None

    def is_filled(self, unit: str, roles: Collection[str], against: Collection[str] = ()) -> bool:
        """Returns whether somebody who may act holds one of the roles for the unit on the day."""
        return not self.roles_filled(against).get(unit, set()).isdisjoint(roles)

    def roles_filled(self, against: Collection[str] = ()) -> Mapping[str, set[str]]:
        """Returns for each unit the roles that somebody who may act holds on the day: at the unit,
        or below it. A section acts for its bureau, but a head is one of the unit itself. People
        whom the case is `against` may not act."""
        filled: dict[str, set[str]] = {}
        for place in filter(self.knows, self.entries):
            for post in self._posts_at(place):
                if self._acts(post, against):
                    units = [place] if post["role"] == "head" else self.path(place)
                    for unit in units:
                        filled.setdefault(unit, set()).add(post["role"])
        return filled

    def roles_held(self, unit: str) -> frozenset[str]:
        """Returns the roles of the unit's own posts that somebody who may act holds on the day."""
        return frozenset(post["role"] for post in self._posts_at(unit) if self._acts(post, ()))

    def roles_ever(self, unit: str) -> frozenset[str]:
        """Returns the roles of the unit's own posts on any day."""
        return frozenset(post["role"] for post in self._part(unit).get("posts", ()))

    def _acts(self, post: DirectoryEntry, against: Collection[str]) -> bool:
        kept = post["person"] in against or self._is_blocked(post["person"])
        return self._valid(post) and not kept

    def _is_blocked(self, person: str) -> bool:
        return bool(self._part(person).get("blocked"))

    def path(self, unit: str) -> tuple[str, ...]:
        """Returns the unit and all above it, nearest first; a circle in the data ends the path."""
        path: list[str] = []
        place: str | None = unit
        while place and place not in path:
            path.append(place)
            place = self._parent(place)
        return tuple(path)

    def below(self, units: Collection[str]) -> tuple[str, ...]:
        """Returns the known units below these, in order."""
        known = (place for place in self.entries if self.knows(place) and place not in units)
        return tuple(sorted(p for p in known if not set(self.path(p)).isdisjoint(units)))

    def _posts(self, person: str, held_by: str | None = None) -> Iterator[Post]:
        for unit in sorted(self.entries):
            for post in self._posts_at(unit):
                if post["person"] == person and self._valid(post):
                    yield Post(post["role"], unit, self.path(unit), held_by)

    def _posts_at(self, unit: str) -> Iterator[DirectoryEntry]:
        """Yields the posts of the unit, which end with it at the latest."""
        part = self._part(unit)
        end = part.get("until", "9999")
        for post in part.get("posts", ()):
            yield {**post, "to": min(end, post.get("to", end))} if "until" in part else post

    def _delegated(self, sub: str) -> Iterator[Post]:
        """Yields the posts that others let the person act in. Administrators cannot be
        represented."""
        for person in sorted(self._delegators(sub)):
            given = [d for d in self._part(person)["delegations"] if d["delegate"] == sub]
            for post in self._posts(person, person):
                if post.role not in ADMINISTRATORS and any(self._covers(d, post) for d in given):
                    yield post

    def _covers(self, delegation: DirectoryEntry, post: Post) -> bool:
        """Returns whether the delegation lasts and is for the post; one that names no roles, or no
        units, is for all."""
        in_role = post.role in (delegation.get("roles") or (post.role,))
        at_unit = post.unit in (delegation.get("units") or (post.unit,))
        return in_role and at_unit and self._lasts(delegation)

    def _delegators(self, sub: str) -> Iterator[str]:
        """Yields the people whose posts the person may act in; a delegation is not handed on."""
        for person in self.entries:
            part = self._part(person)
            given = () if part.get("blocked") else part.get("delegations", ())
            if any(d["delegate"] == sub and self._lasts(d) for d in given):
                yield person

    def _parent(self, unit: str) -> str | None:
        return self._place(unit).get("parent")

    def _naming(self, entry: str) -> DirectoryEntry:
        part = self._part(entry)
        return self._place(entry) or next(iter(part.get("places", ())), part)

    def _place(self, unit: str) -> DirectoryEntry:
        """Returns the unit's names and the unit above it on the day: the last that have begun; of
        those that begin on one day, the one entered last, which corrects the others."""
        places = self._part(unit).get("places", ())
        begun = [place for place in places if place["from"] <= self.day]
        last: DirectoryEntry = max(
            reversed(begun), key=lambda place: str(place["from"]), default={}
        )
        return last

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
