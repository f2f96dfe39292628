"""The namespace of an installation: the prefix of its names on a shared broker and store."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT = "duban"
GENERATIONS: Mapping[str, int] = {"case-events": 1, "directory-events": 1}
"""The generation of each topic in use. More partitions mean a new one (docs/operations)."""


@dataclass(frozen=True)
class Namespace:
    """Prefixes the topics, consumer groups, consumers and databases of one installation.

    `name` is the setting DUBAN_SPACE. Topics and groups of the default one have no prefix, every
    database has. `generations` are those of this release; two releases may run while a topic grows.
    """

    name: str = DEFAULT
    generations: Mapping[str, int] = field(default_factory=lambda: GENERATIONS, compare=False)

    def topic(self, name: str) -> str:
        """Returns the topic's name on the broker: prefix, name, and generation beyond the first."""
        number = self.generations.get(name, 1)
        return self.prefixed(name if number == 1 else f"{name}-{number}")

    def prefixed(self, name: str) -> str:
        """Returns the name of a consumer group, a consumer or an account."""
        return name if self.name == DEFAULT else f"{self.name}-{name}"

    def owns(self, group: str) -> bool:
        """Returns whether the group may be of this installation; without a prefix, any may."""
        return self.name == DEFAULT or group.startswith(f"{self.name}-")

    def local(self, group: str) -> str:
        """Returns the group's name without the prefix; empty for one of another installation."""
        if self.name == DEFAULT:
            return group
        return group.removeprefix(f"{self.name}-") if self.owns(group) else ""

    def database(self, name: str) -> str:
        """Returns the database's name in MongoDB."""
        return f"{self.name}_{name}"
