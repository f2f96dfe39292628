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
    `recused`: the case is against the actor, or against a unit of its own.
    """

    sub: str
    posts: tuple[Post, ...] = ()
    deputy: bool = False
    client_of: str | None = None
    organs: OrganBook = NO_ORGANS
    recused: bool = False

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

    def standing_in(self, held_by: str | None) -> frozenset[str]:
        """Returns the holder of the actor's posts (None: the actor) with the units of these posts
        and all above them: a case against one of these is against the holder."""
        held = (post for post in self.posts if post.held_by == held_by)
        return frozenset({held_by or self.sub}).union(*(post.path for post in held))

    def kept_from(self, against: Collection[str]) -> "Actor":
        """Returns the actor as a case sees it that is against these units and people: without any
        post where it is against the actor itself, in whatever post; else without the posts of
        those whom it is against."""
        if not against or self.is_system:
            return self
        if not self.standing_in(None).isdisjoint(against):
            return replace(self, posts=(), recused=True)
        holders = {post.held_by for post in self.posts}
        return self.in_posts_of(
            [each for each in holders if self.standing_in(each).isdisjoint(against)]
        )

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
            f"{duty}-organ": self.roles_at(units[duty]) if duty in units else frozenset[str]()
            for duty in DUTIES
        }
        return {**held, "organ": frozenset[str]().union(*held.values())}

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts)
