"""Spaces: several installations may share one broker, each with topics and groups of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT = "duban"
GENERATIONS: Mapping[str, int] = {"case-events": 1, "directory-events": 1}
"""Which topic of that name is in use. More partitions mean a new one (docs/operations)."""


@dataclass(frozen=True)
class Space:
    """`generations` are those of its release; two releases may be at work while a topic grows."""

    name: str = DEFAULT
    generations: Mapping[str, int] = field(default_factory=lambda: GENERATIONS, compare=False)

    def topic(self, name: str) -> str:
        """What it is called on the broker."""
        number = self.generations.get(name, 1)
        return self._own(name if number == 1 else f"{name}-{number}")

    def group(self, name: str) -> str:
        return self._own(name)

    def database(self, name: str) -> str:
        return f"{self.name}_{name}"

    def _own(self, name: str) -> str:
        return name if self.name == DEFAULT else f"{self.name}-{name}"
