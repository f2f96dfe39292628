"""A call for co-signatures through HTTP: from the author's registration to a paper handed in."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from services.intake.app import SERVICE
from shared.contracts.calls import CallLapsed, CallOpened, PaperHandedIn
from shared.contracts.intake import CaseAccepted
from shared.contracts.reminder import ReminderSent
from shared.kernel.actor import Actor
from shared.kernel.messages import Event
from shared.kernel.paper_rules import SignatureRules
from shared.testing.checklist import checked
from shared.testing.organisation import deputy
from shared.testing.service import ServiceUnderTest, policies
from tests.component.intake.test_api import CITY, PEOPLE, SUGGESTION, TITLE, intake, refused
from tests.component.intake.test_signers import BOTH, owed, read
from tests.unit.intake.papers import head

__all__ = ["intake"]
THIRD = Actor("p-n3", deputy=True)
UNTIL = "2025-03-14"
END = datetime.fromisoformat("2025-03-15T00:00:00+08:00")
AMENDED = {"title": TITLE, "text": "一、基本情况。二、低洼路段积水。三、建议改造管网，增设泵站。"}


async def called(intake: ServiceUnderTest, *more: str, **changes: Any) -> str:
    """A joint paper for which its first signer calls."""
    proposers = [*BOTH, *({"person": each, "part": "co"} for each in more)]
    body = SUGGESTION | {"proposers": proposers, "call_until": UNTIL} | changes
    answer = await intake.post("/cases", body, "p-n1")
    assert answer.json()["facts"] == ["case.registered.v1", "call.opened.v1"], answer.text
    case: str = answer.json()["case_id"]
    return case


async def confirm(intake: ServiceUnderTest, case: str, who: str = "p-n2") -> None:
    path, yes = f"/cases/{case}/signatures/{who}/confirmation", await read(intake, case, who)
    answer = await intake.post(path, yes, who)
    assert answer.json()["facts"] == ["signature.confirmed.v1"], answer.text


async def end_of_day(intake: ServiceUnderTest, case: str) -> Event:
    """The last rung of the call's clock; returns the fact that followed."""
    rung = ReminderSent(
        **head() | {"at": END}, clock="c1", rule="call", subject=case, rung="d0", role="proposer",
        planned=END, lateness_seconds=0, deems=True,
    )  # fmt: skip
    await intake.react_to(rung, f"clocks-{case}")
    return (await intake.facts(f"intake-{case}"))[-1]


async def test_a_paper_that_is_called_for_is_its_authors(intake: ServiceUnderTest) -> None:
    case = await called(intake)
    paper, call = await intake.facts(f"intake-{case}")
    assert isinstance(call, CallOpened)
    assert owed(paper) == []
    assert [each.due.at for each in call.opened(case)] == [END, END]
    view = (await intake.get(f"/cases/{case}", "p-n2")).json()
    assert view["call"] == {"until": UNTIL, "open": True}
    refused(
        await intake.post(f"/cases/{case}/acceptance", checked(), "p-office"), 409, "not-handed-in"
    )


async def test_an_amended_text_is_confirmed_again(intake: ServiceUnderTest) -> None:
    case = await called(intake)
    old = await read(intake, case)
    await confirm(intake, case)
    amended = await intake.post(f"/cases/{case}/wording", AMENDED, "p-n1")
    assert amended.json()["facts"] == ["wording.amended.v1"]
    path = f"/cases/{case}/signatures/p-n2/confirmation"
    refused(await intake.post(path, old, "p-n2"), 409, "signature-other-text")
    again = (await intake.get(f"/cases/{case}", "p-n2")).json()
    assert again["text"] == AMENDED["text"]
    assert [one["confirmed"] for one in again["proposers"]] == [True, False]
    await confirm(intake, case)


async def test_a_paper_that_is_handed_in_is_accepted_as_it_was_signed(
    intake: ServiceUnderTest,
) -> None:
    case = await called(intake)
    await intake.post(f"/cases/{case}/wording", AMENDED, "p-n1")
    await confirm(intake, case)
    handed_in = await intake.post(f"/cases/{case}/hand-in", as_="p-n1")
    assert handed_in.json()["facts"] == ["paper.handed-in.v1"]
    assert (await intake.get(f"/cases/{case}", "p-n2")).json()["call"] is None
    accepted = await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    assert accepted.status_code == 201, accepted.text
    fact = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(fact, CaseAccepted)
    assert (fact.text, [one.id for one in fact.proposers]) == (AMENDED["text"], ["p-n1", "p-n2"])


