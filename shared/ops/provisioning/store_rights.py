"""Rights of an account in MongoDB: append to its own log, write its own other collections, and
no more."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from shared.audit.store import COLLECTION
from shared.kafka.namespace import Namespace
from shared.kernel.projection import Projection
from shared.mongo.read_models.generations import POINTERS, collection_name
from shared.service.definition import ServiceDefinition
from shared.service.processes.registry import SERVICES, definition_of

LOOK = ("find",)
ADD = ("find", "insert", "changeStream")
"""Rights on a log: no service may change or remove a commit."""
WRITE = ("find", "insert", "update", "remove")
OWN = (*WRITE, "createCollection", "createIndex", "dropCollection")

SITE = "site"
AUDIT = "audit"
CONTROL = "control"
DROPPED = "dropped"
"""Operators write it, with the administrator's account; services read it."""
KEPT_BY_A_SERVICE = (
    "inbox", "parked", "parked_facts", "relay", "vault_keys", "vault_texts",
)  # fmt: skip
APPEND = ("find", "insert")
"""Rights on what must never change: the trail of the installation, and a vault's own reads."""
KEPT_BY_DELIVERIES = ("deliveries", "deliveries_inbox")
WHOLE = ""
"""Not a collection: the database, of which one may ask how much disk is left."""
SHARED_BY_ALL = ("followers", "leases", "progress")
AHEAD = 20
"""Generations of a read model that may be built before accounts are prepared again: MongoDB grants
by whole names only."""


@dataclass(frozen=True)
class Right:
    database: str
    collection: str
    actions: tuple[str, ...]

    def as_privilege(self) -> dict[str, Any]:
        resource = {"db": self.database, "collection": self.collection}
        return {"resource": resource, "actions": list(self.actions)}


def rights_of(definition: ServiceDefinition, namespace: Namespace, generations: int) -> list[Right]:
    """Returns the rights of a service's processes; `generations` is the number of generations
    that they may build of each read model."""
    own = namespace.database(definition.name)
    return [
        Right(own, "commits", ADD),
        Right(own, "reads", (*APPEND, "createCollection", "createIndex")),
        *(Right(own, name, OWN) for name in (*KEPT_BY_A_SERVICE, *definition.keeps)),
        *(Right(own, name, OWN) for name in KEPT_BY_DELIVERIES if definition.delivers),
        *_clock(namespace, ("find", "insert", "update", "changeStream")),
        *chain.from_iterable(
            _models(one, namespace, own, generations) for one in definition.projections
        ),
        *_foreign_logs(definition, namespace),
        Right(namespace.database(CONTROL), DROPPED, LOOK),
        Right(namespace.database(CONTROL), WHOLE, ("dbStats",)),
    ]


def audit_rights(namespace: Namespace) -> list[Right]:
    """Returns the rights of the audit trail's account: to add entries, and to read them."""
    return [Right(namespace.database(AUDIT), COLLECTION, APPEND)]


def site_rights(
    namespace: Namespace, models: Collection[Projection], generations: int
) -> list[Right]:
    """Returns the rights of the public site: it reads its own database and the clock, and no
    service."""
    names = [name for one in models for name in _names(one, generations)]
    return [
        *(Right(namespace.database(SITE), name, LOOK) for name in (POINTERS, *names)),
        *_clock(namespace, ("find", "changeStream"), ("followers",)),
    ]


def writers_of(namespace: Namespace, generations: int) -> Iterator[tuple[str, list[Right]]]:
    """Returns the services that write the public site's database, each with its rights there."""
    site = namespace.database(SITE)
    for service in SERVICES:
        rights = rights_of(definition_of(service), namespace, generations)
        if there := [right for right in rights if right.database == site]:
            yield service, there


def _models(
    projection: Projection, namespace: Namespace, own: str, generations: int
) -> Iterator[Right]:
    database = namespace.database(projection.database) if projection.database else own
    for name in (POINTERS, *_names(projection, generations)):
        yield Right(database, name, OWN)


def _names(projection: Projection, generations: int) -> Iterator[str]:
    for number in range(1, generations + 1):
        yield collection_name(projection.name, number)
        yield collection_name(f"{projection.name}_counters", number)


def _clock(
    namespace: Namespace, actions: tuple[str, ...], others: Collection[str] = SHARED_BY_ALL
) -> Iterator[Right]:
    yield Right(namespace.database(CONTROL), "clock", actions)
    for name in others:
        yield Right(namespace.database(CONTROL), name, WRITE)


def _foreign_logs(definition: ServiceDefinition, namespace: Namespace) -> Iterator[Right]:
    """Returns the logs that a service with a timer reads: before it acts by time alone, it
    checks that every relay has come that far."""
    if not definition.jobs:
        return
    owners = {owner for one in definition.projections for owner in one.parts} | definition.listens
    for owner in sorted(owners - {definition.name}):
        for name in ("commits", "relay"):
            yield Right(namespace.database(owner), name, LOOK)
