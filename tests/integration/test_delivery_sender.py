"""Attempts of one sender on a real store, by a clock of the test."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.kernel.delivery import Delivery, Receipt
from shared.mongo.connect import connect
from shared.mongo.deliveries import Deliveries, DueDelivery
from shared.mongo.parking import ParkedCase, Parking
from shared.service.deliveries.sender import Sender
from shared.service.subscriptions.sandbox import PureFailure
from shared.testing.isolation import drop_databases
from shared.testing.stories import Story, heard, progress
from tests.integration.delivering import Receiver

START = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
DELAYS = (timedelta(minutes=1), timedelta(hours=1))
SENDER = "handling-sender"
LETTER = Delivery("handling-c1", "log", "u-edu", "progress-reported", {"node": "review"})


class Post:
    """A sender, its receiver, and what they know."""

    def __init__(self, deliveries: Deliveries, parking: Parking) -> None:
        self.now = START
        self.deliveries, self.parking = deliveries, parking
        self.receiver, self.recorded = Receiver(), list[Receipt]()
        self.stumbles = False

    def sender(self, channel: str = "log", send_seconds: float = 10) -> Sender:
        return Sender(
            "handling",
            SENDER,
            {channel: self.receiver},
            deliveries=self.deliveries,
            parking=self.parking,
            record=self.record,
            real_time=lambda: self.now,
            delays=DELAYS,
            send_seconds=send_seconds,
        )

    async def record(self, due: DueDelivery, receipt: Receipt) -> None:
        if self.stumbles:
            raise PureFailure("KeyError at decider.py:1 decide")
        self.recorded.append(receipt)

    async def owe(self, *deliveries: Delivery) -> None:
        [fact] = heard([Story("handling-c1").tell(progress())])
        await self.deliveries.owe(fact, deliveries or [LETTER])

    async def heads(self) -> list[ParkedCase]:
        return await self.parking.cases(consumer=SENDER)


@pytest.fixture
async def post(mongo_url: str, space: str) -> AsyncIterator[Post]:
    client = connect(mongo_url)
    database = client[f"{space}_handling"]
    made: list[Post] = []
    deliveries = Deliveries(database, lambda: made[0].now)
    made.append(Post(deliveries, Parking(database, lambda: made[0].now)))
    await deliveries.prepare()
    yield made[0]
    await drop_databases(client, space)
    await client.close()


async def test_a_delivery_that_is_owed_twice_is_one(post: Post) -> None:
    """Another receiver, channel or key makes another one."""
    await post.owe()
    await post.owe(LETTER, Delivery("handling-c1", "log", "u-city", "progress-reported"))
    sender = post.sender()
    await sender.round()
    await post.owe()
    await sender.round()
    assert len(post.receiver.calls) == len(set(post.receiver.calls)) == 2
    assert len(post.recorded) == 2
    assert await post.deliveries.waiting() == 0


async def test_each_further_attempt_waits_for_its_delay(post: Post) -> None:
    await post.owe()
    post.receiver.error = ConnectionError("down")
    sender = post.sender()
    for attempt, delay in enumerate(DELAYS, 1):
        await sender.round()
        assert len(post.receiver.calls) == attempt
        post.now += delay - timedelta(seconds=1)
        await sender.round()
        assert len(post.receiver.calls) == attempt
        post.now += timedelta(seconds=1)
    assert await post.heads() == []
    assert await post.deliveries.oldest() == START


async def test_after_the_last_attempt_the_delivery_is_parked_with_the_reason(post: Post) -> None:
    await post.owe()
    post.receiver.error = ConnectionError("13800000000 does not answer")
    for _ in range(5):
        await post.sender().round()
        post.now += timedelta(days=1)
    assert len(post.receiver.calls) == 3
    [head] = await post.heads()
    assert (head.reason, head.state) == ("attempts-exhausted", "parked")
    assert head.detail.startswith("ConnectionError at delivering.py:")
    assert "138" not in head.detail
    assert await post.deliveries.oldest() is None


async def test_a_receiver_that_does_not_answer_in_time_is_asked_again(post: Post) -> None:
    """And keeps no other delivery waiting for longer than that."""
    await post.owe()
    slow = post.receiver.send

    async def hangs(delivery: Delivery, delivery_id: str) -> Receipt:
        post.receiver.calls.append(delivery_id)
        await asyncio.sleep(3600)
        raise AssertionError

    post.receiver.send = hangs  # type: ignore[method-assign]
    await post.sender(send_seconds=0.05).round()
    post.receiver.send = slow  # type: ignore[method-assign]
    post.now += DELAYS[0]
    await post.sender().round()
    first, second = post.receiver.calls
    assert first == second
    assert [receipt.delivery_id for receipt in post.recorded] == [first]


async def test_a_channel_that_is_not_installed_parks_the_delivery(post: Post) -> None:
    await post.owe()
    await post.sender(channel="sms").round()
    [head] = await post.heads()
    assert (head.reason, head.detail) == ("undeliverable", "no channel is called log")


async def test_a_receipt_that_cannot_be_recorded_is_kept_and_nothing_is_sent_again(
    post: Post,
) -> None:
    await post.owe()
    post.stumbles = True
    await post.sender().round()
    [head] = await post.heads()
    assert (head.reason, head.detail) == ("exception", "KeyError at decider.py:1 decide")
    post.stumbles = False
    await post.parking.turn(SENDER, head.key, ["parked"], "replay")
    await post.sender().round()
    assert (len(post.receiver.calls), len(post.recorded)) == (1, 1)
    assert await post.heads() == []


async def test_a_replay_of_what_is_done_meanwhile_sends_nothing(post: Post) -> None:
    await post.owe()
    await post.sender().round()
    [delivery_id] = post.receiver.calls
    await post.parking.open(SENDER, delivery_id, [], "replay", "undeliverable")
    await post.sender().round()
    assert post.receiver.calls == [delivery_id]
    assert await post.heads() == []
