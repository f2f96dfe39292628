"""The effect of a deliveries consumer: own facts become due deliveries."""

from collections.abc import Callable, Sequence
from datetime import datetime

from shared.kernel.delivery import Delivery
from shared.kernel.messages import Recorded
from shared.mongo.deliveries import Deliveries
from shared.mongo.inbox import Inbox
from shared.service.subscriptions.ordered_effect import OrderedEffect
from shared.service.subscriptions.sandbox import pure


class DeliveryCollector(OrderedEffect):
    """Facts recorded before `begin` have no deliveries: a service that learns to deliver does not
    send the years before. Documents have derived ids, so a repeated fact adds nothing."""

    def __init__(
        self,
        service: str,
        deliver: Callable[[Recorded], Sequence[Delivery]],
        deliveries: Deliveries,
        inbox: Inbox,
        begin: datetime,
    ) -> None:
        super().__init__(service, "deliveries", inbox)
        self._deliver = deliver
        self._deliveries = deliveries
        self._begin = begin

    async def handle(self, fact: Recorded) -> bool:
        if fact.recorded_at < self._begin:
            return False
        with pure():
            owed = list(self._deliver(fact))
        await self._deliveries.owe(fact, owed)
        return bool(owed)
