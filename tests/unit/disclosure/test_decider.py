"""Rules of disclosure, one test per rule and refusal."""

import pytest

from services.disclosure.domain.case.commands import TakeDownPages
from services.disclosure.domain.case.decider import WHY_DOWN
from services.disclosure.domain.decider import DECIDER
from shared.contracts import disclosure as facts
from shared.contracts.case_event import CaseEvent
from shared.contracts.disclosure import CaseDisclosed
from shared.kernel.errors import NotFound
from shared.kernel.messages import Sealed
from shared.kernel.texts import GONE
from tests.unit.disclosure.renditions import (
    ABSTRACT,
    DAY,
    DECIDER_PERSON,
    LABEL,
    MONDAY,
    ON_ITS_WAY,
    READY,
    TASK,
    TITLE,
    cleared,
    decide,
    decided,
    disclosed,
    head,
    mark,
    note,
    noted,
    numbered,
    open_,
    opened,
    propose,
    proposed,
    refused,
    released,
    requested,
    review,
    reviewed,
    rules,
    spec,
    stop,
    stopped,
    take_down,
    taken_down,
)

SEALED = Sealed(ref="r", size=9, digest="d")


def test_the_case_and_its_number_are_noted_in_either_order() -> None:
    case = note(
        title=TITLE,
        subject="urban-environment",
        region="direct",
        names=("王建国",),
        consent=True,
    )
    spec.given(numbered()).when(case).then(noted())
    spec.given(noted()).when(note(label=LABEL)).then(numbered())


def test_what_an_import_brings_keeps_its_round() -> None:
    second = {"round": 2}
    facts = [
        *spec.given().when(note(label=LABEL).model_copy(update=second)).outcome(),
        *spec.given().when(propose().model_copy(update=second)).outcome(),
        *spec.given().when(stop().model_copy(update=second)).outcome(),
    ]
    assert [fact.round for fact in facts if isinstance(fact, CaseEvent)] == [2, 2, 2]


def test_what_is_known_is_not_noted_again() -> None:
    spec.given(noted(), numbered()).when(note(label=LABEL)).then_nothing()


def test_a_signed_reply_brings_its_proposal_once() -> None:
    spec.given().when(propose()).then(proposed())
    spec.given(proposed()).when(propose()).then_nothing()


def test_a_delivered_reply_is_due_in_twenty_working_days() -> None:
    """政府信息公开条例 art. 26."""
    spec.given(proposed()).when(open_()).then(opened())
    spec.given(proposed(), opened()).when(open_()).then_nothing()
    assert opened().due.rule == "publication"
    assert DECIDER.fold([proposed(), opened()]).publications[TASK].due == opened().due


def test_a_petitions_reply_owes_no_publication() -> None:
    spec.given(proposed()).when(open_(rules("petition", "letter"))).then_nothing()


def test_the_publisher_decides_on_the_full_text() -> None:
    spec.given(*READY).when(decide()).then(decided())


def test_facts_about_a_reply_keep_its_round() -> None:
    second = (noted(), numbered(), proposed(round=2))
    for history, command in (
        (second, open_()),
        ((*second, opened()), decide()),
        ((*second, opened(), decided()), review()),
        ((*second, *ON_ITS_WAY[3:]), cleared()),
        ((*second, *ON_ITS_WAY[3:]), refused()),
        ((*second, *ON_ITS_WAY[3:], disclosed()), take_down()),
    ):
        facts = spec.given(*history).when(command).outcome()
        assert {getattr(fact, "round", 0) for fact in facts} == {2}


def test_an_abstract_is_published_instead() -> None:
    spec.given(*READY).when(decide(form="abstract", text=ABSTRACT)).then(
        decided(form="abstract", text=ABSTRACT)
    )


def test_not_open_needs_a_reason_and_has_no_form() -> None:
    for mode in ("on-request", "closed"):
        spec.given(*READY).when(decide(mode)).then_refused("reason-required", "reason")
        spec.given(*READY).when(decide(mode, reason="commercial-secret")).then(
            decided(mode=mode, form=None, reason="commercial-secret")
        )


