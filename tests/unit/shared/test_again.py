"""A yes to a command that says something else than what is on record: what specifications find."""

from datetime import UTC, date, datetime
from typing import Any, Literal

import pytest

from services.assignment.domain.acceptance.commands import ReceiveAssignment
from shared.contracts.assignment import AssignmentReceived
from shared.contracts.payloads.assignment import Receiving
from shared.kernel.calendar import business_day
from shared.kernel.decider import Decider
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import Act, Sealed
from shared.kernel.repeated import require_same
from shared.kernel.shape import Shape
from shared.service.processes.registry import SERVICES, definition_of
from shared.testing.again import MAY_BE_SILENT, actions
from shared.testing.given import Specification
from shared.testing.variation import others

NOON = datetime(2025, 3, 3, 4, tzinfo=UTC)
TODAY = date(2025, 3, 3)
MARK: dict[str, Any] = {
    "agency": "u-city", "kind": "suggestion", "channel": "session", "period": "2025",
    "task": "t", "unit": "u-hou",
}  # fmt: skip
RECEIVE = ReceiveAssignment(at=NOON, by="p-1", task="t")
RECEIVED = AssignmentReceived(at=NOON, by="p-1", **MARK)


def decider(is_same: Any) -> Decider[Any, Any, Any]:
    """Returns a decider that records the receipt once, and then asks `is_same`."""

    def decide(command: ReceiveAssignment, state: AssignmentReceived | None) -> Any:
        if state is None:
            return [AssignmentReceived(**MARK, **command.fields(Act, Receiving))]
        if command.task != state.task:
            raise NotFound(command.task)
        is_same(command, state)
        return []

    return Decider(None, decide, lambda state, fact: fact)


def test_a_silent_yes_to_another_day_is_found() -> None:
    silent = Specification(decider(lambda command, state: None)).given().when(RECEIVE)
    with pytest.raises(AssertionError, match=r"receive-assignment\.on"):
        silent.then(RECEIVED)
    heard = decider(lambda command, state: require_same(command, state, Receiving))
    Specification(heard).given().when(RECEIVE).then(RECEIVED)


def test_an_act_without_a_day_is_that_of_its_entry() -> None:
    later = RECEIVE.model_copy(update={"at": datetime(2025, 3, 4, 4, tzinfo=UTC)})
    require_same(later.model_copy(update={"on": business_day(NOON)}), RECEIVED, Receiving)
    with pytest.raises(RuleViolated) as refusal:
        require_same(later, RECEIVED, Receiving)
    assert (refusal.value.rule, refusal.value.field) == ("recorded-otherwise", "on")


class Inner(Shape):
    word: str


def test_another_value_is_found_for_each_type_that_people_send() -> None:
    one = Sealed(ref="r", size=3, digest="d")
    for annotation, value in (
        (bool, True),
        (int, 3),
        (str, "甲"),
        (str | None, None),
        (date | None, None),
        (Literal["a", "b"], "a"),
        (tuple[str, ...], ("a",)),
        (str | Sealed, one),
        (Inner, Inner(word="a")),
    ):
        found = [*others(annotation, value, TODAY)]
        assert found, annotation
        assert value not in found


def test_the_exceptions_name_fields_of_commands_that_people_send() -> None:
    commands = {
        command.name: command
        for service in SERVICES
        for stream in definition_of(service).streams
        for command in stream.decider.commands
    }
    for exception in MAY_BE_SILENT:
        name, field = exception.split(".")
        assert name in actions()
        assert field in commands[name].model_fields
