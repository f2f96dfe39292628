"""Intake through HTTP: one success per route, the main refusals, and rights to read."""

import json
from typing import Any

import httpx
import pytest

from services.intake.app import SERVICE
from shared.contracts.assignment import CaseAssigned
from shared.contracts.disclosure import DisclosureRequested, PagesTakenDown, PublicationReleased
from shared.contracts.intake import (
    CaseAccepted,
    CaseNumbered,
    CaseRegistered,
    PublicationCleared,
    PublicationRefused,
)
from shared.kernel import ids
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Sealed
from shared.testing.checklist import checked, refusing
from shared.testing.organisation import city, county, deputy, person, unit
from shared.testing.service import ServiceUnderTest, at_organs
from tests.unit.intake.papers import REQUEST, TASK, head
from tests.unit.intake.test_projections import task

CITY = ("u-city",)
OFFICE = Actor("p-office", at_organs("office"))
REGISTRAR = Actor("p-reg", (Post("registrar", "u-city", CITY),))
AUDITOR = Actor("p-audit", (Post("auditor", "u-city", CITY),))
ADMIN = Actor("p-admin", (Post("security-admin", "u-city", CITY),))
HANDLER = Actor("p-hou", (Post("handler", "u-hou-1", ("u-hou-1", "u-hou", "u-city")),))
STRANGER = Actor("p-fin", (Post("handler", "u-fin", ("u-fin", "u-city")),))
LEAD, COSIGNER = Actor("p-n1", deputy=True), Actor("p-n2", deputy=True)
CLIENT = Actor("c-npc", client_of="u-city")
PEOPLE = (OFFICE, REGISTRAR, AUDITOR, ADMIN, HANDLER, STRANGER, LEAD, COSIGNER, CLIENT)

CITY = (
    city(),
    unit("u-hou"),
    county("u-c01"),
    unit("u-far", None, agency="u-far"),
    deputy("p-n1", "李四"),
    deputy("p-n2", "王五"),
    deputy("p-n9", "冯七", agency="u-c01"),
    deputy("p-c1", "赵六", body="cppcc"),
    person("p-off", "孙八"),
)
TITLE = "关于在高铁站周边完善城市排水防涝设施的建议"
TEXT = "一、基本情况。二、汛期低洼路段反复积水。三、建议改造雨水管网。"
SUGGESTION: dict[str, Any] = {
    "agency": "u-city",
    "kind": "suggestion",
    "channel": "session",
    "period": "2025",
    "session": "十五届四次",
    "in_session": True,
    "received_on": "2025-03-03",
    "subject": "urban-environment",
    "region": "direct",
    "title": TITLE,
    "text": TEXT,
    "proposers": [{"person": "p-n1", "part": "lead", "phone": "13900000001"}],
    "wanted_unit": "u-hou",
}
LETTER = "孩子所在学校违规收费，已多次反映。"
PETITION: dict[str, Any] = {
    "agency": "u-city",
    "kind": "petition",
    "channel": "letter",
    "period": "2025",
    "received_on": "2025-03-03",
    "subject": "school-fees",
    "purpose": "appeal",
    "region": "c01",
    "title": "反映违规收费问题",
    "text": LETTER,
    "people": 6,
    "proposers": [
        {"name": "张伟国", "part": "lead", "phone": "13812345678", "address": "滨江新区81号"}
    ],
}


@pytest.fixture
async def intake() -> ServiceUnderTest:
    """The service with some units and people of the directory."""
    service = ServiceUnderTest(SERVICE, *PEOPLE)
    await service.knows(*CITY)
    return service


def refused(answer: httpx.Response, status: int, rule: str) -> None:
    assert (answer.status_code, answer.json()["rule"]) == (status, rule), answer.text


async def registered(intake: ServiceUnderTest, body: dict[str, Any] = SUGGESTION) -> str:
    answer = await intake.post("/cases", body, "p-reg")
    assert answer.status_code == 201, answer.text
    assert answer.json()["facts"] == ["case.registered.v1"]
    case: str = answer.json()["case_id"]
    return case


async def accepted(intake: ServiceUnderTest, body: dict[str, Any] = SUGGESTION) -> str:
    case = await registered(intake, body)
    answer = await intake.post(f"/cases/{case}/acceptance", checked(body["kind"]), "p-office")
    assert answer.json()["facts"] == ["case.accepted.v1"], answer.text
    return case


