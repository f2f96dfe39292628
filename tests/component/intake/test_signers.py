"""Signers of a paper through HTTP: they confirm, withdraw together, and are told of a refusal."""

from shared.contracts.handling import CaseReplied
from shared.contracts.intake import CaseAccepted
from shared.contracts.obligations import Obliging
from shared.contracts.signers import SignatureConfirmed
from shared.kernel.messages import Event
from shared.testing.checklist import checked, refusing
from shared.testing.organisation import deputy
from shared.testing.service import ServiceUnderTest
from tests.component.intake.test_api import (
    PETITION,
    SUGGESTION,
    accepted,
    intake,
    refused,
    registered,
)
from tests.unit.intake.papers import TASK, head

__all__ = ["intake"]
DECLARED = {"on": "2025-03-03", "evidence": "书面声明，存卷第 3 页"}
BOTH = [{"person": "p-n1", "part": "lead"}, {"person": "p-n2", "part": "co"}]


async def own(intake: ServiceUnderTest) -> str:
    """A joint paper that its first signer brings."""
    answer = await intake.post("/cases", SUGGESTION | {"proposers": BOTH}, "p-n1")
    case: str = answer.json()["case_id"]
    return case


async def read(intake: ServiceUnderTest, case: str, who: str = "p-n2") -> dict[str, str]:
    """Reads the paper; returns what a confirmation of this very text says."""
    return {"text_digest": (await intake.get(f"/cases/{case}", who)).json()["text_digest"]}


async def test_a_cosigner_confirms_the_text_that_he_has_read(intake: ServiceUnderTest) -> None:
    case = await own(intake)
    path, yes = f"/cases/{case}/signatures/p-n2/confirmation", await read(intake, case)
    refused(await intake.post(path, {}, "p-n2"), 409, "signature-unread")
    other = {"text_digest": "0" * 32}
    refused(await intake.post(path, other, "p-n2"), 409, "signature-other-text")
    assert (await intake.get(f"/cases/{case}", "p-audit")).json()["text_digest"] is None
    assert (await intake.post(path, yes, "p-n2")).status_code == 201
    fact = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(fact, SignatureConfirmed)
    assert fact.text_digest == yes["text_digest"]


async def test_cosigners_of_a_deputys_own_paper_confirm_before_it_is_accepted(
    intake: ServiceUnderTest,
) -> None:
    case = await own(intake)
    accept = f"/cases/{case}/acceptance"
    refused(await intake.post(accept, as_="p-office"), 409, "cosigners-unconfirmed")
    path, yes = f"/cases/{case}/signatures/p-n2/confirmation", await read(intake, case)
    refused(await intake.post(path, yes, "p-n1"), 403, "not-allowed-confirm-signature")
    assert (await intake.post(path, yes, "p-n2")).json()["facts"] == ["signature.confirmed.v1"]
    assert (await intake.post(accept, checked(), "p-office")).status_code == 201


async def test_the_silence_of_a_cosigner_is_counted_against_himself_alone(
    intake: ServiceUnderTest,
) -> None:
    """The organ cannot screen the paper meanwhile; its own time begins with the last answer."""
    three = [*BOTH, {"person": "p-n3", "part": "co"}]
    await intake.knows(deputy("p-n3", "周九"))
    answer = await intake.post("/cases", SUGGESTION | {"proposers": three}, "p-n1")
    case = answer.json()["case_id"]
    (paper,) = await intake.facts(f"intake-{case}")
    assert owed(paper) == [("signature", "p-n2", "p-n2"), ("signature", "p-n3", "p-n3")]
    path = f"/cases/{case}/signatures"
    await intake.post(f"{path}/p-n2/confirmation", await read(intake, case), "p-n2")
    await intake.post(f"{path}/p-n3/refusal", DECLARED, "p-office")
    first, last = (await intake.facts(f"intake-{case}"))[1:]
    assert (owed(first), owed(last)) == ([], [("screening", case, None)])
    assert [change.subject for change in last.changes(case)] == ["p-n3"]


def owed(fact: Event) -> list[tuple[str, str, str | None]]:
    assert isinstance(fact, Obliging)
    return [(one.due.rule, one.subject, one.person) for one in fact.opens or ()]


async def test_who_does_not_sign_is_no_proposer(intake: ServiceUnderTest) -> None:
    case = await own(intake)
    await intake.post(f"/cases/{case}/signatures/p-n2/refusal", {}, "p-n2")
    refused(await intake.get(f"/cases/{case}", "p-n2"), 404, "not-found")
    assert (
        await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    ).status_code == 201
    fact = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(fact, CaseAccepted)
    assert [one.id for one in fact.proposers] == ["p-n1"]


async def test_who_keeps_the_papers_reads_by_which_one_a_person_did_not_sign(
    intake: ServiceUnderTest,
) -> None:
    case = await own(intake)
    paper = DECLARED
    answer = await intake.post(f"/cases/{case}/signatures/p-n2/refusal", paper, "p-office")
    assert answer.json()["facts"] == ["signature.declined.v1"]
    [step] = (await intake.get(f"/cases/{case}", "p-office")).json()["steps"]
    assert (step["type"], step["signer"]) == ("signature.declined.v1", "王五")
    assert (step["on"], step["evidence"]) == (paper["on"], paper["evidence"])
    assert (await intake.get(f"/cases/{case}", "p-n1")).json()["steps"] == []


