"""Contacts, opinions, drafts, the signature and its gates, delivery: one test per rule."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from services.handling.domain.clearance.commands import ReturnDraft
from services.handling.domain.contacts.commands import RecordContact, ReportProgress
from services.handling.domain.opinions.commands import GiveOpinion
from services.handling.domain.tasks.rules import MOST_ENTRIES, check_room
from shared.contracts import handling as facts
from shared.contracts.handling import DisclosureProposal
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.messages import Command, Sealed
from shared.kernel.policy import Gates
from tests.unit.handling.world import (
    CITY,
    CO,
    CO_PROPOSER,
    DAY,
    HANDLER,
    HEAD,
    LEAD,
    LEAD_PROPOSER,
    LIAISON,
    MONDAY,
    NEXT,
    OTHER_LEAD,
    PROPOSERS,
    READY,
    RULES,
    SEPARATE,
    TEXT,
    TODAY,
    by,
    contacted,
    deliver,
    delivered,
    draft,
    drafted,
    gave_opinion,
    head,
    joined,
    mark,
    on_task,
    opened,
    returned,
    rules,
    sign,
    signed,
    spec,
)

LETTER = Sealed(ref="r-1", size=120, digest="4e7ed1")
EMPTY = Sealed(ref="r-2", size=0, digest="4e7ed1")
STOPPED = facts.HandlingStopped(**head(), reason="withdrawn")
CLOSED = facts.TaskClosed(**head(), task=LEAD.task, unit=LEAD.unit, reason="reassigned")


def contact(**changes: Any) -> RecordContact:
    said = {"phase": "before", "mode": "visit", "on": TODAY, "people": (LEAD_PROPOSER.id,)}
    said |= {"at": MONDAY, "by": HANDLER, "task": LEAD.task, "organisation": CITY}
    fields = {**said, "summary": "登门听取意见", **changes}
    return RecordContact.model_validate(fields)


def report(**changes: Any) -> ReportProgress:
    fields = {"at": MONDAY, "by": HANDLER, "task": LEAD.task, "node": "investigation"}
    return ReportProgress.model_validate({**fields, "text": "已现场踏勘", **changes})


def opinion(**changes: Any) -> GiveOpinion:
    fields = {"at": MONDAY, "by": LIAISON, "task": CO.task, "text": "资金已列入预算"}
    return GiveOpinion.model_validate({**fields, "doc_no": "临财建〔2025〕3号", **changes})


def send_back(version: int = 1, remark: str = "未逐条答复") -> ReturnDraft:
    return ReturnDraft(at=MONDAY, by=HEAD, task=LEAD.task, version=version, remark=remark)


EVERYTHING = [contact(), report(), opinion(), draft(), send_back(), sign(), deliver(LEAD_PROPOSER)]


@pytest.mark.parametrize("command", EVERYTHING, ids=lambda one: one.name)
def test_nothing_is_done_for_a_case_that_has_stopped(command: Command) -> None:
    history = (*READY, joined(), STOPPED)
    spec.given(*history).when(command).then_refused("case-stopped")


@pytest.mark.parametrize("command", EVERYTHING, ids=lambda one: one.name)
def test_a_task_that_moved_away_is_left_alone(command: Command) -> None:
    gone = CLOSED.model_copy(update={"task": CO.task})
    history = (*READY, joined(), CLOSED, gone)
    spec.given(*history).when(command).then_refused("task-closed", "task")


@pytest.mark.parametrize("command", EVERYTHING, ids=lambda one: one.name)
def test_an_unknown_task_is_not_found(command: Command) -> None:
    assert isinstance(spec.given(opened(OTHER_LEAD)).when(command).refusal(), NotFound)


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
        told = contacted(phase="after", at=now, on=on)
        given.when(contact(phase="after", at=now, on=on)).then(told)


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


@pytest.mark.parametrize("blank", ["", " \n", EMPTY])
def test_what_is_recorded_says_something(blank: str | Sealed) -> None:
    given = spec.given(opened(), joined(), drafted())
    given.when(contact(summary=blank)).then_refused("text-required", "summary")
    given.when(report(text=blank)).then_refused("text-required", "text")
    given.when(opinion(text=blank)).then_refused("text-required", "text")
    given.when(draft(text=blank)).then_refused("text-required", "text")
    command = send_back().model_copy(update={"remark": blank})
    given.when(command).then_refused("text-required", "remark")


def test_a_task_has_room_for_a_bounded_number_of_entries() -> None:
    check_room([contacted()] * (MOST_ENTRIES - 1))
    with pytest.raises(RuleViolated, match=str(MOST_ENTRIES)):
        check_room([contacted()] * MOST_ENTRIES)
    full = spec.given(opened(), *[contacted()] * MOST_ENTRIES)
    full.when(contact()).then_refused("too-many-entries")


def test_progress_is_reported_by_node() -> None:
    reported = facts.ProgressReported(**by(LEAD, HANDLER), node="investigation", text="已现场踏勘")
    spec.given(opened()).when(report()).then(reported)


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


def test_each_draft_is_a_version() -> None:
    spec.given(opened()).when(draft()).then(drafted())
    spec.given(opened(), drafted()).when(draft()).then(drafted(version=2))


@pytest.mark.parametrize("command", [draft(CO), send_back(), sign(CO), deliver(LEAD_PROPOSER, CO)])
def test_a_co_handler_does_not_reply(command: Command) -> None:
    """上海市代表建议规定 art. 17: 会办 opinions go to the lead."""
    asked_of_co = command.model_copy(update={"task": CO.task})
    spec.given(opened(), joined()).when(asked_of_co).then_refused("lead-only", "task")


@pytest.mark.parametrize("meaning", ["in-progress", "planned"])
def test_what_is_not_solved_yet_names_its_target_date(meaning: str) -> None:
    """上海市代表建议规定 art. 18(2)(3)."""
    command = draft(meaning=meaning)
    spec.given(opened()).when(command).then_refused("target-date-required", "target_date")
    dated = draft(meaning=meaning, target_date=TODAY + 90 * DAY)
    spec.given(opened()).when(dated).then(drafted(meaning=meaning, target_date=TODAY + 90 * DAY))


def test_a_target_date_is_not_in_the_past() -> None:
    command = draft(meaning="planned", target_date=TODAY - DAY)
    spec.given(opened()).when(command).then_refused("target-date-past", "target_date")


def test_a_class_belongs_to_the_policy() -> None:
    command = draft(policy=rules(class_map={"reference": "C"}))
    spec.given(opened()).when(command).then_refused("class-unknown", "meaning")


@pytest.mark.parametrize(
    ("proposal", "rule", "field"),
    [
        ({"mode": "closed"}, "disclosure-reason-required", "disclosure.reason"),
        ({"mode": "on-request", "reason": ""}, "disclosure-reason-required", "disclosure.reason"),
        ({"mode": "open"}, "disclosure-form-required", "disclosure.form"),
    ],
)
def test_publication_is_proposed_with_reason_or_form(
    proposal: dict[str, str], rule: str, field: str
) -> None:
    command = draft(disclosure=proposal)
    spec.given(opened()).when(command).then_refused(rule, field)


def test_a_form_belongs_to_the_policy() -> None:
    """来信 are published as abstracts only."""
    command = draft(policy=rules("hotline", "mailbox"))
    spec.given(opened()).when(command).then_refused("disclosure-form", "disclosure.form")


def test_the_reply_to_a_petition_is_never_proposed_for_publication() -> None:
    """信访工作条例 art. 30, 46(5)."""
    policy = rules("petition", "letter")
    given = spec.given(opened())
    for mode in ("open", "on-request"):
        proposal = DisclosureProposal(mode=mode, form="full", reason="x")
        command = draft(policy=policy, disclosure=proposal)
        given.when(command).then_refused("not-publishable", "disclosure.mode")
    closed = DisclosureProposal(mode="closed", reason="petition")
    assert given.when(draft(policy=policy, disclosure=closed)).outcome()


def test_a_draft_is_returned_with_a_remark() -> None:
    spec.given(opened(), drafted()).when(send_back()).then(returned())


def test_only_the_draft_that_was_read_is_returned_or_signed() -> None:
    history = (opened(), contacted(), drafted(), drafted(version=2))
    spec.given(*history).when(send_back(1)).then_refused("draft-outdated", "version")
    spec.given(*history).when(sign(version=1)).then_refused("draft-outdated", "version")
    assert spec.given(*history).when(sign(version=2)).outcome()


def test_without_a_draft_there_is_nothing_to_return_or_sign() -> None:
    for history in ((opened(), contacted()), (opened(), contacted(), drafted(), returned())):
        spec.given(*history).when(sign()).then_refused("no-draft", "task")
        spec.given(*history).when(send_back()).then_refused("no-draft", "task")


def test_a_returned_draft_is_followed_by_the_next_version() -> None:
    history = (opened(), contacted(), drafted(), returned(), drafted(version=2))
    [fact] = spec.given(*history).when(sign()).outcome()
    assert isinstance(fact, facts.ReplySigned)
    assert fact.version == 2


def test_the_head_signs_the_reply_with_its_class_and_number() -> None:
    spec.given(*READY).when(sign()).then(signed())
    assert signed().digest == hashlib.sha256(TEXT.encode()).hexdigest()


def test_the_letter_is_the_deployments_own() -> None:
    """The same letter means different things in different places."""
    policy = rules(class_map={"solved": "甲"})
    spec.given(*READY).when(sign(policy=policy)).then(signed(letter="甲"))


def test_a_sealed_reply_keeps_its_reference_and_keyed_digest() -> None:
    history = (opened(), contacted(), drafted(text=LETTER))
    spec.given(*history).when(sign()).then(signed(public_text=LETTER, digest="4e7ed1"))


def test_whoever_drafted_a_reply_does_not_sign_it() -> None:
    spec.given(*READY).when(sign(by=HANDLER)).then_refused("signer-is-drafter")


def test_no_reply_before_a_contact() -> None:
    """先沟通后答复: 代表法 art. 51, hear the deputy's opinion."""
    spec.given(opened(), drafted()).when(sign()).then_refused("contact-before-reply", "task")
    afterwards = (opened(), contacted(phase="after"), drafted())
    spec.given(*afterwards).when(sign()).then_refused("contact-before-reply", "task")
    other_unit = (opened(), joined(), contacted(CO), gave_opinion(), drafted())
    spec.given(*other_unit).when(sign()).then_refused("contact-before-reply", "task")


