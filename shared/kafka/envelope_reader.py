"""Reads envelopes: the stream and version that a message claims, and the fact in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from shared.contracts.catalogue import FACT_OF, OWNER_OF, owner_of
from shared.contracts.upcasters import UPCASTERS, decode
from shared.kafka.message import BusMessage
from shared.kernel.ids import SERIES, stream_key
from shared.kernel.messages import Event, Recorded
from shared.kernel.moment import is_stamp

KEY = re.compile(r"[a-z0-9-]{1,200}")
NAME = re.compile(r"[a-z0-9_]{1,40}")
WIRE_TYPE = re.compile(r"([a-z0-9.-]+)\.v[1-9][0-9]*")
OWNER_OF_NAME: Mapping[str, str] = {
    wire.rpartition(".v")[0]: owner for wire, owner in OWNER_OF.items()
}


class Unkeyed(Exception):
    """The message has no usable key: there is no case to park it under."""


class Undecodable(Exception):
    """The message contradicts its key, source or type.

    `reason` is a stable code; `detail` holds names of fields, never values.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Envelope:
    """The headers of a message, checked as far as the order of the log needs it, and its fact."""

    headers: Mapping[str, str]
    value: bytes
    source: str
    type: str
    stream: str
    version: int
    first: int
    hash: str
    prev_hash: str

    @property
    def recorded_at(self) -> datetime:
        return datetime.fromisoformat(self.headers["ce_recordedtime"])

    @cached_property
    def fact(self) -> Recorded | None:
        """The fact, decoded for the first who asks; None and errors as in `fact_of`."""
        return _decoded(self)


def key_of(message: BusMessage) -> str:
    """Returns the case or directory id. Raises Unkeyed."""
    try:
        key = (message.key or b"").decode("ascii")
    except UnicodeDecodeError as error:
        raise Unkeyed("the key is not ASCII") from error
    if not KEY.fullmatch(key):
        raise Unkeyed("no key" if not key else "the key is no name")
    return key


def source_of(message: BusMessage) -> str | None:
    """Returns the service that claims to have recorded the fact, or None."""
    for name, value in message.headers or ():
        if name == "ce_source" and value is not None:
            return value.decode("ascii", "replace")
    return None


def open_envelope(message: BusMessage) -> Envelope:
    """Checks and returns the headers. Raises Undecodable, and Unkeyed."""
    if message.value is None:
        raise Undecodable("no-value")
    headers = _texts(message)
    try:
        envelope = _envelope(headers, message.value)
    except (KeyError, ValueError) as error:
        raise Undecodable("bad-envelope", f"{type(error).__name__} {error}"[:100]) from error
    _check_origin(envelope, key_of(message))
    return envelope


def fact_of(envelope: Envelope) -> Recorded | None:
    """Returns the fact; None for an unknown type. Raises Undecodable, also for a newer version of
    a known type: a reader that skipped it would lose a fact."""
    return envelope.fact


def _decoded(envelope: Envelope) -> Recorded | None:
    if envelope.type not in FACT_OF and envelope.type not in UPCASTERS:
        name = _name_of(envelope.type)
        if name in OWNER_OF_NAME:
            raise Undecodable("newer-version", envelope.type)
        return None
    event = _event(envelope)
    try:
        return _recorded(envelope, event)
    except (KeyError, ValueError) as error:
        raise Undecodable("bad-envelope", f"{type(error).__name__} {error}"[:100]) from error


def _texts(message: BusMessage) -> dict[str, str]:
    headers = message.headers or ()
    try:
        texts = {name: value.decode() for name, value in headers}
    except (UnicodeDecodeError, AttributeError) as error:
        raise Undecodable("bad-envelope", "a header is not UTF-8") from error
    if len(texts) < len(headers):
        # Readers of the first and of the last one would see two messages.
        raise Undecodable("bad-envelope", "a header comes twice")
    return texts


def _envelope(headers: Mapping[str, str], value: bytes) -> Envelope:
    version, first = int(headers["ce_version"]), int(headers["ce_commit"].partition("/")[0])
    if not 1 <= first <= version:
        raise ValueError("version outside of its commit")
    return Envelope(
        headers=headers,
        value=value,
        source=headers["ce_source"],
        type=headers["ce_type"],
        stream=headers["ce_stream"],
        version=version,
        first=first,
        hash=headers["ce_hash"],
        prev_hash=headers["ce_prevhash"],
    )


def _check_origin(envelope: Envelope, key: str) -> None:
    try:
        subject, owner = stream_key(envelope.stream), owner_of(envelope.stream).name
    except (ValueError, KeyError) as error:
        raise Undecodable("foreign-stream", envelope.stream[:100]) from error
    if subject != key or envelope.headers.get("ce_subject") != key:
        raise Undecodable("wrong-key", envelope.stream[:100])
    recorder = OWNER_OF_NAME.get(_name_of(envelope.type), envelope.source)
    if not envelope.source == owner == recorder:
        raise Undecodable("not-its-owner", f"{envelope.type} from {envelope.source}"[:100])


def _name_of(wire: str) -> str:
    match = WIRE_TYPE.fullmatch(wire)
    return match[1] if match else wire


def _event(envelope: Envelope) -> Event:
    try:
        data = from_json(envelope.value, allow_inf_nan=False)
        if not isinstance(data, dict):
            raise Undecodable("not-an-object")
        return decode(envelope.type, envelope.headers["ce_time"], data)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        raise Undecodable("invalid-fact", ", ".join(map(_place_of, faults[:5]))) from error
    except (ValueError, KeyError, RecursionError) as error:
        raise Undecodable("not-json", type(error).__name__) from error


def _place_of(fault: ErrorDetails) -> str:
    """Names fields only: an unknown name may be any text of the message."""
    names = [str(part) for part in fault["loc"] if NAME.fullmatch(str(part))]
    return f"{'.'.join(names)} {fault['type']}"


def _recorded(envelope: Envelope, event: Event) -> Recorded:
    headers = envelope.headers
    case_events = owner_of(envelope.stream).topic == "case-events"
    is_case = case_events and envelope.stream.partition("-")[0] not in SERIES
    return Recorded(
        id=headers["ce_id"],
        stream=envelope.stream,
        version=envelope.version,
        event=event,
        source=envelope.source,
        agency=headers["ce_agency"],
        actor=headers["ce_actor"],
        recorded_at=envelope.recorded_at,
        correlation_id=headers["ce_correlationid"],
        command_id=headers["ce_commandid"],
        case_id=headers["ce_subject"] if is_case else None,
        on_behalf_of=headers.get("ce_onbehalfof"),
        causation_id=headers.get("ce_causationid"),
        clock=headers["ce_clock"],
        hash=envelope.hash,
        basis=from_json(headers["ce_basis"]),
        written=_stamps(headers["ce_time"], headers["ce_recordedtime"]),
    )


def _stamps(occurred: str, recorded: str) -> tuple[str, str] | None:
    """Returns the texts as they stand; None where one is not written as `stamp` writes it."""
    return (occurred, recorded) if is_stamp(occurred) and is_stamp(recorded) else None
