"""Commits are restored from the bus, whatever else lies there."""

from collections.abc import Iterator

import pytest

from shared.kafka.commit_restorer import Restorer
from shared.kafka.envelope import to_messages
from shared.kafka.message import Headers
from shared.testing.signatures import a_check
from shared.testing.stories import OnBus, Story, numbered


def messages(story: Story) -> Iterator[OnBus]:
    for document in story.documents:
        for message in to_messages(document):
            yield OnBus(message.key, message.value, message.headers)


def a_story() -> Story:
    story = Story("intake-c1")
    story.tell(numbered(1), numbered(2))
    story.tell(numbered(3))
    return story


def without(headers: Headers, name: str) -> Headers:
    return [(header, value) for header, value in headers if header != name]


def test_a_log_is_what_it_was() -> None:
    story = a_story()
    restored = list(Restorer("intake", a_check()).commits(messages(story)))
    assert restored == [{k: v for k, v in d.items() if k != "seq"} for d in story.documents]


@pytest.mark.parametrize("value", [b"{", b"\xff", None, b"[1]"])
def test_a_message_that_is_no_fact_is_left_out(value: bytes | None) -> None:
    [strange] = messages_of_another(value)
    whole = list(messages(a_story()))
    restored = list(Restorer("intake", a_check()).commits([strange, *whole, strange]))
    assert [commit["_id"] for commit in restored] == ["intake-c1@1", "intake-c1@3"]


def messages_of_another(value: bytes | None) -> list[OnBus]:
    other = Story("intake-c2")
    other.tell(numbered())
    return [OnBus(message.key, value, message.headers) for message in messages(other)]


@pytest.mark.parametrize("header", ["ce_commandid", "ce_basis", "ce_agency", "ce_hash"])
def test_a_message_without_what_a_commit_needs_is_left_out(header: str) -> None:
    other = Story("intake-c2")
    other.tell(numbered())
    strange = [OnBus(m.key, m.value, without(m.headers, header)) for m in messages(other)]
    restored = list(Restorer("intake", a_check()).commits([*strange, *messages(a_story())]))
    assert [commit["_id"] for commit in restored] == ["intake-c1@1", "intake-c1@3"]
