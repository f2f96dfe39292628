"""Actors: a person, a partner's client or the system, with roles at units."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from shared.kernel.organs import DUTIES, NO_ORGANS, OrganBook


@dataclass(frozen=True)
class Post:
    """A role at a unit; `path` is the unit and all its ancestors, nearest first.

    `held_by` is the person who lets the actor act in the post; None in an own post.
    """

    role: str
    unit: str
    path: tuple[str, ...]
    held_by: str | None = None


@dataclass(frozen=True)
class Actor:
    """A person (`sub` is `p-…`), a client (`c-…`) or the system (`system:<service>`).

    `deputy` is true for deputies and political advisers in office; `client_of` is the agency that
    a client is bound to. `organs`: which units have which duties on the day of the request.
    """

    sub: str
    posts: tuple[Post, ...] = ()
    deputy: bool = False
    client_of: str | None = None
    organs: OrganBook = NO_ORGANS

    @property
    def is_founder(self) -> bool:
        """Returns whether the actor enters the organisation before there are administrators."""
        return "founder" in self.roles

    @property
    def is_system(self) -> bool:
        return self.sub.startswith("system:")

    def capacities(self) -> "Iterator[tuple[Actor, str | None]]":
        """Yields the actor in its own posts, then in those of each person whom it acts for."""
        for person in (None, *sorted({p.held_by for p in self.posts if p.held_by})):
            yield self.in_posts_of({person}), person

    def in_posts_of(self, people: Collection[str | None]) -> "Actor":
        """Returns the actor with only the posts that these people hold; None: its own."""
        return replace(self, posts=tuple(p for p in self.posts if p.held_by in people))

    def brought(self, agency: str, client: str | None) -> bool:
        """Returns whether the actor is the client that registered the case, at its own agency."""
        return self.client_of == agency and self.sub == client

    def roles_at(self, unit: str) -> frozenset[str]:
        """Returns the roles held at the unit itself."""
        return frozenset(post.role for post in self.posts if post.unit == unit)

    def roles_over(self, unit: str) -> frozenset[str]:
        """Returns the roles held at the unit or below it: a section acts for its bureau."""
        return frozenset(post.role for post in self.posts if unit in post.path)

    def knowing(self, organs: OrganBook) -> "Actor":
        return replace(self, organs=organs)

    def roles_at_organs(self, agency: str, kind: str, channel: str) -> dict[str, frozenset[str]]:
        """Returns the roles held at the organ of each duty for such cases, by relation; `organ`
        unites them."""
        units = self.organs.of(agency, kind, channel)
        held = {
            f"{duty}-organ": self.roles_at(units[duty]) if units else frozenset[str]()
            for duty in DUTIES
        }
        return {**held, "organ": frozenset[str]().union(*held.values())}

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts)
