"""Who acts: a person, a partner's client or the system, with roles at places of the organisation
tree."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Post:
    """A role at a unit; `path` is the unit and all its ancestors, nearest first."""

    role: str
    unit: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Actor:
    """`sub` is `p-…`, `c-…` or `system:<service>`; `deputy` is true for deputies and political
    advisers in office."""

    sub: str
    posts: tuple[Post, ...] = ()
    deputy: bool = False
    client_of: str | None = None

    @property
    def is_system(self) -> bool:
        return self.sub.startswith("system:")

    def brought(self, agency: str, client: str | None) -> bool:
        """The partner's client that registered the case, at the agency it is bound to: no other
        platform has anything to do with it."""
        return self.client_of == agency and self.sub == client

    def roles_at(self, unit: str) -> frozenset[str]:
        """Roles held at the unit itself."""
        return frozenset(post.role for post in self.posts if post.unit == unit)

    def roles_over(self, unit: str) -> frozenset[str]:
        """Roles held where `unit` is the place itself or one of its ancestors (a section acts
        for its bureau)."""
        return frozenset(post.role for post in self.posts if unit in post.path)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts)
