"""A shared message is opened, checked and decoded once, and says the same to all who ask."""

import pytest

from shared.kafka import envelope_reader, shared_message
from shared.kafka.envelope_reader import Undecodable, fact_of, open_envelope
from shared.kafka.message_check import MessageCheck
from shared.kafka.shared_message import SharedMessage, envelope_of
from shared.signing.key_ring import KeyRing
from shared.testing.signatures import KEYS
from shared.testing.stories import OnBus, Story, on_bus


def a_message() -> OnBus:
    return on_bus(Story("handling-c1").tells(1).documents)[0]


def counting(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> list[object]:
    """Lets the function do its work, and returns what it is asked."""
    asked: list[object] = []
    works = getattr(module, name)

    def counted(*given: object) -> object:
        asked.append(given[0])
        return works(*given)

    monkeypatch.setattr(module, name, counted)
    return asked


def test_three_consumers_cost_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = counting(monkeypatch, shared_message, "open_envelope")
    decoded = counting(monkeypatch, envelope_reader, "decode")
    message, check = SharedMessage(a_message()), MessageCheck(KEYS.ring)
    facts = []
    for _ in range(3):
        check.check(message)
        facts.append(fact_of(envelope_of(message)))
    assert (len(opened), len(decoded)) == (1, 1)
    assert facts[0] == facts[1] == facts[2] == fact_of(open_envelope(a_message()))


def test_what_one_check_believed_another_one_checks() -> None:
    message = SharedMessage(a_message())
    MessageCheck(KEYS.ring).check(message)
    strange = MessageCheck(KeyRing(()))
    assert [strange.is_sound(message) for _ in range(2)] == [False, False]


def test_what_cannot_be_opened_or_decoded_is_refused_each_time() -> None:
    whole = a_message()
    empty = SharedMessage(OnBus(whole.key, None, whole.headers))
    torn = SharedMessage(OnBus(whole.key, b"{", whole.headers))
    for _ in range(2):
        with pytest.raises(Undecodable, match="no-value"):
            envelope_of(empty)
        with pytest.raises(Undecodable, match="not-json"):
            fact_of(envelope_of(torn))
