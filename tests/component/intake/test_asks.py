"""Items that a paper asks for, through HTTP: shown to readers of its text, and to nobody else."""

from shared.contracts.intake import CaseAccepted, CaseRegistered
from shared.kernel.messages import Sealed
from shared.testing.checklist import checked
from shared.testing.service import ServiceUnderTest
from tests.component.intake.test_api import PETITION, SUGGESTION, intake, refused, registered

__all__ = ["intake"]
ASKS = ["夜间公交开到高铁站", "公布排水管网改造计划"]


async def test_items_are_sealed_until_the_paper_is_accepted(intake: ServiceUnderTest) -> None:
    case = await registered(intake, SUGGESTION | {"asks": ASKS})
    (fact,) = await intake.facts(f"intake-{case}")
    assert isinstance(fact, CaseRegistered)
    assert all(isinstance(ask, Sealed) for ask in fact.asks)
    assert (await intake.get(f"/cases/{case}", "p-n1")).json()["asks"] == ASKS
    answer = await intake.post(f"/cases/{case}/acceptance", checked(), "p-office")
    assert answer.status_code == 201, answer.text
    accepted = (await intake.facts(f"intake-{case}"))[-1]
    assert isinstance(accepted, CaseAccepted)
    assert list(accepted.asks) == ASKS


async def test_items_of_a_petition_stay_sealed(intake: ServiceUnderTest) -> None:
    case = await registered(intake, PETITION | {"asks": ASKS})
    body = {**checked("petition"), "purpose": "appeal"}
    accepted = await intake.post(f"/cases/{case}/acceptance", body, "p-office")
    assert accepted.status_code == 201, accepted.text
    for fact in await intake.facts(f"intake-{case}"):
        assert ASKS[0] not in fact.model_dump_json()


async def test_an_auditor_sees_the_case_and_not_its_items(intake: ServiceUnderTest) -> None:
    case = await registered(intake, SUGGESTION | {"asks": ASKS})
    view = (await intake.get(f"/cases/{case}", "p-audit")).json()
    assert (view["text"], view["asks"]) == (None, None)


async def test_an_item_is_named_that_does_not_fit(intake: ServiceUnderTest) -> None:
    body = SUGGESTION | {"asks": [ASKS[0], ASKS[0]]}
    refused(await intake.post("/cases", body, "p-reg"), 409, "ask-twice")
    lines = SUGGESTION | {"asks": ["一行\n两行"]}
    assert (await intake.post("/cases", lines, "p-reg")).status_code == 422
    many = SUGGESTION | {"asks": [f"第 {n} 项" for n in range(21)]}
    assert (await intake.post("/cases", many, "p-reg")).status_code == 422


async def test_the_same_paper_with_other_items_is_no_repetition(intake: ServiceUnderTest) -> None:
    for asks, status in ((ASKS, 201), (ASKS, 201), (ASKS[:1], 422)):
        answer = await intake.post("/cases", SUGGESTION | {"asks": asks}, "p-reg", key="once")
        assert answer.status_code == status, answer.text
