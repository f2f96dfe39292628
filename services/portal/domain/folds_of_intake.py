"""Folds of intake's facts into the case document: the paper, its signers, how it ended."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.contracts import intake as i
from shared.contracts.calls import CallLapsed, CallOpened, PaperHandedIn, WordingAmended
from shared.contracts.case_event import MaskedProposer
from shared.contracts.linking import CaseLinked, CaseSplit, CaseUnlinked
from shared.contracts.merging import CaseMerged, CaseUnmerged, MemberJoined, MemberLeft, Numbers
from shared.contracts.particulars import ParticularsNoted
from shared.contracts.recusal import AgainstNamed
from shared.contracts.rerouting import CaseDiverted, CasePassedOn
from shared.contracts.resubmission import PaperResubmitted
from shared.contracts.signers import (
    RefusalNotified,
    SignatureConfirmed,
    SignatureDeclined,
    unconfirmed,
)
from shared.kernel.messages import Event

Fields = dict[str, Any]
Fold = Callable[[Fields, Any, str], None]


def registered(part: Fields, event: i.CaseRegistered, at: str) -> None:
    part |= {
        "agency": event.agency,
        "kind": event.kind,
        "channel": event.channel,
        "period": event.period,
        "region": event.region,
        "subject": event.subject,
        "purpose": event.purpose,
        "particulars": [*event.marks()],
        "session": event.session,
        "received_on": event.received_on.isoformat(),
        "registered_at": at,
        "external_no": event.external_no,
        "batch": event.batch,
        "proposers": [proposer.fields(MaskedProposer) for proposer in event.proposers],
        "unconfirmed": [*unconfirmed(event.proposers, event.confirmed)],
    }


def has_signed(part: Fields, event: SignatureConfirmed | SignatureDeclined, at: str) -> None:
    """Waits for the co-signer no more, whatever the answer."""
    part["unconfirmed"] = [one for one in part.get("unconfirmed", []) if one != event.signer]


def calling(part: Fields, event: CallOpened, at: str) -> None:
    """The paper is its author's until it is handed in."""
    part["called_by"], part["lapsed"] = event.by, False


def asked_again(part: Fields, event: WordingAmended, at: str) -> None:
    again = {*part.get("unconfirmed", []), *(each.signer for each in event.awaited)}
    part["unconfirmed"] = sorted(again)


def call_lapsed(part: Fields, event: CallLapsed, at: str) -> None:
    part["lapsed"] = True


def handed_in(part: Fields, event: PaperHandedIn, at: str) -> None:
    """The silent are no proposers; the paper came in today."""
    left = [one for one in part.get("proposers", []) if one["id"] not in event.silent]
    part |= {"proposers": left, "unconfirmed": [], "called_by": None}
    part["received_on"] = event.received_on.isoformat()


def resubmitted(part: Fields, event: PaperResubmitted, at: str) -> None:
    """The paper is screened again; it came in today."""
    part |= {"sent_back_at": None, "reason": None, "told": False, "version": event.version}
    part["received_on"] = event.received_on.isoformat()
    part["unconfirmed"] = [each.signer for each in event.awaited]


def accepted(part: Fields, event: i.CaseAccepted, at: str) -> None:
    """A sealed title stays with intake; the register has None instead."""
    part |= {"accepted_at": at, "purpose": event.purpose}
    part["title"] = event.title if isinstance(event.title, str) else None


def classified(part: Fields, event: i.CaseClassified, at: str) -> None:
    part["purpose"] = event.purpose


def noted(part: Fields, event: ParticularsNoted, at: str) -> None:
    part["particulars"] = [*event.marks()]


def unsigned(part: Fields, event: SignatureDeclined, at: str) -> None:
    """A person who did not sign is no proposer, and does not see the case."""
    left = [one for one in part.get("proposers", []) if one["id"] != event.signer]
    part["proposers"] = left
    has_signed(part, event, at)


def against(part: Fields, event: AgainstNamed, at: str) -> None:
    """Keeps whom the case is against: for the filter of lists and pages and for the worklist, never
    shown."""
    part["against"] = sorted(event.ids)


