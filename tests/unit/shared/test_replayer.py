"""What is measured of a consumer ends with it."""

from typing import Any

from prometheus_client import REGISTRY
from pymongo import AsyncMongoClient

from shared.mongo.clock_store import real_time
from shared.mongo.parking import Parking
from shared.service.observability import metrics
from shared.service.subscriptions.consumer import Consumer
from shared.service.subscriptions.parked_cases import Replayable, Replayer

SERVICE, FORMER, LIVE = "portal", "portal-case_register-g1", "portal-case_register-g2"
NOBODY: Any = None
PARKING = Parking(AsyncMongoClient(connect=False)["nowhere"], real_time)


def replayable(group: str) -> Replayable:
    consumer = Consumer(group, frozenset(), NOBODY, parking=NOBODY, bus=NOBODY, gate=NOBODY)
    metrics.PARKED_CASES.labels(SERVICE, group).set(1)
    metrics.HELD_CASES.labels(SERVICE, group).set(1)
    metrics.CONSUMER_LAG.labels(SERVICE, group).set(7)
    return Replayable(SERVICE, consumer, PARKING)


def told_of(group: str) -> list[str]:
    return [
        sample.name
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if group in sample.labels.values()
    ]


def test_a_generation_that_was_replaced_has_no_parked_cases_for_ever() -> None:
    replayer = Replayer(lambda error: False)
    for group in (FORMER, LIVE):
        replayer.watch(replayable(group))
    replayer.unwatch(FORMER)
    assert told_of(FORMER) == []
    assert len(told_of(LIVE)) == 3
    replayer.unwatch(LIVE)