def test_open_needs_a_form_that_the_policy_allows() -> None:
    spec.given(*READY).when(decide(form=None)).then_refused("form-required", "form")
    only_abstracts = rules(forms=("abstract",))
    spec.given(*READY).when(decide(policy=only_abstracts)).then_refused("form-not-allowed", "form")


def test_what_is_open_has_no_reason_to_be_kept_back() -> None:
    both = decide(reason="personal-privacy")
    spec.given(*READY).when(both).then_refused("reason-contradicts", "reason")


def test_an_abstract_needs_its_text() -> None:
    for text in (None, "", "  "):
        spec.given(*READY).when(decide(form="abstract", text=text)).then_refused(
            "abstract-required", "text"
        )


def test_a_petition_is_never_open() -> None:
    """信访工作条例 art. 30: refused also before anything is known of its reply."""
    petition = rules("petition", "letter")
    spec.given(*READY).when(decide(policy=petition)).then_refused("not-publishable", "mode")
    spec.given(noted()).when(decide(policy=petition)).then_refused("not-publishable", "mode")


def test_before_the_number_is_known_nothing_is_decided_to_be_open() -> None:
    spec.given(noted(), proposed(), opened()).when(decide()).then_refused(
        "rendition-incomplete", "label"
    )


def test_a_sealed_title_or_text_is_never_shown() -> None:
    letter = (noted(title=None), numbered(), proposed(public_text=SEALED), opened())
    spec.given(*letter).when(decide()).then_refused("rendition-incomplete", "title")
    spec.given(*letter).when(decide(title=" ")).then_refused("rendition-incomplete", "title")
    spec.given(*letter).when(decide(title="来信")).then_refused("rendition-incomplete", "text")
    payload = {"form": "abstract", "text": ABSTRACT, "title": "夜间施工噪声问题"}
    spec.given(*letter).when(decide(**payload)).then(decided(**payload))


def test_nothing_is_decided_before_the_reply_is_delivered() -> None:
    spec.given(noted(), numbered(), proposed()).when(decide()).then_refused("not-replied-yet")


def test_an_unknown_reply_is_not_found() -> None:
    assert isinstance(spec.given(noted()).when(decide()).refusal(), NotFound)


def test_the_same_decision_again_changes_nothing() -> None:
    spec.given(*READY, decided()).when(decide()).then_nothing()


def test_a_decision_may_be_replaced_until_it_is_approved() -> None:
    payload = {"mode": "closed", "reason": "internal-matter"}
    again = decided(**payload, form=None)
    spec.given(*READY, decided()).when(decide(**payload)).then(again)
    spec.given(*READY, decided(), reviewed(False, "请改")).when(decide(**payload)).then(again)


def test_what_was_not_published_may_be_decided_again() -> None:
    """政府信息公开条例 art. 18: withheld items are assessed again."""
    closed = decided(mode="closed", form=None, reason="process-information")
    spec.given(*READY, closed, reviewed()).when(decide()).then(decided())
    spec.given(*ON_ITS_WAY, released("refused:withdrawn")).when(decide()).then(decided())


def test_what_is_under_way_or_public_is_not_decided_again() -> None:
    spec.given(*ON_ITS_WAY).when(decide("closed", reason="personal-privacy")).then_refused(
        "publication-under-way"
    )
    spec.given(*ON_ITS_WAY, disclosed()).when(decide()).then_refused("already-disclosed")


@pytest.mark.parametrize(
    ("text", "what", "place"),
    [
        ("联系电话13812345678", "mobile", "第 5 个字起"),
        ("电话：138 1234 5678。", "mobile", "第 4 个字起"),
        ("电话138-1234-5678", "mobile", "第 3 个字起"),
        ("联系人１３８１２３４５６７８", "mobile", "第 4 个字起"),
        ("身份证370102199001011234", "id-like", "第 4 个字起"),
        ("37010219900101123X（本人）", "id-like", "第 1 个字起"),
    ],
)
def test_phones_and_id_numbers_are_found_and_not_repeated(text: str, what: str, place: str) -> None:
    refusal = spec.given(*READY).when(decide(form="abstract", text=text)).refusal()
    spec.given(*READY).when(decide(form="abstract", text=text)).then_refused(
        "personal-data", "text"
    )
    assert f"{place}疑似{{finding:{what}}}，" in str(refusal)
    assert "1234" not in str(refusal)