def test_a_proposer_may_waive_the_visit() -> None:
    """本人提出不需走访."""
    history = (opened(), contacted(mode="not-wanted"), drafted())
    assert spec.given(*history).when(sign()).outcome()
    nobody = (opened(), contacted(mode="not-wanted", people=()), drafted())
    spec.given(*nobody).when(sign()).then_refused("contact-before-reply", "task")


@pytest.mark.parametrize("people", [(), ("p-aide",)], ids=["nobody", "somebody else"])
def test_a_talk_without_a_proposer_opens_no_gate(people: tuple[str, ...]) -> None:
    """It may be recorded, but 先沟通 means the deputy; the refusal says whom."""
    told = contacted(people=people)
    spec.given(opened()).when(contact(people=people)).then(told)
    refusal = spec.given(opened(), told, drafted()).when(sign()).refusal()
    assert isinstance(refusal, RuleViolated)
    assert (refusal.rule, "提出人本人" in refusal.message) == ("contact-before-reply", True)
    assert "p-d1、p-d2" in refusal.message


def test_a_talk_with_any_one_of_the_proposers_is_enough() -> None:
    cosigner = (opened(), contacted(people=(CO_PROPOSER.id, "p-aide")), drafted())
    assert spec.given(*cosigner).when(sign()).outcome()


