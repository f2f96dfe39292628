"""A part that Duban stands on: where it is reached, why this one, and how it is stopped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.ops.base.errors import PartMissing
from shared.ops.base.process import Server
from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.jars import Progress


class Started(Protocol):
    """What we started ourselves: one process or several."""

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
        """Each can be stopped, killed and started again; none when the part is the operator's."""
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
"""Gives the part, not yet started, or says why it cannot."""


def first_of(providers: Sequence[Provider], wanted: Wanted, what: str, ways: str) -> Part:
    reasons: list[str] = []
    for provider in providers:
        found = provider(wanted)
        if isinstance(found, Part):
            why = f" ({'; '.join(reasons)})" if reasons else ""
            return Part(found.address, found.chosen + why, found.own)
        reasons.append(found)
    raise PartMissing(
        f"未找到可用的 {what}。",
        f"No {what} was found: {'; '.join(reasons)}. Ways on from here: {ways}",
    )
