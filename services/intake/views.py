"""The view of a case: what its reader may see of it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.intake import queries
from services.intake.domain.authorization import relations
from services.intake.domain.registration.commands import RegisterCase
from services.intake.domain.state import Case
from services.intake.view_parts import (
    AgainstView,
    CallView,
    Contact,
    FormerView,
    LinkView,
    MergedView,
    NoticeView,
    ProposerView,
    RefusalView,
)
from shared.contracts.calls import CallOpened
from shared.contracts.case_event import CaseMark, Proposer
from shared.contracts.intake import CaseRegistered
from shared.contracts.merging import Numbers
from shared.contracts.particulars import Noted
from shared.contracts.payloads import intake as payloads
from shared.contracts.rerouting import CasePassedOn, FormerKind
from shared.contracts.signers import Notice
from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.calendar import ending_day
from shared.kernel.messages import Text
from shared.kernel.policy import PolicyRow
from shared.kernel.relations import NO_ROLES
from shared.kernel.texts import GONE
from shared.service.api.request_context import ServiceEdge
from shared.service.config.labels import label

Readable = Callable[[Text | None], Awaitable[str | None]]
"""Opens a text for the reader."""
Contacts = Callable[[Proposer], Awaitable[str | None]]
"""Opens the contact of a proposer for the reader; None where it stays closed."""


@dataclass(frozen=True)
class Reader:
    """A reader of a case: the roles by relation, whether texts open for the actor, and whether the
    paper is readable, which is so for all who know it once its words are open."""

    case: Case
    roles: RolesByRelation
    may_read: bool
    readable: bool


async def reader_of(case_id: str, edge: ServiceEdge) -> Reader:
    """Returns the actor as reader of a case. Raises NotFound for whoever may not know it."""
    case: Case = await edge.state(f"intake-{case_id}")
    at_work = await queries.roles_at_work(await edge.live("readers"), case_id, edge.actor)
    roles = {**relations(edge.actor, None, case), **at_work}
    if not (edge.allows("read-case", roles, case.status) or is_answered_here(edge.actor, case)):
        await edge.hide(case_id)
    may_read = edge.allows("read-text", roles, case.status)
    return Reader(case, roles, may_read, may_read or isinstance(case.text, str))


def is_answered_here(actor: Actor, case: Case) -> bool:
    """Returns whether the actor is a proposer of a member, who gets the reply to this case."""
    joined = case.members.values()
    return actor.sub in {proposer.id for one in joined for proposer in one.proposers}


KEEPERS = frozenset({"registrar", "office"})


async def fields_of(
    case: Case, words: Readable, contacts: Contacts, papers: Readable
) -> dict[str, Any]:
    """Returns the fields of the view that come from the case alone; `papers` opens what is known of
    a co-signer's paper."""
    paper = case.paper
    mark = {name: value for name, value in paper.fields(CaseMark).items() if name != "client"}
    return {
        **mark,
        **paper.fields(payloads.Paper, payloads.Origin),
        "no_consent_reason": await words(paper.no_consent_reason),
        "status": case.status,
        "purpose": case.purpose,
        "number": case.number,
        "label": case.label,
        "title": await words(case.title),
        "text": await words(case.text),
        "asks": await _asks(case, words),
        "proposers": [await _proposer(each, case, contacts, papers) for each in paper.proposers],
        "call": _call(case),
        **case.particulars.fields(Noted),
        "directed": await words(case.particulars.directed),
        "refusal": await _refusal(case, words),
        "former": [FormerView(**each.fields(FormerKind)) for each in case.former],
        "merged_into": _master(case),
        "members": _members(case),
        "to_tell": case.to_tell is not None,
        "against": await _against(case, words),
        "withdrawal_asked_by": sorted(case.agreed),
    }


def _master(case: Case) -> MergedView | None:
    if (merger := case.merger) is None:
        return None
    return MergedView(case_id=merger.into, **merger.master_numbers.fields(Numbers))


def _members(case: Case) -> list[MergedView]:
    joined = case.members.values()
    return [MergedView(case_id=one.member, **one.numbers.fields(Numbers)) for one in joined]


async def _asks(case: Case, words: Readable) -> list[str] | None:
    """Returns what is asked, item by item; None where the reader may not see the text."""
    if await words(case.text) is None:
        return None
    return [await words(ask) or "" for ask in case.asks]


def _call(case: Case) -> CallView | None:
    """Returns the call for co-signatures, until the paper is handed in."""
    if (call := case.call) is None:
        return None
    if isinstance(call, CallOpened):
        return CallView(until=ending_day(call.due.at), open=True)
    return CallView(until=call.until, open=False)


