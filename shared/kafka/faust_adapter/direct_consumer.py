"""Delivers messages from the fetcher to the stream without the tasks that Faust makes for each."""

from typing import Any

from faust.sensors import Monitor
from faust.transport.drivers.aiokafka import Consumer

from shared.kafka.faust_adapter.shared_loop import SharedLoopConsumer


class DirectConsumer(Consumer):
    """Awaits a delivery that cannot block directly: 0.5 ms for a message instead of 0.65.

    Faust waits for each delivery beside three events, in four tasks, because one may block.
    """

    def _new_consumer_thread(self) -> SharedLoopConsumer:
        return SharedLoopConsumer(self, loop=self.loop, beacon=self.beacon)

    async def wait_first(self, *coros: Any, timeout: Any = None) -> Any:  # noqa: ASYNC109
        """Awaits the first of two only where it cannot block.

        Only the fetcher waits for two things: a delivery, or that the flow is suspended.
        """
        if len(coros) != 2 or not self._takes_at_once():  # noqa: PLR2004
            return await super().wait_first(*coros, timeout=timeout)
        delivery, suspended = coros
        suspended.close()
        await delivery

    def _takes_at_once(self) -> bool:
        channels = self.app.topics
        flows = self.flow_active and self.app.flow_control.is_active()
        return flows and not any(channel.queue.full() for channel in channels)

    async def verify_all_partitions_active(self) -> None:
        """Leaves stalled partitions to the watchdog, which ends the process; Faust would only log
        them."""


class SilentMonitor(Monitor):
    """Counts nothing for each message: consumers count batches by their own metric hooks."""

    def on_message_in(self, *_: Any) -> None: ...
    def on_message_out(self, *_: Any) -> None: ...
    def on_stream_event_in(self, *_: Any) -> None: ...
    def on_stream_event_out(self, *_: Any) -> None: ...
    def track_tp_end_offset(self, *_: Any) -> None: ...
