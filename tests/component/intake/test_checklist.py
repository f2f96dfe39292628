"""The checklist through HTTP: what is asked and observed, by whom it is read, what it refuses."""

import pytest

from shared.contracts.intake import CaseAccepted
from shared.http.rules_in_english import in_english
from shared.kernel.messages import Sealed
from shared.testing.checklist import answers, checked, refusing
from shared.testing.service import ServiceUnderTest
from tests.component.intake.test_api import PETITION, SUGGESTION, intake, refused, registered
from tests.component.intake.test_calls import AMENDED
from tests.component.intake.test_signers import BOTH

__all__ = ["intake"]


async def asked(intake: ServiceUnderTest, case: str, who: str = "p-office") -> dict[str, object]:
    answer = await intake.get(f"/cases/{case}/checklist", who)
    assert answer.status_code == 200, answer.text
    return {row["check"]: row for row in answer.json()["checks"]}


async def test_the_screener_is_asked_the_checks_of_the_kind_and_none_is_answered(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake)
    answer = (await intake.get(f"/cases/{case}/checklist", "p-office")).json()
    assert [row["check"] for row in answer["checks"]] == [each["check"] for each in answers()]
    assert answer["answered"] is None
    rows = await asked(intake, case)
    assert rows["length"]["observed"] == {
        "what": "length", "number": len(SUGGESTION["text"]), "fits": True,
    }  # fmt: skip
    assert rows["one-matter"]["observed"] is None
    assert (rows["lawful"]["must"], rows["one-matter"]["must"]) == (True, False)


async def test_what_is_observed_is_told_of_signatures_and_of_papers_alike(
    intake: ServiceUnderTest,
) -> None:
    first = await registered(intake)
    own = await intake.post("/cases", SUGGESTION | {"proposers": BOTH}, "p-n1")
    rows = await asked(intake, own.json()["case_id"])
    assert rows["signed"]["observed"] == {"what": "signatures", "number": 1, "fits": False}
    assert rows["not-repeated"]["observed"] == {"what": "likeness", "number": 1, "fits": None}
    assert (await asked(intake, first))["not-repeated"]["observed"]["number"] == 1


async def test_the_answers_are_kept_with_their_notes_sealed(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    body = checked("suggestion", "one-matter")
    answer = await intake.post(f"/cases/{case}/acceptance", body, "p-office")
    assert answer.status_code == 201, answer.text
    fact = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(fact, CaseAccepted)
    assert isinstance(fact.checks[0].note, Sealed)
    assert fact.checks_of == "2025.1"
    view = (await intake.get(f"/cases/{case}/checklist", "p-office")).json()
    assert view["checks"] == []
    assert (view["answered"]["step"], view["answered"]["by"]) == ("立案", "p-office")
    row = {"check": "one-matter", "name": "一事一议", "met": False, "note": "另有情况"}
    assert view["answered"]["answers"][0] == row


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({}, "checks-open"),
        ({"checks": [*answers(), {"check": "no-such", "met": True}]}, "check-unknown"),
        ({"checks": [*answers(), answers()[0]]}, "check-twice"),
        (checked("suggestion", "lawful"), "check-failed"),
        ({"checks": answers("suggestion", "one-matter", note="")}, "check-unexplained"),
        ({"checks": answers("suggestion", "length", note="")}, "check-unlike-observation"),
    ],
)
async def test_an_acceptance_is_refused_by_the_check_that_it_names(
    intake: ServiceUnderTest, body: dict[str, object], rule: str
) -> None:
    case = await registered(intake)
    answer = await intake.post(f"/cases/{case}/acceptance", body, "p-office")
    refused(answer, 409, rule)
    assert answer.json()["field"] == "checks"
    names = {
        "checks-open": "一事一议",
        "check-failed": "不违反法律法规",
        "check-unexplained": "一事一议",
    }
    assert names.get(rule, "") in answer.json()["detail"]
    path = f"/cases/{case}/acceptance"
    english = await intake.post(path, body, "p-office", accept_language="en")
    assert english.json()["detail"] == in_english(rule)
    assert "check" not in answer.json()["detail"], "no code stands for a name"


async def test_a_refusal_whose_reason_the_checklist_contradicts(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    for step in ("refusal", "return"):
        body = refusing("outside-remit") | checked()
        answer = await intake.post(f"/cases/{case}/{step}", body, "p-office")
        refused(answer, 409, "check-contradicts")
        refused(
            await intake.post(f"/cases/{case}/{step}", {"reason": "outside-remit"}, "p-office"),
            409, "checks-open",
        )  # fmt: skip


async def test_too_many_answers_and_answers_of_another_form(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    for body in (
        {"checks": [{"check": f"c-{n}", "met": True} for n in range(31)]},
        {"checks": [{"check": "one-matter"}]},
        {"checks": [{"check": "one-matter", "met": "maybe"}]},
        {"checks": [{"check": "one-matter", "met": True, "note": "长" * 2001}]},
        {"checks": {"one-matter": True}},
    ):
        answer = await intake.post(f"/cases/{case}/acceptance", body, "p-office")
        assert answer.status_code == 422, answer.text


async def test_who_reads_a_checklist(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    path = f"/cases/{case}/checklist"
    for who in ("p-office", "p-reg", "p-audit"):
        assert (await intake.get(path, who)).status_code == 200
    refused(await intake.get(path, "p-n1"), 403, "not-allowed-read-checklist")
    refused(await intake.get(path, "p-fin"), 404, "not-found")
    refused(await intake.get(f"/cases/{'0' * 32}/checklist", "p-office"), 404, "not-found")


async def test_a_paper_that_comes_again_is_checked_anew(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    await intake.post(f"/cases/{case}/return", refusing("several-matters"), "p-office")
    assert await asked(intake, case) == {}
    await intake.post(f"/cases/{case}/resubmission", AMENDED, "p-n1")
    rows = await asked(intake, case)
    assert rows["length"]["observed"]["number"] == len(AMENDED["text"])
    view = (await intake.get(f"/cases/{case}/checklist", "p-office")).json()
    assert view["answered"]["step"] == "退回补正"
    refused(await intake.post(f"/cases/{case}/acceptance", {}, "p-office"), 409, "checks-open")
    answer = await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    assert answer.status_code == 201, answer.text


async def test_the_button_stays_until_the_checklist_is_filled_in(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    page = (await intake.get(f"/cases/{case}/actions", "p-office")).json()
    assert {"accept-case", "decline-case"} <= {each["action"] for each in page["actions"]}
    await intake.post(f"/cases/{case}/withdrawal", {"reason": "另行提出"}, "p-reg")
    assert await asked(intake, case) == {}


async def test_a_petition_has_checks_of_its_own(intake: ServiceUnderTest) -> None:
    case = await registered(intake, PETITION)
    assert [*await asked(intake, case)] == [each["check"] for each in answers("petition")]