async def test_the_reasons_of_those_who_withdraw_are_shown_to_those_who_read_the_text(
    intake: ServiceUnderTest,
) -> None:
    case = (await intake.post("/cases", SUGGESTION | {"proposers": BOTH}, "p-office")).json()
    path = f"/cases/{case['case_id']}"
    for who, reason in (("p-n1", "已经解决"), ("p-n2", "同意撤回")):
        assert (await intake.post(f"{path}/withdrawal", {"reason": reason}, who)).status_code == 201
    steps = (await intake.get(path, "p-office")).json()["steps"]
    assert [(step["step"], step["by"], step["reason"]) for step in steps] == [
        ("要求撤回", "p-n1", "已经解决"),
        ("撤回", "p-n2", "同意撤回"),
    ]
    hidden = (await intake.get(path, "p-audit")).json()["steps"]
    assert [step["reason"] for step in hidden] == [None, None]


async def test_buttons_of_a_joint_paper_are_those_that_would_be_done(
    intake: ServiceUnderTest,
) -> None:
    case = await own(intake)

    async def buttons(who: str) -> list[tuple[str, str | None]]:
        answer = await intake.get(f"/cases/{case}/actions", who)
        return [(each["action"], each.get("target")) for each in answer.json()["actions"]]

    assert await buttons("p-n1") == [("add-attachment", None), ("withdraw-case", None)]
    signing = [("confirm-signature", "p-n2"), ("decline-signature", "p-n2")]
    assert await buttons("p-n2") == signing
    assert ("accept-case", None) not in await buttons("p-office")
    path, yes = f"/cases/{case}/signatures/p-n2/confirmation", await read(intake, case)
    await intake.post(path, yes, "p-n2")
    assert ("accept-case", None) in await buttons("p-office")
    await intake.post(f"/cases/{case}/withdrawal", {}, "p-n1")
    assert await buttons("p-n1") == []
    assert await buttons("p-n2") == [("withdraw-case", None)]


async def test_a_joint_paper_is_withdrawn_when_each_signer_has_said_so(
    intake: ServiceUnderTest,
) -> None:
    """L2 art. 10."""
    case = await registered(intake, SUGGESTION | {"proposers": BOTH})
    path = f"/cases/{case}/withdrawal"
    for_all = {"reason": "另行提出", "all_cosigners_agree": True}
    refused(await intake.post(path, for_all, "p-n1"), 409, "consent-own")
    asked = await intake.post(path, {}, "p-n1")
    assert asked.json()["facts"] == ["withdrawal.requested.v1"]
    assert (await intake.get(f"/cases/{case}", "p-n2")).json()["withdrawal_asked_by"] == ["p-n1"]
    assert (await intake.post(path, {}, "p-n1")).json()["facts"] == []
    assert (await intake.post(path, {}, "p-n2")).json()["facts"] == ["case.withdrawn.v1"]


async def test_the_registrar_withdraws_a_joint_paper_with_the_consent_of_all(
    intake: ServiceUnderTest,
) -> None:
    case = await registered(intake, SUGGESTION | {"proposers": BOTH})
    path = f"/cases/{case}/withdrawal"
    refused(await intake.post(path, {}, "p-reg"), 409, "cosigners-must-agree")
    for_all = {"all_cosigners_agree": True}
    assert (await intake.post(path, for_all, "p-reg")).json()["facts"] == ["case.withdrawn.v1"]


async def test_an_answered_petition_is_not_withdrawn(intake: ServiceUnderTest) -> None:
    case = await accepted(intake, PETITION)
    path = f"/cases/{case}/withdrawal"
    refused(await intake.post(path, {}, "p-office"), 409, "withdrawal-reason")
    fields = {"task": TASK, "unit": "u-hou", "number": "临教信〔2025〕1号", "part": "lead"}
    outcome = {"letter": "A", "meaning": "solved", "on_time": True}
    replied = CaseReplied.model_validate({**head("petition"), **fields, **outcome})
    await intake.react_to(replied, f"handling-{case}")
    late = await intake.post(path, {"reason": "不再反映"}, "p-office")
    refused(late, 409, "withdrawal-late")
    actions = (await intake.get(f"/cases/{case}/actions", "p-office")).json()["actions"]
    assert [each["action"] for each in actions] == [
        "withdraw-case",
        "link-case",
        "classify-case",
        "note-particulars",
        "name-against",
        "add-attachment",
    ]


async def test_a_proposer_reads_why_the_paper_was_not_taken_up(intake: ServiceUnderTest) -> None:
    case = await registered(intake)
    body = refusing("outside-remit", note="属国家事权")
    await intake.post(f"/cases/{case}/refusal", body, "p-office")
    why = {"reason": "outside-remit", "reason_text": "不属本行政区域或本级机关职权"}
    reason = {**why, "form": None, "to": None}
    for who in ("p-n1", "p-office"):
        page = (await intake.get(f"/cases/{case}", who)).json()
        assert page["refusal"] == {**reason, "note": "属国家事权", "told": False, "notice": None}
    assert (await intake.get(f"/cases/{case}", "p-audit")).json()["refusal"]["note"] is None
    path, notice = f"/cases/{case}/refusal-notice", {"mode": "letter", "on": "2025-03-03"}
    by_phone = await intake.post(path, {**notice, "mode": "phone"}, "p-office")
    refused(by_phone, 422, "validation")
    answer = await intake.post(path, notice, "p-office")
    assert answer.json()["facts"] == ["refusal.notified.v1"]
    told = (await intake.get(f"/cases/{case}", "p-n1")).json()["refusal"]
    assert (told["told"], told["notice"]) == (True, notice | {"receipt": ""})