async def repeated(
    case: Case, case_id: str, roles: RolesByRelation, edge: ServiceEdge
) -> dict[str, list[str]]:
    """Returns the fields of the view about other cases of the same matter or petitioner, as far as
    the reader may know them; those that are only probable to those who keep the ledgers or screen
    the papers."""
    readers, known = await edge.live("readers"), edge.visible("read-case")
    earlier = await queries.known_among(readers, case.particulars.earlier, known)
    later = await queries.later_than(readers, case_id, known)
    paper, same = case.paper, tuple[str, ...]()
    if keeps_papers(roles):
        brought = (paper.agency, paper.petitioners, case_id, known)
        same = await queries.of_same_petitioner(readers, *brought)
    others = dict.fromkeys((*earlier, *later, *same))
    ended = await queries.concluded_among(readers, [*others], known)
    found = {"earlier": earlier, "later": later, "same_petitioner": same, "concluded": ended}
    return {name: [*cases] for name, cases in found.items()}


async def links_of(case: Case, case_id: str, edge: ServiceEdge) -> list[LinkView]:
    """Returns the links of the case, and then those of others to it, as far as the reader may know
    each of them."""
    readers, known = await edge.live("readers"), edge.visible("read-case")
    own = await queries.known_among(readers, case.links, known)
    others = await queries.linked_to(readers, case_id, known)
    shown = [LinkView(case_id=each, how=case.links[each], incoming=False) for each in own]
    return shown + [LinkView(case_id=each, how=how, incoming=True) for each, how in others]


async def may_be_undone(case: Case, case_id: str, edge: ServiceEdge) -> bool:
    """Returns whether the reader may know a case to which this one was linked by an act."""
    shown = await links_of(case, case_id, edge)
    return any(not each.incoming and each.how != "part" for each in shown)


def keeps_papers(roles: RolesByRelation) -> bool:
    """Returns whether the reader keeps the ledgers or screens the papers."""
    return not KEEPERS.isdisjoint(roles["agency"] | roles.get("screening-organ", NO_ROLES))


async def similar(
    paper: RegisterCase | CaseRegistered, case_id: str, roles: RolesByRelation, edge: ServiceEdge
) -> tuple[str, ...]:
    """Returns probable duplicates that the reader may know of, for those who keep the ledgers or
    screen the papers; none for others, who could ask for the existence of papers."""
    if not keeps_papers(roles):
        return ()
    readers = await edge.live("readers")
    known = edge.visible("read-case")
    return await queries.alike(readers, paper.agency, paper.likeness, case_id, known)


async def _refusal(case: Case, words: Readable) -> RefusalView | None:
    """Returns why the case was not taken up; the note for those who may read its text."""
    if (refusal := case.refusal) is None:
        return None
    passed = refusal if isinstance(refusal, CasePassedOn) else None
    return RefusalView(
        form=passed.form if passed else None,
        to=passed.to if passed else None,
        reason=refusal.reason,
        reason_text=label("refusal-reason", refusal.reason),
        note=await words(refusal.note),
        told=case.told is not None,
        notice=case.told and NoticeView(**case.told.fields(Notice)),
    )


def words_of(case: Case) -> Callable[[str, str], str]:
    """Returns the look-up of names in the words of the kind and the agency of the case."""
    return partial(label, kind=case.paper.kind, agency=case.paper.agency)


def row_of(case: Case, edge: ServiceEdge) -> PolicyRow:
    """Returns the policy row of the case today."""
    paper = case.paper
    resolve = edge.runtime.policies.resolve
    return resolve(paper.agency, paper.kind, paper.channel, edge.now()).row


def may_be_diverted(case: Case, edge: ServiceEdge) -> bool:
    """Returns whether some row takes over papers of this kind today."""
    rows = edge.runtime.policies.of_agency(case.paper.agency, edge.now())
    return any(case.paper.kind in row.diverted_from for row in rows)


async def _against(case: Case, words: Readable) -> AgainstView | None:
    """Returns whom the case is against, to those who may read its text."""
    if (against := case.against) is None:
        return None
    if (note := await words(against.note)) is None:
        return None
    lists = {"units": list(against.units), "persons": list(against.persons)}
    return AgainstView(**lists, note=note, reason=await words(against.reason))


def contacts_for(
    case: Case, case_id: str, roles: RolesByRelation, reason: str, edge: ServiceEdge
) -> Contacts:
    """Opens contacts for the reader: always the own one, never a co-signer's. Where the policy row
    says so, a unit at work names a reason, which stays with the trace of the read."""
    if row_of(case, edge).contacts_at_units == "on-reason" and not reason:
        roles = {**roles, "task-unit": NO_ROLES, "co-unit": NO_ROLES}
    may_read = edge.allows("read-contact", roles, case.status)

    async def contact_of(proposer: Proposer) -> str | None:
        if proposer.contact is None or not (may_read or proposer.id == edge.actor.sub):
            return None
        return await edge.reveal(proposer.contact, case_id, reason)

    return contact_of


async def _proposer(
    proposer: Proposer, case: Case, contacts: Contacts, papers: Readable
) -> ProposerView:
    contact, paper = await contacts(proposer), case.papers.get(proposer.id)
    return ProposerView(
        id=proposer.id,
        known=proposer.known,
        name=proposer.masked,
        part=proposer.part,
        confirmed=proposer.id not in case.unconfirmed,
        signed_on=paper.on if paper else None,
        evidence=await papers(paper.evidence if paper else None),
        contact=Contact(**json.loads(contact)) if contact and contact != GONE else None,
    )
