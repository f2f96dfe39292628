"""A part (broker or store) that Duban stands on: its address, why it was chosen, and how it
stops."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.ops.base.errors import PartMissing
from shared.ops.base.process import Server
from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.jars import Progress


class Started(Protocol):
    """A part that this process starts: one server or several."""

    @property
    def nodes(self) -> Sequence[Server]: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


@dataclass(frozen=True)
class Part:
    address: str
    chosen: str
    own: Started | None = None

    @property
    def nodes(self) -> Sequence[Server]:
        """Servers that can be stopped, killed and started again; none for the operator's own
        part."""
        return self.own.nodes if self.own else ()

    def start(self) -> None:
        if self.own:
            self.own.start()

    def stop(self) -> None:
        if self.own:
            self.own.stop()


@dataclass(frozen=True)
class Wanted:
    settings: OpsSettings
    nodes: int = 1
    progress: Progress = lambda done, total: None


Provider = Callable[[Wanted], Part | str]
"""Returns the part, not yet started, or the reason why it cannot be had."""


def first_of(providers: Sequence[Provider], wanted: Wanted, what: str, ways: str) -> Part:
    reasons: list[str] = []
    for provider in providers:
        part = provider(wanted)
        if isinstance(part, Part):
            why = f" ({'; '.join(reasons)})" if reasons else ""
            return Part(part.address, part.chosen + why, part.own)
        reasons.append(part)
    raise PartMissing(
        f"未找到可用的 {what}。",
        f"No {what} was found: {'; '.join(reasons)}. Ways on from here: {ways}",
    )
