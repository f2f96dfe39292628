"""People and units that a paper is against: they neither read it nor act in it nor hear of it
(信访工作条例第30条)."""

from dataclasses import replace
from typing import Any

import pytest

from services.intake.app import SERVICE
from shared.contracts.assignment import CaseAssigned
from shared.contracts.disclosure import DisclosureRequested
from shared.contracts.intake import CaseRegistered, PublicationRefused
from shared.contracts.recusal import AgainstNamed
from shared.kernel.access import AccessRow, AccessTable
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Sealed
from shared.kernel.rerouting_rules import PassRules
from shared.service.config.access_tables import load_access
from shared.testing.checklist import checked, refusing
from shared.testing.organisation import city, person, unit
from shared.testing.service import POLICIES, ServiceUnderTest, at_organs, policies
from tests.component.intake.test_api import PETITION, SUGGESTION
from tests.unit.intake.papers import REQUEST, TASK, head
from tests.unit.intake.test_projections import task

OFFICE = Actor("p-office", at_organs("office"))
ACCUSED_OFFICER = Actor("p-boss", at_organs("office"))
DELEGATE = Actor(
    "p-delegate",
    tuple(Post(p.role, p.unit, p.path, "p-boss") for p in at_organs("office")),
)
REGISTRAR = Actor("p-reg", (Post("registrar", "u-city", ("u-city",)),))
EDU_1 = ("u-edu-1", "u-edu", "u-city")
IN_THE_UNIT = Actor("p-edu", (Post("handler", "u-edu-1", EDU_1),))
IN_BOTH = Actor("p-both", (*at_organs("office"), Post("handler", "u-edu", EDU_1[1:])))
HANDLER = Actor("p-hou", (Post("handler", "u-hou", ("u-hou", "u-city")),))
PETITION_OFFICER = Actor("p-xf", (Post("office", "u-petition", ("u-petition", "u-city")),))
PEOPLE = (
    PETITION_OFFICER,
    OFFICE,
    ACCUSED_OFFICER,
    DELEGATE,
    REGISTRAR,
    IN_THE_UNIT,
    IN_BOTH,
    HANDLER,
)
TOWN = (
    city(), unit("u-edu"), unit("u-hou"), unit("u-petition"), person("p-boss"),
    unit("u-edu-1", "u-edu", level="section", region="c01"), unit("u-edu-school", "u-edu"),
)  # fmt: skip
AGAINST = {"units": ["u-edu"], "persons": ["p-boss"], "note": "教育局基教科科长赵某"}


@pytest.fixture
async def intake() -> ServiceUnderTest:
    service = ServiceUnderTest(SERVICE, *PEOPLE)
    await service.knows(*TOWN)
    return service


async def registered(intake: ServiceUnderTest, **changes: Any) -> str:
    answer = await intake.post("/cases", PETITION | changes, as_=REGISTRAR)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["case_id"])


async def at_work(intake: ServiceUnderTest, case: str, *units: str) -> None:
    tasks = tuple(task(unit[2:] * 4, unit) for unit in units)
    fact = CaseAssigned(**head("petition"), by="p-office", tasks=tasks)
    await intake.react_to(fact, f"assignment-{case}", 1)


async def test_a_paper_is_registered_with_those_whom_it_is_against_in_one_commit(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, against=AGAINST)
    paper, against = await intake.facts(f"intake-{case}")
    assert isinstance(paper, CaseRegistered)
    assert isinstance(against, AgainstNamed)
    assert (against.units, against.persons) == (("u-edu",), ("p-boss",))
    assert against.below == ("u-edu-school",)
    assert isinstance(against.note, Sealed)
    assert len(await intake.store.read(f"intake-{case}")) == 1
    shown = (await intake.get(f"/cases/{case}", as_=OFFICE)).json()["against"]
    assert shown == AGAINST | {"reason": ""}


@pytest.mark.parametrize(
    "stranger", [ACCUSED_OFFICER, DELEGATE, IN_THE_UNIT, IN_BOTH], ids=lambda who: who.sub
)
async def test_they_are_strangers_in_whatever_post(
    intake: ServiceUnderTest, stranger: Actor
) -> None:
    case = await registered(intake, against=AGAINST)
    await at_work(intake, case, "u-edu", "u-hou")
    for path in (f"/cases/{case}", f"/cases/{case}/actions", f"/cases/{case}/erasure"):
        answer = await intake.get(path, as_=stranger, contact_reason="verify")
        assert answer.status_code == 404, path
    for act, body in (("acceptance", {}), ("refusal", {"reason": "outside-remit"}),
                      ("accused", {"note": "无"}), ("withdrawal", {})):  # fmt: skip
        answer = await intake.post(f"/cases/{case}/{act}", body, as_=stranger)
        assert answer.status_code == 404, act
    assert (await intake.get(f"/cases/{case}", as_=HANDLER)).status_code == 200


