"""Drafts, the signature and its gates: one test per rule."""

import hashlib

import pytest

from services.handling.domain.clearance.decider import words_to_open
from services.handling.domain.decider import DECIDER
from shared.contracts import handling as facts
from shared.contracts.payloads.handling import DisclosureProposal
from shared.kernel.deadline_rules import Gates
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Command
from shared.service.config.labels import standard_labels
from tests.unit.handling.world import (
    CO,
    CO_PROPOSER,
    DAY,
    HANDLER,
    LEAD_PROPOSER,
    LETTER,
    NEXT,
    PROPOSERS,
    READY,
    SEPARATE,
    TEXT,
    TODAY,
    contact,
    contacted,
    deliver,
    draft,
    drafted,
    gave_opinion,
    head,
    joined,
    opened,
    returned,
    rules,
    send_back,
    sign,
    signed,
    spec,
    stages_offering,
)


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
        ({"mode": "on-request"}, "disclosure-reason-required", "disclosure.reason"),
        ({"mode": "open"}, "disclosure-form-required", "disclosure.form"),
        (
            {"mode": "open", "form": "full", "reason": "personal-privacy"},
            "disclosure-contradicted",
            "disclosure.reason",
        ),
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


def test_a_petition_is_answered_by_an_outcome_and_has_no_class() -> None:
    """信访工作条例 art. 32: 支持、不予支持、解释说明."""
    closed = DisclosureProposal(mode="closed", reason="personal-privacy")
    given = spec.given(opened())
    policy = rules("petition", "letter")
    outcomes = {"supported": "支持", "not-supported": "不予支持", "explained": "解释说明"}
    for meaning, said in outcomes.items():
        assert policy.row.class_map[meaning] == said
        assert given.when(draft(policy=policy, disclosure=closed, meaning=meaning)).outcome()
    solved = draft(policy=policy, disclosure=closed, meaning="solved")
    given.when(solved).then_refused("class-unknown", "meaning")
    supported = draft(meaning="supported")
    given.when(supported).then_refused("class-unknown", "meaning")


def test_the_reply_to_a_petition_is_never_proposed_for_publication() -> None:
    """信访工作条例 art. 30, 46(5)."""
    policy = rules("petition", "letter")
    given = spec.given(opened())
    for mode in ("open", "on-request"):
        proposal = DisclosureProposal(mode=mode, form="full", reason="personal-privacy")
        command = draft(policy=policy, disclosure=proposal, meaning="supported")
        given.when(command).then_refused("not-publishable", "disclosure.mode")
    closed = DisclosureProposal(mode="closed", reason="personal-privacy")
    assert given.when(draft(policy=policy, disclosure=closed, meaning="supported")).outcome()


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
    policy = rules(sealed=True)
    expected = signed(public_text=LETTER, digest="4e7ed1")
    spec.given(*history).when(sign(policy=policy)).then(expected)


def test_the_signature_opens_the_reply_of_an_open_kind() -> None:
    history = (opened(), contacted(), drafted(text=LETTER))
    command = sign(opened={"text": TEXT})
    assert words_to_open(command, DECIDER.fold(history)) == {"text": LETTER}
    spec.given(*history).when(command).then(signed())
    spec.given(*history).when(sign()).then_refused("text-missing", "version")


def test_whoever_drafted_a_reply_does_not_sign_it() -> None:
    spec.given(*READY).when(sign(by=HANDLER)).then_refused("signer-is-drafter")
    for_drafter = sign(by="p-deputy", on_behalf_of=HANDLER)
    spec.given(*READY).when(for_drafter).then_refused("signer-is-drafter")


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
    talk = contacted(people=people, suffices=False)
    spec.given(opened()).when(contact(people=people)).then(talk)
    refusal = spec.given(opened(), talk, drafted()).when(sign()).refusal()
    assert isinstance(refusal, RuleViolated)
    assert (refusal.rule, "提出人本人" in refusal.message) == ("contact-before-reply", True)
    assert "李四、王五" in refusal.message


def test_a_talk_with_any_one_of_the_proposers_is_enough() -> None:
    cosigner = (opened(), contacted(people=(CO_PROPOSER.id, "p-aide")), drafted())
    assert spec.given(*cosigner).when(sign()).outcome()


def test_citizens_need_not_be_named() -> None:
    """The directory does not know them; their id is one of the case."""
    citizen = LEAD_PROPOSER.model_copy(update={"id": "x-0123456789ab", "known": False})
    given = opened(recipients=(citizen,))
    for people in ((), (citizen.id,)):
        talk = contacted(people=people)
        spec.given(given).when(contact(people=people)).then(talk)
        assert spec.given(given, talk, drafted()).when(sign()).outcome()
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
    said = standard_labels().spoken(refusal.message)
    assert said == "还有 1 个会办单位没有提出会办意见，齐备后才能签发"
    spec.given(*history, gave_opinion()).when(sign()).then(signed())


def test_a_co_handler_that_left_holds_up_nothing() -> None:
    gone = facts.TaskClosed(**head(), task=CO.task, unit=CO.unit, reason="reassigned")
    spec.given(*READY, joined(), gone).when(sign()).then(signed())


def test_the_opinion_gate_is_a_row_of_the_policy() -> None:
    policy = rules(gates=Gates(opinions_before_signing=False))
    [fact] = spec.given(*READY, joined()).when(sign(policy=policy)).outcome()
    assert isinstance(fact, facts.ReplySigned)
    assert fact.without_opinion == (CO.unit,)  # 协办未会签
    given = spec.given(*READY, joined(), gave_opinion()).when(sign(policy=policy)).outcome()
    assert isinstance(given[0], facts.ReplySigned)
    assert given[0].without_opinion == ()


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


def test_a_second_handling_is_not_signed_by_the_signer_of_the_first() -> None:
    """L2 art. 21: handled again, and answered by somebody of higher rank."""
    again = (opened(NEXT, 2, higher_signer=True), contacted(NEXT), drafted(NEXT))
    case = spec.given(*READY, signed(), *again)
    case.when(sign(NEXT)).then_refused("higher-signer")
    for_signer = sign(NEXT, by="p-deputy", on_behalf_of=sign().by)
    case.when(for_signer).then_refused("higher-signer")
    assert case.when(sign(NEXT).model_copy(update={"by": "p-leader"})).outcome()


def test_a_draft_is_offered_until_the_signature() -> None:
    drafting = {"working", "working-higher", "drafted", "returned"}
    assert stages_offering("submit-draft") == drafting


def test_a_draft_in_hand_may_be_returned_or_signed() -> None:
    assert stages_offering("return-draft") == {"drafted"}
    assert stages_offering("sign-reply") == {"drafted"}
