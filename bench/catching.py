"""`python -m bench.catching`: keeps the portal's read models from the beginning of the bus to its
end, and says what it cost."""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence

from bench.refusals import require_facts
from services.portal.app import SERVICE
from shared.kafka.topics import CASE_EVENTS
from shared.mongo.consumer_progress import ConsumerProgress
from shared.ops.installation.connections import opened_connections
from shared.service.projections.worker import add_projections
from shared.service.resources.connections import Connections
from shared.service.subscriptions.worker_host import WorkerHost

OF_CASES = [each for each in SERVICE.projections if each.topic == CASE_EVENTS.name]
LOOK_SECONDS = 0.1


async def caught_up() -> dict[str, float]:
    async with opened_connections() as connections:
        host = WorkerHost(connections, guest=True)
        await host.start()
        try:
            await add_projections(host, SERVICE.name, OF_CASES)
            topic = connections.namespace.topic(CASE_EVENTS.name)
            facts = sum((await host.bus.ends([topic])).values())
            cpu, began = time.process_time(), time.perf_counter()
            await host.listen(connections.namespace.prefixed("projections"))
            left = facts
            while left:
                await asyncio.sleep(LOOK_SECONDS)
                left = facts - await done(connections, host.consumers)
            require_facts()
            seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
        finally:
            await host.stop()
    return {"facts": facts, "seconds": seconds, "cpu_seconds": cpu_seconds}


async def done(connections: Connections, consumers: Sequence[str]) -> int:
    """Returns the messages that the consumer farthest behind has applied."""
    applied: Counter[str] = Counter()
    stored = await ConsumerProgress(connections.database("control")).of_all()
    for (consumer, _, _), offset in stored.items():
        applied[consumer] += offset
    return min(applied[consumer] for consumer in consumers)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(caught_up())))