async def test_units_below_one_that_is_named_later_are_in_the_fact_too(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake)
    named = await intake.post(f"/cases/{case}/accused", {"units": ["u-edu"]}, as_=OFFICE)
    assert named.status_code == 201, named.text
    [_, against] = await intake.facts(f"intake-{case}")
    assert isinstance(against, AgainstNamed)
    assert (against.below, against.ids) == (("u-edu-school",), {"u-edu", "u-edu-school"})


async def test_who_is_named_later_loses_the_case_at_once(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    await at_work(intake, case, "u-edu")
    assert (await intake.get(f"/cases/{case}", as_=IN_THE_UNIT)).status_code == 200
    named = await intake.post(f"/cases/{case}/accused", {"units": ["u-edu"]}, as_=OFFICE)
    assert named.status_code == 201, named.text
    assert (await intake.get(f"/cases/{case}", as_=IN_THE_UNIT)).status_code == 404


REFUSAL = refusing("outside-remit", "petition", "不属本级机关职权")


async def with_two_persons() -> ServiceUnderTest:
    """Returns the service of a place where petitions are declined and passed on by two."""
    by_two: dict[str, Any] = {
        "roles": ("office",), "relation": "screening-organ", "second_person": True, "basis": "x",
    }  # fmt: skip
    taken_off = ("decline-case", "pass-on-case")
    rows = tuple(AccessRow(action=action, **by_two) for action in taken_off)
    others = (one for one in load_access(POLICIES, "intake").rows if one.action not in taken_off)
    letters = {"passed_on_as": {"letter": PassRules(basis="x")}}
    book = policies()
    book = replace(book, rows=tuple(row.model_copy(update=letters) for row in book.rows))
    table = AccessTable("intake", (*others, *rows))
    service = ServiceUnderTest(SERVICE, *PEOPLE, access=table, book=replace(book, organs_by_day={}))
    await service.knows(*TOWN)
    return service


async def waiting(intake: ServiceUnderTest, by: Actor, act: str, **more: Any) -> tuple[str, str]:
    """Returns a case, and the act about it that waits for a second person."""
    case = await registered(intake)
    answer = await intake.post(f"/cases/{case}/{act}", REFUSAL | more, as_=by)
    assert answer.status_code == 202, answer.text
    return case, str(answer.json()["pending"])


async def test_a_paper_is_not_passed_on_to_whom_it_is_against_by_then() -> None:
    intake = await with_two_persons()
    case, act = await waiting(intake, OFFICE, "passing-on", form="letter", to="u-hou")
    named = await intake.post(f"/cases/{case}/accused", {"units": ["u-hou"]}, as_=OFFICE)
    assert named.status_code == 201, named.text
    answer = await intake.post(f"/pending-acts/{act}/confirmation", {}, as_=PETITION_OFFICER)
    assert (answer.status_code, answer.json()["rule"]) == (409, "unit-against")


async def test_an_act_of_whom_the_paper_is_against_by_then_is_not_confirmed() -> None:
    intake = await with_two_persons()
    case, act = await waiting(intake, ACCUSED_OFFICER, "refusal")
    named = await intake.post(f"/cases/{case}/accused", {"persons": ["p-boss"]}, as_=OFFICE)
    assert named.status_code == 201, named.text
    answer = await intake.post(f"/pending-acts/{act}/confirmation", {}, as_=PETITION_OFFICER)
    assert (answer.status_code, answer.json()["rule"]) == (409, "proposer-not-entitled")


async def test_they_see_no_act_that_waits_about_the_paper() -> None:
    intake = await with_two_persons()
    case, _ = await waiting(intake, OFFICE, "refusal")
    assert len((await intake.get("/pending-acts", as_=ACCUSED_OFFICER)).json()) == 1
    named = await intake.post(f"/cases/{case}/accused", {"persons": ["p-boss"]}, as_=OFFICE)
    assert named.status_code == 201, named.text
    assert (await intake.get("/pending-acts", as_=ACCUSED_OFFICER)).json() == []
    assert len((await intake.get("/pending-acts", as_=PETITION_OFFICER)).json()) == 1


async def test_a_correction_needs_a_reason_and_a_repetition_changes_nothing(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, against=AGAINST)
    path = f"/cases/{case}/accused"
    again = await intake.post(path, AGAINST, as_=OFFICE)
    assert (again.status_code, again.json()["version"]) == (201, 2)
    other = AGAINST | {"units": ["u-hou"]}
    refused = await intake.post(path, other, as_=OFFICE)
    assert (refused.status_code, refused.json()["rule"]) == (409, "against-reason")
    right = await intake.post(path, other | {"reason": "登记时选错单位"}, as_=OFFICE)
    assert (right.status_code, right.json()["version"]) == (201, 3)
    *_, named = await intake.facts(f"intake-{case}")
    assert isinstance(named, AgainstNamed)
    assert (named.units, isinstance(named.reason, Sealed)) == (("u-hou",), True)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"against": {"units": ["u-ghost"]}}, "unit-unknown"),
        ({"against": {"persons": ["p-ghost"]}}, "person-unknown"),
        ({"against": {"units": ["u-city"]}}, "against-organ"),
        ({"against": {"units": ["u-petition"]}}, "against-organ"),
        ({"against": {}}, "against-empty"),
        ({"against": {"note": "\u200b "}}, "against-empty"),
        ({"against": {"units": ["u-edu"]}, "wanted_unit": "u-edu"}, "unit-against"),
    ],
)
async def test_what_cannot_be_named_is_refused_with_a_remedy(
    intake: ServiceUnderTest, changes: dict[str, Any], rule: str
) -> None:
    answer = await intake.post("/cases", PETITION | changes, as_=REGISTRAR)
    assert (answer.status_code, answer.json()["rule"]) == (409, rule), answer.text


