"""Rules of registration, one test per rule and refusal."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.intake.domain.decider import DECIDER
from services.intake.domain.registration.commands import Signatory
from services.intake.domain.registration.rules import public_name
from shared.contracts.case_event import Kind
from shared.contracts.intake import CaseRegistered
from shared.kernel.ids import entity_id
from shared.kernel.masking import mask
from shared.kernel.messages import Sealed
from shared.testing.organisation import client, deputy, organisation
from shared.testing.organisation import unit as a_unit
from tests.unit.intake.papers import (
    ADVISER,
    CITIZEN,
    CITY,
    COSIGNER,
    DEPUTY,
    SEED,
    accept,
    register,
    registered,
    rules,
    spec,
)

PARTY = Signatory(masked="民盟临江市委员会", part="lead")
OFFICIAL = Signatory(person="p-off", masked="**", part="lead")
NOBODY = Signatory(person="p-ghost", masked="**", part="lead")


def citizens(count: int) -> tuple[Signatory, ...]:
    others = [Signatory(masked="李**") for _ in range(count - 1)]
    return (CITIZEN, *others)


@pytest.mark.parametrize("kind", ["suggestion", "motion", "proposal", "petition", "hotline"])
def test_all_five_kinds_are_registered(kind: Kind) -> None:
    spec.given().when(register(kind)).then(registered(kind))


def test_the_case_keeps_what_the_form_says() -> None:
    payload: dict[str, Any] = {
        "session": "十五届四次",
        "in_session": True,
        "source_level": "province",
        "proposer_kind": "joint",
        "consent": False,
        "no_consent_reason": Sealed(ref="n", size=6, digest="dn"),
        "face_to_face_wanted": True,
        "external_no": "沪建〔2025〕17号",
    }
    command = register("suggestion", DEPUTY, COSIGNER, **payload)
    spec.given().when(command).then(registered("suggestion", DEPUTY, COSIGNER, **payload))


def test_who_is_not_in_the_directory_gets_an_id_of_the_case() -> None:
    (fact,) = spec.given().when(register("petition", *citizens(2), people=2)).outcome()
    assert isinstance(fact, CaseRegistered)
    assert [who.id for who in fact.proposers] == [
        f"x-{entity_id(SEED, 'proposer-0')}",
        f"x-{entity_id(SEED, 'proposer-1')}",
    ]
    assert [who.known for who in fact.proposers] == [False, False]


def test_a_case_is_registered_once() -> None:
    spec.given(registered()).when(register()).then_refused("already-registered")


@pytest.mark.parametrize(("field", "longest"), [("title", 200), ("text", 20_000)])
def test_a_paper_has_a_subject_and_substance_of_a_readable_length(field: str, longest: int) -> None:
    for size in (0, longest + 1):
        wrong = register(**{field: Sealed(ref="w", size=size, digest="d")})
        spec.given().when(wrong).then_refused(f"{field}-length", field)
    just = register(**{field: Sealed(ref="w", size=longest, digest="d")})
    assert len(spec.given().when(just).outcome()) == 1


def test_blank_words_are_no_words() -> None:
    spec.given().when(register(title="  ")).then_refused("title-length", "title")


def test_exactly_one_signs_first() -> None:
    nobody = register("suggestion", COSIGNER)
    spec.given().when(nobody).then_refused("one-lead", "proposers")
    two = COSIGNER.model_copy(update={"part": "lead"})
    spec.given().when(register("suggestion", DEPUTY, two)).then_refused("one-lead", "proposers")


def test_nobody_signs_twice() -> None:
    again = DEPUTY.model_copy(update={"part": "co"})
    twice = register("suggestion", DEPUTY, again)
    spec.given().when(twice).then_refused("proposer-twice", "proposers")


@pytest.mark.parametrize("kind", ["suggestion", "motion"])
def test_suggestions_and_motions_need_deputies_in_office(kind: Kind) -> None:
    """代表法 art. 24."""
    for who in (OFFICIAL, NOBODY, ADVISER, CITIZEN):
        spec.given().when(register(kind, who)).then_refused("not-in-office", "proposers")


def test_a_deputy_of_another_congress_brings_nothing_here() -> None:
    of_the_county = Signatory(person="p-n9", masked="**", part="lead")
    here = register("suggestion", of_the_county)
    spec.given().when(here).then_refused("not-in-office", "proposers")
    there = register("suggestion", of_the_county, agency="u-c01", wanted_unit=None)
    assert len(spec.given().when(there).outcome()) == 1


@pytest.mark.parametrize(
    ("day", "sits"),
    [
        (date(2021, 12, 31), False),
        (date(2022, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_deputy_sits_from_the_first_to_the_last_day_of_the_term(day: date, sits: bool) -> None:
    later = datetime(2027, 6, 1, tzinfo=UTC)
    year = {"period": str(day.year)}
    command = register(at=later, received_on=day, wanted_unit=None, **year, **in_force(day))
    outcome = spec.given().when(command)
    if sits:
        assert len(outcome.outcome()) == 1
    else:
        outcome.then_refused("not-in-office", "proposers")


def in_force(day: date) -> dict[str, Any]:
    """Returns a directory with the same units on every day."""
    since = date(2020, 1, 1)
    places = [a_unit("u-city", None, valid_from=since), a_unit("u-hou", valid_from=since)]
    return {"organisation": organisation(day, *places, *CITY[3:])}


def test_every_cosigner_must_be_in_office() -> None:
    stranger = Signatory(masked="钱**")
    mixed = register("suggestion", DEPUTY, stranger)
    spec.given().when(mixed).then_refused("not-in-office", "proposers")


def test_proposals_need_advisers_or_an_organisation() -> None:
    spec.given().when(register("proposal", DEPUTY)).then_refused("not-in-office", "proposers")
    by_party = register("proposal", PARTY, proposer_kind="party")
    assert len(spec.given().when(by_party).outcome()) == 1


def test_an_organisations_convenors_are_people_whom_the_directory_knows() -> None:
    for who, directory in ((OFFICIAL, True), (NOBODY, False)):
        by_party = spec.given().when(register("proposal", who, proposer_kind="party"))
        if directory:
            assert len(by_party.outcome()) == 1
        else:
            by_party.then_refused("person-unknown", "proposers")


@pytest.mark.parametrize(
    ("unit", "rule"),
    [
        ("u-ghost", "unit-unknown"),
        ("u-new", "unit-not-valid"),
        ("u-far", "unit-elsewhere"),
        ("u-city", "unit-is-agency"),
    ],
)
def test_the_wanted_unit_is_one_that_the_agency_could_assign_to(unit: str, rule: str) -> None:
    more = (a_unit("u-new", valid_from=date(2025, 3, 4)), a_unit("u-far", None, agency="u-far"))
    directory = organisation(date(2025, 3, 3), *CITY, *more)
    command = register("petition", wanted_unit=unit, organisation=directory)
    spec.given().when(command).then_refused(rule, "wanted_unit")


def test_a_paper_is_about_a_region_that_there_is() -> None:
    assert len(spec.given().when(register("petition", region="c01")).outcome()) == 1
    spec.given().when(register("petition", region="c99")).then_refused("region-unknown", "region")


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("suggestion", "astronomy"), ("suggestion", "school-fees"), ("petition", "urban-environment")],
)
def test_a_paper_is_about_a_subject_of_its_kind(kind: Kind, subject: str) -> None:
    command = register(kind, subject=subject)
    spec.given().when(command).then_refused("subject-unknown", "subject")


def test_an_agency_may_have_subjects_of_its_own() -> None:
    own = rules(subjects=("astronomy",))
    here = register(subject="astronomy", policy=own)
    spec.given().when(here).then(registered(subject="astronomy"))
    spec.given().when(register(policy=own)).then_refused("subject-unknown", "subject")


@pytest.mark.parametrize(
    ("kind", "brings"),
    [("suggestion", True), ("motion", True), ("proposal", False), ("petition", False)],
)
def test_a_platform_brings_the_kinds_that_were_agreed_with_it(kind: Kind, brings: bool) -> None:
    npc = organisation(date(2025, 3, 3), *CITY, client("c-npc", "suggestion", "motion"))
    command = spec.given().when(register(kind, client="c-npc", organisation=npc))
    if brings:
        command.then(registered(kind, client="c-npc", receiver=None))
    else:
        command.then_refused("client-kind", "kind")


def test_whoever_takes_the_paper_carries_it_and_neither_its_author_nor_a_ledger_does() -> None:
    """首问责任: the person at work who registers it."""
    [taken] = spec.given().when(register("petition")).outcome()
    assert taken.receiver == register("petition").by
    own = register("suggestion", by=DEPUTY.person)
    [by_author, *_] = spec.given().when(own).outcome()
    [read_in] = spec.given().when(register("petition", batch="b" * 32)).outcome()
    assert (by_author.receiver, read_in.receiver) == (None, None)
    assert read_in.batch == "b" * 32
    given = spec.given(taken)
    [accepted_] = given.when(accept(kind="petition")).outcome()
    assert accepted_.receiver == taken.receiver


def test_a_platform_without_kinds_brings_them_all() -> None:
    directory = organisation(date(2025, 3, 3), *CITY, client("c-any"))
    command = register("petition", client="c-any", organisation=directory)
    assert len(spec.given().when(command).outcome()) == 1


def test_a_delegation_may_bring_a_suggestion() -> None:
    delegation = Signatory(masked="临江区代表团", part="lead")
    command = register("suggestion", delegation, proposer_kind="delegation")
    assert len(spec.given().when(command).outcome()) == 1


@pytest.mark.parametrize(
    ("kind", "form"),
    [("suggestion", "party"), ("proposal", "delegation"), ("petition", "committee")],
)
def test_the_form_of_the_proposer_fits_the_kind(kind: Kind, form: str) -> None:
    wrong = register(kind, proposer_kind=form)
    spec.given().when(wrong).then_refused("proposer-kind", "proposer_kind")


@pytest.mark.parametrize("kind", ["petition", "hotline"])
def test_who_writes_as_a_citizen_is_registered_as_a_citizen(kind: Kind) -> None:
    named = register(kind, DEPUTY)
    spec.given().when(named).then_refused("citizen-expected", "proposers")


def test_at_most_five_representatives_speak_for_many() -> None:
    """信访工作条例 art. 20."""
    assert len(spec.given().when(register("petition", *citizens(5), people=60)).outcome()) == 1
    six = register("petition", *citizens(6), people=60)
    spec.given().when(six).then_refused("too-many-representatives", "proposers")


@pytest.mark.parametrize(
    ("kind", "channel", "came", "group"),
    [
        ("petition", "visit", 4, False),
        ("petition", "visit", 5, True),
        ("petition", "letter", 5, False),
        ("suggestion", "session", 6, False),
        ("hotline", "mailbox", 6, False),
    ],
)
def test_five_visitors_are_a_group_visit_and_six_deputies_are_none(
    kind: Kind, channel: str, came: int, group: bool
) -> None:
    who = citizens(came) if kind == "petition" else ()
    (fact,) = spec.given().when(register(kind, *who, channel=channel, people=came)).outcome()
    assert isinstance(fact, CaseRegistered)
    assert fact.group_visit is group


def test_no_fewer_people_are_concerned_than_came() -> None:
    wrong = register("petition", *citizens(3), people=2)
    spec.given().when(wrong).then_refused("people-too-few", "people")


def test_who_does_not_agree_to_publication_says_why() -> None:
    silent = register(consent=False)
    spec.given().when(silent).then_refused("no-consent-reason", "no_consent_reason")


def test_citizens_owe_no_reason_for_keeping_their_letter_to_themselves() -> None:
    for kind in ("petition", "hotline"):
        assert len(spec.given().when(register(kind, consent=False)).outcome()) == 1


def test_a_paper_of_a_session_names_it() -> None:
    spec.given().when(register(session=None)).then_refused("session-missing", "session")


@pytest.mark.parametrize(
    ("channel", "in_session", "right"),
    [
        ("session", True, True),
        ("session", False, False),
        ("intersession", True, False),
        ("intersession", False, True),
        ("platform", True, True),
        ("platform", False, True),
    ],
)
def test_the_channel_says_whether_it_was_in_session(
    channel: str, in_session: bool, right: bool
) -> None:
    given = spec.given().when(register(channel=channel, in_session=in_session))
    if right:
        assert len(given.outcome()) == 1
    else:
        given.then_refused("session-contradicted", "in_session")


def test_a_reason_against_publication_contradicts_consent() -> None:
    said = {"consent": True, "no_consent_reason": Sealed(ref="n", size=6, digest="dn")}
    for kind in ("suggestion", "petition"):
        wrong = register(kind, **said)
        spec.given().when(wrong).then_refused("consent-contradicted", "consent")


def test_a_number_of_another_session_is_refused() -> None:
    wrong = register(external_no="十五届五次第58号")
    spec.given().when(wrong).then_refused("number-session", "external_no")
    assert len(spec.given().when(register(external_no="第15届第4次会议第58号")).outcome()) == 1


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"external_no": "闭-0"}, "number-zero", "external_no"),
        ({"session": "十五届〇次"}, "session-zero", "session"),
        ({"session": "第0届第4次会议"}, "session-zero", "session"),
    ],
)
def test_papers_and_sessions_are_counted_from_one(
    changes: dict[str, Any], rule: str, field: str
) -> None:
    spec.given().when(register(**changes)).then_refused(rule, field)


def test_a_number_that_another_case_has_is_refused() -> None:
    wrong = register(external_no="58", holder="d" * 32)
    spec.given().when(wrong).then_refused("external-number-taken", "external_no")


def test_own_papers_are_received_now() -> None:
    """Else a former deputy brings a paper of a day on which he was in office."""
    day = {"received_on": date(2025, 3, 2)}
    own = register(by="p-n1", **day)
    spec.given().when(own).then_refused("own-paper-today", "received_on")
    assert len(spec.given().when(register(**day)).outcome()) == 1


@pytest.mark.parametrize(("day", "late"), [(date(2025, 2, 28), False), (date(2025, 2, 27), True)])
def test_platforms_enter_papers_of_the_last_days(day: date, late: bool) -> None:
    command = register(client="c-npc", received_on=day)
    directory = organisation(day, *CITY, client("c-npc"))
    given = spec.given().when(command.model_copy(update={"organisation": directory}))
    if late:
        given.then_refused("platform-paper-late", "received_on")
    else:
        assert len(given.outcome()) == 1


@pytest.mark.parametrize(
    ("by", "waiting"), [("p-reg", set()), ("p-n1", {"p-n2"}), ("p-n2", {"p-n1"})]
)
def test_cosigners_of_own_papers_are_still_to_confirm(by: str, waiting: set[str]) -> None:
    facts = spec.given().when(register("suggestion", DEPUTY, COSIGNER, by=by)).outcome()
    assert DECIDER.fold(facts).unconfirmed == waiting


@pytest.mark.parametrize(("who", "said"), [((), "joint"), ((DEPUTY, COSIGNER), "person")])
def test_the_form_of_the_proposer_fits_their_number(who: tuple[Signatory, ...], said: str) -> None:
    wrong = register("suggestion", *who, proposer_kind=said)
    spec.given().when(wrong).then_refused("proposer-kind-contradicted", "proposer_kind")


def test_so_many_cosigners_as_have_a_clock_confirm_by_themselves() -> None:
    people = [f"p-m{n}" for n in range(31)]
    known = organisation(date(2025, 3, 3), *CITY, *(deputy(each) for each in people))
    signers = [Signatory(person=each, masked="**", part="co") for each in people]
    for most, by in ((30, "p-n1"), (31, "p-reg")):
        many = register("suggestion", DEPUTY, *signers[:most], by=by, organisation=known)
        assert len(spec.given().when(many).outcome()) == 1
    more = register("suggestion", DEPUTY, *signers, by="p-n1", organisation=known)
    spec.given().when(more).then_refused("cosigners-many", "proposers")


def test_a_platform_vouches_for_its_signers_unless_the_row_says_otherwise() -> None:
    directory = organisation(date(2025, 3, 3), *CITY, client("c-npc"))
    for row, waiting in ((rules(), set()), (rules(cosigners_confirm=("client",)), {"p-n2"})):
        command = register("suggestion", DEPUTY, COSIGNER, client="c-npc", policy=row)
        command = command.model_copy(update={"organisation": directory})
        assert DECIDER.fold(spec.given().when(command).outcome()).unconfirmed == waiting


def test_nothing_was_received_tomorrow() -> None:
    """Tomorrow in Shanghai, whatever day it is in Greenwich."""
    tomorrow = register(received_on=date(2025, 3, 4))
    spec.given().when(tomorrow).then_refused("received-in-future", "received_on")


@pytest.mark.parametrize("period", ["2031", "13912", "205", "zzz-9"])
def test_a_period_is_one_of_the_policy_row(period: str) -> None:
    """The public site would show it as a year, and its series of numbers would stay for ever."""
    slip = register(period=period)
    spec.given().when(slip).then_refused("period-unknown", "period")


@pytest.mark.parametrize(
    ("period", "day", "fits"),
    [
        ("2025", date(2024, 9, 30), False),
        ("2025", date(2024, 10, 1), True),
        ("2024", date(2025, 3, 3), True),
        ("2023", date(2025, 3, 3), False),
        ("2026", date(2025, 3, 3), False),
    ],
)
def test_a_paper_came_in_within_its_period(period: str, day: date, fits: bool) -> None:
    given = spec.given().when(register(period=period, received_on=day))
    if fits:
        assert len(given.outcome()) == 1
    else:
        given.then_refused("period-elsewhere", "period")


def test_a_sealed_row_marks_the_case_for_ever() -> None:
    (fact,) = spec.given().when(register(policy=rules(sealed=True))).outcome()
    assert isinstance(fact, CaseRegistered)
    assert fact.sealed


@pytest.mark.parametrize(
    ("name", "public"),
    [("张三", "张**"), ("欧阳修文", "欧阳**"), ("欧阳", "欧**"), ("阿依古丽·买买提", "阿**")],
)
def test_a_citizens_public_name_is_the_surname(name: str, public: str) -> None:
    assert mask(name) == public


def test_organisations_are_public_as_proposers_and_not_as_complainants() -> None:
    assert public_name("proposal", "party", "民盟临江市委员会") == "民盟临江市委员会"
    assert public_name("petition", "group", "某某有限公司") == "某单位"
    assert public_name("hotline", "person", "张三") == "张**"
