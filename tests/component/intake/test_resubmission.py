"""A paper that was sent back, through HTTP: amended, handed in again, and accepted as the same
case."""

from shared.contracts.intake import CaseAccepted
from shared.contracts.resubmission import PaperResubmitted
from shared.testing.checklist import checked, refusing
from shared.testing.service import ServiceUnderTest
from tests.component.intake.test_api import SUGGESTION, TITLE, intake, refused, registered
from tests.component.intake.test_calls import AMENDED, confirm
from tests.component.intake.test_signers import BOTH

__all__ = ["intake"]


async def sent_back(intake: ServiceUnderTest, **changes: object) -> str:
    case: str = await registered(intake, SUGGESTION | changes)
    body = refusing("several-matters", note="一件写两事，请分开")
    assert (await intake.post(f"/cases/{case}/return", body, "p-office")).status_code == 201
    return case


async def resubmit(intake: ServiceUnderTest, case: str, who: str = "p-n1") -> None:
    answer = await intake.post(f"/cases/{case}/resubmission", AMENDED, who)
    assert answer.json()["facts"] == ["paper.resubmitted.v1"], answer.text


async def test_the_author_hands_an_amended_paper_in_as_the_same_case(
    intake: ServiceUnderTest,
) -> None:
    case = await sent_back(intake)
    await resubmit(intake, case)
    fact = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(fact, PaperResubmitted)
    assert fact.version == 2
    view = (await intake.get(f"/cases/{case}", "p-n1")).json()
    assert (view["status"], view["text"], view["refusal"]) == ("registered", AMENDED["text"], None)
    accepted = await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    assert accepted.status_code == 201, accepted.text
    taken_up = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(taken_up, CaseAccepted)
    assert taken_up.text == AMENDED["text"]


async def test_why_it_was_sent_back_stays_to_be_read(intake: ServiceUnderTest) -> None:
    case = await sent_back(intake)
    await resubmit(intake, case)
    for reader in ("p-n1", "p-office"):
        (step,) = (await intake.get(f"/cases/{case}", reader)).json()["steps"]
        assert step["type"] == "case.sent-back.v1"
        assert step["reason"].endswith("：一件写两事，请分开")


async def test_cosigners_confirm_the_amended_paper(intake: ServiceUnderTest) -> None:
    case = await sent_back(intake, proposers=BOTH)
    await resubmit(intake, case)
    early = await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    refused(early, 409, "cosigners-unconfirmed")
    await confirm(intake, case)
    assert (
        await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    ).status_code == 201


async def test_who_may_hand_it_in_again(intake: ServiceUnderTest) -> None:
    case = await sent_back(intake, proposers=BOTH)
    path = f"/cases/{case}/resubmission"
    refused(await intake.post(path, AMENDED, "p-n2"), 403, "not-allowed-resubmit-paper")
    refused(await intake.post(path, AMENDED, "p-fin"), 404, "not-found")
    await resubmit(intake, case, "p-reg")
    assert (
        await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    ).status_code == 201


async def test_the_button_is_there_while_the_paper_is_with_its_author(
    intake: ServiceUnderTest,
) -> None:
    async def buttons(case: str) -> list[str]:
        answer = await intake.get(f"/cases/{case}/actions", "p-n1")
        return [each["action"] for each in answer.json()["actions"]]

    fresh, back = await registered(intake, SUGGESTION), await sent_back(intake)
    assert "resubmit-paper" not in await buttons(fresh)
    assert "resubmit-paper" in await buttons(back)
    await resubmit(intake, back)
    assert "resubmit-paper" not in await buttons(back)


async def test_words_that_did_not_change_are_refused(intake: ServiceUnderTest) -> None:
    case = await sent_back(intake)
    same = {"title": TITLE, "text": SUGGESTION["text"]}
    answer = await intake.post(f"/cases/{case}/resubmission", same, "p-n1")
    refused(answer, 409, "resubmitted-unchanged")


async def test_a_number_that_was_given_to_another_paper_meanwhile(
    intake: ServiceUnderTest,
) -> None:
    case = await sent_back(intake, external_no="闭-12")
    await registered(intake, SUGGESTION | {"external_no": "闭-12", "title": "另一件"})
    answer = await intake.post(f"/cases/{case}/resubmission", AMENDED, "p-n1")
    refused(answer, 409, "external-number-taken")
    free = await sent_back(intake, external_no="闭-13")
    await resubmit(intake, free)
    row = SUGGESTION | {"external_no": "闭-13", "title": "又一件"}
    refused(await intake.post("/cases", row, "p-reg"), 409, "external-number-taken")
