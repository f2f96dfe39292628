"""From the body of a registration to its command, and to the case that it is about."""

from collections.abc import AsyncIterator, Iterator
from itertools import count, islice

from services.intake import queries
from services.intake.domain.registration.commands import RegisterCase, Signatory
from services.intake.domain.registration.rules import public_name
from services.intake.domain.state import OVER, Case
from services.intake.others import split_from
from services.intake.schemas import NewCase, NewProposer
from shared.contracts.particulars import Particulars
from shared.contracts.payloads import intake as payloads
from shared.contracts.recusal import NamedAgainst
from shared.kernel import ids
from shared.kernel.errors import RuleViolated
from shared.kernel.paper_numbers import claim_of
from shared.kernel.relations import Scoped
from shared.service.api.request_context import ServiceEdge


async def registration(
    body: NewCase, case_id: str, edge: ServiceEdge, batch: str | None = None
) -> RegisterCase:
    """Returns the command, with the other case that has the paper's external number; `batch` is the
    import that brings the paper."""
    claim = body.claim()
    return RegisterCase(
        at=edge.now(),
        by=edge.actor.sub,
        agency=body.agency,
        kind=body.kind,
        channel=body.channel,
        period=body.period,
        client=edge.actor.sub if edge.actor.client_of else None,
        proposers=tuple(_signatory(body, proposer) for proposer in body.proposers),
        serial=body.serial,
        batch=batch,
        request=edge.command_id if claim and body.serial is None else None,
        call_until=body.call_until,
        likeness=await edge.likeness(body.text),
        petitioners=await petitioners_of(body, edge),
        known=await earlier_known(body, body, edge),
        against=body.against and NamedAgainst(**body.against.fields(NamedAgainst)),
        holder=await holder_of(claim, case_id, edge) if claim else None,
        **await split_from(body.split_from, edge),
        **body.fields(payloads.Wording),
        **body.paper().fields(payloads.Paper),
        **body.origin().fields(payloads.Origin),
        **body.fields(Particulars),
    )


MOST_PETITIONERS = 10
"""Names and phones of one paper that are compared; a joint visit has five representatives."""


async def petitioners_of(body: NewCase, edge: ServiceEdge) -> tuple[str, ...]:
    """Returns a short digest of names and phones of citizens, by which papers of the same person
    are found; of the first ones where there are many."""
    typed = (text for each in body.proposers for text in (each.name, each.phone) if text)
    first = islice(dict.fromkeys(typed), MOST_PETITIONERS)
    return tuple(dict.fromkeys([await edge.likeness(text) for text in first]))


async def earlier_known(body: Particulars, paper: Scoped, edge: ServiceEdge) -> tuple[str, ...]:
    """Returns the earlier cases that a paper says it repeats, as far as the actor may know them and
    the row has such."""
    resolve = edge.runtime.policies.resolve
    rules = resolve(paper.agency, paper.kind, paper.channel, edge.now()).row.particulars
    if not body.earlier or rules is None:
        return ()
    readers, visible = await edge.live("readers"), edge.visible("read-case")
    kinds, agency = rules.repeats, paper.agency
    return await queries.known_among(readers, body.earlier, visible, agency=agency, kinds=kinds)


async def holder_of(claim: str, case_id: str, edge: ServiceEdge) -> str | None:
    return await queries.holder_of(await edge.live("readers"), claim, case_id)


async def other_holder(case_id: str, edge: ServiceEdge) -> str | None:
    """Returns another case that has the external number of this one."""
    case: Case = await edge.state(f"intake-{case_id}")
    paper = case.paper
    if paper.external_no is None:
        return None
    names = (paper.agency, paper.kind, paper.source_level, paper.period, paper.session)
    return await holder_of(claim_of(*names, paper.external_no), case_id, edge)


def _signatory(body: NewCase, proposer: NewProposer) -> Signatory:
    """Convenors of an organisation are people."""
    kind = body.origin().proposer_kind if proposer.part == "lead" else "person"
    masked = public_name(body.kind, kind, proposer.name or "")
    return Signatory(
        person=proposer.person, masked=masked, part=proposer.part, contact=proposer.contact()
    )


async def command_id_of(body: NewCase, edge: ServiceEdge) -> str:
    """Returns the id that names the case. The sender is no part of it where a row of a ledger or an
    external number names the paper: two clerks who register it register one case."""
    if body.serial is not None:
        return ids.ledger_command(body.agency, body.kind, body.period, body.serial)
    claim = body.claim()
    if claim is None:
        return edge.command_id
    turns = (ids.paper_command(claim, turn) for turn in count())
    return await anext(each async for each in _in_force(turns, edge))


async def _in_force(turns: Iterator[str], edge: ServiceEdge) -> AsyncIterator[str]:
    """Yields the ids of papers with the number that are not over: a paper that was refused or
    withdrawn gives its number free. Whom that paper is against does not count for the new one. A
    request that brought a paper is about that one, whatever became of it."""
    for command_id in turns:
        kept = await edge.runtime.handler.loaded(f"intake-{ids.case_id(command_id)}")
        if not kept.version or kept.state.status not in OVER or is_from(edge, kept.state):
            yield command_id


def is_from(edge: ServiceEdge, case: Case) -> bool:
    """Returns whether the case came by this very request, which is sent again."""
    return case.paper.request == edge.command_id


def taken(body: NewCase) -> RuleViolated | None:
    """Returns the refusal of a paper whose row or number was registered with other contents."""
    if body.serial is not None:
        message = (
            f"{body.period} 年度台账流水号 {body.serial} 已经登记，内容与本次不一致，未再登记。"
            "请核对流水号；确系另一件的，换用未用过的流水号；需要更正的，在原件上办理"
        )
        return RuleViolated("ledger-row-taken", message, "serial")
    if body.external_no is None:
        return None
    message = (
        f"编号 {body.external_no} 已经登记，内容与本次不一致，未再登记。"
        "请核对编号和届次；原件退回或者撤回以后可以用原编号重新登记"
    )
    return RuleViolated("external-number-taken", message, "external_no")
