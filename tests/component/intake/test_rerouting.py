"""Papers that take another way, through HTTP: passed on as a letter, continued as another kind."""

from typing import Any

import pytest

from services.disclosure.domain.projections import fold as public_fold
from services.intake.app import SERVICE
from services.intake.domain.projections import READERS
from services.portal.domain.register import CASE_REGISTER
from shared.contracts.intake import CaseAccepted
from shared.contracts.rerouting import CaseDiverted, CasePassedOn
from shared.kernel.access import AccessRow, AccessTable
from shared.kernel.commit import from_document
from shared.kernel.messages import Recorded, Sealed
from shared.service.config.access_tables import load_access
from shared.testing.checklist import checked, refusing
from shared.testing.fold import folded, recorded
from shared.testing.service import POLICIES, ServiceUnderTest
from tests.component.intake.test_api import CITY, PEOPLE, SUGGESTION, refused, registered
from tests.component.intake.test_review import AUTHOR, ELSEWHERE, FIRST, LEADER, PROPOSAL, SECOND

WHY = "所附为群众来信"
LETTER = {**refusing("forwarded-letters", note=WHY), "form": "letter", "to": "u-hou"}
OPINION = {**refusing("no-substance", "proposal", WHY), "form": "opinion", "to": "u-hou"}
MOTION: dict[str, Any] = SUGGESTION | {"kind": "motion", "external_no": "第12号"}
DIVERSION = {"kind": "suggestion", "reason": "presidium-decision", "note": "主席团会议决定"}
NOTICE = {"mode": "letter", "on": "2025-03-03"}


@pytest.fixture
async def intake() -> ServiceUnderTest:
    people = (FIRST, SECOND, LEADER, ELSEWHERE, AUTHOR)
    service = ServiceUnderTest(SERVICE, *PEOPLE, *people)
    await service.knows(*CITY)
    return service


async def diverted(intake: ServiceUnderTest, **more: Any) -> str:
    case = await registered(intake, MOTION)
    answer = await intake.post(f"/cases/{case}/diversion", DIVERSION | more, "p-office")
    assert answer.json()["facts"] == ["case.diverted.v1"], answer.text
    return case


def facts_of(intake: ServiceUnderTest) -> list[Recorded]:
    commits = [from_document(document) for document in intake.store.documents]
    return [fact for commit in commits for fact in recorded(commit)]


async def actions(intake: ServiceUnderTest, case: str, who: str = "p-office") -> set[str]:
    answer = await intake.get(f"/cases/{case}/actions", who)
    return {each["action"] for each in answer.json()["actions"]}


async def test_a_motion_is_shown_as_a_suggestion_with_what_it_was(
    intake: ServiceUnderTest,
) -> None:
    case = await diverted(intake, external_no="第345号")
    for who in ("p-office", "p-n1"):
        page = (await intake.get(f"/cases/{case}", who)).json()
        assert (page["kind"], page["external_no"], page["status"]) == (
            "suggestion", "第345号", "registered",
        )  # fmt: skip
        assert page["former"] == [
            {
                "kind": "motion",
                "channel": "session",
                "subject": "urban-environment",
                "external_no": "第12号",
                "received_on": "2025-03-03",
            }
        ]
        (step,) = page["steps"]
        reason = "大会主席团决定作为建议、批评和意见处理：主席团会议决定"
        assert (step["step"], step["reason"]) == ("转为另一类件", reason)
        assert page["to_tell"] is True
    (fact,) = [one for one in await intake.facts(f"intake-{case}") if isinstance(one, CaseDiverted)]
    assert isinstance(fact.note, Sealed)


async def test_it_is_screened_and_taken_up_as_the_new_kind(intake: ServiceUnderTest) -> None:
    case = await diverted(intake)
    rows = (await intake.get(f"/cases/{case}/checklist", "p-office")).json()["checks"]
    assert [each["check"] for each in rows] == [each["check"] for each in checked()["checks"]]
    answer = await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    assert answer.status_code == 201, answer.text
    fact = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(fact, CaseAccepted)
    assert (fact.kind, fact.channel, fact.external_no) == ("suggestion", "session", None)
    assert "notify-refusal" in await actions(intake, case)
    told = await intake.post(f"/cases/{case}/refusal-notice", NOTICE, "p-office")
    assert told.json()["facts"] == ["refusal.notified.v1"], told.text
    assert "notify-refusal" not in await actions(intake, case)


async def test_every_reader_of_the_kind_reads_the_new_one(intake: ServiceUnderTest) -> None:
    """The register with its counters and its search, the readers of intake, the public numbers."""
    case = await diverted(intake, external_no="第345号", subject="resources")
    facts = facts_of(intake)
    line = folded(CASE_REGISTER, facts)[case]
    assert (line["kind"], line["subject"], line["external_no"]) == (
        "suggestion", "resources", "第345号",
    )  # fmt: skip
    assert "第12号" in line["search"]
    assert "第345号" in line["search"]
    assert CASE_REGISTER.count is not None
    counted = CASE_REGISTER.count(line)
    assert counted
    assert not [name for name in counted if "motion" in name]
    reader = folded(READERS, facts)[case]
    assert reader["kind"] == "suggestion"
    assert [claim.split("|")[1] for claim in reader["claims"]] == ["motion", "suggestion"]
    public: Any = {}
    for fact in facts:
        public = public_fold(public, fact)
    assert (public["kind"], public["subject"]) == ("suggestion", "resources")


