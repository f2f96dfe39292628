"""The gate of a worker: whether a message is a fact of its owner, or was dropped."""

from dataclasses import dataclass

from shared.kafka.envelope_reader import Undecodable, Unkeyed
from shared.kafka.message import BusMessage
from shared.kafka.message_check import MessageCheck, content_of
from shared.mongo.dropped import DroppedMessages


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason not to believe a message: a code of `message_check.NO_FACT`, or `dropped`."""

    reason: str
    detail: str = ""


DROPPED = Refusal("dropped")


class Gate:
    """One for all consumers of a process: a message is checked once, not once for each group."""

    def __init__(self, check: MessageCheck, dropped: DroppedMessages) -> None:
        self._check = check
        self._stored = dropped
        self._dropped: frozenset[str] | None = None

    async def refusal_of(self, message: BusMessage) -> Refusal | None:
        """Returns why the message is not to be applied; None for a fact that its owner signed. A
        message that was dropped while this process ran is known before it is refused again."""
        if await self._is_dropped(message):
            return DROPPED
        refusal = self._fault_of(message)
        if refusal:
            self.forget()
        return DROPPED if refusal and await self._is_dropped(message) else refusal

    def _fault_of(self, message: BusMessage) -> Refusal | None:
        try:
            self._check.check(message)
        except Undecodable as error:
            return Refusal(error.reason, error.detail)
        except Unkeyed as error:
            return Refusal("no-usable-key", str(error))
        return None

    def forget(self) -> None:
        """Has the dropped messages read again: an operator may have dropped more."""
        self._dropped = None

    async def _is_dropped(self, message: BusMessage) -> bool:
        dropped = await self._all_dropped()
        return bool(dropped) and content_of(message).hex() in dropped

    async def _all_dropped(self) -> frozenset[str]:
        if self._dropped is None:
            self._dropped = await self._stored.digests()
        return self._dropped
