"""Facts that open, meet and withdraw obligations, and the commands that follow."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.reminder.domain.commands import FollowFact, StopClocks
from services.reminder.domain.reactions import OPENINGS_AT_ONCE, react
from shared.contracts.assignment import (
    AssignmentDeemedAccepted,
    AssignmentObjected,
    AssignmentProgressed,
    AssignmentReassigned,
    AssignmentReceived,
    CaseAssigned,
    CaseClosed,
    ObjectionDecided,
)
from shared.contracts.calls import Called, CallOpened
from shared.contracts.case_event import CaseEvent, Task
from shared.contracts.catalogue import FACT_OF
from shared.contracts.charges import SCHEMES, ChargeTaken
from shared.contracts.disclosure import (
    DisclosureOpened,
    DisclosureReviewed,
    PublicationReleased,
)
from shared.contracts.effects import Effect
from shared.contracts.extensions import ASKING
from shared.contracts.feedback import (
    CaseRated,
    EvaluationLapsed,
    EvaluationOpened,
    RehandlingReviewed,
)
from shared.contracts.handling import WORK as OF_A_TASK
from shared.contracts.handling import (
    CaseContacted,
    CaseReplied,
    CohandlerJoined,
    OpinionGiven,
    TaskClosed,
    TaskOpened,
)
from shared.contracts.intake import CaseErased, CaseWithdrawn
from shared.contracts.reviews import (
    DELIVERIES,
    HEARINGS,
    LEVELS,
    WINDOWS,
    HearingCalled,
    ReviewDecided,
    ReviewOpened,
    ReviewRequested,
)
from shared.contracts.suspensions import STANDING_STILL, TaskSuspended
from shared.kernel.ids import entity_id
from shared.kernel.messages import Recorded
from shared.service.config.labels import policies_in_use
from shared.service.config.policies import load_policies
from shared.testing.samples import sample
from tests.unit.reminder.clocks import DAY, MARK, MONDAY, TASK, due

CASE = "0" * 32
ABOUT: dict[str, Any] = {**MARK.model_dump(), "at": MONDAY}
WORK: dict[str, Any] = {**ABOUT, "task": TASK, "unit": "u-hou"}
HANDED = Task(
    task=TASK, unit="u-hou", part="lead", sign_for=due("sign-for"), objection=due("objection"),
    first_contact=due("first-contact"), due=due(),
)  # fmt: skip


def recorded(event: CaseEvent) -> Recorded:
    return Recorded(
        id="f-1", stream=f"x-{CASE}", version=1, event=event, source="x", agency="u-city",
        actor="p-1", recorded_at=MONDAY, correlation_id="k", case_id=CASE,
    )  # fmt: skip


def followed(event: CaseEvent) -> FollowFact:
    [reaction] = react(recorded(event))
    assert reaction.stream == f"clocks-{CASE}"
    assert isinstance(reaction.command, FollowFact)
    return reaction.command


EVALUATION = "e" * 12
RATED: dict[str, Any] = {**WORK, "evaluation": EVALUATION, "rater": "p-n001"}


GRADES: dict[str, Any] = dict.fromkeys(("attitude", "result", "overall"), "satisfied")
REVIEW = due("rehandling-ruling")
ASKED = Called(signer="p-n002", due=due("signature"))
CALLED = CallOpened(**ABOUT, by="p-n001", due=due("call"), awaited=(ASKED,))


def of_review(fact: type[CaseEvent], field: str, rule: str) -> CaseEvent:
    """Returns the sample with the due moment of a level, or of a scheme."""
    made = sample(fact)
    moved = getattr(made, field).model_copy(update={"rule": rule})
    return made.model_copy(update={field: moved})


def of_scheme(scheme: str) -> CaseEvent:
    """Returns a charge of the scheme without milestones."""
    charge = of_review(ChargeTaken, "due", scheme)
    return charge.model_copy(update={"scheme": scheme, "stages": ()})


OPENED: list[tuple[CaseEvent, list[str]]] = [
    (CALLED, ["call", "signature"]),
    (CaseAssigned(**ABOUT, tasks=(HANDED,), by="p-office-1"), ["sign-for", "objection"]),
    (AssignmentReassigned(**WORK, to=HANDED, by="p-1"), ["sign-for", "objection"]),
    (
        TaskOpened(**WORK, part="lead", due=due(), first_contact=due("first-contact")),
        ["first-contact", "reply"],
    ),
    (TaskOpened(**WORK, part="lead", due=due("rehandling")), ["rehandling"]),
    (CohandlerJoined(**WORK, due=due("co-opinion")), ["co-opinion"]),
    (
        TaskSuspended(**WORK, by="p-1", seats=(), reason="x", ends=due("suspension")),
        ["suspension"],
    ),
    (EvaluationOpened(**RATED, due=due("rating")), ["rating"]),
    (sample(ChargeTaken), ["charge", "charge", "charge"]),
    *((of_scheme(scheme), [scheme]) for scheme in SCHEMES),
    (CaseRated(**RATED, **GRADES, entered_by="p-1", review=REVIEW), ["rehandling-ruling"]),
    (
        DisclosureOpened(**WORK, due=due("publication"), replied_on=date(2025, 3, 3)),
        ["publication"],
    ),
    *(
        (of_review(fact, field, rule), [rule])
        for fact, field, rules in (
            (ReviewOpened, "until", WINDOWS),
            (ReviewRequested, "due", LEVELS),
            (HearingCalled, "ends", HEARINGS),
            (ReviewDecided, "deliver_by", DELIVERIES),
        )
        for rule in rules
    ),
]


@pytest.mark.parametrize(("event", "rules"), OPENED)
def test_a_fact_that_records_due_moments_starts_their_clocks(
    event: CaseEvent, rules: list[str]
) -> None:
    assert [opening.due.rule for opening in followed(event).openings] == rules


def test_a_clock_is_named_by_the_opening_fact_and_its_rule() -> None:
    event = CohandlerJoined(**WORK, due=due("co-opinion"))
    assert followed(event).openings[0].clock == entity_id("f-1", f"co-opinion:{TASK}")


REPLIED = CaseReplied(
    **WORK, part="lead", number="临建字〔2025〕1号", letter="A", meaning="solved", on_time=True
)
CONTACTED = CaseContacted(
    **WORK, by="p-1", phase="before", mode="phone", on=date(2025, 3, 4), summary="已电话沟通"
)
SIGNING = (TASK, ("sign-for", "objection"))
RETURNING = ("arbitration", "cohandler-ruling", "objection-ruling", "reassignment")
ASSIGNED = ("sign-for", "objection", *RETURNING)
PUBLISHING = (TASK, ("publication",))
WORKED, EXTENDING = (TASK, OF_A_TASK), (TASK, (*ASKING, *STANDING_STILL))
HANDED_OUT = (CASE, ("hand-out",))
FIRST_RECEIPT = (CASE, ("first-receipt",))
MOVED = (TASK, ("arbitration", "reassignment"))
MOVED_ON = (TASK, ("sign-for", "objection", "cohandler-ruling"))


@pytest.mark.parametrize(
    ("event", "met"),
    [
        (AssignmentReceived(**WORK, by="p-1"), [SIGNING, FIRST_RECEIPT]),
        (AssignmentObjected(**WORK, by="p-1", reason="x"), [SIGNING]),
        (AssignmentDeemedAccepted(**WORK), [SIGNING, FIRST_RECEIPT]),
        (AssignmentReassigned(**WORK, to=HANDED, by="p-1"), [MOVED_ON, MOVED, HANDED_OUT]),
        (AssignmentProgressed(**ABOUT, what="replied", task=TASK), [(TASK, ASSIGNED)]),
        (ObjectionDecided(**WORK, by="p-1", upheld=False), [(TASK, ("objection-ruling",))]),
        (CaseClosed(**ABOUT, rule="evaluated"), [(None, (*ASSIGNED, "hand-out", "first-receipt"))]),
        (CONTACTED, [(TASK, ("first-contact",))]),
        (OpinionGiven(**WORK, by="p-1", text="同意"), [(TASK, ("co-opinion",))]),
        (REPLIED, [WORKED, EXTENDING, (None, ("co-opinion",))]),
        (REPLIED.model_copy(update={"part": "separate"}), [WORKED, EXTENDING]),
        (TaskClosed(**WORK, reason="reassigned"), [(TASK, (*OF_A_TASK, *ASKING, *STANDING_STILL))]),
        (CaseRated(**RATED, **GRADES, entered_by="p-n001"), [(EVALUATION, ("rating",))]),
        (
            RehandlingReviewed(**RATED, ordered=True, by="p-1"),
            [(EVALUATION, ("rehandling-ruling",))],
        ),
        (EvaluationLapsed(**RATED), [(EVALUATION, ("rating",))]),
        (DisclosureReviewed(**ABOUT, task=TASK, by="p", approved=True), [PUBLISHING]),
        (PublicationReleased(**ABOUT, task=TASK, request="r", reason="x"), [PUBLISHING]),
    ],
)
def test_a_fact_that_meets_obligations_ends_their_clocks(
    event: CaseEvent, met: list[tuple[str | None, tuple[str, ...]]]
) -> None:
    assert [(change.subject, change.rules) for change in followed(event).changes] == met


@pytest.mark.parametrize("what", ["rated", "lapsed", "rehandling"])
def test_other_progress_of_a_task_meets_nothing_here(what: str) -> None:
    noted = AssignmentProgressed.model_validate({**ABOUT, "what": what, "task": TASK})
    assert react(recorded(noted)) == []


def test_feedback_after_the_reply_is_no_first_contact() -> None:
    assert react(recorded(CONTACTED.model_copy(update={"phase": "after"}))) == []


def test_a_contact_counts_for_the_day_on_which_it_took_place_not_for_its_entry() -> None:
    """On 4 March in Shanghai, whenever that was written down."""
    late_entry = CONTACTED.model_copy(update={"at": MONDAY + 30 * DAY})
    assert followed(late_entry).at == datetime(2025, 3, 4, 15, 59, 59, 999_000, tzinfo=UTC)
    same_day = CONTACTED.model_copy(update={"at": MONDAY + DAY})
    assert followed(same_day).at == MONDAY + DAY


OWED = {rule for row in load_policies(policies_in_use()).rows for rule in row.obligations}


EFFECTS = [
    effect
    for fact in FACT_OF.values()
    if issubclass(fact, CaseEvent)
    for effect in fact.obligations
]


def declared(effects: Iterable[Effect]) -> set[str]:
    return {rule for effect in effects for rule in effect.rules}


def test_every_rule_of_a_policy_row_is_opened_by_a_fact_and_met_by_another() -> None:
    """An obligation that no fact ever starts, or ends, would be a row that does nothing."""
    opening = [effect for effect in EFFECTS if effect.verb == "open"]
    recorded_dues = {each.due.rule for event, _ in OPENED for each in event.opened(CASE)}
    assert declared(e for e in EFFECTS if e.verb in ("meet", "withdraw")) == OWED
    assert declared(opening) == OWED
    assert recorded_dues == declared(effect for effect in opening if effect.due)


def test_thirty_units_are_followed_by_commands_that_fit_into_commits() -> None:
    tasks = tuple(HANDED.model_copy(update={"task": f"{n:012x}"}) for n in range(30))
    reactions = react(recorded(CaseAssigned(**ABOUT, tasks=tasks, by="p-office-1")))
    commands = [r.command for r in reactions if isinstance(r.command, FollowFact)]
    assert sum(len(command.openings) for command in commands) == 60
    assert max(len(command.openings) for command in commands) == OPENINGS_AT_ONCE
    assert len({reaction.key for reaction in reactions}) == len(reactions)


def test_a_returned_disclosure_decision_is_still_due() -> None:
    assert react(recorded(DisclosureReviewed(**ABOUT, task=TASK, by="p", approved=False))) == []


@pytest.mark.parametrize(
    "event", [CaseWithdrawn(**ABOUT, by="p-1"), CaseErased(**ABOUT, by="p-1", reason="x")]
)
def test_a_withdrawn_or_erased_case_stops_every_clock(event: CaseEvent) -> None:
    [reaction] = react(recorded(event))
    assert isinstance(reaction.command, StopClocks)