def test_citizens_need_not_be_named() -> None:
    """The directory does not know them; their id is one of the case."""
    citizen = LEAD_PROPOSER.model_copy(update={"id": "x-0123456789ab", "known": False})
    given = opened(recipients=(citizen,))
    for people in ((), (citizen.id,)):
        told = contacted(people=people)
        spec.given(given).when(contact(people=people)).then(told)
        assert spec.given(given, told, drafted()).when(sign()).outcome()
    spec.given(given, drafted()).when(sign()).then_refused("contact-before-reply", "task")


def test_who_is_named_is_known_to_the_case_or_to_the_directory() -> None:
    for stranger in ("p-ghost", "x-0123456789ab", "u-city"):
        given = spec.given(opened()).when(contact(people=(LEAD_PROPOSER.id, stranger)))
        given.then_refused("person-unknown", "people")


def test_the_contact_gate_is_a_row_of_the_policy() -> None:
    gates = Gates(contact_before_reply=False)
    assert spec.given(opened(), drafted()).when(sign(policy=rules(gates=gates))).outcome()


def test_no_reply_without_every_co_handlers_opinion() -> None:
    """会签: 上海市代表建议规定 art. 17; every joined unit, counted in the refusal."""
    history = (*READY, joined())
    refusal = spec.given(*history).when(sign()).refusal()
    assert isinstance(refusal, RuleViolated)
    assert (refusal.rule, refusal.field) == ("opinions-before-signing", "task")
    assert refusal.message == "还有 1 个会办单位没有提出会办意见，齐备后才能签发"
    spec.given(*history, gave_opinion()).when(sign()).then(signed())


