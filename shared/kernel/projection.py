"""Projections: folds of facts into documents of a read model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.kernel.messages import Recorded

ModelDocument = Mapping[str, Any]
"""A document of a read model, or a part of it."""
PartFold = Callable[[dict[str, Any], Recorded], ModelDocument]
"""From a part and the next fact to the part after it. The part is the fold's own: it may change it,
as far as it stands in it, and return it; it depends on nothing else, and changes nothing else."""


def nothing_derived(document: ModelDocument) -> ModelDocument:
    """Derives no fields: readers use the parts alone."""
    return {}


def nothing_counted(document: ModelDocument) -> Mapping[str, int]:
    """Contributes to no counter."""
    return {}


@dataclass(frozen=True)
class Projection:
    """A read model: one document per key (a case, a directory id), one part per owner of facts.

    `parts[owner]` folds that owner's facts of one stream, in order, into the sub-document
    `document[owner]`; owners are `catalogue` names (`intake`, `handling` …). `derive(document)`
    computes the top-level fields that lists filter and sort by. Because each stream writes only its
    own part, streams commute. `count(document)` is the document's contribution {dimension: n} to
    the counters; the runner adds new - old. `version` names the projector's code; a rebuild
    compares checksums only between equal versions. `database`: "" for the service's own, else the
    suffix of another one: "site" lives in `<namespace>_site`, so that the process of the
    public site needs no access to any service's database.
    """

    name: str
    topic: str
    parts: Mapping[str, PartFold]
    derive: Callable[[ModelDocument], ModelDocument] = nothing_derived
    count: Callable[[ModelDocument], Mapping[str, int]] = nothing_counted
    indexes: tuple[tuple[tuple[str, int], ...], ...] = field(default=())
    version: int = 1
    database: str = ""