async def test_acts_of_the_author_are_not_those_of_others(intake: ServiceUnderTest) -> None:
    case = await called(intake)
    acts = {"call": {"until": UNTIL}, "wording": AMENDED, "hand-in": {}}
    names = {"call": "open-call", "wording": "amend-wording", "hand-in": "hand-in-paper"}
    for place, body in acts.items():
        for who in ("p-n2", "p-office", "p-reg"):
            answer = await intake.post(f"/cases/{case}/{place}", body, who)
            refused(answer, 403, f"not-allowed-{names[place]}")
        refused(await intake.post(f"/cases/{case}/{place}", body, "p-fin"), 404, "not-found")


async def test_buttons_of_a_call(intake: ServiceUnderTest) -> None:
    case = await called(intake)

    async def buttons(who: str) -> list[str]:
        answer = await intake.get(f"/cases/{case}/actions", who)
        return [each["action"] for each in answer.json()["actions"]]

    files = ["add-attachment"]
    assert await buttons("p-n1") == ["amend-wording", "hand-in-paper", *files, "withdraw-case"]
    assert await buttons("p-n2") == ["confirm-signature", "decline-signature"]
    screening = {"accept-case", "decline-case", "send-back-case"}
    assert screening.isdisjoint(await buttons("p-office"))
    await intake.post(f"/cases/{case}/hand-in", as_="p-n1")
    assert await buttons("p-n1") == [*files, "withdraw-case"]
    assert screening <= {*await buttons("p-office")}


async def test_the_day_of_a_call_hands_the_paper_in_without_the_silent(
    intake: ServiceUnderTest,
) -> None:
    await intake.knows(deputy("p-n3", "周九"))
    case = await called(intake, "p-n3")
    await confirm(intake, case)
    fact = await end_of_day(intake, case)
    assert isinstance(fact, PaperHandedIn)
    assert fact.silent == ("p-n3",)
    assert owed(fact) == [("screening", case, None)]
    assert await end_of_day(intake, case) == fact
    proposers = (await intake.get(f"/cases/{case}", "p-n1")).json()["proposers"]
    assert [one["id"] for one in proposers] == ["p-n1", "p-n2"]


async def test_after_its_day_a_call_is_not_answered_even_before_its_clock_says_so(
    intake: ServiceUnderTest,
) -> None:
    case = await called(intake)
    yes = await read(intake, case)
    intake.later(days=12)
    path = f"/cases/{case}/signatures/p-n2"
    refused(await intake.post(f"{path}/confirmation", yes, "p-n2"), 409, "call-over")
    refused(await intake.post(f"{path}/refusal", {}, "p-n2"), 409, "call-over")
    refused(await intake.post(f"/cases/{case}/wording", AMENDED, "p-n1"), 409, "call-over")


async def test_a_place_that_asks_for_more_signatures_lets_the_call_lapse() -> None:
    """Its rows alone say so: three proposers sign, and nobody brings a paper alone."""
    intake = await elsewhere(3)
    await intake.knows(deputy("p-n3", "周九"))
    few = SUGGESTION | {"proposers": BOTH}
    refused(await intake.post("/cases", few, "p-n1"), 409, "signatures-few")
    case = await called(intake, "p-n3")
    await confirm(intake, case)
    refused(await intake.post(f"/cases/{case}/hand-in", as_="p-n1"), 409, "signatures-few")
    fact = await end_of_day(intake, case)
    assert isinstance(fact, CallLapsed)
    assert (fact.signed, fact.minimum) == (2, 3)
    intake.later(days=12)
    view = (await intake.get(f"/cases/{case}", "p-n3")).json()
    assert view["call"] == {"until": UNTIL, "open": False}
    refused(
        await intake.post(f"/cases/{case}/acceptance", checked(), "p-office"), 409, "not-handed-in"
    )
    again = await intake.post(f"/cases/{case}/call", {"until": "2025-03-20"}, "p-n1")
    assert again.json()["facts"] == ["call.opened.v1"]
    await confirm(intake, case, "p-n3")
    answer = await intake.post(f"/cases/{case}/hand-in", as_="p-n1")
    assert answer.json()["facts"] == ["paper.handed-in.v1"]


async def elsewhere(signatures: int) -> ServiceUnderTest:
    forms = {"joint": SignatureRules(by="each", minimum=signatures, basis="x")}
    book = policies()
    rows = tuple(row.model_copy(update={"signatures": forms}) for row in book.rows)
    book = replace(book, rows=rows, organs_by_day={})
    service = ServiceUnderTest(SERVICE, *PEOPLE, THIRD, book=book)
    await service.knows(*CITY)
    return service
