"""What the core's surroundings must be able to do."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from shared.kernel.clock import ClockMode
from shared.kernel.commit import Commit, Draft

Now = Callable[[], datetime]
"""Business time, aware and in UTC."""


class EventStore(Protocol):
    async def read(self, stream: str, after: int = 0) -> Sequence[Commit]:
        """Commits of the stream beyond version `after`, in order; only what a majority has."""
        ...

    async def twin(self, stream: str, command_id: str, fingerprint: str) -> Commit | None:
        """The commit that this command made before; raises KeyReused when its content was
        another."""
        ...

    async def append(self, draft: Draft) -> Commit:
        """Raises ConcurrencyConflict, KeyReused, Unavailable, Unstorable; a repeat answers the
        first commit."""
        ...


class BusinessClock(Protocol):
    def now(self) -> datetime:
        """Returns business time, aware and in UTC."""
        ...

    @property
    def label(self) -> ClockMode:
        """The mode that commits record."""
        ...

    @property
    def simulated(self) -> bool: ...
