"""A MongoDB and a Kafka of the benchmark's own, in a folder that is thrown away."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.part import Part, Wanted
from shared.ops.embedded.parts import find_broker, find_store

CACHE_GB = 2.0


@dataclass(frozen=True)
class Parts:
    """`space` is how the names of databases and topics begin."""

    mongo_url: str
    kafka: str
    folder: Path
    chosen: tuple[str, str]
    mongod: tuple[int, ...]
    broker: tuple[int, ...]
    space: str = "bench"


@contextmanager
def running_parts() -> Iterator[Parts]:
    """Starts the parts. Downloads are shared with `make run`; everything else is removed
    afterwards."""
    surroundings = OpsSettings()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duban-bench-")))
        settings = OpsSettings(
            data=folder,
            cache=surroundings.downloads.resolve(),
            mongo_port=0,
            kafka_port=0,
            kafka_controller_port=0,
            mongo_cache_gb=CACHE_GB,
        )
        store, broker = (find(Wanted(settings)) for find in (find_store, find_broker))
        for part in (store, broker):
            stack.callback(part.stop)
            part.start()
        chosen = (store.chosen.partition(",")[0], broker.chosen.partition(",")[0])
        yield Parts(store.address, broker.address, folder, chosen, pids(store), pids(broker))


def pids(part: Part) -> tuple[int, ...]:
    """None where the part is the operator's own."""
    return tuple(node.pid for node in part.nodes if node.pid)
