"""A message is believed when hash, signature and owner fit: every way not to fit has its reason."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.kafka.envelope_reader import Undecodable, Unkeyed, source_of
from shared.kafka.log_heads import NO_ANNOUNCEMENT, head_message, signed_head
from shared.kafka.message_check import NO_FACT, MessageCheck
from shared.kernel.log_position import LogHead
from shared.signing.key_pair import COMMIT, KeyPair
from shared.signing.key_ring import KeyRing
from shared.testing.drafts import MONDAY
from shared.testing.signatures import KEYS, PAIRS, PUBLIC, STRANGER, a_check
from shared.testing.stories import OnBus, Story, numbered, on_bus, progress

CASE = "0" * 31 + "1"
Change = Callable[[OnBus], OnBus]


def facts(*texts: str) -> list[OnBus]:
    story = Story(f"handling-{CASE}")
    story.tell(*(progress(text) for text in texts), case_id=CASE, on_behalf_of="p-2")
    return on_bus(story.documents)


def header(name: str, value: str) -> Change:
    def change(message: OnBus) -> OnBus:
        headers = dict(message.headers) | {name: value.encode()}
        return replace(message, headers=list(headers.items()))

    return change


def without(name: str) -> Change:
    return lambda m: replace(m, headers=[pair for pair in m.headers if pair[0] != name])


def twice(name: str, value: bytes | None, first: bool = False) -> Change:
    """Another header of this name, in front of it or behind."""
    other: Any = [(name, value)]
    return lambda m: replace(m, headers=[*other, *m.headers] if first else [*m.headers, *other])


def signed_by(pair: KeyPair, key_id: str = "") -> Change:
    def change(message: OnBus) -> OnBus:
        signature = pair.signature(COMMIT, dict(message.headers)["ce_hash"])
        signed = header("ce_signature", signature)(message)
        return header("ce_keyid", key_id or pair.id)(signed)

    return change


def from_another_commit(name: str) -> Change:
    """The header of a genuine fact of the same stream."""
    other = dict(facts("另一条")[0].headers)[name].decode()
    return header(name, other)


WAYS: dict[str, tuple[Change, str]] = {
    "value changed": (lambda m: replace(m, value=(m.value or b"") + b" "), "wrong-hash"),
    "value of another": (lambda m: replace(m, value=facts("别的")[0].value), "wrong-hash"),
    "no value": (lambda m: replace(m, value=None), "no-value"),
    **{
        f"{name} changed": (header(name, value), "wrong-hash")
        for name, value in {
            "ce_id": "1" * 36, "ce_time": "2030-01-01T00:00:00.000Z", "ce_commandid": "x",
            "ce_fingerprint": "0" * 64, "ce_recordedtime": "2030-01-01T00:00:00.000Z",
            "ce_clock": "simulated", "ce_actor": "p-evil", "ce_onbehalfof": "p-evil",
            "ce_agency": "u-evil", "ce_correlationid": "x", "ce_basis": '{"a-b":9}',
            "ce_prevhash": "0" * 64, "ce_hash": "0" * 64, "ce_commit": "1/3",
            "ce_type": "opinion.given.v1", "ce_caseid": "0" * 32, "ce_causationid": "x",
        }.items()
    },
    "another's hash": (from_another_commit("ce_hash"), "wrong-hash"),
    "another's fact hashes": (from_another_commit("ce_facthashes"), "wrong-hash"),
    "no hashes": (without("ce_facthashes"), "bad-envelope"),
    "no basis": (without("ce_basis"), "bad-envelope"),
    "basis no JSON": (header("ce_basis", "{"), "bad-envelope"),
    "another source in front": (twice("ce_source", b"intake", first=True), "bad-envelope"),
    "another source behind": (twice("ce_source", b"intake"), "bad-envelope"),
    "the same twice": (twice("ce_agency", b"u-city"), "bad-envelope"),
    "a header without value": (twice("ce_odd", None), "bad-envelope"),
    "on behalf of nobody": (without("ce_onbehalfof"), "wrong-hash"),
    "the other version": (header("ce_version", "2"), "wrong-hash"),
    "no key id": (without("ce_keyid"), "unsigned"),
    "no signature": (without("ce_signature"), "unsigned"),
    "another's signature": (from_another_commit("ce_signature"), "wrong-signature"),
    "a stranger": (signed_by(STRANGER), "unknown-key"),
    "a stranger in disguise": (signed_by(STRANGER, PAIRS["handling"].id), "wrong-signature"),
    "another service": (signed_by(PAIRS["disclosure"]), "wrong-signer"),
    "another service in disguise": (
        signed_by(PAIRS["disclosure"], PAIRS["handling"].id), "wrong-signature"),
    "another source": (header("ce_source", "intake"), "not-its-owner"),
    "another's type": (header("ce_type", "case.numbered.v1"), "not-its-owner"),
    "another stream": (header("ce_stream", f"intake-{CASE}"), "not-its-owner"),
    "another case": (lambda m: replace(m, key=b"c2"), "wrong-key"),
    "nobody's stream": (header("ce_stream", f"weather-{CASE}"), "foreign-stream"),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_what_does_not_fit_is_not_believed(way: str) -> None:
    change, reason = WAYS[way]
    message, _ = facts("一", "二")
    with pytest.raises(Undecodable) as refused:
        a_check().check(change(message))
    assert refused.value.reason == reason
    assert reason in NO_FACT


def test_a_source_without_value_is_none() -> None:
    headers: Any = [("ce_source", None)]
    assert source_of(replace(facts("一")[0], headers=headers)) is None


def test_a_forged_fact_with_a_right_hash_is_not_believed() -> None:
    """A stranger computes everything as the owner would, and signs it with a key of his own."""
    story = Story(f"handling-{CASE}")
    forged = STRANGER.sign({**story.tell(progress("伪造"))})
    (message,) = on_bus([forged])
    assert not a_check().is_sound(message)
    (disguised,) = on_bus([{**forged, "key_id": PAIRS["handling"].id}])
    assert not a_check().is_sound(disguised)


def test_every_fact_of_a_commit_is_believed_by_itself_and_in_any_order() -> None:
    check = a_check()
    for message in reversed(facts("一", "二", "三")):
        check.check(message)


def test_a_series_and_a_stream_without_a_case_are_believed() -> None:
    story = Story("series-u-city-suggestion-2025")
    story.tell(numbered())
    story.documents[0] |= {}
    assert all(a_check().is_sound(message) for message in on_bus(story.documents))


def test_a_message_without_a_usable_key_is_not_believed() -> None:
    (message,) = facts("一")
    with pytest.raises(Unkeyed):
        a_check().check(replace(message, key=b"\xff"))


def test_a_content_is_checked_once_and_a_refusal_is_not_remembered() -> None:
    learned = list(PUBLIC[:0])
    check = MessageCheck(KeyRing([], lambda: learned))
    (message,) = facts("一")
    assert not check.is_sound(message)
    sure = MessageCheck(KEYS.ring)
    assert sure.is_sound(message)
    sure._ring = KeyRing([])
    assert sure.is_sound(replace(message, partition=3, offset=9)), "the same content elsewhere"
    assert not sure.is_sound(facts("二")[0])


@pytest.mark.parametrize("head", [None, LogHead("handling-c1@1", "ab" * 32, (5, 1))])
def test_an_announcement_is_believed_of_its_service_alone(head: LogHead | None) -> None:
    message = head_message("handling", head, MONDAY, PAIRS["handling"])
    service, announced = signed_head(message.key, message.value, KEYS.ring)
    assert (service, announced.head, announced.at) == ("handling", head, MONDAY)
    forged = head_message("handling", head, MONDAY, PAIRS["intake"])
    for key, value in (
        (b"intake", message.value),
        (forged.key, forged.value),
        (b"handling", b"{}"),
        (b"handling", b"[" * 100_000),
        (b"handling", b'{"service":"\\ud800","key_id":"k","signature":"s"}'),
        (b"handling", b"9" * 5_000),
    ):
        with pytest.raises(NO_ANNOUNCEMENT):
            signed_head(key, value, KEYS.ring)
