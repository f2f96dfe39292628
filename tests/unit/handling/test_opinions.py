"""Opinions of co-handlers: one test per rule."""

from tests.unit.handling.world import (
    LEAD,
    gave_opinion,
    joined,
    opened,
    opinion,
    signed,
    spec,
    stages_offering,
)


def test_a_co_handler_gives_its_opinion_and_may_replace_it_until_the_signature() -> None:
    """上海市代表建议规定 art. 17: the lead's reply states it."""
    spec.given(opened(), joined()).when(opinion()).then(gave_opinion())
    history = (opened(), joined(), gave_opinion())
    spec.given(*history).when(opinion(text="改为明年")).then(gave_opinion(text="改为明年"))
    late = spec.given(*history, signed()).when(opinion())
    late.then_refused("reply-signed", "task")


def test_only_a_co_handler_gives_an_opinion() -> None:
    command = opinion(task=LEAD.task)
    spec.given(opened()).when(command).then_refused("co-only", "task")


def test_an_opinion_is_offered_to_co_handlers() -> None:
    assert stages_offering("give-opinion") == {"opining"}
