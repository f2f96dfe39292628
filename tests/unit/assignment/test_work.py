"""Work on a task reaches assignment, whichever fact tells of it."""

import pytest

from services.assignment.domain.acceptance.commands import NoteWork
from services.assignment.domain.reactions import react
from shared.contracts import handling
from shared.contracts.case_event import OnTask
from shared.contracts.extensions import ExtensionRequested
from shared.contracts.suspensions import SuspensionRequested
from shared.kernel.messages import Recorded
from shared.testing.samples import sample

WORK = (
    handling.CaseContacted,
    handling.ProgressReported,
    handling.OpinionGiven,
    handling.DraftSubmitted,
    ExtensionRequested,
    SuspensionRequested,
)


def told(event: OnTask) -> Recorded:
    return Recorded(
        id="f",
        stream=f"handling-{'c' * 32}",
        version=1,
        event=event,
        source="handling",
        agency="u-city",
        actor="p-1",
        recorded_at=event.at,
        correlation_id="k",
        case_id="c" * 32,
    )


@pytest.mark.parametrize("fact", WORK)
def test_each_act_of_work_is_noted_for_its_task(fact: type[OnTask]) -> None:
    event = sample(fact)
    assert isinstance(event, OnTask)
    [reaction] = react(told(event))
    assert isinstance(reaction.command, NoteWork)
    assert (reaction.command.task, reaction.key) == (event.task, event.task)
    assert reaction.command.at == event.at