def numbered(part: Fields, event: i.CaseNumbered, at: str) -> None:
    part |= {"number": event.number, "label": event.label}


def diverted(part: Fields, event: CaseDiverted, at: str) -> None:
    """The paper counts as its new kind from here on, and is found by its former number, too."""
    former = [*part.get("former_numbers", []), event.was.external_no]
    part |= {
        "kind": event.kind,
        "channel": event.channel,
        "subject": event.subject,
        "external_no": event.external_no,
        "received_on": event.received_on.isoformat(),
        "former_numbers": [number for number in former if number],
        "to_tell": True,
    }


def merged(part: Fields, event: CaseMerged, at: str) -> None:
    part["merged_into"] = {"case_id": event.into, **event.master_numbers.fields(Numbers)}


def linked(part: Fields, event: CaseLinked, at: str) -> None:
    """Keeps the cases whose matter this one brings again (多年重复)."""
    unlinked(part, event, at)
    part["repeats"] += [event.other] if event.how == "repeats" else []


def unlinked(part: Fields, event: CaseLinked | CaseUnlinked, at: str) -> None:
    part["repeats"] = [other for other in part.get("repeats", []) if other != event.other]


def split(part: Fields, event: CaseSplit, at: str) -> None:
    part["split_at"] = at


def unmerged(part: Fields, event: CaseUnmerged, at: str) -> None:
    part["merged_into"] = None


def joined(part: Fields, event: MemberJoined, at: str) -> None:
    """Keeps the members with their numbers, by which the master is found, and with the ids of their
    proposers, who get the reply."""
    people = [proposer.id for proposer in event.proposers]
    row = {"case_id": event.member, **event.numbers.fields(Numbers), "proposers": people}
    part["members"] = [*_others(part, event.member), row]


def left(part: Fields, event: MemberLeft, at: str) -> None:
    part["members"] = _others(part, event.member)


def _others(part: Fields, member: str) -> list[Fields]:
    return [each for each in part.get("members", []) if each["case_id"] != member]


def notified(part: Fields, event: RefusalNotified, at: str) -> None:
    part |= {"told": True, "to_tell": False}


def ends(step: str) -> Fold:
    def fold(part: Fields, event: Any, at: str) -> None:
        part[f"{step}_at"] = at
        part["reason"] = event.reason if isinstance(event.reason, str) else None

    return fold


def passed_on(part: Fields, event: CasePassedOn, at: str) -> None:
    refused("passed_on")(part, event, at)
    part["passed_to"] = event.to


def refused(step: str) -> Fold:
    """Ends the case, and is to be told; an earlier notice is not owed any more."""

    def fold(part: Fields, event: Any, at: str) -> None:
        ends(step)(part, event, at)
        part |= {"told": False, "to_tell": False}

    return fold


def erased(part: Fields, event: i.CaseErased, at: str) -> None:
    """Removes the title and the names, as the erasure demands."""
    part["erased_at"] = at
    part["title"] = part["external_no"] = None
    part["former_numbers"] = []
    part["proposers"] = [{**p, "masked": "＊"} for p in part.get("proposers", [])]


FOLDS_OF_INTAKE: Mapping[type[Event], Fold] = {
    i.CaseRegistered: registered,
    i.CaseAccepted: accepted,
    i.CaseClassified: classified,
    ParticularsNoted: noted,
    SignatureConfirmed: has_signed,
    SignatureDeclined: unsigned,
    CallOpened: calling,
    WordingAmended: asked_again,
    CallLapsed: call_lapsed,
    PaperHandedIn: handed_in,
    PaperResubmitted: resubmitted,
    RefusalNotified: notified,
    CaseDiverted: diverted,
    CaseMerged: merged,
    CaseUnmerged: unmerged,
    CaseLinked: linked,
    CaseUnlinked: unlinked,
    CaseSplit: split,
    MemberJoined: joined,
    MemberLeft: left,
    CasePassedOn: passed_on,
    i.CaseNumbered: numbered,
    AgainstNamed: against,
    i.CaseDeclined: refused("declined"),
    i.CaseSentBack: refused("sent_back"),
    i.CaseWithdrawn: ends("withdrawn"),
    i.CaseErased: erased,
}
