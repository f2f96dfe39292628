"""Stories: what one stream could have recorded, sealed commit after commit, and as it lies on the
bus."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import Timestamp

from shared.contracts.catalogue import FACT_OF
from shared.contracts.upcasters import encode
from shared.kafka.envelope import to_messages
from shared.kafka.envelope_reader import fact_of, open_envelope
from shared.kafka.message import Headers
from shared.kernel.commit import Draft, NewFact, to_document
from shared.kernel.messages import Event, Recorded
from shared.testing.signatures import sign

BEGIN = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
MARK = {"agency": "u-city", "kind": "suggestion", "channel": "npc", "period": "2025"}


def progress(text: str = "已与有关单位沟通", **fields: Any) -> Event:
    """Plain fact of handling."""
    said = {"task": "t-1", "unit": "u-water", "by": "p-1", "node": "communication", "text": text}
    return FACT_OF["progress.reported.v1"].model_validate({**MARK, "at": BEGIN, **said, **fields})


def numbered(number: int = 1) -> Event:
    """Plain fact of intake."""
    said = {"number": number, "label": f"第{number}号"}
    return FACT_OF["case.numbered.v1"].model_validate({**MARK, "at": BEGIN, **said})


@dataclass(frozen=True, slots=True)
class OnBus:
    """Message with its place, as a consumer gets it."""

    key: bytes | None
    value: bytes | None
    headers: Headers
    topic: str = "case-events"
    partition: int = 0
    offset: int = 0


@dataclass
class Story:
    """One stream. `tell` records what one command made; `documents` is the log so far."""

    stream: str
    documents: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, *events: Event, **outline: Any) -> dict[str, Any]:
        before = self.documents[-1] if self.documents else {"last": 0, "hash": ""}
        number = len(self.documents) + 1
        draft = Draft(
            **{
                "stream": self.stream,
                "expected": before["last"],
                "prev_hash": before["hash"],
                "command_id": f"{self.stream}-command-{number}",
                "fingerprint": "f" * 64,
                "facts": tuple(NewFact(e.type, e.at, encode(e)) for e in events),
                "agency": "u-city",
                "actor": "p-1",
                "correlation_id": "c" * 32,
                **outline,
            }
        )
        document = sign(to_document(draft, BEGIN + timedelta(minutes=number)))
        self.documents.append({**document, "seq": Timestamp(number, 1)})
        return self.documents[-1]

    def tells(self, count: int) -> "Story":
        for number in range(count):
            self.tell(progress(f"进展 {number}"))
        return self


def on_bus(documents: Iterable[Mapping[str, Any]], begin: int = 0) -> list[OnBus]:
    """Returns the messages of the commits, in order, in one partition."""
    messages = [message for document in documents for message in to_messages(document)]
    return [
        OnBus(m.key, m.value, m.headers, offset=offset) for offset, m in enumerate(messages, begin)
    ]


def heard(documents: Iterable[Mapping[str, Any]]) -> list[Recorded]:
    """Returns the facts as consumers decode them."""
    return [fact for m in on_bus(documents) if (fact := fact_of(open_envelope(m)))]