async def test_the_new_number_is_taken_and_the_former_one_stays_its_own(
    intake: ServiceUnderTest,
) -> None:
    await registered(intake, SUGGESTION | {"external_no": "第345号"})
    case = await registered(intake, MOTION)
    path = f"/cases/{case}/diversion"
    taken = await intake.post(path, DIVERSION | {"external_no": "345"}, "p-office")
    refused(taken, 409, "external-number-taken")
    assert (await intake.post(path, DIVERSION | {"external_no": "346"}, "p-office")).is_success
    other = {"title": "关于完善公园绿地的建议"}
    for body in (SUGGESTION | {"external_no": "346"} | other, MOTION | other):
        refused(await intake.post("/cases", body, "p-reg"), 409, "external-number-taken")


async def test_who_may_divert_and_when_it_is_offered(intake: ServiceUnderTest) -> None:
    case, suggestion = await registered(intake, MOTION), await registered(intake)
    assert "divert-case" in await actions(intake, case)
    assert "pass-on-case" not in await actions(intake, case)
    assert "divert-case" not in await actions(intake, suggestion)
    assert "pass-on-case" in await actions(intake, suggestion)
    for who in ("p-n1", "p-reg", FIRST):
        answer = await intake.post(f"/cases/{case}/diversion", DIVERSION, who)
        assert answer.status_code in (403, 404), (who, answer.text)
    answer = await intake.post(f"/cases/{suggestion}/diversion", DIVERSION, "p-office")
    refused(answer, 409, "diversion-same-kind")
    strange = DIVERSION | {"channel": "visit"}
    refused(await intake.post(f"/cases/{case}/diversion", strange, "p-office"), 409, "no-policy")


async def test_the_former_number_of_a_row_of_a_ledger_is_not_free(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, MOTION | {"serial": "7"})
    path = f"/cases/{case}/diversion"
    answer = await intake.post(path, DIVERSION | {"external_no": "345"}, "p-office")
    assert answer.is_success, answer.text
    other = MOTION | {"title": "关于完善公园绿地的议案"}
    refused(await intake.post("/cases", other, "p-reg"), 409, "external-number-taken")


async def test_a_place_may_have_two_persons_divert_papers_of_a_kind() -> None:
    """Rows name the former kind, as those of a refusal do."""
    table = load_access(POLICIES, "intake")
    row = AccessRow(
        action="divert-case", roles=("office",), relation="screening-organ", states=("motion",),
        second_person=True, basis="x",
    )  # fmt: skip
    others = (one for one in table.rows if one.action != "divert-case")
    two = AccessTable("intake", (*others, row))
    service = ServiceUnderTest(SERVICE, *PEOPLE, access=two)
    await service.knows(*CITY)
    case = await registered(service, MOTION)
    assert "divert-case" in await actions(service, case)
    answer = await service.post(f"/cases/{case}/diversion", DIVERSION, "p-office")
    assert answer.status_code == 202, answer.text


async def test_a_letter_is_passed_on_and_its_author_reads_why_and_to_whom(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, SUGGESTION | {"external_no": "第7号"})
    answer = await intake.post(f"/cases/{case}/passing-on", LETTER, "p-office")
    assert answer.json()["facts"] == ["case.passed-on.v1"], answer.text
    page = (await intake.get(f"/cases/{case}", "p-n1")).json()
    told = page["refusal"]
    assert (page["status"], told["form"], told["to"], told["note"], told["told"]) == (
        "passed-on", "letter", "u-hou", WHY, False,
    )  # fmt: skip
    assert (await intake.get(f"/cases/{case}", "p-hou")).status_code == 404
    for step, body in (("acceptance", checked()), ("passing-on", OPINION)):
        again = await intake.post(f"/cases/{case}/{step}", body, "p-office")
        assert again.status_code == 409 or again.json()["facts"] == [], again.text
    notice = await intake.post(f"/cases/{case}/refusal-notice", NOTICE, "p-office")
    assert notice.json()["facts"] == ["refusal.notified.v1"]
    other = SUGGESTION | {"external_no": "第7号", "title": "关于完善公园绿地的建议"}
    assert (await intake.post("/cases", other, "p-reg")).json()["case_id"] != case


async def test_a_proposal_becomes_an_opinion_when_another_person_has_confirmed(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, PROPOSAL)
    proposed = await intake.post(f"/cases/{case}/passing-on", OPINION, FIRST)
    assert proposed.status_code == 202, proposed.text
    assert (await intake.get(f"/cases/{case}", "p-c1")).json()["refusal"] is None
    act = proposed.json()["pending"]
    own = await intake.post(f"/pending-acts/{act}/confirmation", {}, FIRST)
    refused(own, 403, "own-act")
    answer = await intake.post(f"/pending-acts/{act}/confirmation", {}, SECOND)
    assert answer.json()["facts"] == ["case.passed-on.v1", "act.confirmed.v1"], answer.text
    fact = (await intake.facts(f"intake-{case}"))[-2]
    assert isinstance(fact, CasePassedOn)
    assert (fact.proposed_by, fact.confirmed_by, fact.form) == ("p-pro-1", "p-pro-2", "opinion")
