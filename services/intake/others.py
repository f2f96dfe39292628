"""Other cases that a command names, as its sender may know them."""

from collections.abc import Sequence
from typing import Any, cast

from services.intake import queries
from services.intake.domain.linking.commands import Other, Whole
from services.intake.domain.state import OVER, Case, Status
from shared.contracts.case_event import CaseMark
from shared.service.api.other_cases import known_state, situation_in
from shared.service.api.request_context import ServiceEdge


async def known_case(case_id: str, edge: ServiceEdge) -> Case | None:
    """Returns the case; None where the actor may not know it, whether it exists or not."""
    case: Case | None = await known_state(f"intake-{case_id}", "read-case", edge)
    return case


async def other_of(case_id: str, other: str, edge: ServiceEdge) -> Other | None:
    """Returns the case to which another one is to be linked."""
    if (case := await known_case(other, edge)) is None:
        return None
    says = case.links.get(case_id)
    return Other(came_in_on=case.came_in_on, is_itself=other == case_id, says=says)


async def whole_of(split_from: str, edge: ServiceEdge) -> Whole | None:
    """Returns the paper of which a part is to be registered."""
    if (case := await known_case(split_from, edge)) is None:
        return None
    paper = case.paper
    return Whole(
        mark=CaseMark.of(paper),
        status=case.status,
        session=paper.session,
        source_level=paper.source_level,
        received_on=paper.received_on,
        proposers=tuple(each.id if each.known else each.masked for each in paper.proposers),
        is_against=case.against is not None,
        is_awaited=case.call is not None or bool(case.unconfirmed),
        parts=await queries.parts_of(await edge.live("readers"), split_from),
    )


async def status_of_whole(case: Case, edge: ServiceEdge) -> Status | None:
    """Returns the status of the paper of which the case is a part; None where it is none."""
    wholes = [other for other, how in case.links.items() if how == "part"]
    return cast(Status, await situation_in(f"intake-{wholes[0]}", edge)) if wholes else None


async def split_from(whole: str | None, edge: ServiceEdge) -> dict[str, Any]:
    """Returns the fields by which a registration names the paper of which it is a part."""
    return {"split_from": whole, "whole": await whole_of(whole, edge)} if whole else {}


async def parts_among(case_id: str, parts: Sequence[str], edge: ServiceEdge) -> tuple[str, ...]:
    """Returns those of the cases that were registered from this paper and are not over."""
    found = [(part, await known_case(part, edge)) for part in dict.fromkeys(parts)]
    return tuple(part for part, case in found if case and is_part(case, case_id))


def is_part(case: Case, whole: str) -> bool:
    """Returns whether the case was registered from the paper and is in hand; a part may have been
    split itself."""
    return case.links.get(whole) == "part" and case.status not in (*OVER, "erasing")
