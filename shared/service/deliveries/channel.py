"""The port of a channel, and the channel that writes log lines."""

import logging
from typing import Protocol

from shared.kernel.delivery import Delivery, Receipt
from shared.kernel.ports import Now
from shared.service.observability.logging import bound

log = logging.getLogger(__name__)


class Undeliverable(Exception):
    """The receiver would refuse the delivery again. `reason` is a code, never a text of the
    receiver."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(Protocol):
    """A way out of the system."""

    async def send(self, delivery: Delivery, delivery_id: str) -> Receipt:
        """Hands `delivery_id` to the receiver as idempotency id: the same delivery may be sent
        again. Raises Undeliverable, or any other error for an attempt that may be repeated."""
        ...


class LogChannel:
    """One log line for each delivery, without the receiver and the payload."""

    def __init__(self, now: Now) -> None:
        self._now = now

    async def send(self, delivery: Delivery, delivery_id: str) -> Receipt:
        with bound(delivery_id=delivery_id, template=delivery.template):
            log.info("delivered")
        return Receipt(delivery_id, "", self._now())
