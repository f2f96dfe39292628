"""Other cases that a command names, as its sender may know them."""

from collections.abc import Sequence
from typing import Any

from services.intake.domain.authorization import relations
from services.intake.domain.linking.commands import Other, Whole
from services.intake.domain.state import OVER, Case
from shared.contracts.case_event import CaseMark
from shared.kernel.errors import NotFound
from shared.service.api.request_context import ServiceEdge


async def known_case(case_id: str, edge: ServiceEdge) -> Case | None:
    """Returns the case; None where the actor may not know it, whether it exists or not."""
    try:
        case: Case = await edge.state(f"intake-{case_id}")
    except NotFound:
        return None
    may_know = edge.allows("read-case", relations(edge.actor, None, case), case.status)
    return case if may_know else None


async def other_of(case_id: str, other: str, edge: ServiceEdge) -> Other | None:
    """Returns the case to which another one is to be linked."""
    if (case := await known_case(other, edge)) is None:
        return None
    return Other(received_on=case.paper.received_on, is_itself=other == case_id)


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
    )


async def split_from(whole: str | None, edge: ServiceEdge) -> dict[str, Any]:
    """Returns the fields by which a registration names the paper of which it is a part."""
    return {"split_from": whole, "whole": await whole_of(whole, edge)} if whole else {}


async def parts_among(case_id: str, parts: Sequence[str], edge: ServiceEdge) -> tuple[str, ...]:
    """Returns those of the cases that were registered from this paper and are not over."""
    found = [(part, await known_case(part, edge)) for part in dict.fromkeys(parts)]
    return tuple(part for part, case in found if case and is_part(case, case_id))


def is_part(case: Case, whole: str) -> bool:
    return case.links.get(whole) == "part" and case.status not in (*OVER, "erasing", "split")
