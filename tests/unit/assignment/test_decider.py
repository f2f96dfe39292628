"""Handing out, signing for, objecting, reassigning: one test per rule and refusal."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.assignment.domain.acceptance.commands import (
    DecideObjection,
    DeemAccepted,
    EnterObjection,
    NoteWork,
    ObjectAssignment,
    ReceiveAssignment,
)
from services.assignment.domain.decider import DECIDER
from services.assignment.domain.hand_out.commands import (
    NoteCloseRefused,
    OpenAssignment,
    StopAssignment,
)
from services.assignment.domain.hand_out.rules import MOST_UNITS
from services.assignment.domain.team.commands import AddCohandler, RemoveCohandler
from shared.contracts import assignment as facts
from shared.contracts.case_event import CaseEvent, Task
from shared.kernel.calendar import Period
from shared.kernel.deadline_rules import Deadline
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command, Event, Sealed
from tests.unit.assignment.world import (
    BOOK,
    CITY,
    CO,
    DAY,
    LEAD,
    MONDAY,
    NEXT,
    OTHER_UNIT,
    PROPOSERS,
    RULES,
    SEED,
    SYSTEM,
    a_task,
    assign,
    assigned,
    closed,
    decided,
    due,
    head,
    mark,
    objected,
    opened,
    progressed,
    reassign,
    reassigned,
    receive,
    received,
    rules,
    spec,
    stopped,
    task_id,
)

LATE = RULES.due("objection", MONDAY).at + timedelta(seconds=1)


def object_to(task: Task = LEAD, **changes: object) -> ObjectAssignment:
    fields = {"reason": "outside-remit", "explanation": "该事项属交通部门职责"}
    fields |= {"at": MONDAY + DAY, "by": "p-liaison", "suggested_unit": "u-tra"}
    fields |= {"policy": RULES, "organisation": CITY}
    return ObjectAssignment.model_validate({"task": task.task, **fields, **changes})


def on_paper(at: datetime) -> EnterObjection:
    """Returns the entry of an objection that came in on Tuesday."""
    fields = {"reason": "outside-remit", "explanation": "该事项属交通部门职责"}
    fields |= {"suggested_unit": "u-tra", "policy": RULES, "organisation": CITY}
    came = {"at": at, "by": "p-office", "task": LEAD.task, "on": (MONDAY + DAY).date()}
    return EnterObjection.model_validate(fields | came)


def rule_on(upheld: bool, task: Task = LEAD) -> DecideObjection:
    fields = {"at": MONDAY + 2 * DAY, "by": "p-office", "policy": RULES}
    return DecideObjection(**fields, task=task.task, upheld=upheld)


def test_an_accepted_case_waits_for_units() -> None:
    fields = {"subject": "urban", "region": "u-c01", "received_on": MONDAY.date()}
    command = OpenAssignment(at=MONDAY, by=SYSTEM, mark=mark(), proposers=PROPOSERS, **fields)
    spec.given().when(command).then(opened())
    spec.given(opened()).when(command).then_nothing()
    spec.given(stopped()).when(command).then_nothing()


def test_a_lead_and_its_co_handlers_get_their_due_dates() -> None:
    spec.given(opened()).when(assign(("u-hou", "lead"), ("u-fin", "co"))).then(assigned())


def test_the_reply_of_a_suggestion_is_due_three_months_after_it_was_handed_out() -> None:
    """代表法 art. 51: from 交办之日; three months, never 90 days."""
    [fact] = spec.given(opened()).when(assign(("u-hou", "lead"))).outcome()
    assert isinstance(fact, facts.CaseAssigned)
    assert fact.tasks[0].due.at == datetime(2025, 6, 3, 16, tzinfo=UTC)
    assert fact.tasks[0].due.rule == "reply"


def test_an_objection_window_is_seven_working_days() -> None:
    """上海市代表建议规定 art. 14."""
    assert LEAD.objection is not None
    assert LEAD.objection.at == datetime(2025, 3, 12, 16, tzinfo=UTC)


def test_a_petition_is_due_sixty_days_after_its_acceptance() -> None:
    """信访工作条例 art. 34: from 受理, not from 交办."""
    where = {"kind": "petition", "channel": "letter"}
    later = MONDAY + 10 * DAY
    command = assign(("u-hou", "lead"), at=later, policy=rules("petition", "letter"))
    [fact] = spec.given(opened(**where)).when(command).outcome()
    assert isinstance(fact, facts.CaseAssigned)
    assert fact.tasks[0].due.at == datetime(2025, 5, 2, 16, tzinfo=UTC)
    assert fact.tasks[0].sign_for == RULES.due("sign-for", later)


def test_an_agency_may_count_a_reply_from_the_acceptance() -> None:
    policy = rules(reply_from="acceptance")
    command = assign(("u-hou", "lead"), at=MONDAY + 10 * DAY, policy=policy)
    [fact] = spec.given(opened()).when(command).outcome()
    assert isinstance(fact, facts.CaseAssigned)
    assert fact.tasks[0].due == RULES.due("reply", MONDAY)


def test_a_co_handlers_opinion_is_never_due_after_its_leads_reply() -> None:
    long = Deadline(period=Period(unit="CM", length=9), basis="部署约定")
    policy = rules(obligations={**RULES.row.obligations, "co-opinion": long})
    command = assign(("u-hou", "lead"), ("u-fin", "co"), policy=policy)
    [fact] = spec.given(opened()).when(command).outcome()
    assert isinstance(fact, facts.CaseAssigned)
    lead, co = fact.tasks
    assert (co.due.rule, co.due.at) == ("co-opinion", lead.due.at)


def test_what_the_policy_does_not_ask_for_has_no_due_date() -> None:
    kept = {"reply": RULES.row.obligations["reply"]}
    command = assign(("u-hou", "lead"), ("u-fin", "co"), policy=rules(obligations=kept))
    [fact] = spec.given(opened()).when(command).outcome()
    assert isinstance(fact, facts.CaseAssigned)
    lead, co = fact.tasks
    assert (lead.sign_for, lead.objection, lead.first_contact) == (None, None, None)
    assert co.due == lead.due


def test_separate_units_reply_each_for_its_part() -> None:
    command = assign(("u-hou", "separate", "泊位"), ("u-pol", "separate", "违停"))
    [fact] = spec.given(opened()).when(command).outcome()
    assert isinstance(fact, facts.CaseAssigned)
    assert [(task.part, task.scope) for task in fact.tasks] == [
        ("separate", "泊位"),
        ("separate", "违停"),
    ]
    assert len({task.task for task in fact.tasks}) == 2


@pytest.mark.parametrize(
    ("units", "rule"),
    [
        ([("u-a", "lead"), ("u-a", "co")], "units-distinct"),
        ([("u-a", "lead"), ("u-b", "lead")], "one-lead"),
        ([("u-a", "co")], "one-lead"),
        ([("u-a", "lead"), ("u-b", "separate", "某部分")], "lead-or-separate"),
        ([("u-a", "separate", "某部分"), ("u-b", "co")], "lead-or-separate"),
        ([("u-a", "separate", "某部分"), ("u-b", "separate", " ")], "scope-required"),
        ([], "units-bounded"),
        ([(f"u-{n}", "separate", "某部分") for n in range(MOST_UNITS + 1)], "units-bounded"),
    ],
)
def test_a_team_has_one_lead_or_only_separate_parts(
    units: list[tuple[str, str]], rule: str
) -> None:
    """上海市代表建议规定 art. 13, 17; 浙江省规定 art. 18."""
    spec.given(opened()).when(assign(*units)).then_refused(rule, "tasks")


UNFIT = [
    ("u-ghost", "unit-unknown"),
    ("u-new", "unit-not-valid"),
    ("u-far", "unit-elsewhere"),
    ("u-city", "unit-is-agency"),
    ("u-hou-1", "unit-is-section"),
    ("u-npcsc-dep", "unit-is-organ"),
    ("u-supervision", "unit-is-organ"),
]


@pytest.mark.parametrize(("unit", "rule"), UNFIT)
def test_work_goes_only_to_units_that_exist_and_that_the_agency_may_assign_to(
    unit: str, rule: str
) -> None:
    alone = assign((unit, "lead"))
    spec.given(opened()).when(alone).then_refused(rule, "tasks")
    helping = assign(("u-hou", "lead"), (unit, "co"))
    spec.given(opened()).when(helping).then_refused(rule, "tasks")
    apart = assign(("u-hou", "separate", "路面"), (unit, "separate", "管网"))
    spec.given(opened()).when(apart).then_refused(rule, "tasks")
    moved = spec.given(opened(), assigned()).when(reassign(unit))
    moved.then_refused(rule, "unit")
    suggested = spec.given(opened(), assigned()).when(object_to(suggested_unit=unit))
    suggested.then_refused(rule, "suggested_unit")


def test_a_city_may_assign_to_whoever_stands_below_it_and_a_county_not_to_its_city() -> None:
    below = assign(("u-c01-edu", "lead"))
    assert len(spec.given(opened()).when(below).outcome()) == 1
    assert len(spec.given(opened()).when(assign(("u-c01", "lead"))).outcome()) == 1
    county = opened().model_copy(update={"agency": "u-c01"})
    spec.given(county).when(assign(("u-hou", "lead"))).then_refused("unit-elsewhere", "tasks")


def test_only_an_accepted_case_is_assigned_and_only_once() -> None:
    command = assign(("u-hou", "lead"))
    spec.given().when(command).then_refused("not-accepted")
    spec.given(opened(), assigned()).when(command).then_refused("already-assigned")


@pytest.mark.parametrize("command", [assign(("u-hou", "lead")), receive(), object_to(), reassign()])
def test_nothing_is_done_for_a_withdrawn_case(command: Command) -> None:
    spec.given(opened(), assigned(), stopped()).when(command).then_refused("case-stopped")


def test_a_case_stops_once_even_before_it_was_opened() -> None:
    command = StopAssignment(at=MONDAY, by=SYSTEM, mark=mark(), reason="withdrawn")
    spec.given().when(command).then(stopped())
    spec.given(stopped()).when(command).then_nothing()


def test_the_unit_signs_for_its_task_once() -> None:
    spec.given(opened(), assigned()).when(receive()).then(received())
    spec.given(opened(), assigned(), received()).when(receive()).then_nothing()


def test_the_unit_signs_for_it_after_silence_and_after_a_dismissed_objection() -> None:
    deemed = facts.AssignmentDeemedAccepted(**head(), task=LEAD.task, unit=LEAD.unit)
    spec.given(opened(), assigned(), deemed).when(receive()).then(received())
    history = (opened(), assigned(), objected(), decided(False))
    spec.given(*history).when(receive()).then(received())


def test_what_happens_to_a_task_of_a_second_handling_says_so() -> None:
    ordered = progressed("rehandling", LEAD.task, next_round=2, tasks=(NEXT,))
    [fact] = spec.given(opened(), assigned(), ordered).when(receive(NEXT)).outcome()
    assert fact == facts.AssignmentReceived(
        **head(round_=2), task=NEXT.task, unit=NEXT.unit, by="p-liaison"
    )
    refused = NoteCloseRefused(
        at=MONDAY, by=SYSTEM, mark=mark(), task=NEXT.task, unit=NEXT.unit, round=2
    )
    contested = facts.AssignmentContested(**head(round_=2), task=NEXT.task, unit=NEXT.unit)
    spec.given(opened(), assigned(), ordered).when(refused).then(contested)


def test_a_task_that_is_objected_to_or_moved_is_not_signed_for() -> None:
    given = (opened(), assigned(), objected())
    spec.given(*given).when(receive()).then_refused("objection-pending", "task")
    spec.given(*given, decided(True)).when(receive()).then_refused("task-returned", "task")
    moved = (opened(), assigned(), reassigned())
    spec.given(*moved).when(receive()).then_refused("task-moved", "task")
    spec.given(*moved).when(rule_on(True)).then_refused("task-moved", "task")


def test_an_unknown_task_is_not_found() -> None:
    command = ReceiveAssignment(at=MONDAY, by="p-liaison", task="f" * 12)
    refusal = spec.given(opened(), assigned()).when(command).refusal()
    assert isinstance(refusal, NotFound)


def test_the_unit_objects_with_its_reason_and_another_unit() -> None:
    spec.given(opened(), assigned()).when(object_to()).then(objected())


def test_a_co_handler_may_object_too() -> None:
    spec.given(opened(), assigned()).when(object_to(CO)).then(objected(CO))


def test_a_late_objection_is_deemed_accepted() -> None:
    """榆林办法: 逾期视为接受."""
    given = spec.given(opened(), assigned())
    given.when(object_to(at=LATE)).then_refused("objection-late", "task")
    deemed = facts.AssignmentDeemedAccepted(**head(), task=LEAD.task, unit=LEAD.unit)
    late = spec.given(opened(), assigned(), deemed).when(object_to())
    late.then_refused("objection-late", "task")


def test_the_last_moment_of_the_window_is_in_time() -> None:
    command = object_to(at=LATE - timedelta(seconds=1))
    assert spec.given(opened(), assigned()).when(command).outcome()


def test_a_task_without_a_window_is_not_objected_to() -> None:
    history = (opened(), assigned(LEAD), progressed("rehandling", LEAD.task, tasks=(NEXT,)))
    spec.given(*history).when(object_to(NEXT)).then_refused("no-objection-window", "task")


def test_an_objection_names_a_reason_of_the_list() -> None:
    command = object_to(reason="too-hard")
    spec.given(opened(), assigned()).when(command).then_refused("objection-reason", "reason")


@pytest.mark.parametrize("blank", ["", "  ", Sealed(ref="r", size=0, digest="d")])
def test_an_objection_is_explained_in_writing(blank: str | Sealed) -> None:
    """榆林办法; 信访工作条例 art. 23 for petitions."""
    command = object_to(explanation=blank)
    spec.given(opened(), assigned()).when(command).then_refused(
        "explanation-required", "explanation"
    )


def test_an_objection_to_a_paper_of_a_deputy_suggests_another_unit() -> None:
    given = spec.given(opened(), assigned())
    none = given.when(object_to(suggested_unit=None))
    none.then_refused("suggestion-required", "suggested_unit")
    own = given.when(object_to(suggested_unit="u-hou"))
    own.then_refused("suggestion-own", "suggested_unit")


@pytest.mark.parametrize(("kind", "channel"), [("petition", "letter"), ("hotline", "mailbox")])
def test_an_objection_to_a_letter_need_not_suggest_a_unit(kind: str, channel: str) -> None:
    where = {"kind": kind, "channel": channel}
    policy = BOOK.resolve("u-city", kind, channel, MONDAY)
    command = object_to(suggested_unit=None, policy=policy)
    assert spec.given(opened(**where), assigned(**where)).when(command).outcome()


def test_an_agency_may_ask_less_of_an_objection() -> None:
    command = object_to(explanation="", suggested_unit=None, policy=rules(objection_needs=()))
    assert spec.given(opened(), assigned()).when(command).outcome()


def test_who_has_signed_may_object_within_the_window() -> None:
    """Sign-for is due in three working days, the window lasts seven."""
    history = (opened(), assigned(), received())
    assert [f.type for f in spec.given(*history).when(object_to()).outcome()] == [
        "assignment.objected.v1"
    ]
    assert LEAD.objection is not None
    late = object_to(at=LEAD.objection.at + DAY)
    spec.given(*history).when(late).then_refused("objection-late", "task")


BEGUN = facts.AssignmentBegun(**head(MONDAY + DAY), task=LEAD.task, unit=LEAD.unit)


@pytest.mark.parametrize("signed", [(), (received(),)])
def test_work_shows_acceptance_signed_for_or_not(
    signed: tuple[facts.AssignmentReceived, ...],
) -> None:
    work = NoteWork(at=MONDAY + DAY, by=SYSTEM, mark=mark(), task=LEAD.task, unit=LEAD.unit)
    history = (opened(), assigned(), *signed)
    spec.given(*history).when(work).then(BEGUN)
    spec.given(*history, BEGUN).when(work).then_nothing()
    spec.given(*history, BEGUN).when(object_to()).then_refused("work-begun", "task")


DEEMED = facts.AssignmentDeemedAccepted(**head(LATE), task=LEAD.task, unit=LEAD.unit)
BEGUN_LATE = facts.AssignmentBegun(**head(LATE + DAY), task=LEAD.task, unit=LEAD.unit)


@pytest.mark.parametrize("answer", [(), (received(),), (DEEMED,)])
def test_work_after_the_window_shows_acceptance_too(answer: tuple[Event, ...]) -> None:
    work = NoteWork(at=LATE + DAY, by=SYSTEM, mark=mark(), task=LEAD.task, unit=LEAD.unit)
    history = (opened(), assigned(), *answer)
    spec.given(*history).when(work).then(BEGUN_LATE)
    spec.given(*history, BEGUN_LATE).when(work).then_nothing()
    entered = spec.given(*history, BEGUN_LATE).when(on_paper(LATE + 2 * DAY))
    entered.then_refused("work-begun", "task")
    assert spec.given(*history).when(on_paper(LATE + 2 * DAY)).outcome()


def test_work_on_a_task_without_a_window_is_said_where_it_is_not_signed_for() -> None:
    """A task of a further round has no window: its unit has shown that the case is its own."""
    work = NoteWork(at=LATE, by=SYSTEM, mark=mark(), task=LEAD.task, unit=LEAD.unit)
    further = (opened(), assigned(a_task(objection=None)))
    begun = BEGUN.model_copy(update={"at": LATE})
    spec.given(*further).when(work).then(begun)
    spec.given(*further, begun).when(work).then_nothing()
    spec.given(*further, received()).when(work).then_nothing()
    spec.given(opened(), assigned(a_task(objection=None, sign_for=None))).when(work).then_nothing()


def test_work_after_an_objection_says_nothing_new() -> None:
    early = NoteWork(at=MONDAY + DAY, by=SYSTEM, mark=mark(), task=LEAD.task, unit=LEAD.unit)
    spec.given(opened(), assigned(), objected()).when(early).then_nothing()
    spec.given(opened()).when(early).then_nothing()


def test_a_task_is_objected_to_once() -> None:
    given = (opened(), assigned(), objected())
    spec.given(*given).when(object_to()).then_refused("objection-pending", "task")
    upheld = spec.given(*given, decided(True)).when(object_to())
    upheld.then_refused("task-returned", "task")
    dismissed = spec.given(*given, decided(False)).when(object_to())
    dismissed.then_refused("objection-dismissed", "task")
    moved = spec.given(opened(), assigned(), reassigned()).when(object_to())
    moved.then_refused("task-moved", "task")


def test_a_dismissed_objection_is_not_raised_again_after_the_signature() -> None:
    """The unit must act: it signs for the task, and the window is still open."""
    signed = (opened(), assigned(), objected(), decided(False), received())
    again = spec.given(*signed).when(object_to(at=MONDAY + 3 * DAY))
    again.then_refused("objection-dismissed", "task")
    paper = spec.given(*signed).when(on_paper(MONDAY + 3 * DAY))
    paper.then_refused("objection-dismissed", "task")


@pytest.mark.parametrize("upheld", [True, False])
def test_the_office_decides_an_objection(upheld: bool) -> None:
    given = (opened(), assigned(), objected())
    spec.given(*given).when(rule_on(upheld)).then(decided(upheld))
    spec.given(*given, decided(upheld)).when(rule_on(upheld)).then_nothing()
    again = spec.given(*given, decided(upheld)).when(rule_on(not upheld))
    again.then_refused("objection-decided", "task")


@pytest.mark.parametrize(
    ("fact", "owed"),
    [(objected(), ["objection-ruling"]), (decided(True), ["reassignment"]), (decided(False), [])],
    ids=["objected", "upheld", "dismissed"],
)
def test_the_time_of_the_organ_runs_while_a_task_was_given_back(
    fact: CaseEvent, owed: list[str]
) -> None:
    """It is no time of the unit: its light does not turn by the silence of the organ."""
    opened_by = fact.with_due(RULES, "c" * 32).opened("c" * 32)
    assert [(each.due.rule, each.subject, each.unit) for each in opened_by] == [
        (rule, LEAD.task, None) for rule in owed
    ]


@pytest.mark.parametrize(
    "history",
    [
        (),
        (received(),),
        (facts.AssignmentDeemedAccepted(**head(), task=LEAD.task, unit=LEAD.unit),),
    ],
)
def test_without_an_objection_there_is_nothing_to_decide(
    history: tuple[facts.AssignmentReceived, ...],
) -> None:
    command = rule_on(True)
    spec.given(opened(), assigned(), *history).when(command).then_refused("no-objection", "task")


def test_the_objection_to_a_task_that_moved_is_not_decided() -> None:
    moved = spec.given(opened(), assigned(), reassigned()).when(rule_on(True))
    moved.then_refused("task-moved", "task")


def test_an_upheld_objection_moves_the_task_with_new_due_dates() -> None:
    later = MONDAY + 3 * DAY
    to = a_task("u-tra", at=later)
    history = (opened(), assigned(LEAD), objected(), decided(True))
    spec.given(*history).when(reassign(at=later)).then(reassigned(to, at=later))


def test_a_reassigned_co_handler_stays_within_its_leads_due_date() -> None:
    late = due("reply").at - DAY
    to = a_task("u-tra", "co", at=late, due=due("co-opinion", late).model_copy(
        update={"at": LEAD.due.at}
    ))  # fmt: skip
    command = reassign(task=CO, at=late)
    spec.given(opened(), assigned()).when(command).then(reassigned(to, CO, late))


def extended(task: Task, day: date) -> facts.AssignmentExtended:
    where = {"task": task.task, "unit": task.unit, "due": RULES.on_day(task.due.rule, day)}
    return facts.AssignmentExtended(**head(MONDAY + DAY), **where)


def test_a_lead_that_takes_over_keeps_the_day_that_was_granted_where_it_is_later() -> None:
    """Opinions moved with it, and are never due after the reply."""
    granted = extended(LEAD, date(2025, 9, 3))
    more = (opened(), assigned(), granted, extended(CO, date(2025, 7, 4)))
    [moved] = spec.given(*more).when(reassign(at=MONDAY + 2 * DAY)).outcome()
    assert isinstance(moved, facts.AssignmentReassigned)
    assert moved.to.due == granted.due
    [again] = spec.given(*more, moved).when(reassign("u-pol", moved.to)).outcome()
    assert isinstance(again, facts.AssignmentReassigned)
    assert again.to.due == granted.due
    late = reassign(at=MONDAY + 180 * DAY)
    [own] = spec.given(*more).when(late).outcome()
    assert isinstance(own, facts.AssignmentReassigned)
    assert own.to.due == due("reply", MONDAY + 180 * DAY)


def test_a_scope_may_be_given_anew() -> None:
    history = (opened(), assigned(a_task(scope="停车", part="separate")))
    task = a_task(part="separate")
    [kept] = spec.given(*history).when(reassign(task=task)).outcome()
    [changed] = spec.given(*history).when(reassign(task=task, scope="泊位")).outcome()
    assert isinstance(kept, facts.AssignmentReassigned)
    assert isinstance(changed, facts.AssignmentReassigned)
    assert (kept.to.scope, changed.to.scope) == ("停车", "泊位")


def test_a_task_may_go_back_to_a_unit_that_had_it_as_often_as_the_row_says() -> None:
    history = (opened(), assigned())
    own = spec.given(*history).when(reassign("u-hou"))
    own.then_refused("reassign-same-unit", "unit")
    back = reassign("u-hou", OTHER_UNIT)
    assert len(spec.given(*history, reassigned()).when(back).outcome()) == 1
    once = back.model_copy(update={"policy": rules(most_moves=1)})
    spec.given(*history, reassigned()).when(once).then_refused("moves-exhausted", "task")
    below_the_accused = once.model_copy(update={"recused": {"u-city-sub", "u-tra"}})
    assert len(spec.given(*history, reassigned()).when(below_the_accused).outcome()) == 1


def test_a_move_has_a_reason_unless_the_objection_is_one() -> None:
    silent = reassign(reason=" ")
    spec.given(opened(), assigned()).when(silent).then_refused("reassign-reason", "reason")
    returned = (opened(), assigned(), objected(), decided(True))
    assert len(spec.given(*returned).when(silent).outcome()) == 1


def test_a_co_handler_may_take_the_lead_over() -> None:
    facts_ = spec.given(opened(), assigned()).when(reassign("u-fin")).outcome()
    assert [fact.type for fact in facts_] == ["assignment.reassigned.v1", "assignment.removed.v1"]
    after = DECIDER.fold([opened(), assigned(), *facts_])
    assert {(hand.task.unit, hand.task.part) for hand in after.current} == {("u-fin", "lead")}


def test_lead_and_co_handler_may_swap() -> None:
    swap = reassign("u-fin", former_as_co=True)
    facts_ = spec.given(opened(), assigned()).when(swap).outcome()
    after = DECIDER.fold([opened(), assigned(), *facts_])
    parts = {(hand.task.unit, hand.task.part) for hand in after.current}
    assert parts == {("u-fin", "lead"), ("u-hou", "co")}
    dues = {hand.task.part: hand.task.due.at for hand in after.current}
    assert dues["co"] <= dues["lead"]


def test_the_accused_lead_does_not_stay_as_co_handler() -> None:
    swap = reassign("u-fin", former_as_co=True).model_copy(update={"recused": {"u-hou"}})
    spec.given(opened(), assigned()).when(swap).then_refused("unit-against", "former_as_co")


def test_only_a_lead_stays_as_co_handler() -> None:
    gone = assigned(a_task("u-gone"))
    stays = reassign("u-tra", a_task("u-gone"), former_as_co=True)
    spec.given(opened(), gone).when(stays).then_refused("unit-not-valid", "former_as_co")
    wrong = reassign("u-tra", CO, former_as_co=True)
    spec.given(opened(), assigned()).when(wrong).then_refused("former-not-lead", "former_as_co")


def test_a_unit_acts_in_one_part_of_a_case() -> None:
    third = a_task("u-tra", "co")
    command = reassign("u-tra", CO)
    history = (opened(), assigned(LEAD, CO, third))
    spec.given(*history).when(command).then_refused("units-distinct", "unit")


def add(unit: str = "u-tra", **changes: object) -> AddCohandler:
    fields = {"at": MONDAY, "by": "p-office", "seed": SEED, "unit": unit, "reason": "涉及道路"}
    fields |= {"policy": RULES, "organisation": CITY}
    return AddCohandler.model_validate({**fields, **changes})


def remove(task: Task = CO, **changes: object) -> RemoveCohandler:
    fields = {"at": MONDAY, "by": "p-office", "task": task.task, "reason": "不涉及该单位"}
    fields |= {"policy": RULES}
    return RemoveCohandler.model_validate({**fields, **changes})


def test_a_co_handler_joins_until_the_lead_has_answered() -> None:
    [fact] = spec.given(opened(), assigned()).when(add()).outcome()
    assert isinstance(fact, facts.AssignmentAdded)
    assert (fact.to.unit, fact.to.part, fact.round) == ("u-tra", "co", 1)
    assert fact.to.due.at <= LEAD.due.at
    replied = progressed("replied", LEAD.task, raters=("p-d1",))
    late = spec.given(opened(), assigned(), replied).when(add())
    late.then_refused("task-replied")


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (add("u-fin"), "units-distinct"),
        (add("u-hou"), "units-distinct"),
        (add("u-ghost"), "unit-unknown"),
        (add(reason=" "), "team-reason"),
        (remove(LEAD), "co-only"),
        (remove(reason=" "), "team-reason"),
    ],
)
def test_the_team_changes_by_rule(command: Command, rule: str) -> None:
    refusal = spec.given(opened(), assigned()).when(command).refusal()
    assert getattr(refusal, "rule", None) == rule


def test_a_co_handler_leaves_once_and_may_join_again() -> None:
    [gone] = spec.given(opened(), assigned()).when(remove()).outcome()
    assert gone.type == "assignment.removed.v1"
    spec.given(opened(), assigned(), gone).when(remove()).then_nothing()
    assert len(spec.given(opened(), assigned(), gone).when(add("u-fin")).outcome()) == 1


def test_separate_units_have_no_co_handlers() -> None:
    apart = (opened(), assigned(a_task(scope="停车", part="separate")))
    spec.given(*apart).when(add()).then_refused("no-lead")


def test_a_task_is_not_moved_while_its_objection_is_undecided_or_once_it_has_moved() -> None:
    pending = spec.given(opened(), assigned(), objected()).when(reassign())
    pending.then_refused("objection-pending", "task")
    moved = spec.given(opened(), assigned(), reassigned()).when(reassign("u-pol"))
    moved.then_refused("task-moved", "task")


def test_a_replied_task_is_neither_moved_nor_objected_to() -> None:
    history = (opened(), assigned(), progressed("replied", LEAD.task, raters=("p-d1",)))
    spec.given(*history).when(reassign()).then_refused("task-replied", "task")
    spec.given(*history).when(object_to()).then_refused("task-replied", "task")


def test_a_second_handling_keeps_its_own_period_when_it_moves() -> None:
    history = (opened(), assigned(LEAD), progressed("rehandling", LEAD.task, tasks=(NEXT,)))
    [fact] = spec.given(*history).when(reassign(task=NEXT)).outcome()
    assert isinstance(fact, facts.AssignmentReassigned)
    assert fact.to.due == RULES.due("rehandling", MONDAY)


def test_a_second_handling_that_moves_under_a_row_without_its_period_has_that_of_a_reply() -> None:
    kept = {name: row for name, row in RULES.row.obligations.items() if name != "rehandling"}
    history = (opened(), assigned(LEAD), progressed("rehandling", LEAD.task, tasks=(NEXT,)))
    moved = reassign(task=NEXT, policy=rules(obligations=kept))
    [fact] = spec.given(*history).when(moved).outcome()
    assert isinstance(fact, facts.AssignmentReassigned)
    assert fact.to.due == RULES.due("reply", MONDAY)


def test_silence_until_the_end_of_the_window_is_acceptance() -> None:
    command = DeemAccepted(at=LATE, by=SYSTEM, task=LEAD.task)
    deemed = facts.AssignmentDeemedAccepted(**head(LATE), task=LEAD.task, unit=LEAD.unit)
    spec.given(opened(), assigned()).when(command).then(deemed)
    spec.given(opened(), assigned(), deemed).when(command).then_nothing()


@pytest.mark.parametrize("answer", [received(), objected(), reassigned(), stopped()])
def test_any_answer_in_time_wins_over_silence(answer: facts.AssignmentReceived) -> None:
    command = DeemAccepted(at=LATE, by=SYSTEM, task=LEAD.task)
    spec.given(opened(), assigned(), answer).when(command).then_nothing()
    spec.given().when(command).then_nothing()


def test_a_signed_reply_makes_the_reassignment_contested() -> None:
    command = NoteCloseRefused(at=MONDAY, by=SYSTEM, mark=mark(), task=LEAD.task, unit=LEAD.unit)
    contested = facts.AssignmentContested(**head(), task=LEAD.task, unit=LEAD.unit)
    history = (opened(), assigned(), reassigned())
    spec.given(*history).when(command).then(contested)
    spec.given(*history, contested).when(command).then_nothing()
    spec.given(*history, stopped()).when(command).then_nothing()
    state = spec.decider.fold([*history, contested])
    assert state.tasks[LEAD.task].contested
    assert state.tasks[OTHER_UNIT.task].stage == "handed-out"


def test_task_ids_follow_from_the_fact_that_hands_them_out() -> None:
    [fact] = spec.given(opened()).when(assign(("u-hou", "lead"))).outcome()
    assert isinstance(fact, facts.CaseAssigned)
    assert fact.tasks[0].task == task_id("u-hou")


LACKING = {
    "u-empty": ("liaison", "section-head", "head", "handler"),
    "u-headless": ("head",),
}
"""Units where nobody holds these roles."""


@pytest.mark.parametrize(("place", "roles"), LACKING.items())
def test_no_task_goes_to_a_unit_where_nobody_could_sign_for_it_or_head_it(
    place: str, roles: tuple[str, ...]
) -> None:
    commands: list[tuple[Command, str]] = [
        (assign((place, "lead")), "tasks"),
        (assign((place, "separate", "停车"), ("u-fin", "separate", "资金")), "tasks"),
        (reassign(place), "unit"),
    ]
    for command, field in commands:
        history = (opened(),) if field == "tasks" else (opened(), assigned())
        refused = spec.given(*history).when(command)
        refused.then_refused("unit-unstaffed", field)
        assert all(f"{{role:{role}}}" in str(refused.refusal()) for role in roles)


def test_a_co_handler_needs_somebody_who_signs_but_no_head() -> None:
    history = spec.given(opened(), assigned())
    assert len(history.when(add("u-headless")).outcome()) == 1
    history.when(add("u-empty")).then_refused("unit-unstaffed", "unit")
    spec.given(opened()).when(assign(("u-hou", "lead"), ("u-empty", "co"))).then_refused(
        "unit-unstaffed", "tasks"
    )


def test_a_co_handler_without_a_head_does_not_become_the_lead() -> None:
    joined = assigned(LEAD, a_task("u-headless", "co"))
    move = spec.given(opened(), joined).when(reassign("u-headless"))
    move.then_refused("unit-unstaffed", "unit")


def test_an_objection_to_an_answered_task_is_decided_no_more() -> None:
    """Upheld, the organ would owe another unit for ever: nobody may move an answered task."""
    replied = (opened(), assigned(), objected(), progressed("replied", LEAD.task))
    for upheld in (True, False):
        spec.given(*replied).when(rule_on(upheld)).then_refused("task-replied", "task")
    ended = (opened(), assigned(), objected(CO), progressed("replied", LEAD.task), closed())
    spec.given(*ended).when(rule_on(True, CO)).then_refused("case-closed")
