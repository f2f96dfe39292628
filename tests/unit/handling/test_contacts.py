"""Contacts and progress: one test per rule."""

from datetime import timedelta

import pytest

from shared.contracts import handling as facts
from tests.unit.handling.world import (
    CO,
    DAY,
    HANDLER,
    LEAD,
    MONDAY,
    NEXT,
    READY,
    TODAY,
    WORKED_ON,
    by,
    contact,
    contacted,
    gave_opinion,
    joined,
    opened,
    report,
    signed,
    spec,
    stages_offering,
)


def test_a_contact_is_recorded_with_its_phase_and_mode() -> None:
    spec.given(opened()).when(contact()).then(contacted())


def test_co_handlers_may_contact_the_proposer_too() -> None:
    """广东省办法: 会办单位可以与代表联系."""
    spec.given(joined()).when(contact(task=CO.task)).then(contacted(CO))


def test_a_contact_lies_between_the_assignment_and_today() -> None:
    future = spec.given(opened()).when(contact(on=TODAY + DAY))
    future.then_refused("contact-in-future", "on")
    early = spec.given(opened()).when(contact(on=TODAY - DAY))
    early.then_refused("contact-before-task", "on")


def test_a_contact_may_be_entered_days_after_it_took_place() -> None:
    """Its own day is kept beside the moment of the entry; the first-contact clock goes by it."""
    later = MONDAY + 9 * DAY
    spec.given(opened()).when(contact(at=later)).then(contacted(at=later, on=TODAY))


@pytest.mark.parametrize("history", [(opened(),), READY], ids=["at work", "drafted"])
def test_there_is_no_feedback_before_a_reply(history: tuple[facts.TaskOpened, ...]) -> None:
    """办后反馈 follows the reply: recorded before, it would stand for the talk that comes first."""
    early = spec.given(*history).when(contact(phase="after"))
    early.then_refused("contact-after-early", "phase")


def test_feedback_takes_place_on_the_day_of_the_signature_or_later() -> None:
    signed_later = signed(at=MONDAY + 2 * DAY)
    given = spec.given(*READY, signed_later)
    now = MONDAY + 5 * DAY
    given.when(contact(phase="after", at=now)).then_refused("contact-after-early", "phase")
    for day in (2, 5):
        on = TODAY + day * DAY
        talk = contacted(phase="after", at=now, on=on)
        given.when(contact(phase="after", at=now, on=on)).then(talk)


@pytest.mark.parametrize("phase", ["before", "during"])
def test_what_follows_the_reply_is_not_a_talk_before_it(phase: str) -> None:
    given = spec.given(*READY, signed())
    late = contact(phase=phase, at=MONDAY + DAY, on=TODAY + DAY)
    given.when(late).then_refused("contact-before-late", "phase")
    entered_late = contact(phase=phase, at=MONDAY + DAY)
    given.when(entered_late).then(contacted(phase=phase, at=MONDAY + DAY))


def test_a_co_handlers_contact_is_judged_by_the_reply_of_its_lead() -> None:
    feedback = contact(task=CO.task, phase="after")
    given = (*READY, joined(), gave_opinion())
    spec.given(*given).when(feedback).then_refused("contact-after-early", "phase")
    spec.given(*given, signed()).when(feedback).then(contacted(CO, phase="after"))


def test_each_round_has_a_reply_of_its_own() -> None:
    history = (*READY, signed(), opened(NEXT, 2))
    feedback = contact(task=NEXT.task, phase="after")
    spec.given(*history).when(feedback).then_refused("contact-after-early", "phase")


def test_today_is_a_day_in_shanghai() -> None:
    evening = MONDAY + timedelta(hours=16)  # one o'clock on Tuesday
    assert spec.given(opened()).when(contact(at=evening, on=TODAY + DAY)).outcome()


def test_progress_is_reported_by_node() -> None:
    reported = facts.ProgressReported(**by(LEAD, HANDLER), node="investigation", text="已现场踏勘")
    spec.given(opened()).when(report()).then(reported)


def test_contacts_and_progress_are_noted_until_the_task_is_closed() -> None:
    assert stages_offering("record-contact") == WORKED_ON
    assert stages_offering("report-progress") == WORKED_ON
