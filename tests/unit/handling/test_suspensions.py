"""Suspensions: asked in time and within the caps, decided, ended on their day, told to the
proposer; due moments move by the days of the pause, in whatever order an extension comes."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.handling.domain.authorization import offers, relations
from services.handling.domain.decider import DECIDER
from services.handling.domain.holdings import holdings
from services.handling.domain.reactions import react
from services.handling.domain.suspensions.commands import EndSuspension
from shared.contracts import suspensions as facts
from shared.contracts.payloads.handling import Verdict
from shared.contracts.reminder import ReminderSent
from shared.kernel.actor import Actor, Post
from shared.kernel.calendar import ending_day, midnight_after
from shared.kernel.messages import Act, Command, Event, Recorded
from shared.kernel.policy import Policy
from shared.kernel.suspension_rules import SuspensionRules
from shared.service.config.policies import load_policies
from tests.unit.handling.test_extensions import ruled as extending
from tests.unit.handling.world import (
    CLOSED,
    CO,
    DAY,
    HANDLER,
    LEAD,
    MONDAY,
    NEXT,
    ORGANS,
    OTHER_CO,
    OTHER_LEAD,
    READY,
    REPLIED,
    RULES,
    SEPARATE,
    STILL_UNTIL,
    a_task,
    agree,
    ask,
    asked,
    by,
    contact,
    contacted,
    decide,
    draft,
    gave_opinion,
    joined,
    mark,
    move,
    notify,
    offered_after,
    on_task,
    open_tasks,
    opened,
    opinion,
    pause,
    paused,
    resume,
    ring,
    rules,
    sign,
    signed,
    spec,
    stood,
    stop,
    wished,
)

DUE = LEAD.due
CAP = date(2025, 5, 2)
"""Sixty days after Monday, 3 March."""
LAW = date(2025, 9, 3)
"""Six months after it."""
END = midnight_after(STILL_UNTIL)
PAUSED = (opened(), joined(), wished(), paused(), stood())
PAUSED_DAYS = (STILL_UNTIL - date(2025, 3, 3)).days


def ruled(**changes: Any) -> Policy:
    """Returns the policy with other rules for the suspension of a reply."""
    own = RULES.row.suspensions["reply"].model_dump() | changes
    return rules(suspensions={"reply": SuspensionRules.model_validate(own)})


def outcome(*history: Any, of: Command) -> list[Any]:
    return list(spec.given(*history).when(of).outcome())


# --- asked


def test_a_unit_asks_with_a_reason_words_and_a_last_day() -> None:
    spec.given(opened()).when(pause()).then(wished())


@pytest.mark.parametrize(("changes", "rule", "field"), [
    ({"until": date(2025, 3, 3)}, "suspension-not-ahead", "until"),
    ({"until": CAP + DAY}, "suspension-too-long", "until"),
    ({"reason": "holiday"}, "suspension-reason", "reason"),
    ({"explanation": " "}, "suspension-explanation", "explanation"),
])  # fmt: skip
def test_a_wish_is_refused_with_its_rule(changes: dict[str, Any], rule: str, field: str) -> None:
    spec.given(opened()).when(pause(**changes)).then_refused(rule, field)


def test_the_last_day_is_within_the_days_of_all_pauses_together() -> None:
    assert outcome(opened(), of=pause(until=CAP))
    again = ruled(most=2)
    [end, *_] = outcome(*PAUSED, of=resume(at=MONDAY + 20 * DAY))
    after = MONDAY + 30 * DAY
    latest = date(2025, 4, 2) + 40 * DAY
    history = (*PAUSED, end)
    assert outcome(*history, of=pause(at=after, until=latest, policy=again))
    too_long = pause(at=after, until=latest + DAY, policy=again)
    spec.given(*history).when(too_long).then_refused("suspension-too-long", "until")
    spec.given(*history).when(pause(at=after)).then_refused("suspension-exhausted", "task")


def test_no_pause_lasts_until_the_end_of_what_the_law_knows() -> None:
    policy = ruled(days=300)
    late = DUE.at - DAY
    assert outcome(opened(), of=pause(at=late, until=LAW - DAY, policy=policy))
    too_long = pause(at=late, until=LAW, policy=policy)
    spec.given(opened()).when(too_long).then_refused("suspension-too-long", "until")


def test_a_clock_that_has_run_out_is_not_stopped() -> None:
    ahead = {"until": ending_day(DUE.at) + 3 * DAY}
    assert outcome(opened(), of=pause(at=DUE.at - DAY, **ahead))
    spec.given(opened()).when(pause(at=DUE.at, **ahead)).then_refused("suspension-late", "task")


def test_only_one_request_waits_and_a_paused_task_asks_for_no_other() -> None:
    spec.given(opened(), wished()).when(pause()).then_refused("suspension-pending", "task")
    spec.given(*PAUSED).when(pause()).then_refused("task-suspended", "task")
    spec.given(*PAUSED).when(ask()).then_refused("task-suspended", "task")


def test_deadlines_without_rules_do_not_stand_still() -> None:
    """Neither does a second handling, by the default policy, nor any petition."""
    spec.given(opened(NEXT, 2)).when(pause(NEXT)).then_refused("suspension-none", "task")
    petition = rules("petition", "visit")
    assert petition.row.suspensions == {}
    spec.given(opened()).when(pause(policy=petition)).then_refused("suspension-none", "task")


def test_co_handlers_and_signed_or_answered_tasks_do_not_stand_still() -> None:
    spec.given(opened(), joined()).when(pause(CO)).then_refused("lead-only", "task")
    given_signed = spec.given(*READY, wished(), signed())
    given_signed.when(pause()).then_refused("already-signed", "task")
    given_signed.when(agree()).then_refused("already-signed", "task")
    for command in (pause(), agree(), resume(), notify()):
        spec.given(*READY, signed(), REPLIED).when(command).then_refused("task-replied", "task")


def test_the_signature_ends_the_request() -> None:
    assert DECIDER.fold((*READY, wished(), signed())).works[LEAD.task].suspending.asked is None
    assert signed().changes("c")[0].rules == ("suspension-ruling",)


# --- decided


def test_the_approver_agrees_and_the_clocks_stand_still() -> None:
    spec.given(opened(), joined(), wished()).when(agree()).then(paused(), stood())


def test_what_is_given_late_or_not_named_by_the_row_does_not_stand_still() -> None:
    def stopped(*history: Any, **changes: Any) -> list[str]:
        return [fact.type for fact in outcome(*history, of=agree(**changes))]

    alone = ["task.suspended.v1"]
    assert stopped(opened(), joined(), gave_opinion(), wished()) == alone
    late = {"at": CO.due.at, "policy": RULES}
    assert stopped(opened(), joined(), wished(), **late) == alone
    assert stopped(opened(), joined(), wished(with_opinions=False)) == alone
    without = paused(with_contact=False)
    assert [rule for change in without.changes("c") for rule in change.rules] == [
        "reply", "rehandling", "suspension-ruling",
    ]  # fmt: skip


def test_all_approvers_or_one_by_the_rules_of_the_request() -> None:
    both = {"approvers": ORGANS, "needs": "all"}
    [first] = outcome(opened(), wished(**both), of=agree())
    assert (type(first), first.seats) == (facts.SuspensionApproved, ("assignment-organ",))
    other = agree(by="p-sup", admitted_as=frozenset({"supervision-organ"}))
    assert outcome(opened(), wished(**both), first, of=other)[0].type == "task.suspended.v1"
    one = outcome(opened(), wished(**{**both, "needs": "any"}), of=agree())
    assert one[0].type == "task.suspended.v1"
    again = spec.given(opened(), wished(**both), first)
    again.when(agree()).then_refused("request-agreed-already", "task")


def test_who_agreed_to_a_request_that_was_refused_has_not_agreed_to_the_next_one() -> None:
    both = {"approvers": ORGANS, "needs": "all"}
    other = {"by": "p-sup", "admitted_as": frozenset({"supervision-organ"})}
    history = [opened(), wished(**both)]
    for answer in (agree(), agree(ok=False, **other)):
        history += outcome(*history, of=answer)
    [still] = outcome(*history, wished(**both), of=agree(**other))
    assert (type(still), still.seats) == (facts.SuspensionApproved, ("supervision-organ",))


def test_without_approvers_the_unit_pauses_by_itself() -> None:
    request, begun = outcome(opened(), of=pause(policy=ruled(approvers=())))
    assert (request.decided_by, begun.seats, begun.by) == ("nobody", (), HANDLER)


def test_the_end_of_what_the_law_knows_counts_from_the_first_hand_out() -> None:
    """A task that moved has the time of its own rule, and no longer one of the law."""
    later = MONDAY + 40 * DAY
    due = RULES.due("reply", later)
    other = a_task("b" * 12, "u-tra", "lead", due=due)
    history = (opened(), CLOSED, opened(other).model_copy(update={"at": later}))
    long = {"at": due.at - DAY, "policy": ruled(days=300)}
    assert outcome(*history, of=pause(other, until=LAW - DAY, **long))
    spec.given(*history).when(pause(other, until=LAW, **long)).then_refused(
        "suspension-too-long", "until"
    )  # fmt: skip


def test_a_second_set_of_rules_has_its_own_approvers_caps_and_clocks() -> None:
    """No organ decides there, and nothing stands still beside the reply."""
    place = load_policies(Path("deploy/places/shancheng"))
    policy = place.resolve("u-city", "suggestion", "session", MONDAY)
    alone = {"policy": policy, "until": date(2025, 4, 2)}
    asked_for, begun = outcome(opened(), joined(), of=pause(**alone))
    assert (asked_for.approvers, begun.with_contact, begun.with_opinions) == ((), False, False)
    longer = pause(policy=policy, until=date(2025, 4, 3))
    spec.given(opened()).when(longer).then_refused("suspension-too-long", "until")


def test_who_asked_does_not_decide_nor_the_delegate() -> None:
    waiting = spec.given(opened(), wished())
    waiting.when(agree(by=HANDLER)).then_refused("request-own", "task")
    waiting.when(agree(by="p-x", on_behalf_of=HANDLER)).then_refused("request-own", "task")


def test_a_refusal_says_why_and_the_unit_may_ask_again() -> None:
    waiting = spec.given(opened(), wished())
    waiting.when(agree(ok=False, note="")).then_refused("suspension-note", "note")
    no = agree(ok=False)
    fields = {**no.fields(Act, Verdict), "seats": ("assignment-organ",)}
    refused = facts.SuspensionRefused.model_validate({**on_task(LEAD), **fields})
    waiting.when(no).then(refused)
    assert outcome(opened(), wished(), refused, of=pause())
    spec.given(opened()).when(agree()).then_refused("suspension-not-asked", "task")


def test_a_pause_that_the_row_knows_no_more_is_only_refused() -> None:
    """The row may have lost the rung that ends a pause, too."""
    gone = rules(suspensions={})
    given = spec.given(opened(), wished())
    given.when(agree(policy=gone)).then_refused("suspension-none", "task")
    [refusal] = given.when(agree(ok=False, policy=gone)).outcome()
    assert isinstance(refusal, facts.SuspensionRefused)


def test_a_pause_whose_day_has_come_meanwhile_is_only_refused() -> None:
    waiting = spec.given(opened(), wished())
    on_the_day = midnight_after(STILL_UNTIL) - DAY
    waiting.when(agree(at=on_the_day)).then_refused("suspension-overtaken", "task")
    assert waiting.when(agree(at=on_the_day, ok=False)).outcome()
    long = spec.given(opened(), wished(until=LAW - DAY))
    long.when(agree(at=DUE.at)).then_refused("suspension-late", "task")


# --- ended


def test_on_its_day_the_task_goes_on_and_every_day_moves_by_the_pause() -> None:
    resumed, co = outcome(*PAUSED, of=ring())
    assert (resumed.on, resumed.was, resumed.by) == (STILL_UNTIL, DUE, "system:handling")
    assert ending_day(resumed.due.at) == ending_day(DUE.at) + PAUSED_DAYS * DAY  # Friday, 1 August
    assert ending_day(co.due.at) >= ending_day(CO.due.at) + PAUSED_DAYS * DAY
    assert co.due.at <= resumed.due.at
    assert resumed.first_contact.rule == "first-contact"
    work = DECIDER.fold((*PAUSED, resumed, co)).works
    assert work[LEAD.task].due == resumed.due
    assert work[LEAD.task].first_contact == resumed.first_contact != LEAD.first_contact
    assert work[CO.task].due == co.due


def test_an_act_ends_it_before_its_day() -> None:
    resumed, _ = outcome(*PAUSED, of=resume(at=MONDAY + 10 * DAY, note="标准已经下发"))
    assert (resumed.on, resumed.by) == (date(2025, 3, 13), HANDLER)
    assert resumed.note == "标准已经下发"
    assert ending_day(resumed.due.at) == ending_day(DUE.at) + 10 * DAY
    spec.given(opened()).when(resume()).then_refused("not-suspended", "task")


def test_it_lasts_until_its_day_however_late_that_is_recorded() -> None:
    """A system that was down for a week gives the unit no week."""
    at_once, late = (outcome(*PAUSED, of=ring(at=END + n * DAY))[0] for n in (0, 7))
    assert (late.on, late.due) == (at_once.on, at_once.due)
    assert late.happened() < END <= late.at


def test_a_rung_of_an_earlier_pause_ends_no_later_one() -> None:
    first = outcome(*PAUSED, of=resume(at=MONDAY + 5 * DAY))
    until = STILL_UNTIL + 10 * DAY
    second = (wished(until=until), paused(at=MONDAY + 6 * DAY, until=until))
    history = (*PAUSED, *first, *second)
    spec.given(*history).when(ring()).then_nothing()
    assert outcome(*history, of=ring(planned=midnight_after(until), at=midnight_after(until)))
    spec.given(*PAUSED, *first).when(ring()).then_nothing()
    spec.given(opened()).when(ring()).then_nothing()
    spec.given(*PAUSED, *outcome(*PAUSED, of=stop())).when(ring()).then_nothing()


def test_no_day_moves_beyond_what_the_law_knows() -> None:
    """代表法第51条: six months from the hand-out."""
    until = LAW - 5 * DAY
    end = midnight_after(until)
    days = (until - date(2025, 3, 3)).days

    def due(latest: datetime | None) -> date:
        history = (opened(), wished(until=until), paused(until=until, latest=latest))
        [resumed] = outcome(*history, of=ring(at=end, planned=end))
        return ending_day(resumed.due.at)

    assert due(midnight_after(LAW)) == LAW
    assert due(None) >= ending_day(DUE.at) + days * DAY > LAW


def test_a_first_contact_that_was_made_is_not_owed_again() -> None:
    history = (opened(), contacted(), wished(), paused())
    [resumed] = outcome(*history, of=ring())
    assert resumed.first_contact is None


def test_a_reply_is_not_signed_while_the_task_stands_still() -> None:
    history = (*READY, wished(), paused())
    spec.given(*history).when(sign()).then_refused("task-suspended", "task")
    assert outcome(*history, *outcome(*history, of=resume()), of=sign())


def test_work_and_opinions_go_on_meanwhile() -> None:
    for command in (contact(), draft(), opinion()):
        assert outcome(*PAUSED, of=command)


# --- with other things in between


def test_a_co_handler_who_joins_stands_still_with_its_lead() -> None:
    _, still = outcome(*PAUSED, of=open_tasks(OTHER_CO, at=MONDAY + 9 * DAY))
    assert (still.type, still.task) == ("cohandler.suspended.v1", OTHER_CO.task)
    history = (*PAUSED, *outcome(*PAUSED, of=open_tasks(OTHER_CO, at=MONDAY + 9 * DAY)))
    _, *opinions = outcome(*history, of=ring())
    assert {each.task for each in opinions} == {CO.task, OTHER_CO.task}
    assert [*outcome(*PAUSED, of=open_tasks(SEPARATE))][1:] == []


def test_a_co_handler_who_joins_meanwhile_is_not_late_by_the_day_that_its_lead_had() -> None:
    """The hand-out dates the opinion by the day of its lead, which the pause has moved."""
    began, join = DUE.at - 5 * DAY, DUE.at + 7 * DAY
    until = ending_day(DUE.at) + 30 * DAY
    end = midnight_after(until)
    newcomer = joined().model_copy(update={"due": RULES.on_day("co-opinion", ending_day(DUE.at))})
    history = (
        opened(),
        wished(until=until),
        paused(at=began, until=until),
        newcomer,
        stood(at=join),
    )
    lead, co = outcome(*history, of=ring(at=end, planned=end))
    assert DUE.at < end < co.due.at <= lead.due.at


def test_a_co_handler_who_joins_when_the_last_day_has_passed_loses_no_day() -> None:
    """The rung of the last day comes late, after a system that was down."""
    late = END + 3 * DAY
    newcomer = joined().model_copy(update={"due": RULES.due("co-opinion", late)})
    history = (opened(), wished(), paused(), newcomer, stood(at=late))
    *_, end = outcome(*history, of=ring(at=END + 5 * DAY))
    assert end.due.at == newcomer.due.at


def test_the_pause_ends_with_its_task_and_opinions_are_owed_again() -> None:
    """A ruling, or an objection that was upheld, moves the task."""
    at = MONDAY + 9 * DAY
    to = move(LEAD, OTHER_LEAD).model_copy(update={"at": at})
    closed, co, begun = outcome(*PAUSED, of=to)
    assert [closed.type, co.type, begun.type] == [
        "task.closed.v1", "cohandler.resumed.v1", "task.opened.v1",
    ]  # fmt: skip
    assert co.due.at <= OTHER_LEAD.due.at
    ended = {rule for change in closed.changes("c") for rule in change.rules}
    assert set(facts.STANDING_STILL) <= ended
    state = DECIDER.fold((*PAUSED, closed, co, begun))
    assert not any(work.still_since for work in state.live)
    spec.given(*PAUSED, closed, co, begun).when(ring()).then_nothing()


def test_a_withdrawn_case_goes_on_no_more() -> None:
    history = (*PAUSED, *outcome(*PAUSED, of=stop()))
    spec.given(*history).when(resume()).then_refused("case-stopped")


def test_a_separate_unit_pauses_its_own_part_alone() -> None:
    history = (opened(), opened(SEPARATE), joined(), wished(SEPARATE))
    [fact] = outcome(*history, of=agree(task=SEPARATE.task))
    state = DECIDER.fold((*history, fact))
    assert {name for name, work in state.works.items() if work.still_since} == {SEPARATE.task}


STEPS = ("ask", "grant", "pause", "resume")
UNTIL = date(2025, 7, 31)


def orders() -> st.SearchStrategy[list[str]]:
    """Returns the orders in which a request is granted, and a pause begins and ends."""
    legal = [
        [*STEPS],
        ["ask", "pause", "grant", "resume"],
        ["ask", "pause", "resume", "grant"],
    ]
    return st.sampled_from(legal)


def due_after(order: list[str], begin: int, days: int, policy: Policy) -> Any:
    """Returns the state after the steps; all happen around the pause, whose days are fixed."""
    since, until = MONDAY + begin * DAY, MONDAY + (begin + days) * DAY
    at = {"ask": MONDAY, "pause": since, "resume": until}
    history: list[Event] = [opened(), joined()]
    for place, step in enumerate(order):
        when = at.get(step) or {1: MONDAY, 2: since, 3: until}[place]
        commands = {
            "ask": [ask(until=UNTIL, policy=policy)],
            "grant": [decide(at=when, policy=policy, admitted_as=frozenset(ORGANS))],
            "pause": [
                pause(at=when, until=ending_day(END) + 30 * DAY, policy=policy),
                agree(at=when, policy=policy),
            ],
            "resume": [resume(at=when, policy=policy)],
        }
        for command in commands[step]:
            history += outcome(*history, of=command)
    return DECIDER.fold(history)


FREE = rules(
    suspensions=ruled(days=300, total=None).row.suspensions,
    extensions=extending().row.extensions,
)


@settings(max_examples=60, deadline=None)
@given(orders(), st.integers(0, 25), st.integers(0, 50))
def test_an_extension_and_a_pause_give_the_same_day_in_any_order(
    order: list[str], begin: int, days: int
) -> None:
    """Of a pause until 50 days later, whenever the extension is granted: before, in it, after."""
    state, first = (due_after(each, begin, days, FREE) for each in (order, [*STEPS]))
    work, co = state.works[LEAD.task], state.works[CO.task]
    assert work.due.at == first.works[LEAD.task].due.at
    new = RULES.on_day("reply", UNTIL)
    left = FREE.left(new, MONDAY + begin * DAY)
    assert left is not None
    assert work.due.at == FREE.goes_on(new, left, MONDAY + (begin + days) * DAY).at
    assert co.due.at <= work.due.at


def test_a_request_that_waits_is_decided_while_the_task_stands_still() -> None:
    """Its day does not pass meanwhile."""
    history = (opened(), asked(), wished(), paused(until=LAW - DAY))
    later = decide(at=midnight_after(UNTIL) + DAY, admitted_as=frozenset(ORGANS))
    assert outcome(*history, of=later)[0].type == "task.extended.v1"


# --- told


def test_the_proposer_is_told_at_the_start_and_at_the_end() -> None:
    told = facts.SuspensionTold.model_validate({**by(LEAD, "p-liaison"), "mode": "letter"})
    spec.given(*PAUSED).when(notify()).then(told)
    spec.given(*PAUSED, told).when(notify()).then_nothing()
    resumed = outcome(*PAUSED, told, of=resume(at=MONDAY + DAY))
    assert outcome(*PAUSED, told, *resumed, of=notify(at=MONDAY + DAY))
    spec.given(opened()).when(notify()).then_refused("suspension-not-given", "task")
    early = notify(on=date(2025, 3, 2))
    spec.given(*PAUSED).when(early).then_refused("day-too-early", "on")


# --- who may, and what is owed


def officer(unit: str, role: str) -> Actor:
    return Actor("p-1", (Post(role, unit, (unit, "u-city")),))


def test_a_decision_is_offered_to_its_approvers_and_no_others() -> None:
    def held(*history: Any) -> Mapping[str, frozenset[str]]:
        head, state = officer("u-hou", "head"), DECIDER.fold(history)
        [offer] = [o for o in offers(head, state, RULES.row) if o.action == "decide-suspension"]
        assert relations(head, agree(), state) == offer.relations
        return {name: roles for name, roles in offer.relations.items() if roles}

    assert held(opened(), wished()) == {}
    own = wished(approvers=("task-unit",), decided_by="unit")
    assert held(opened(), own) == {"task-unit": {"head"}}


def test_what_is_offered_follows_the_pause() -> None:
    def about(*history: Any) -> set[str]:
        names = {"request-suspension", "decide-suspension", "resume-task", "tell-suspension"}
        return offered_after(history) & names

    assert about(opened()) == {"request-suspension"}
    assert about(opened(), wished()) == {"decide-suspension"}
    assert about(opened(), wished(), paused()) == {"resume-task", "tell-suspension"}
    resumed = outcome(opened(), wished(), paused(), of=resume())
    assert about(opened(), wished(), paused(), *resumed) == {"tell-suspension"}
    assert about(opened(), wished(), paused(), CLOSED) == set()
    assert about(opened(NEXT, 2)) == set()
    assert "sign-reply" not in offered_after((*READY, wished(), paused()))
    assert "request-extension" not in offered_after((opened(), wished(), paused()))


def test_the_end_of_the_pause_is_owed() -> None:
    [lead, _] = holdings(DECIDER.fold(PAUSED))
    assert [due.at for due in lead.owed if due.rule == "suspension"] == [END]


def rung(deems: bool, at: datetime = END) -> Recorded:
    fact = ReminderSent(
        **mark().model_dump(), at=at, clock="c" * 12, rule="suspension", subject=LEAD.task,
        unit="u-hou", rung="d0", role="handler", planned=END, lateness_seconds=0, deems=deems,
    )  # fmt: skip
    return Recorded(
        id="f-1", stream="clocks-" + "5" * 32, version=1, event=fact, source="reminder",
        agency="u-city", actor="system:reminder", recorded_at=at, correlation_id="k",
        case_id="5" * 32,
    )  # fmt: skip


def test_the_rung_that_deems_ends_the_pause() -> None:
    [reaction] = react(rung(True))
    assert isinstance(reaction.command, EndSuspension)
    assert (reaction.command.task, reaction.command.planned) == (LEAD.task, END)
    assert react(rung(False)) == []
