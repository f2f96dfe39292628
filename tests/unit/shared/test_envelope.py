"""Envelopes carry every field of the log, and are checked before they are believed."""

import json
from dataclasses import replace

import pytest

from shared.contracts.intake import NumberIssued
from shared.kafka.envelope import to_messages
from shared.kafka.envelope_reader import (
    Undecodable,
    Unkeyed,
    fact_of,
    key_of,
    open_envelope,
    source_of,
)
from shared.kernel.commit import fact_hashes
from shared.testing.signatures import PAIRS
from shared.testing.stories import OnBus, Story, numbered, on_bus, progress

CASE = "0" * 31 + "1"


def a_message(**headers: str) -> OnBus:
    story = Story(f"handling-{CASE}")
    story.tell(progress())
    (message,) = on_bus(story.documents)
    changed = dict(message.headers) | {name: value.encode() for name, value in headers.items()}
    return replace(message, headers=list(changed.items()))


def reason_of(message: OnBus) -> str:
    with pytest.raises(Undecodable) as refused:
        fact_of(open_envelope(message))
    return refused.value.reason


def test_every_field_of_a_commit_travels_in_the_headers() -> None:
    story = Story(f"handling-{CASE}")
    story.tell(progress(), numbered(), on_behalf_of="p-2", causation_id="fact-1", basis={"a-b": 3})
    messages = to_messages(story.documents[0])
    assert [dict(m.headers)["ce_version"] for m in messages] == [b"1", b"2"]
    headers = {name: value.decode() for name, value in messages[1].headers}
    commit = story.documents[0]
    assert headers | {"traceparent": "", "ce_id": ""} == {
        "content-type": "application/json",
        "traceparent": "",
        "ce_specversion": "1.0",
        "ce_id": "",
        "ce_type": "case.numbered.v1",
        "ce_source": "handling",
        "ce_subject": CASE,
        "ce_time": "2025-03-03T09:00:00.000Z",
        "ce_stream": f"handling-{CASE}",
        "ce_version": "2",
        "ce_commit": "1/2",
        "ce_commandid": commit["command_id"],
        "ce_fingerprint": commit["fingerprint"],
        "ce_recordedtime": commit["recorded_at"],
        "ce_clock": "real",
        "ce_actor": "p-1",
        "ce_onbehalfof": "p-2",
        "ce_agency": "u-city",
        "ce_correlationid": "c" * 32,
        "ce_causationid": "fact-1",
        "ce_basis": '{"a-b":3}',
        "ce_prevhash": "",
        "ce_facthashes": ",".join(fact_hashes(commit)),
        "ce_hash": commit["hash"],
        "ce_keyid": PAIRS["handling"].id,
        "ce_signature": commit["signature"],
    }
    assert messages[1].key == CASE.encode()


def test_a_fact_published_twice_has_the_same_bytes() -> None:
    story = Story(f"handling-{CASE}").tells(1)
    assert to_messages(story.documents[0]) == to_messages(story.documents[0])


def test_what_was_recorded_is_what_is_read() -> None:
    (fact,) = [fact_of(open_envelope(a_message()))]
    assert fact is not None
    assert fact.event == progress()
    assert (fact.stream, fact.version, fact.source) == (f"handling-{CASE}", 1, "handling")
    assert (fact.case_id, fact.agency, fact.actor) == (CASE, "u-city", "p-1")


@pytest.mark.parametrize(
    "written",
    ["2025-03-03T17:00:00.250+08:00", "2025-03-03T09:00:00.250000Z", "2025-03-03T09:00:00.250Z"],
)
def test_a_moment_has_one_text_however_it_was_written(written: str) -> None:
    fact = fact_of(open_envelope(a_message(ce_time=written, ce_recordedtime=written)))
    assert fact is not None
    assert fact.stamps == ("2025-03-03T09:00:00.250Z", "2025-03-03T09:00:00.250Z")
    assert fact.stamps == replace(fact, written=None).stamps


def test_a_series_is_about_no_case() -> None:
    story = Story("series-u-city-suggestion-2025")
    fields = {"kind": "suggestion", "period": "2025", "number": 1, "label": "1", "case": CASE}
    story.tell(NumberIssued.model_validate({"at": progress().at, **fields}))
    (message,) = on_bus(story.documents)
    fact = fact_of(open_envelope(message))
    assert fact is not None
    assert fact.case_id is None
    assert message.key == b"series-u-city-suggestion-2025"


@pytest.mark.parametrize("key", [None, b"", b"\xff", "办件".encode(), b"A B"])
def test_a_message_without_a_usable_key_is_unkeyed(key: bytes | None) -> None:
    with pytest.raises(Unkeyed):
        key_of(replace(a_message(), key=key))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ce_source": "intake"}, "not-its-owner"),
        ({"ce_source": "nobody"}, "not-its-owner"),
        ({"ce_type": "case.numbered.v1"}, "not-its-owner"),
        ({"ce_stream": "handling-c2"}, "wrong-key"),
        ({"ce_subject": "c2"}, "wrong-key"),
        ({"ce_stream": "other-" + CASE}, "foreign-stream"),
        ({"ce_version": "one"}, "bad-envelope"),
        ({"ce_version": "0"}, "bad-envelope"),
        ({"ce_commit": "2/2"}, "bad-envelope"),
        ({"ce_recordedtime": "yesterday"}, "bad-envelope"),
        ({"ce_basis": "[}"}, "bad-envelope"),
        ({"ce_type": "progress.reported.v2"}, "newer-version"),
        ({"ce_time": "yesterday"}, "invalid-fact"),
    ],
)
def test_what_contradicts_itself_is_undecodable(change: dict[str, str], reason: str) -> None:
    assert reason_of(a_message(**change)) == reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no-value"),
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"\xff\xfe", "not-json"),
        (b"[" * 100_000, "not-json"),
        (b"[]", "not-an-object"),
        (b"{}", "invalid-fact"),
    ],
)
def test_a_value_that_is_no_fact_is_undecodable(value: bytes | None, reason: str) -> None:
    assert reason_of(replace(a_message(), value=value)) == reason


def test_headers_that_are_missing_or_broken_are_undecodable() -> None:
    assert reason_of(replace(a_message(), headers=[])) == "bad-envelope"
    assert reason_of(replace(a_message(), headers=[("ce_source", b"\xff")])) == "bad-envelope"
    assert source_of(replace(a_message(), headers=[])) is None


def test_a_type_nobody_has_heard_of_is_no_fact_and_no_error() -> None:
    assert fact_of(open_envelope(a_message(ce_type="weather.changed.v1"))) is None


def test_a_newer_writer_may_say_more() -> None:
    message = a_message()
    value = json.loads(message.value or b"") | {"mood": "good"}
    fact = fact_of(open_envelope(replace(message, value=json.dumps(value).encode())))
    assert fact is not None
    assert fact.event == progress()


def test_why_a_fact_is_undecodable_tells_nothing_that_it_says() -> None:
    message = a_message()
    value = json.loads(message.value or b"") | {"text": 13800000000, "node": "张三"}
    with pytest.raises(Undecodable) as refused:
        fact_of(open_envelope(replace(message, value=json.dumps(value).encode())))
    assert "node literal_error" in str(refused.value)
    assert "138" not in str(refused.value)
    assert "张三" not in str(refused.value)
