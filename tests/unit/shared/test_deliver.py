"""The verb deliver, as far as it is pure: ids, definitions, rights, and the log channel."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.kafka.namespace import Namespace
from shared.kernel import ids
from shared.kernel.delivery import Delivery
from shared.mongo.deliveries import DueDelivery
from shared.ops.provisioning.bus_rights import bus_rights_of
from shared.ops.provisioning.store_rights import rights_of
from shared.service.definition import delivers_nothing
from shared.service.deliveries.channel import LogChannel
from shared.service.deliveries.worker import receipt_context
from shared.service.observability.logging import JsonLines
from shared.service.processes.registry import SERVICES, definition_of
from shared.testing.small_service import SERVICE, NoteReceipt

AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
LETTER = Delivery("handling-c1", "log", "p-zhang", "progress-reported", {"phone": "13800000000"})


def test_a_delivery_is_named_by_fact_channel_receiver_and_meaning() -> None:
    named = {ids.delivery(fact, channel, to, key)
             for fact in ("f-1", "f-2") for channel in ("log", "sms")
             for to in ("u-edu", "u-city") for key in ("", "k")}  # fmt: skip
    assert len(named) == 16
    assert ids.delivery("f-1", "log", "u-edu") in named


async def test_a_log_line_names_the_delivery_and_neither_receiver_nor_payload(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(JsonLines().format(record))  # type: ignore[method-assign]
    logger = logging.getLogger("shared.service.deliveries.channel")
    logger.addHandler(handler)
    with caplog.at_level("INFO"):
        receipt = await LogChannel(lambda: AT).send(LETTER, "d-1")
    logger.removeHandler(handler)
    [line] = lines
    assert json.loads(line)["delivery_id"] == receipt.delivery_id == "d-1"
    assert json.loads(line)["template"] == "progress-reported"
    assert "138" not in line
    assert "zhang" not in line


def test_the_command_of_a_receipt_is_named_by_its_delivery_alone() -> None:
    due = DueDelivery("d-1", LETTER, "f-1", "conversation", None, 0, None)

    def context(reference: str, attempts: int) -> str:
        command = NoteReceipt(at=AT, by="system:handling", recipient="u-edu", mode="log",
                              receipt=reference)  # fmt: skip
        made = receipt_context("handling", replace(due, attempts=attempts), command)
        assert (made.causation_id, made.correlation_id) == ("f-1", "conversation")
        assert made.basis == {}
        return made.command_id

    assert context("2025-1", 0) == context("2025-2", 3)


def test_a_service_has_both_or_neither_of_deliver_and_delivered() -> None:
    assert SERVICE.delivers
    with pytest.raises(TypeError, match="handling"):
        replace(SERVICE, delivered=None)
    with pytest.raises(TypeError, match="handling"):
        replace(SERVICE, deliver=delivers_nothing)


def test_rights_for_deliveries_are_given_to_a_service_that_delivers_only() -> None:
    space = Namespace("t")
    alone = replace(SERVICE, listens=frozenset(), projections=())
    silent = replace(alone, deliver=delivers_nothing, delivered=None)
    more = set(rights_of(alone, space, 1)) - set(rights_of(silent, space, 1))
    assert {(right.database, right.collection) for right in more} == {
        ("t_handling", "deliveries"),
        ("t_handling", "deliveries_inbox"),
    }
    topics = set(bus_rights_of(alone, space)) - set(bus_rights_of(silent, space))
    assert [(right.name, right.operation) for right in topics] == [("t-case-events", "read")]


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_pays_for_deliveries_that_it_does_not_have(name: str) -> None:
    assert not definition_of(name).delivers
