"""Which part of a matter is a unit's own: sealed, as all that people write of a case."""

from typing import Any

import pytest

from shared.contracts.assignment import AssignmentReassigned, CaseAssigned
from shared.kernel.messages import Sealed
from tests.component.assignment.test_api import (
    CASE,
    CO_LIAISON,
    DEPUTY,
    LIAISON,
    OFFICE,
    STREAM,
    accepted,
    assign,
    path,
)

OURS, THEIRS = "欧阳女士反映的校服收费", "欧阳女士反映的校门交通"
PARTS = {
    "tasks": [
        {"unit": "u-hou", "part": "separate", "scope": OURS},
        {"unit": "u-fin", "part": "separate", "scope": THEIRS},
    ]
}


async def scopes(service: Any, reader: Any) -> list[str | None]:
    answer = await service.get(f"/cases/{CASE}", as_=reader)
    return [task["scope"] for task in answer.json()["tasks"]]


@pytest.mark.parametrize(("kind", "channel"), [("petition", "letter"), ("suggestion", "session")])
async def test_the_scope_is_sealed_and_read_by_whose_task_it_is(kind: str, channel: str) -> None:
    service = await accepted(kind, channel)
    await assign(service, PARTS)
    assert "欧阳" not in str(service.store.documents)
    assert await scopes(service, OFFICE) == [OURS, THEIRS]
    assert await scopes(service, LIAISON) == [OURS, None]
    assert await scopes(service, CO_LIAISON) == [None, THEIRS]
    assert await scopes(service, DEPUTY) == [None, None]


async def test_who_takes_over_takes_the_scope_over_or_gets_another() -> None:
    service = await accepted("petition", "letter")
    first, second = await assign(service, PARTS)
    await service.post(path(first, "reassignment"), {"unit": "u-tra", "reason": "职责"}, as_=OFFICE)
    other = {"unit": "u-wat", "scope": "欧阳女士反映的排水", "reason": "职责调整"}
    await service.post(path(second, "reassignment"), other, as_=OFFICE)
    kept, new = [f for f in await service.facts(STREAM) if isinstance(f, AssignmentReassigned)]
    [before] = [f for f in await service.facts(STREAM) if isinstance(f, CaseAssigned)]
    assert kept.to.scope == before.tasks[0].scope
    assert isinstance(new.to.scope, Sealed)
    assert "欧阳" not in str(service.store.documents)
    assert (await scopes(service, OFFICE))[-2:] == [OURS, "欧阳女士反映的排水"]
