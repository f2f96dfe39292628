"""The context of a reaction: its id, its cause, and the person it acts for."""

from datetime import UTC, datetime

from shared.contracts.feedback import FeedbackStopped
from shared.kernel.messages import Reaction, Recorded
from shared.service.commands.context import reaction_context
from shared.testing.small_service import CASE, Lapse

AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
CASE_ID = "56fa9635caf355c1b7bdf0735026de16"


def cause(actor: str = "p-1", on_behalf_of: str | None = None) -> Recorded:
    return Recorded(
        id="fact-1",
        stream=f"feedback-{CASE_ID}",
        version=4,
        event=FeedbackStopped(at=AT, **CASE, reason="erased"),
        source="feedback",
        agency="u-city",
        actor=actor,
        recorded_at=AT,
        correlation_id="conversation",
        on_behalf_of=on_behalf_of,
    )


def reaction(key: str = "") -> Reaction:
    return Reaction(f"handling-{CASE_ID}", Lapse(at=AT, by="system:handling"), key)


def test_a_reaction_is_named_by_its_fact_and_its_meaning() -> None:
    first = reaction_context("handling", cause(), reaction("task-1"))
    again = reaction_context("handling", cause(), reaction("task-1"))
    other = reaction_context("handling", cause(), reaction("task-2"))
    assert first == again
    assert first.command_id != other.command_id
    assert (first.causation_id, first.correlation_id) == ("fact-1", "conversation")
    assert first.basis == {f"feedback-{CASE_ID}": 4}


def test_a_reaction_acts_for_the_person_who_began_it() -> None:
    assert reaction_context("handling", cause(), reaction()).on_behalf_of == "p-1"
    by_system = cause("system:feedback", "p-2")
    assert reaction_context("handling", by_system, reaction()).on_behalf_of == "p-2"
    alone = cause("system:reminder")
    assert reaction_context("handling", alone, reaction()).on_behalf_of is None
