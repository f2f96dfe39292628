"""Renewal: a read model that older code has begun is built again beside the one that is read."""

import logging
from functools import partial

from shared.kafka.fatal import die
from shared.mongo.leases import Leases
from shared.service.projections.rebuild import Disagrees, rebuild
from shared.service.projections.worker import ReadSide
from shared.service.resources.connections import Connections
from shared.service.resources.leadership import Leadership
from shared.service.subscriptions.worker_host import OnFatal

log = logging.getLogger(__name__)


class Over(Exception):
    """The read model is not of older code, or an operator has to look at it."""


async def renew(connections: Connections, side: ReadSide, on_fatal: OnFatal = die) -> None:
    """Ends when the live generation is not of older code; of several processes, one builds it. The
    worker follows the pointer when it has turned.

    Killed at any time, it goes on with the same generation at the next start.
    """
    if not await is_of_older_code(connections, side):
        return
    name = f"renewal-{side.consumer(connections, 0)}"
    leadership = Leadership(Leases(connections.database("control")), name, lambda leads: None)
    try:
        await leadership.run(partial(renewed, connections, side, on_fatal))
    except Over:
        return


async def renewed(connections: Connections, side: ReadSide, on_fatal: OnFatal) -> None:
    """Raises Over when there is nothing left to do by itself."""
    service, projection = side.service, side.projection
    try:
        if await is_of_older_code(connections, side):
            log.warning("%s %s is of older code, and is built again", service, projection.name)
            pointer = await rebuild(connections, side, on_fatal=on_fatal)
            log.warning("%s %s: generation %d is live", service, projection.name, pointer.live)
    except Disagrees as error:
        log.error("duban rebuild %s %s: %s", service, projection.name, error)
    raise Over


async def is_of_older_code(connections: Connections, side: ReadSide) -> bool:
    """A generation of newer code is left alone: while two releases run side by side, a restarted
    process of the former one must not turn the pointer back."""
    projection = side.projection
    pointer = await side.generations(connections).pointer(projection.name, projection.version)
    return pointer.code < projection.version
