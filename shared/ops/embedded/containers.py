"""MongoDB and Kafka in containers, for tests on a machine with Docker (DUBAN_TEST_PARTS=docker)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from docker.errors import DockerException
from testcontainers.core.container import DockerContainer

from shared.ops.base.errors import PartFailed, PartMissing
from shared.ops.base.ports import free_port
from shared.ops.base.process import START_WITHIN, Server, comes_true
from shared.ops.embedded.broker import readiness as broker_readiness
from shared.ops.embedded.broker_properties import CLIENTS, QUORUM, properties
from shared.ops.embedded.mongod import REPLICA_SET, address
from shared.ops.embedded.mongod import readiness as store_readiness
from shared.ops.embedded.part import Part

MONGO_IMAGE, KAFKA_IMAGE = "mongo:8.0.30", "apache/kafka:4.3.1"
Recipe = Callable[[DockerContainer], DockerContainer]


@dataclass
class Container:
    """A container that is created at start: without Docker it cannot even be described."""

    image: str
    recipe: Recipe
    is_ready: Callable[[], bool]
    nodes: Sequence[Server] = ()
    _running: DockerContainer | None = None

    def start(self) -> None:
        try:
            self._running = self.recipe(DockerContainer(self.image)).start()
        except DockerException as error:
            raise PartMissing(
                "未找到 Docker。",
                f"DUBAN_TEST_PARTS=docker needs a running Docker ({error}); without that "
                "setting the tests start MongoDB and Kafka themselves.",
            ) from error
        if not comes_true(self.is_ready, START_WITHIN):
            self.stop()
            raise PartFailed(f"{self.image} 未能启动。", f"{self.image} did not come up.")

    def stop(self) -> None:
        if self._running:
            self._running.stop()


def store_in_container() -> Part:
    port = free_port()
    command = f"--replSet {REPLICA_SET} --bind_ip_all --port {port} --slowOpSampleRate 0.0"

    def recipe(container: DockerContainer) -> DockerContainer:
        return container.with_command(command).with_bind_ports(port, port)

    own = Container(MONGO_IMAGE, recipe, store_readiness(port, [port]))
    return Part(f"mongodb://{address(port)}/?replicaSet={REPLICA_SET}", MONGO_IMAGE, own)


def broker_in_container() -> Part:
    port, control = free_port(), free_port()
    rows = properties(1, Path("/var/lib/kafka/data"), [port], [control])
    rows["listeners"] = f"{CLIENTS}://:{port},{QUORUM}://:{control}"
    variables = {f"KAFKA_{n.upper().replace('.', '_')}": str(v) for n, v in rows.items()}

    def recipe(container: DockerContainer) -> DockerContainer:
        return container.with_envs(**variables).with_bind_ports(port, port)

    own = Container(KAFKA_IMAGE, recipe, broker_readiness(1, port))
    return Part(address(port), KAFKA_IMAGE, own)