def test_personal_data_is_looked_for_in_everything_people_read() -> None:
    phone = "13812345678"
    history = (noted(title=f"关于{phone}的建议"), numbered(), proposed(), opened())
    spec.given(*history).when(decide()).then_refused("personal-data", "title")
    letter = (
        noted(),
        numbered(),
        proposed(public_text=f"您提出的建议收悉，如有疑问请找联系人王五同志{phone}"),
        opened(),
    )
    spec.given(*letter).when(decide()).then_refused("personal-data", "text")
    spec.given(*letter).when(decide(text="您提出的建议收悉，如有疑问请找联系人王五同志█")).then(
        decided(text="您提出的建议收悉，如有疑问请找联系人王五同志█")
    )
    spec.given(*READY, decided()).when(review(False, phone)).then_refused("personal-data", "remark")
    spec.given(*ON_ITS_WAY, disclosed()).when(take_down(phone)).then_refused(
        "personal-data", "reason"
    )


@pytest.mark.parametrize(
    "text",
    ["文号2025010100058", "投资13812345678901元", "索引号：11370000004188", "共 138 1234 件"],
)
def test_other_numbers_are_not_taken_for_persons(text: str) -> None:
    assert spec.given(*READY).when(decide(form="abstract", text=text)).outcome()


def test_another_person_approves_and_intake_is_asked_at_once() -> None:
    spec.given(*READY, decided()).when(review()).then(reviewed(), requested())


def test_nobody_approves_his_own_decision() -> None:
    """政府信息公开条例 art. 17."""
    spec.given(*READY, decided()).when(review(by=DECIDER_PERSON)).then_refused("second-person")


def test_what_is_not_to_be_open_is_settled_by_the_approval() -> None:
    closed = decided(mode="closed", form=None, reason="state-secret")
    spec.given(*READY, closed).when(review()).then(reviewed())


def test_a_decision_sent_back_needs_a_remark() -> None:
    spec.given(*READY, decided()).when(review(False)).then_refused("remark-required", "remark")
    spec.given(*READY, decided()).when(review(False, "请脱敏")).then(reviewed(False, "请脱敏"))


def test_without_a_decision_there_is_nothing_to_review() -> None:
    for history in (READY, (*READY, decided(), reviewed(False, "请改"))):
        spec.given(*history).when(review()).then_refused("nothing-to-review")


def test_the_same_review_of_another_decision_counts() -> None:
    returned = (*READY, decided(), reviewed(False, "请改"))
    again = spec.given(*returned, decided(form="abstract", text=ABSTRACT))
    again.when(review(False, "请改")).then(reviewed(False, "请改"))


def test_the_same_review_again_changes_nothing() -> None:
    spec.given(*ON_ITS_WAY).when(review()).then_nothing()


def test_once_reserved_the_reply_is_public_exactly_as_the_fact_says() -> None:
    spec.given(*ON_ITS_WAY).when(cleared()).then(disclosed())
    assert len(disclosed().digest) == 64


def test_an_answer_to_another_request_publishes_nothing() -> None:
    spec.given(*ON_ITS_WAY).when(cleared(request="0" * 12)).then_nothing()
    spec.given(*ON_ITS_WAY, disclosed()).when(cleared()).then_nothing()
    spec.given(*READY).when(cleared()).then_nothing()


def test_names_are_shown_with_consent_only() -> None:
    silent = (noted(consent=False), *ON_ITS_WAY[1:])
    spec.given(*silent).when(cleared()).then(disclosed(names=()))
    unasked = cleared(rules(consent_needed=False))
    spec.given(*silent).when(unasked).then(disclosed())


def test_a_refused_request_ends_and_says_why() -> None:
    spec.given(*ON_ITS_WAY).when(refused()).then(released("refused:withdrawn"))
    spec.given(*ON_ITS_WAY, released("refused:withdrawn")).when(refused()).then_nothing()