def test_a_co_handler_that_left_holds_up_nothing() -> None:
    gone = facts.TaskClosed(**head(), task=CO.task, unit=CO.unit, reason="reassigned")
    spec.given(*READY, joined(), gone).when(sign()).then(signed())


def test_the_opinion_gate_is_a_row_of_the_policy() -> None:
    policy = rules(gates=Gates(opinions_before_signing=False))
    assert spec.given(*READY, joined()).when(sign(policy=policy)).outcome()


def test_co_handlers_of_an_earlier_round_hold_up_nothing() -> None:
    second = (opened(NEXT, 2), contacted(NEXT, round=2), drafted(NEXT, round=2))
    assert spec.given(opened(), joined(), *second).when(sign(NEXT)).outcome()


def test_a_separate_unit_signs_alone() -> None:
    history = (opened(SEPARATE), joined(), contacted(SEPARATE), drafted(SEPARATE))
    assert spec.given(*history).when(sign(SEPARATE)).outcome()


def test_a_reply_is_signed_once_and_then_stands() -> None:
    history = (*READY, signed())
    for command in (sign(), draft(), send_back()):
        spec.given(*history).when(command).then_refused("already-signed", "task")


def test_a_reply_without_known_proposers_is_not_signed() -> None:
    history = (opened(recipients=()), contacted(), drafted())
    spec.given(*history).when(sign()).then_refused("no-recipients")


def test_a_later_round_replies_to_everybody_again() -> None:
    second = (opened(NEXT, 2, recipients=()), contacted(NEXT), drafted(NEXT))
    [fact] = spec.given(opened(), *second).when(sign(NEXT)).outcome()
    assert isinstance(fact, facts.ReplySigned)
    assert fact.recipients == PROPOSERS


def test_every_proposer_gets_the_reply_and_the_last_one_makes_it_replied() -> None:
    """逐人答复: 上海市代表建议规定 art. 20; 浙江省规定 art. 22."""
    history = (*READY, signed())
    first, last = delivered(LEAD_PROPOSER), delivered(CO_PROPOSER)
    spec.given(*history).when(deliver(LEAD_PROPOSER)).then(first)
    replied = facts.CaseReplied(
        **on_task(LEAD),
        part="lead",
        number="临住建字〔2025〕12号",
        letter="A",
        meaning="solved",
        raters=("p-d1", "p-d2"),
        on_time=True,
    )
    spec.given(*history, first).when(deliver(CO_PROPOSER)).then(last, replied)
    spec.given(*history, first).when(deliver(LEAD_PROPOSER)).then_nothing()


def test_whether_it_was_in_time_is_judged_by_the_last_delivery() -> None:
    history = (*READY, signed(), delivered(LEAD_PROPOSER))
    in_time, late = RULES.due("reply", MONDAY).at, RULES.due("reply", MONDAY).at + DAY
    for at, expected in ((in_time, True), (late, False)):
        [_, replied] = spec.given(*history).when(deliver(CO_PROPOSER, at=at)).outcome()
        assert isinstance(replied, facts.CaseReplied)
        assert replied.on_time is expected


def test_only_a_signed_reply_reaches_only_proposers() -> None:
    unsigned = spec.given(*READY).when(deliver(LEAD_PROPOSER))
    unsigned.then_refused("not-signed", "task")
    stranger = LEAD_PROPOSER.model_copy(update={"id": "p-d9"})
    signed_case = spec.given(*READY, signed()).when(deliver(stranger))
    signed_case.then_refused("not-a-recipient", "recipient")


def test_every_fact_repeats_whose_case_it_is() -> None:
    [fact] = spec.given(opened()).when(contact()).outcome()
    assert isinstance(fact, facts.CaseContacted)
    assert {name: getattr(fact, name) for name in mark().model_dump()} == mark().model_dump()
