"""Ports: the interfaces that the core needs from outside."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from shared.kernel.clock import ClockMode
from shared.kernel.commit import Commit, Draft

Now = Callable[[], datetime]
"""Business time, aware and in UTC."""


class EventStore(Protocol):
    """The log of one service."""

    async def read(self, stream: str, after: int = 0) -> Sequence[Commit]:
        """Returns the commits of the stream beyond version `after`, in order, that a majority has.

        Raises Unavailable.
        """
        ...

    async def twin(self, stream: str, command_id: str, fingerprint: str) -> Commit | None:
        """Returns the commit that this command made before, if any.

        Raises KeyReused when its content was another, and Unavailable.
        """
        ...

    async def holding(self, fact: str, since: datetime) -> Sequence[Commit]:
        """Returns the commits of all streams that hold a fact of the type which happened at `since`
        or later, in the order of the log.

        Quick for `act.proposed.v1` only, which has an index. Raises Unavailable.
        """
        ...

    async def append(self, draft: Draft) -> Commit:
        """Appends the draft and returns its commit, without a `seq`; for a repetition, the first
        commit as it is read, with the `seq` that it has.

        Raises ConcurrencyConflict, KeyReused, Unavailable, Unstorable.
        """
        ...


class BusinessClock(Protocol):
    """Business time of a process."""

    def now(self) -> datetime:
        """Returns business time, aware and in UTC."""
        ...

    @property
    def label(self) -> ClockMode:
        """The mode that commits record."""
        ...

    @property
    def simulated(self) -> bool: ...
