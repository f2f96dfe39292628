"""Reactions of intake: numbers for accepted cases, answers for publications."""

from datetime import UTC, datetime

import pytest

from services.intake.domain.numbering.commands import IssueNumber
from services.intake.domain.reactions import react
from services.intake.domain.reservation.commands import EndPublication
from shared.contracts.assignment import AssignmentStopped
from shared.contracts.disclosure import (
    CaseDisclosed,
    DisclosureRequested,
    PublicationReleased,
    Rendition,
)
from shared.contracts.members import RecipientsRefused
from shared.contracts.merging import MemberLeft
from shared.kernel.messages import Event, Reaction, Recorded
from tests.unit.intake.papers import (
    CASE,
    MONDAY,
    REQUEST,
    SYSTEM,
    TASK,
    accepted,
    clear,
    cleared,
    head,
    issued,
    note,
    registered,
    withdrawn,
)

PUBLIC = Rendition(
    title="案由",
    label="2025年第1号建议",
    names=("李四",),
    unit="u-hou",
    letter="A",
    meaning="solved",
    text="答复",
    form="full",
    replied_on=MONDAY.date(),
)
REQUESTED = DisclosureRequested(**head(), task=TASK, request=REQUEST)
DISCLOSED = CaseDisclosed(
    **head(), task=TASK, request=REQUEST, public=PUBLIC, digest="d", url="/cases/1"
)
RELEASED = PublicationReleased(**head(), task=TASK, request=REQUEST, reason="returned")


def reactions(event: Event, case: str | None = CASE) -> list[Reaction]:
    fact = Recorded(
        id="8c2b7c1e-0000-5000-8000-000000000002",
        stream="any-stream",
        version=1,
        event=event,
        source="any",
        agency="u-city",
        actor="p-office",
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        correlation_id="c",
        case_id=case,
    )
    return list(react(fact))


def test_an_accepted_case_asks_its_series_for_a_number() -> None:
    command = IssueNumber(
        **SYSTEM,
        agency="u-city",
        kind="suggestion",
        channel="session",
        period="2025",
        case=CASE,
    )
    assert reactions(accepted()) == [Reaction("series-u-city-suggestion-2025", command, CASE)]


def test_an_issued_number_is_noted_on_its_case() -> None:
    assert reactions(issued(1), case=None) == [Reaction(f"intake-{CASE}", note())]


def test_a_publication_that_is_asked_for_is_answered() -> None:
    unruled = clear().model_copy(update={"policy": None})
    assert reactions(REQUESTED) == [Reaction(f"intake-{CASE}", unruled, REQUEST)]


@pytest.mark.parametrize(("event", "how"), [(DISCLOSED, "disclosed"), (RELEASED, "released")])
def test_a_used_or_returned_reservation_ends(event: Event, how: str) -> None:
    (reaction,) = reactions(event)
    assert isinstance(reaction.command, EndPublication)
    assert (reaction.stream, reaction.key) == (f"intake-{CASE}", REQUEST)
    assert (reaction.command.how, reaction.command.request) == (how, REQUEST)


@pytest.mark.parametrize("event", [registered(), withdrawn, cleared])
def test_other_facts_lead_to_nothing(event: Event) -> None:
    assert reactions(event) == []


def test_a_case_that_stopped_without_erasure_has_destroyed_nothing() -> None:
    """Nor does an import of its withdrawal say so."""
    ways = {"erased": 1, "withdrawn": 0}
    for reason, notes in ways.items():
        stopped = AssignmentStopped(**head(), reason=reason)
        assert len(reactions(stopped)) == notes


def test_a_command_happens_when_its_cause_happened() -> None:
    assert {reaction.command.at for reaction in reactions(accepted())} == {MONDAY}


def test_what_becomes_of_a_member_is_one_command_for_each_member() -> None:
    """One fact of a master may be about several of them."""
    left = MemberLeft(**head(), member="d" * 32, cause="full")
    refused = RecipientsRefused(**head(), member="d" * 32, cause="full")
    [end], [leave] = reactions(left), reactions(refused)
    assert (end.stream, end.key) == (f"intake-{'d' * 32}", "end-merger:")
    assert (leave.stream, leave.key) == (f"intake-{CASE}", f"leave-member:{'d' * 32}")