def test_a_case_stopped_meanwhile_is_given_back_unpublished() -> None:
    spec.given(*ON_ITS_WAY, stopped()).when(cleared()).then(released("withdrawn"))


def test_after_a_stop_nothing_opens_and_nothing_is_decided() -> None:
    for command in (propose(), open_(), note(label="x"), stop()):
        spec.given(*READY[:2], stopped()).when(command).then_nothing()
    spec.given(*READY, stopped()).when(decide()).then_refused("case-stopped")
    spec.given(*READY, decided(), stopped()).when(review()).then_refused("case-stopped")
    spec.given().when(stop()).then(stopped())


def test_what_is_public_is_taken_down_with_a_reason_also_after_a_stop() -> None:
    public = (*ON_ITS_WAY, disclosed())
    spec.given(*public).when(take_down(" ")).then_refused("reason-required", "reason")
    spec.given(*public).when(take_down()).then(taken_down())
    spec.given(*public, stopped()).when(take_down()).then(taken_down())
    spec.given(*public, taken_down()).when(take_down()).then_nothing()


def test_only_what_is_public_is_taken_down() -> None:
    spec.given(*ON_ITS_WAY).when(take_down()).then_refused("not-disclosed")
    assert isinstance(spec.given().when(take_down()).refusal(), NotFound)


def test_what_was_taken_down_may_be_published_anew() -> None:
    spec.given(*ON_ITS_WAY, disclosed(), taken_down()).when(decide()).then(decided())


def test_the_digest_is_that_of_the_rendition() -> None:
    (fact,) = spec.given(*ON_ITS_WAY).when(cleared()).outcome()
    assert isinstance(fact, CaseDisclosed)
    assert fact.digest != disclosed(text="另一份答复").digest
    assert fact.task == TASK


def test_a_letter_is_published_with_its_writers_consent_only() -> None:
    row = rules("hotline", "mailbox")
    ask = decide(form="abstract", title=TITLE, text=ABSTRACT, policy=row)
    silent = (noted(consent=False), *READY[1:])
    spec.given(*silent).when(ask).then_refused("consent-missing", "mode")
    assert spec.given(*READY).when(ask).outcome()
    unasked = rules("hotline", "mailbox", consent_needed=False)
    assert spec.given(*silent).when(ask.model_copy(update={"policy": unasked})).outcome()
    assert spec.given(*silent).when(decide()).outcome(), "a deputy's paper is shown without names"


def test_for_an_erasure_every_page_comes_down_and_no_request_stays_open() -> None:
    at = MONDAY + 3 * DAY
    command = TakeDownPages(at=at, by="system:disclosure", mark=mark(), round=1)
    down = facts.PagesTakenDown(**head(at, task=None), pages=1)
    withdrawal = facts.DisclosureWithdrawn(**head(at), by="system:disclosure", reason=WHY_DOWN)
    public = (*ON_ITS_WAY, disclosed())
    spec.given(*public).when(command).then(withdrawal, down)
    none = down.model_copy(update={"pages": 0})
    spec.given(*ON_ITS_WAY).when(command).then(released("erased"), none)
    spec.given().when(command).then(none)
    again = command.model_copy(update={"round": 2})
    spec.given().when(again).then(none.model_copy(update={"round": 2}))
    spec.given(none).when(command).then_nothing()
    spec.given(*ON_ITS_WAY, none).when(cleared()).then(released("erasing"))


def test_a_page_can_be_taken_down_in_every_state_also_after_the_erasure() -> None:
    erased = stopped().model_copy(update={"reason": "erased"})
    public = (*ON_ITS_WAY, disclosed(), erased)
    spec.given(*public).when(take_down()).then(taken_down())
    spec.given(*public, taken_down()).when(take_down()).then_nothing()


def test_after_the_erasure_nothing_that_was_open_is_kept_in_the_state() -> None:
    erased = stopped().model_copy(update={"reason": "erased"})
    state = DECIDER.fold((*ON_ITS_WAY, disclosed(), stopped(), erased))
    assert state.notes.title == GONE
    assert state.notes.names == ()
    [publication] = state.publications.values()
    assert publication.reply.public_text == GONE
    assert publication.is_blank
