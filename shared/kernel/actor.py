"""Actors: a person, a partner's client or the system, with roles at units."""

from dataclasses import dataclass, replace

from shared.kernel.organs import DUTIES, NO_ORGANS, OrganBook


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
    a client is bound to. `organs`: which units have which duties on the day of the request.
    """

    sub: str
    posts: tuple[Post, ...] = ()
    deputy: bool = False
    client_of: str | None = None
    organs: OrganBook = NO_ORGANS

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
