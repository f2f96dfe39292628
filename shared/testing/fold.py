"""Folds facts into documents in memory, as the projector does."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from pydantic import TypeAdapter

from shared.contracts.catalogue import BY_PREFIX
from shared.contracts.upcasters import decode
from shared.kernel.commit import Commit
from shared.kernel.ids import stream_key
from shared.kernel.messages import Recorded
from shared.kernel.moment import Moment
from shared.kernel.projection import Projection

MOMENT: TypeAdapter[Any] = TypeAdapter(Moment)


def recorded(commit: Commit) -> Iterator[Recorded]:
    """Returns the facts of a commit with their places."""
    source = BY_PREFIX[commit.stream.partition("-")[0]].name
    for version, fact in enumerate(commit.facts, commit.first):
        yield Recorded(
            id=fact.id,
            stream=commit.stream,
            version=version,
            event=decode(fact.type, fact.occurred_at, fact.data),
            source=source,
            agency=commit.agency,
            actor=commit.actor,
            recorded_at=MOMENT.validate_python(commit.recorded_at),
            correlation_id=commit.correlation_id,
            command_id=commit.command_id,
            case_id=commit.case_id,
            on_behalf_of=commit.on_behalf_of,
            causation_id=commit.causation_id,
            clock=commit.clock,
            hash=commit.hash,
            basis=commit.basis,
        )


def folded(projection: Projection, facts: Iterable[Recorded]) -> dict[str, dict[str, Any]]:
    """Returns the documents of a projection by key."""
    documents: dict[str, dict[str, Any]] = {}
    for fact in facts:
        part = projection.parts.get(fact.source)
        if part is None:
            continue
        key = stream_key(fact.stream)
        document = documents.setdefault(key, {"_id": key, "seen": {}})
        document[fact.source] = part(document.get(fact.source, {}), fact)
        document["seen"][fact.stream] = [fact.version, fact.hash]
    return {key: {**projection.derive(found), **found} for key, found in documents.items()}


class FoldedCollection:
    """Read model in memory for routes and look-ups: documents by a few plain conditions.
    Queries run on MongoDB."""

    def __init__(self, projection: Projection, facts: Sequence[Recorded]) -> None:
        self._documents = folded(projection, facts)

    async def find_one(self, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
        return next(self._fitting(wanted), None)

    def find(self, wanted: Mapping[str, Any]) -> "Found":
        return Found(list(self._fitting(wanted)))

    def _fitting(self, wanted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for document in self._documents.values():
            if all(_fits(_at(document, path), asked) for path, asked in wanted.items()):
                yield document


@dataclass(frozen=True)
class Found:
    documents: list[dict[str, Any]]

    async def to_list(self, length: int | None) -> list[dict[str, Any]]:
        return self.documents[:length]


def _at(document: Mapping[str, Any], path: str) -> Any:
    return reduce(lambda part, name: part.get(name, {}), path.split("."), document)


def _fits(value: Any, asked: Any) -> bool:
    """Returns whether the value, or one of its members, is the one asked for."""
    wanted = asked["$in"] if isinstance(asked, Mapping) else [asked]
    members = value if isinstance(value, list) else [value]
    return any(each in wanted for each in members)
