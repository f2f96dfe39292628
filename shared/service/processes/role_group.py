"""Names of the consumer groups of worker processes: one for each role and set of services."""

import re
from collections.abc import Sequence
from zlib import crc32

from shared.service.definition import ServiceDefinition
from shared.service.processes.registry import SERVICES
from shared.service.resources.connections import Connections

NAME = re.compile(r"(?:([a-z+]+)-)?(?:reactions|projections-[0-9a-f]{8})")


def reactions_group(connections: Connections, definitions: Sequence[ServiceDefinition]) -> str:
    """Returns `handling-reactions` for one service, `handling+intake-reactions` for some, and
    `reactions` for all: members of a group share its partitions, so they must host the same."""
    return connections.namespace.prefixed(f"{_hosted(definitions)}reactions")


def projections_group(connections: Connections, definitions: Sequence[ServiceDefinition]) -> str:
    """Returns a name like that of reactions, with a mark of the code of the read models: a process
    of another release keeps other generations, and is no member."""
    code = sorted(
        f"{definition.name} {projection.name} {projection.version}"
        for definition in definitions
        for projection in definition.projections
    )
    mark = crc32("\n".join(code).encode())
    return connections.namespace.prefixed(f"{_hosted(definitions)}projections-{mark:08x}")


def services_of(group: str) -> frozenset[str]:
    """Returns the services that a group of workers feeds, by its name without the namespace;
    nothing for another group."""
    match = NAME.fullmatch(group)
    if not match:
        return frozenset()
    names = frozenset(match[1].split("+")) if match[1] else frozenset(SERVICES)
    return names if names <= set(SERVICES) else frozenset()


def _hosted(definitions: Sequence[ServiceDefinition]) -> str:
    names = {definition.name for definition in definitions}
    return "" if names == set(SERVICES) else f"{'+'.join(sorted(names))}-"
