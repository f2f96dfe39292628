"""The sender of a service's deliveries: attempts with growing delays, then parked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from itertools import count

from shared.kernel.delivery import Receipt
from shared.kernel.ports import Now
from shared.mongo.deliveries import Deliveries, DueDelivery
from shared.mongo.parking import Parking
from shared.parallel import in_parallel
from shared.service.deliveries.channel import Channel, Undeliverable
from shared.service.observability import metrics
from shared.service.observability.failpoints import crash_point
from shared.service.observability.logging import bound
from shared.service.subscriptions.sandbox import PureFailure, described

DELAYS = tuple(timedelta(minutes=m) for m in (0.2, 1, 5, 30, 120, 360))
"""One before each further attempt: the seventh is the last, some nine hours after the first."""
SEND_SECONDS = 10.0
LOOK_SECONDS = 1.0
MEASURE_EVERY = 15
MOST_AT_ONCE = 100
WIDTH = 8

Record = Callable[[DueDelivery, Receipt], Awaitable[None]]
"""Makes a fact of the receipt, once; raises PureFailure."""


class _NotSent(Exception):
    """An attempt failed that may be repeated; the text names a type and a line, no content."""


class Sender:
    """Sends in no promised order, and at least once: after a crash the receiver is given the same
    id again. One process works at a time (leadership); the id is what keeps it safe, not that.

    `parking` keeps parked deliveries under `name`; `real_time` is when attempts are due.
    """

    def __init__(  # noqa: PLR0913 - the sender is where store, channels and log meet
        self,
        service: str,
        name: str,
        channels: Mapping[str, Channel],
        *,
        deliveries: Deliveries,
        parking: Parking,
        record: Record,
        real_time: Now,
        delays: Sequence[timedelta] = DELAYS,
        send_seconds: float = SEND_SECONDS,
    ) -> None:
        self._service = service
        self._name = name
        self._channels = channels
        self._deliveries = deliveries
        self._parking = parking
        self._record = record
        self._real_time = real_time
        self._delays = delays
        self._send_seconds = send_seconds

    async def run(self) -> None:
        """Endless; raises errors of the store."""
        try:
            for number in count():
                await self.round()
                if number % MEASURE_EVERY == 0:
                    await self._measure()
                await asyncio.sleep(LOOK_SECONDS)
        finally:  # another process measures from now on
            self._show(parked=0, seconds=0)

    async def round(self) -> None:
        """One attempt of each delivery that is due, or that an operator wants replayed."""
        for _, delivery_id in await self._parking.waiting([self._name], ["replay"]):
            await self._replay(delivery_id)
        await in_parallel(self._attempt, await self._deliveries.due(MOST_AT_ONCE), WIDTH)

    async def _replay(self, delivery_id: str) -> None:
        """One attempt; parked again when it fails."""
        if due := await self._deliveries.unfinished(delivery_id):
            await self._attempt(due, last=True)
        else:
            await self._close(delivery_id)

    async def _attempt(self, due: DueDelivery, last: bool = False) -> None:
        with bound(service=self._service, case_id=due.case_id, correlation_id=due.correlation_id):
            try:
                receipt = due.receipt or await self._sent(due)
                await self._record(due, receipt)
            except _NotSent as failure:
                await self._failed(due, str(failure), last)
            except Undeliverable as refusal:
                await self._park(due, "undeliverable", refusal.reason)
            except PureFailure as failure:
                await self._park(due, "exception", failure.where)
            else:
                await self._finish(due)

    async def _sent(self, due: DueDelivery) -> Receipt:
        channel = self._channels.get(due.delivery.channel)
        if channel is None:
            raise Undeliverable(f"no channel is called {due.delivery.channel}")
        try:
            async with asyncio.timeout(self._send_seconds):
                receipt = await channel.send(due.delivery, due.id)
        except Undeliverable:
            raise
        except Exception as error:
            raise _NotSent(described(error)) from error
        crash_point("after_send_before_receipt")
        await self._deliveries.keep_receipt(due.id, receipt)
        crash_point("after_receipt_before_fact")
        return receipt

    async def _finish(self, due: DueDelivery) -> None:
        crash_point("after_fact_before_done")
        await self._deliveries.finish(due.id)
        await self._close(due.id)
        self._count(due, "sent")

    async def _failed(self, due: DueDelivery, why: str, last: bool) -> None:
        if last or due.attempts >= len(self._delays):
            return await self._park(due, "attempts-exhausted", why)
        until = self._real_time() + self._delays[due.attempts]
        await self._deliveries.postpone(due.id, due.attempts + 1, until)
        return self._count(due, "retried")

    async def _park(self, due: DueDelivery, reason: str, detail: str) -> None:
        """Opens the parked case first: a crash in between only repeats the attempt."""
        await self._parking.open(self._name, due.id, [], "parked", reason, detail)
        await self._deliveries.park(due.id)
        self._count(due, "parked")

    async def _close(self, delivery_id: str) -> None:
        if head := await self._parking.case(self._name, delivery_id):
            await self._parking.close(head)

    def _count(self, due: DueDelivery, outcome: str) -> None:
        metrics.DELIVERIES.labels(self._service, due.delivery.channel, outcome).inc()

    async def _measure(self) -> None:
        oldest = await self._deliveries.oldest()
        waiting = (self._real_time() - oldest).total_seconds() if oldest else 0
        parked = (await self._parking.counts([self._name]))[self._name].total()
        self._show(parked, max(0, waiting))

    def _show(self, parked: int, seconds: float) -> None:
        metrics.PARKED_CASES.labels(self._service, self._name).set(parked)
        metrics.DELIVERY_WAITING_SECONDS.labels(self._service).set(seconds)
