"""Actors: a person, a partner's client or the system, with roles at units."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Post:
    """A role at a unit; `path` is the unit and all its ancestors, nearest first."""

    role: str
    unit: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Actor:
    """A person (`sub` is `p-…`), a client (`c-…`) or the system (`system:<service>`).

    `deputy` is true for deputies and political advisers in office; `client_of` is the agency that
    a client is bound to.
    """

    sub: str
    posts: tuple[Post, ...] = ()
    deputy: bool = False
    client_of: str | None = None

    @property
    def is_system(self) -> bool:
        return self.sub.startswith("system:")

    def brought(self, agency: str, client: str | None) -> bool:
        """Returns whether the actor is the client that registered the case, at its own agency."""
        return self.client_of == agency and self.sub == client

    def roles_at(self, unit: str) -> frozenset[str]:
        """Returns the roles held at the unit itself."""
        return frozenset(post.role for post in self.posts if post.unit == unit)

    def roles_over(self, unit: str) -> frozenset[str]:
        """Returns the roles held at the unit or below it: a section acts for its bureau."""
        return frozenset(post.role for post in self.posts if unit in post.path)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts)
