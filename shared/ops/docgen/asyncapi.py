"""docs/asyncapi.json: the facts on the bus as an AsyncAPI 3 document."""

from typing import Any

from pydantic.json_schema import models_json_schema

from shared.contracts.catalogue import COMMON, OWNERS, Owner
from shared.kernel.messages import Event

HEADERS: dict[str, str] = {
    "ce_specversion": "1.0",
    "ce_id": "id of the fact",
    "ce_type": "wire type, e.g. case.assigned.v1",
    "ce_source": "service that recorded it",
    "ce_subject": "case, directory id or series: the message key",
    "ce_time": "when it happened (occurred_at)",
    "ce_stream": "stream in the log",
    "ce_version": "version in the stream, 1, 2, 3 …",
    "ce_commit": "first/last version of its commit",
    "ce_commandid": "command that recorded it",
    "ce_fingerprint": "keyed digest of that command",
    "ce_recordedtime": "real time of the commit",
    "ce_clock": "real or simulated",
    "ce_actor": "who acted",
    "ce_onbehalfof": "for whom, when the system reacted",
    "ce_agency": "whose case it is",
    "ce_correlationid": "the conversation",
    "ce_caseid": "the case, where the stream is about one",
    "ce_causationid": "the fact or request that caused it",
    "ce_basis": "foreign versions that the decision knew",
    "ce_prevhash": "hash of the stream's previous commit",
    "ce_facthashes": "SHA-256 of each fact of the commit, in order, separated by commas",
    "ce_hash": "hash of the commit, made of the fields above and of these hashes",
    "ce_keyid": "id of the owner's public key in the key ring",
    "ce_signature": "Ed25519 signature of `duban commit ` and the hash, in base64",
    "traceparent": "W3C trace context",
}


def message(fact: type[Event]) -> dict[str, Any]:
    return {
        "name": fact.type,
        "title": fact.__name__,
        "summary": (fact.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " "),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/Envelope"},
        "payload": {"$ref": f"#/components/schemas/{fact.__name__}"},
    }


def channel(topic: str, facts: list[type[Event]]) -> dict[str, Any]:
    refs = {f.__name__: {"$ref": f"#/components/messages/{f.__name__}"} for f in facts}
    return {"address": topic, "description": "Order per stream; at least once.", "messages": refs}


def schemas(facts: list[type[Event]]) -> dict[str, Any]:
    """Returns the payload shapes; `at` travels as ce_time."""
    _, document = models_json_schema(
        [(fact, "serialization") for fact in facts], ref_template="#/components/schemas/{model}"
    )
    for fact in facts:
        shape = document["$defs"][fact.__name__]
        shape["properties"].pop("at")
        shape["required"] = [name for name in shape.get("required", []) if name != "at"]
    texts = {name: {"type": "string", "description": text} for name, text in HEADERS.items()}
    return {**document["$defs"], "Envelope": {"type": "object", "properties": texts}}


def sending(owner: Owner) -> dict[str, Any]:
    place = f"#/channels/{owner.topic}"
    refs = [{"$ref": f"{place}/messages/{fact.__name__}"} for fact in (*owner.facts, *COMMON)]
    return {"action": "send", "channel": {"$ref": place}, "messages": refs}


INFO = {
    "title": "Duban 督办",
    "version": "1.0.0",
    "description": "Facts about cases, in binary CloudEvents 1.0.",
}


def asyncapi() -> dict[str, Any]:
    facts = [*(fact for owner in OWNERS for fact in owner.facts), *COMMON]
    on = {
        o.topic: [*(f for each in OWNERS if each.topic == o.topic for f in each.facts), *COMMON]
        for o in OWNERS
    }
    return {
        "asyncapi": "3.0.0",
        "info": INFO,
        "channels": {topic: channel(topic, on[topic]) for topic in sorted(on)},
        "operations": {owner.name: sending(owner) for owner in OWNERS},
        "components": {
            "messages": {fact.__name__: message(fact) for fact in facts},
            "schemas": schemas(facts),
        },
    }
