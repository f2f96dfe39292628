"""The hash chain: checks stored commits as raw documents, never through a model."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.kernel.commit import digest
from shared.kernel.errors import Unstorable

NO_COMMIT = (KeyError, TypeError, ValueError, AttributeError)
"""Errors of reading a document that lacks a field of a commit, or has another kind of value."""
SignatureFault = Callable[[Mapping[str, Any]], str | None]
"""Of a stored document: why its signature does not fit, None where it fits."""


def chain_alone(document: Mapping[str, Any]) -> str | None:
    """Finds no fault of a signature: for checks of the chain without a key ring."""
    return None


@dataclass(frozen=True)
class ChainFault:
    """A broken rule (`shape`, `id`, `contiguous`, `length`, `link`, `hash`, `signature`) of one
    commit."""

    commit: str
    rule: str
    detail: str


@dataclass
class Chain:
    """Follows any number of streams; `heads` has the last version and hash of each."""

    signature_fault: SignatureFault = chain_alone
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)

    def faults_of(self, document: Mapping[str, Any]) -> list[ChainFault]:
        """Returns the faults of the next commit of its stream, none where it is sound.

        A document that is no commit has the fault `shape`: whatever lies in a log, the rest of it
        is checked.
        """
        try:
            return self._faults_of(document)
        except NO_COMMIT as error:
            return [ChainFault(str(document.get("_id")), "shape", repr(error)[:100])]

    def _faults_of(self, document: Mapping[str, Any]) -> list[ChainFault]:
        stream, first = document["stream"], document["first"]
        version, link = self.heads.get(stream, (0, ""))
        checks = (
            ("id", document["_id"], f"{stream}@{first}"),
            ("contiguous", first, version + 1),
            ("length", document["last"], first + len(document["facts"]) - 1),
            ("link", document["prev_hash"], link),
            ("hash", document["hash"], _hash_of(document)),
            ("signature", self.signature_fault(document), None),
        )
        self.heads[stream] = (int(document["last"]), document["hash"])
        return [
            ChainFault(document["_id"], rule, f"{actual} where {expected} belongs")
            for rule, actual, expected in checks
            if actual != expected
        ]


def _hash_of(document: Mapping[str, Any]) -> str:
    """Computes the hash; of a value that no fact can hold there is none."""
    try:
        return digest(document)
    except Unstorable as error:
        return str(error)


def verify_chain(documents: Iterable[Mapping[str, Any]]) -> list[ChainFault]:
    """Returns the faults of stored documents; those of a stream come in the order of versions."""
    chain = Chain()
    return [fault for document in documents for fault in chain.faults_of(document)]