async def test_kinds_without_the_rule_name_nobody(intake: ServiceUnderTest) -> None:
    body = SUGGESTION | {"against": AGAINST, "wanted_unit": None}
    answer = await intake.post("/cases", body, as_=REGISTRAR)
    assert answer.json()["rule"] in {"against-not-kept", "not-in-office"}


async def test_nobody_registers_a_paper_against_himself(intake: ServiceUnderTest) -> None:
    body = PETITION | {"against": {"persons": ["p-reg"]}}
    await intake.knows(person("p-reg"))
    assert (await intake.post("/cases", body, as_=REGISTRAR)).status_code == 403


@pytest.mark.parametrize("kept_away", [ACCUSED_OFFICER, DELEGATE], ids=lambda who: who.sub)
async def test_a_likeness_tells_neither_the_accused_nor_a_delegate_of_the_paper(
    intake: ServiceUnderTest, kept_away: Actor
) -> None:
    case = await registered(intake, against={"persons": ["p-boss"]})
    twice = PETITION | {"title": "再次反映"}
    told = await intake.post("/cases", twice, as_=REGISTRAR)
    assert told.json()["similar"] == [case]
    hidden = await intake.post("/cases", twice | {"title": "又"}, as_=kept_away)
    assert hidden.status_code == 201, hidden.text
    assert hidden.json()["similar"] == [told.json()["case_id"]]
    page = await intake.get(f"/cases/{hidden.json()['case_id']}", as_=kept_away)
    assert page.json()["similar"] == [told.json()["case_id"]]


async def test_a_number_that_is_free_again_tells_nobody_whom_its_first_paper_was_against(
    intake: ServiceUnderTest,
) -> None:
    number = {"external_no": "信访〔2025〕00075号"}
    case = await registered(intake, against={"persons": ["p-boss"]}, **number)
    refused = await intake.post(
        f"/cases/{case}/refusal", refusing("outside-remit", "petition"), as_=OFFICE
    )
    assert refused.status_code == 201, refused.text
    again = await intake.post("/cases", PETITION | number | {"text": "另一件"}, as_=ACCUSED_OFFICER)
    assert again.status_code == 201, again.text


async def test_a_likeness_tells_an_organ_of_no_paper_of_another_kind(
    intake: ServiceUnderTest,
) -> None:
    call = {"kind": "hotline", "channel": "mailbox", "purpose": None, "subject": "complaint"}
    letter = PETITION | call | {"consent": True, "people": None}
    other = await intake.post("/cases", letter, as_=REGISTRAR)
    assert other.status_code == 201, other.text
    told = await intake.post("/cases", PETITION, as_=REGISTRAR)
    assert told.json()["similar"] == [other.json()["case_id"]]
    hidden = await intake.post("/cases", PETITION | {"title": "又"}, as_=PETITION_OFFICER)
    assert hidden.json()["similar"] == [told.json()["case_id"]]


async def test_a_paper_against_somebody_is_never_cleared_for_publication(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, against=AGAINST)
    await intake.post(
        f"/cases/{case}/acceptance", {"purpose": "appeal", **checked("petition")}, as_=OFFICE
    )
    fact = DisclosureRequested.model_construct(
        **head("petition"), round=1, task=TASK, request=REQUEST
    )
    await intake.react_to(fact, f"disclosure-{case}", 1)
    last = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(last, PublicationRefused)
    assert last.reason == "against"


async def test_the_button_is_shown_where_the_kind_has_the_rule(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    actions = (await intake.get(f"/cases/{case}/actions", as_=OFFICE)).json()["actions"]
    assert "name-against" in {each["action"] for each in actions}
