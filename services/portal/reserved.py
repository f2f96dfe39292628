"""Kinds with classes that are reserved to some units: not everybody reads their counts by unit."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.kernel.access import ANY
from shared.kernel.relations import to_the_case
from shared.service.api.request_context import ServiceEdge


@dataclass(frozen=True)
class Scope:
    """Cases of an agency and kind that came by a channel."""

    agency: str
    kind: str
    channel: str
    client: None = None


def kept_back(edge: ServiceEdge, agency: str) -> frozenset[str]:
    """Returns the kinds with classes reserved to some units, for those who may not read how many
    cases have which class."""
    scopes = reserved(edge, agency)
    may = edge.runtime.authorization.allows
    return frozenset(
        scope.kind
        for scope in scopes
        if not may("read-purposes", to_the_case(edge.actor, scope), ANY)
    )


def reserved(edge: ServiceEdge, agency: str) -> Iterator[Scope]:
    for row in edge.runtime.policies.rows:
        if any(purpose.units for purpose in row.purposes.values()):
            yield Scope(agency, row.kind, row.channel)
