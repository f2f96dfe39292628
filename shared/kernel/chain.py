"""The chain: whether stored commits are what was once written, read raw, never through a model."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.kernel.commit import digest


@dataclass(frozen=True)
class ChainFault:
    commit: str
    rule: str
    detail: str


@dataclass
class Chain:
    """Follows any number of streams, each commit after its predecessor; remembers every head."""

    heads: dict[str, tuple[int, str]] = field(default_factory=dict)

    def faults_of(self, document: Mapping[str, Any]) -> list[ChainFault]:
        stream, first = document["stream"], document["first"]
        version, link = self.heads.get(stream, (0, ""))
        checks = (
            ("id", document["_id"], f"{stream}@{first}"),
            ("contiguous", first, version + 1),
            ("length", document["last"], first + len(document["facts"]) - 1),
            ("link", document["prev_hash"], link),
            ("hash", document["hash"], digest(document)),
        )
        self.heads[stream] = (document["last"], document["hash"])
        return [
            ChainFault(document["_id"], rule, f"{found} where {right} belongs")
            for rule, found, right in checks
            if found != right
        ]


def verify_chain(documents: Iterable[Mapping[str, Any]]) -> list[ChainFault]:
    """All faults of documents that come in the order of their versions; none: the log is whole."""
    chain = Chain()
    return [fault for document in documents for fault in chain.faults_of(document)]
