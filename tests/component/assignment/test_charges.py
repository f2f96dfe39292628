"""A leader takes charge of a petition through HTTP: who designates him, who reports, who reads."""

from typing import Any

import pytest

from shared.contracts.charges import ChargeTaken
from shared.contracts.intake import CaseWithdrawn
from shared.kernel.actor import Actor, Post
from shared.kernel.messages import Sealed
from shared.testing.organisation import person, seat
from shared.testing.samples import sample
from shared.testing.service import ServiceUnderTest
from tests.component.assignment.test_answers import post
from tests.component.assignment.test_api import (
    CASE,
    DEPUTY,
    LIAISON,
    STREAM,
    TEAM,
    accepted,
    actions,
    against,
    head,
)

ORGAN = Actor("p-xf", (Post("office", "u-petition", ("u-petition", "u-city")),))
LEADER = Actor("p-city-leader", (Post("leader", "u-city", ("u-city",)),))
SECOND = Actor("p-second", LEADER.posts)
CHARGES = f"/cases/{CASE}/charges"
CHARGE = {
    "scheme": "charge",
    "leader": LEADER.sub,
    "problem": "补偿标准有争议",
    "measures": "市住建局一个月内面谈",
}
NEWS, END = {"note": "已经面谈"}, {"result": "resolved", "note": "已经签订协议"}


@pytest.fixture
async def service() -> ServiceUnderTest:
    service = await accepted("petition", "letter")
    await service.knows(
        seat("leader", "u-city"), seat("leader", "u-city", person=SECOND.sub),
        person(LEADER.sub), person(SECOND.sub),
    )  # fmt: skip
    return service


async def charged(service: ServiceUnderTest) -> str:
    """The organ designates the leader; returns the path of the charge."""
    assert await post(service, CHARGES, CHARGE, ORGAN) == (201, "")
    fact = (await service.facts(STREAM))[-1]
    assert isinstance(fact, ChargeTaken)
    return f"{CHARGES}/{fact.charge}"


async def shown(service: ServiceUnderTest, who: Actor) -> Any:
    return (await service.get(f"/cases/{CASE}", as_=who)).json()["charges"]


async def test_the_organ_designates_the_leader_who_reports_and_ends(
    service: ServiceUnderTest,
) -> None:
    charge = await charged(service)
    assert {name for name, _ in await actions(service, LEADER)} >= {"report-charge", "end-charge"}
    assert await post(service, f"{charge}/report", NEWS, LEADER) == (201, "")
    assert await post(service, f"{charge}/end", END, LEADER) == (201, "")
    [view] = await shown(service, ORGAN)
    assert (view["leader"], view["result"], view["note"]) == (LEADER.sub, "resolved", END["note"])
    assert [each["note"] for each in view["reports"]] == [NEWS["note"]]
    assert await post(service, f"{charge}/report", {"note": "x"}, LEADER) == (409, "charge-over")
    offered = (await service.get(f"/cases/{CASE}/actions", as_=ORGAN)).json()["actions"]
    assert "charge-leader" in {each["action"] for each in offered}


async def test_a_leader_may_take_a_case_himself_and_another_does_not_report_for_him(
    service: ServiceUnderTest,
) -> None:
    assert await post(service, CHARGES, CHARGE, LEADER) == (201, "")
    [view] = await shown(service, SECOND)
    place = f"{CHARGES}/{view['charge']}"
    assert (await post(service, f"{place}/report", NEWS, SECOND))[0] == 403
    assert (await post(service, f"{place}/end", END, SECOND))[0] == 403
    assert await post(service, f"{place}/report", NEWS, ORGAN) == (201, "")


@pytest.mark.parametrize("who", [LIAISON, DEPUTY])
async def test_nobody_else_designates(service: ServiceUnderTest, who: Actor) -> None:
    assert (await post(service, CHARGES, CHARGE, who))[0] in (403, 404)


async def test_units_read_the_measures_and_the_petitioner_does_not(
    service: ServiceUnderTest,
) -> None:
    await charged(service)
    assigned = await service.post(f"/cases/{CASE}/assignments", TEAM, as_=ORGAN)
    assert assigned.status_code == 201, assigned.text
    [view] = await shown(service, LIAISON)
    assert view["measures"] == CHARGE["measures"]
    assert await shown(service, DEPUTY) == []


async def test_words_of_a_charge_are_sealed(service: ServiceUnderTest) -> None:
    charge = await charged(service)
    await post(service, f"{charge}/report", NEWS, LEADER)
    kept = (await service.facts(STREAM))[-2]
    assert isinstance(kept, ChargeTaken)
    assert isinstance(kept.measures, Sealed)
    stored = str(service.store.documents)
    assert not [w for w in (CHARGE["problem"], CHARGE["measures"], NEWS["note"]) if w in stored]


async def test_a_leader_whom_the_petition_is_against_is_not_in_charge(
    service: ServiceUnderTest,
) -> None:
    await service.react_to(against(service, persons=(LEADER.sub,)), f"intake-{CASE}", 3)
    assert await post(service, CHARGES, CHARGE, ORGAN) == (409, "charge-not-leader")
    assert await post(service, CHARGES, CHARGE | {"leader": SECOND.sub}, ORGAN) == (201, "")
    assert (await service.get(f"/cases/{CASE}", as_=LEADER)).status_code == 404


async def test_a_petition_that_is_withdrawn_is_in_nobodys_charge(
    service: ServiceUnderTest,
) -> None:
    charge = await charged(service)
    gone = sample(CaseWithdrawn).model_copy(update=head(service, "petition", "letter"))
    await service.react_to(gone, f"intake-{CASE}", 9)
    status, _ = await post(service, f"{charge}/report", NEWS, LEADER)
    assert status in (403, 409)
    assert await actions(service, LEADER) == set()