async def test_a_new_case_is_registered_without_a_read_of_its_stream(
    intake: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own command names the stream; a repetition and a refusal read it."""
    read, streams = intake.store.read, list[str]()

    async def noted(stream: str, after: int = 0) -> Any:
        streams.append(stream)
        return await read(stream, after)

    monkeypatch.setattr(intake.store, "read", noted)
    answer = await intake.post("/cases", SUGGESTION, "p-reg", key="k1")
    assert (answer.status_code, streams) == (201, [])
    again = await intake.post("/cases", SUGGESTION, "p-reg", key="k1")
    assert again.json() == {**answer.json(), "repeated": True}
    assert streams == [answer.json()["stream"]]
    tomorrow = SUGGESTION | {"received_on": "2025-03-04"}
    refused(await intake.post("/cases", tomorrow, "p-reg"), 409, "received-in-future")
    assert len(streams) == 2


async def test_a_suggestion_is_registered_with_the_deputys_public_name(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake)
    (fact,) = await intake.facts(f"intake-{case}")
    assert isinstance(fact, CaseRegistered)
    assert [(one.id, one.masked, one.known) for one in fact.proposers] == [("p-n1", "李四", True)]
    assert isinstance(fact.title, Sealed)
    assert not fact.sealed


async def test_nothing_personal_and_no_text_is_in_the_log(intake: ServiceUnderTest) -> None:
    await registered(intake)
    case = await registered(intake, PETITION)
    await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    log = json.dumps(intake.store.documents, ensure_ascii=False, default=str)
    for secret in (TITLE, TEXT, LETTER, "张伟国", "13812345678", "滨江新区", "13900000001"):
        assert secret not in log


async def test_a_value_that_is_none_of_the_codes_is_answered_with_their_names(
    intake: ServiceUnderTest,
) -> None:
    answer = await intake.post("/cases", SUGGESTION | {"kind": "letter"}, "p-reg")
    assert answer.status_code == 422
    [fault] = [each for each in answer.json()["errors"] if each["field"] == "kind"]
    assert "代表建议（suggestion）、议案（motion）" in fault["message"]


async def test_the_same_key_registers_one_case(intake: ServiceUnderTest) -> None:
    answers = [await intake.post("/cases", SUGGESTION, "p-reg", key="k1") for _ in range(2)]
    assert len({answer.json()["case_id"] for answer in answers}) == 1
    assert answers[0].json()["case_id"] == ids.case_id(ids.http_command("p-reg", "k1"))


async def test_a_row_of_a_ledger_is_one_case_whoever_imports_it(intake: ServiceUnderTest) -> None:
    row = SUGGESTION | {"serial": "17"}
    first = (await intake.post("/cases", row, "p-reg")).json()
    second = (await intake.post("/cases", row, "p-office")).json()
    assert first["case_id"] == second["case_id"]
    assert (first["repeated"], second["repeated"]) == (False, True)
    assert [each.subject for each in intake.trail.of("import")] == ["p-reg", "p-office"]
    changed = row | {"title": "改过的案由"}
    for who in ("p-reg", "p-office"):
        refused(await intake.post("/cases", changed, who), 409, "ledger-row-taken")


async def test_who_is_not_in_office_brings_no_suggestion(intake: ServiceUnderTest) -> None:
    for who in ("p-off", "p-nobody", "p-c1", "p-n9"):
        body = SUGGESTION | {"proposers": [{"person": who, "part": "lead"}]}
        answer = await intake.post("/cases", body, "p-reg")
        refused(answer, 409, "not-in-office")
    late = SUGGESTION | {"received_on": "2021-12-31"}
    refused(await intake.post("/cases", late, "p-reg"), 409, "not-in-office")


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("wanted_unit", "u-ghost", "unit-unknown"),
        ("wanted_unit", "u-far", "unit-elsewhere"),
        ("region", "c99", "region-unknown"),
        ("subject", "astronomy", "subject-unknown"),
    ],
)
async def test_a_paper_names_units_regions_and_subjects_that_there_are(
    intake: ServiceUnderTest, field: str, value: str, rule: str
) -> None:
    for body in (SUGGESTION, PETITION):
        answer = await intake.post("/cases", body | {field: value}, "p-reg")
        refused(answer, 409, rule)
        assert answer.json()["field"] == field


async def test_who_saw_a_deputy_registered_waits_until_he_is_known_here(
    intake: ServiceUnderTest,
) -> None:
    body = SUGGESTION | {"proposers": [{"person": "p-new", "part": "lead"}]}
    waiting = "/cases?at_least=person-p-new@1"
    refused(await intake.post(waiting, body, "p-reg"), 409, "not-yet-known")
    await intake.knows(deputy("p-new", "周九"))
    assert (await intake.post(waiting, body, "p-reg")).status_code == 201


async def test_a_channel_fits_the_kind(intake: ServiceUnderTest) -> None:
    answer = await intake.post("/cases", SUGGESTION | {"channel": "mailbox"}, "p-reg")
    refused(answer, 409, "no-policy")
    assert answer.json()["field"] == "channel"
    assert "“代表建议”类、“市长信箱”渠道" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", ""),
        ("title", "长" * 201),
        ("text", "长" * 20_001),
        ("kind", "complaint"),
        ("received_on", "昨天"),
        ("unknown", "x"),
        ("proposers", []),
        ("period", "2025 年"),
    ],
)
async def test_a_wrong_form_is_answered_field_by_field(
    intake: ServiceUnderTest, field: str, wrong: Any
) -> None:
    answer = await intake.post("/cases", SUGGESTION | {field: wrong}, "p-reg")
    refused(answer, 422, "validation")
    assert answer.json()["field"] == field


async def test_a_proposer_without_id_and_name_is_nobody(intake: ServiceUnderTest) -> None:
    answer = await intake.post("/cases", PETITION | {"proposers": [{"part": "lead"}]}, "p-reg")
    refused(answer, 422, "validation")


async def test_units_do_not_register(intake: ServiceUnderTest) -> None:
    refused(await intake.post("/cases", SUGGESTION, "p-hou"), 403, "not-allowed-register-case")


async def test_a_partner_registers_under_a_key_for_its_own_agency(
    intake: ServiceUnderTest,
) -> None:
    answer = await intake.post("/cases", SUGGESTION, "c-npc", key="n-1")
    assert answer.status_code == 201, answer.text
    assert (await intake.post("/cases", SUGGESTION, "c-npc")).status_code == 400
    other = await intake.post("/cases", SUGGESTION | {"agency": "u-c01"}, "c-npc", key="n-2")
    refused(other, 403, "not-allowed-register-case")


async def test_acceptance_opens_a_suggestion_and_gives_it_a_number(
    intake: ServiceUnderTest,
) -> None:
    case = await accepted(intake)
    await intake.settle()
    facts = await intake.facts(f"intake-{case}")
    opened, numbered = facts[1], facts[2]
    assert isinstance(opened, CaseAccepted)
    assert (opened.title, opened.text) == (TITLE, TEXT)
    assert isinstance(numbered, CaseNumbered)
    assert (numbered.number, numbered.label) == (1, "2025年第1号建议")


async def test_numbers_follow_in_the_order_of_acceptance(intake: ServiceUnderTest) -> None:
    cases = [await accepted(intake) for _ in range(3)]
    petition = await accepted(intake, PETITION)
    await intake.settle()
    pages = [(await intake.get(f"/cases/{case}", "p-office")).json() for case in cases]
    assert [page["number"] for page in pages] == [1, 2, 3]
    page = (await intake.get(f"/cases/{petition}", "p-office")).json()
    assert page["label"] == "2025年第1号信访件"


async def test_accepting_twice_changes_nothing(intake: ServiceUnderTest) -> None:
    case = await accepted(intake)
    again = await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    assert (again.status_code, again.json()["facts"]) == (201, [])


async def test_a_petition_stays_sealed_after_acceptance(intake: ServiceUnderTest) -> None:
    case = await accepted(intake, PETITION)
    fact = (await intake.facts(f"intake-{case}"))[1]
    assert isinstance(fact, CaseAccepted)
    assert isinstance(fact.text, Sealed)
    assert [proposer.masked for proposer in fact.proposers] == ["张**"]


async def test_only_the_office_screens(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    answer = await intake.post(f"/cases/{case}/acceptance", as_="p-reg")
    refused(answer, 403, "not-allowed-accept-case")
    assert intake.vault_store.reads == []


async def test_a_case_is_declined_with_a_reason_of_its_kind(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    whim = await intake.post(f"/cases/{case}/refusal", {"reason": "no-time"}, "p-office")
    refused(whim, 409, "refusal-reason")
    body = refusing("outside-remit", note="属国家事权")
    answer = await intake.post(f"/cases/{case}/refusal", body, "p-office")
    assert answer.json()["facts"] == ["case.declined.v1"]
    late = await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    refused(late, 409, "case-decided")


async def test_a_case_is_sent_back(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    answer = await intake.post(f"/cases/{case}/return", refusing("several-matters"), "p-office")
    assert answer.json()["facts"] == ["case.sent-back.v1"]


async def test_what_is_being_published_is_not_withdrawn(intake: ServiceUnderTest) -> None:
    case = await accepted(intake)
    request = DisclosureRequested(**head(), task=TASK, request=REQUEST)
    await intake.react_to(request, f"disclosure-{case}")
    assert isinstance((await intake.facts(f"intake-{case}"))[-1], PublicationCleared)
    path = f"/cases/{case}/withdrawal"
    body = {"reason": "另行提出"}
    refused(await intake.post(path, body, "p-office"), 409, "publication-under-way")
    released = PublicationReleased(**head(), task=TASK, request=REQUEST, reason="returned")
    await intake.react_to(released, f"disclosure-{case}", version=2)
    assert (await intake.post(path, body, "p-office")).json()["facts"] == ["case.withdrawn.v1"]


async def test_a_withdrawn_case_is_not_published(intake: ServiceUnderTest) -> None:
    case = await accepted(intake)
    await intake.post(f"/cases/{case}/withdrawal", {"reason": "另行提出"}, "p-office")
    request = DisclosureRequested(**head(), task=TASK, request=REQUEST)
    await intake.react_to(request, f"disclosure-{case}")
    answer = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(answer, PublicationRefused)
    assert answer.reason == "withdrawn"


async def test_an_erasure_is_asked_for_confirmed_by_another_and_reported(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, PETITION)
    body, path = {"reason": "person-asked"}, f"/cases/{case}/erasure"
    refused(await intake.post(path, body, "p-reg"), 403, "not-allowed-ask-erasure")
    assert (await intake.get(path, "p-admin")).status_code == 404
    assert (await intake.post(path, body, "p-admin")).status_code == 201
    refused(await intake.post(f"{path}/confirmation", {}, "p-admin"), 409, "second-person")
    refused(await intake.post(f"{path}/confirmation", {}, "p-office"), 409, "erasure-waits")
    waiting = (await intake.get(path, "p-admin")).json()
    assert (waiting["step"], waiting["not_before_on"]) == ("waiting", "2025-03-07")
    intake.later(days=7)
    assert (await intake.post(f"{path}/confirmation", {}, "p-office")).status_code == 201
    await intake.react_to(PagesTakenDown(**head("petition"), pages=0), f"disclosure-{case}", 9)
    await intake.settle()
    page = (await intake.get(f"/cases/{case}", "p-office")).json()
    assert page["status"] == "erased"
    assert LETTER not in json.dumps(page, ensure_ascii=False)
    assert page["proposers"][0]["contact"] is None
    report = (await intake.get(path, "p-admin")).json()
    assert (report["step"], report["destroyed"]) == ("confirmed", ["intake"])


async def test_a_stopped_erasure_erases_nothing(intake: ServiceUnderTest) -> None:
    case = await registered(intake, PETITION)
    path = f"/cases/{case}/erasure"
    await intake.post(path, {"reason": "person-asked"}, "p-admin")
    why = {"reason": "本人撤回请求"}
    assert (await intake.post(f"{path}/stop", why, "p-office")).status_code == 201
    intake.later(days=7)
    refused(await intake.post(f"{path}/confirmation", {}, "p-office"), 409, "erasure-not-asked")
    assert (await intake.get(f"/cases/{case}", "p-office")).json()["text"] == LETTER


async def test_the_office_reads_the_letter_and_the_reading_is_noted(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, PETITION)
    page = (await intake.get(f"/cases/{case}", "p-office")).json()
    assert (page["text"], page["group_visit"]) == (LETTER, False)
    assert page["proposers"][0]["contact"] == {
        "name": "张伟国",
        "phone": "13812345678",
        "address": "滨江新区81号",
    }
    assert {reader for _, _, reader in intake.vault_store.reads} == {"p-office"}


async def test_an_auditor_sees_the_case_and_not_the_letter(intake: ServiceUnderTest) -> None:
    case = await registered(intake, PETITION)
    page = (await intake.get(f"/cases/{case}", "p-audit")).json()
    assert (page["title"], page["text"], page["readable"]) == (None, None, False)
    assert page["proposers"] == [
        {"id": page["proposers"][0]["id"], "known": False, "name": "张**", "part": "lead",
         "confirmed": True, "signed_on": None, "evidence": None, "contact": None}
    ]  # fmt: skip
    assert intake.vault_store.reads == []


async def test_units_at_work_read_the_letter_and_others_do_not_know_of_it(
    intake: ServiceUnderTest,
) -> None:
    """信访工作条例 art. 30: only units that handle it."""
    case = await accepted(intake, PETITION)
    refused(await intake.get(f"/cases/{case}", "p-hou"), 404, "not-found")
    assigned = CaseAssigned(**head("petition"), tasks=(task("t1", "u-hou"),), by="p-office")
    await intake.react_to(assigned, f"assignment-{case}")
    assert (await intake.get(f"/cases/{case}", "p-hou")).json()["text"] == LETTER
    refused(await intake.get(f"/cases/{case}", "p-fin"), 404, "not-found")


async def contacts_seen(intake: ServiceUnderTest, case: str, who: str, **query: str) -> list[Any]:
    page = (await intake.get(f"/cases/{case}", who, **query)).json()
    return [proposer["contact"] and proposer["contact"]["phone"] for proposer in page["proposers"]]


async def at_work(intake: ServiceUnderTest, case: str, kind: Any) -> None:
    assigned = CaseAssigned(**head(kind), tasks=(task("t1", "u-hou"),), by="p-office")
    await intake.react_to(assigned, f"assignment-{case}")


async def test_contacts_of_a_petition_stay_with_the_agency_unless_a_unit_says_what_for(
    intake: ServiceUnderTest,
) -> None:
    """信访工作条例 art. 30: the trace of the read has the reason."""
    case = await accepted(intake, PETITION)
    await at_work(intake, case, "petition")
    assert await contacts_seen(intake, case, "p-office") == ["13812345678"]
    assert await contacts_seen(intake, case, "p-hou") == [None]
    seen = await contacts_seen(intake, case, "p-hou", contact_reason="verify")
    assert (intake.trail.of("read")[-1].subject, intake.trail.of("read")[-1].reason) == (
        "p-hou",
        "verify",
    )
    assert seen == ["13812345678"]
    assert intake.vault_store.reads[-1][2] == "p-hou"
    assert intake.vault_store.reasons[-1] == "verify"
    curious = await intake.get(f"/cases/{case}", "p-hou", contact_reason="curiosity")
    assert curious.status_code == 422


async def test_co_signers_see_their_own_contacts_only(intake: ServiceUnderTest) -> None:
    both = [
        {"person": "p-n1", "part": "lead", "phone": "13800000001"},
        {"person": "p-n2", "part": "co", "phone": "13800000002"},
    ]
    case = await registered(intake, SUGGESTION | {"proposers": both})
    assert await contacts_seen(intake, case, "p-n1") == ["13800000001", None]
    assert await contacts_seen(intake, case, "p-n2") == [None, "13800000002"]
    await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    await at_work(intake, case, "suggestion")
    assert await contacts_seen(intake, case, "p-hou") == ["13800000001", "13800000002"]


async def test_a_proposer_reads_the_own_paper(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    assert (await intake.get(f"/cases/{case}", "p-n1")).json()["text"] == TEXT
    refused(await intake.get(f"/cases/{case}", "p-n2"), 404, "not-found")


async def test_buttons_show_what_would_be_done(intake: ServiceUnderTest) -> None:
    case = await registered(intake)

    async def buttons(who: str) -> list[str]:
        answer = await intake.get(f"/cases/{case}/actions", who)
        return [action["action"] for action in answer.json()["actions"]]

    files = ["add-attachment"]
    decide = ["accept-case", "decline-case", "send-back-case", "pass-on-case"]
    screening = [*decide, "link-case", "split-case", *files, "withdraw-case"]
    assert await buttons("p-office") == screening
    assert await buttons("p-n1") == [*files, "withdraw-case"]
    refused(await intake.get(f"/cases/{case}/actions", "p-hou"), 404, "not-found")
    await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    assert await buttons("p-office") == ["merge-case", "link-case", *files, "withdraw-case"]


async def test_an_unknown_case_is_not_found(intake: ServiceUnderTest) -> None:
    case = "0" * 32
    for path in (f"/cases/{case}", f"/cases/{case}/actions"):
        refused(await intake.get(path, "p-office"), 404, "not-found")
    refused(await intake.post(f"/cases/{case}/acceptance", checked(), "p-office"), 404, "not-found")
    refused(await intake.post(f"/cases/{case}/withdrawal", {}, "p-office"), 404, "not-found")


async def test_a_stale_page_screens_nothing(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    stale = await intake.post(f"/cases/{case}/acceptance", checked(), "p-office", if_match='"7"')
    refused(stale, 412, "stale")
