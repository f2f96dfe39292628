"""Histories for the tests of intake: a suggestion, a petition, and the decisions on them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from services.intake.domain.decider import DECIDER
from services.intake.domain.ending.commands import WithdrawCase
from services.intake.domain.numbering.commands import IssueNumber, NoteNumber
from services.intake.domain.numbering.decider import SERIES
from services.intake.domain.projections import paper, shared_with_others
from services.intake.domain.registration.commands import RegisterCase, Signatory
from services.intake.domain.reservation.commands import ClearPublication, EndPublication
from services.intake.domain.screening.commands import AcceptCase, DeclineCase, SendBackCase
from services.intake.domain.state import Case
from shared.contracts.case_event import Kind, Proposer
from shared.contracts.directory import DeputyRegistered
from shared.contracts.intake import (
    CaseAccepted,
    CaseRegistered,
    CaseWithdrawn,
    NumberIssued,
    PublicationCleared,
    PublicationEnded,
)
from shared.kernel.ids import entity_id
from shared.kernel.messages import Event, Recorded, Sealed
from shared.kernel.policy import Policy
from shared.kernel.projection import ModelDocument
from shared.service.config.policies import load_policies
from shared.testing.checklist import answered
from shared.testing.given import Specification
from shared.testing.organisation import city, county, deputy, organisation, person, unit

MONDAY = datetime(2025, 3, 3, 1, tzinfo=UTC)
CASE, TASK, REQUEST = "c" * 32, "a" * 12, "q" * 12
SEED = "8c2b7c1e-0000-5000-8000-000000000001"
BOOK = load_policies(Path("deploy/policies"))
SYSTEM: dict[str, Any] = {"at": MONDAY, "by": "system:intake"}
OFFICE: dict[str, Any] = {"at": MONDAY, "by": "p-office"}
TITLE, TEXT = Sealed(ref="t", size=20, digest="dt"), Sealed(ref="x", size=900, digest="dx")
CONTACT = Sealed(ref="k", size=40, digest="dk")
DEPUTY = Signatory(person="p-n1", masked="**", part="lead")
COSIGNER = Signatory(person="p-n2", masked="**", part="co")
ADVISER = Signatory(person="p-c1", masked="**", part="lead")
CITIZEN = Signatory(masked="张**", part="lead", contact=CONTACT)
CHANNELS: dict[Kind, str] = {
    "suggestion": "session",
    "motion": "session",
    "proposal": "session",
    "petition": "letter",
    "hotline": "mailbox",
}
IN_SESSION: dict[str, Any] = {"in_session": True, "session": "十五届四次"}
WHEN: dict[Kind, dict[str, Any]] = dict.fromkeys(("suggestion", "motion", "proposal"), IN_SESSION)
SUBJECTS: dict[Kind, str] = {"petition": "school-fees", "hotline": "complaint"}
"""Subjects of kinds that have classes of their own."""
CITY = (
    city(),
    unit("u-hou"),
    county("u-c01"),
    deputy("p-n1", "李四"),
    deputy("p-n2", "王五"),
    deputy("p-c1", "赵六", body="cppcc"),
    deputy("p-n9", "冯七", agency="u-c01"),
    person("p-off", "孙八"),
)
spec, series = Specification(DECIDER), Specification(SERIES)


NAMES = {fact.person: fact.title for fact in CITY if isinstance(fact, DeputyRegistered)}


def rules(kind: Kind = "suggestion", **changes: Any) -> Policy:
    policy = BOOK.resolve("u-city", kind, CHANNELS[kind], MONDAY)
    return Policy(policy.row.model_copy(update=changes), policy.calendar)


def register(kind: Kind = "suggestion", *who: Signatory, **changes: Any) -> RegisterCase:
    lead = {"suggestion": DEPUTY, "motion": DEPUTY, "proposal": ADVISER}.get(kind, CITIZEN)
    fields: dict[str, Any] = {
        "agency": "u-city",
        "kind": kind,
        "channel": CHANNELS[kind],
        "period": "2025",
        "proposers": who or (lead,),
        "title": TITLE,
        "text": TEXT,
        "subject": SUBJECTS.get(kind, "urban-environment"),
        "region": "direct",
        "received_on": date(2025, 3, 3),
        "wanted_unit": "u-hou",
        **WHEN.get(kind, {}),
        "seed": SEED,
        "policy": rules(kind),
    }
    payload = {"at": MONDAY, "by": "p-reg", **fields} | changes
    payload.setdefault("proposer_kind", "joint" if len(payload["proposers"]) > 1 else "person")
    directory = organisation(payload["received_on"], *CITY)
    return RegisterCase(**{"organisation": directory} | payload)


def head(kind: Kind = "suggestion") -> dict[str, Any]:
    return {
        "at": MONDAY,
        "agency": "u-city",
        "kind": kind,
        "channel": CHANNELS[kind],
        "period": "2025",
    }


def as_proposer(who: Signatory, place: int = 0) -> Proposer:
    return Proposer(
        id=who.person or f"x-{entity_id(SEED, f'proposer-{place}')}",
        known=who.person is not None,
        masked=NAMES.get(who.person or "", who.masked),
        part=who.part,
        contact=who.contact,
    )


def registered(kind: Kind = "suggestion", *who: Signatory, **changes: Any) -> CaseRegistered:
    command = register(kind, *who)
    fields: dict[str, Any] = {
        "proposers": tuple(
            as_proposer(signatory, n) for n, signatory in enumerate(command.proposers)
        ),
        "title": TITLE,
        "text": TEXT,
        "subject": SUBJECTS.get(kind, "urban-environment"),
        "region": "direct",
        "received_on": date(2025, 3, 3),
        "wanted_unit": "u-hou",
        **WHEN.get(kind, {}),
        "proposer_kind": command.proposer_kind,
        "sealed": kind in ("petition", "hotline"),
        "receiver": command.by,
    }
    return CaseRegistered(**head(kind) | fields | changes)


def accepted(kind: Kind = "suggestion", *who: Signatory) -> CaseAccepted:
    paper = registered(kind, *who)
    return CaseAccepted(
        **head(kind),
        by="p-office",
        title=paper.title if paper.sealed else "案由",
        text=paper.text if paper.sealed else "正文",
        proposers=paper.proposers,
        receiver=paper.receiver,
        subject=paper.subject,
        region=paper.region,
        wanted_unit=paper.wanted_unit,
        received_on=paper.received_on,
        checks=answered(kind),
        checks_of=rules(kind).row.version,
    )


withdrawn = CaseWithdrawn(**head(), by="p-office", reason="另行提出")
cleared = PublicationCleared(**head(), task=TASK, request=REQUEST)
ended = PublicationEnded(**head(), task=TASK, request=REQUEST, how="disclosed")


def accept(kind: Kind = "suggestion", **changes: Any) -> AcceptCase:
    opened = {} if kind in ("petition", "hotline") else {"title": "案由", "text": "正文"}
    purpose = "appeal" if kind == "petition" else None
    checks = answered(kind)
    fields = {"opened": opened, "policy": rules(kind), "purpose": purpose, "checks": checks}
    return AcceptCase(**OFFICE, **fields | changes)


def refused(reason: str, kind: Kind = "suggestion") -> dict[str, Any]:
    """Returns a reason and the checklist that bears it out."""
    checks = rules(kind).row.checks.items()
    failed = [name for name, check in checks if check.reason == reason]
    return {"reason": reason, "checks": answered(kind, *failed)}


def borne_out(reason: str, kind: Kind = "suggestion") -> dict[str, Any]:
    """Returns the same as the fact has it."""
    return {**refused(reason, kind), "checks_of": rules(kind).row.version}


def decline(reason: str = "outside-remit", kind: Kind = "suggestion") -> DeclineCase:
    return DeclineCase(**OFFICE, **refused(reason, kind), policy=rules(kind))


def send_back(reason: str = "several-matters", kind: Kind = "suggestion") -> SendBackCase:
    return SendBackCase(**OFFICE, **refused(reason, kind), policy=rules(kind))


def withdraw(all_agree: bool = False, by: str = "p-office", **changes: Any) -> WithdrawCase:
    fields = {"at": MONDAY, "by": by, "policy": rules(), "reason": "另行提出"} | changes
    return WithdrawCase(**fields, all_cosigners_agree=all_agree)


def clear(request: str = REQUEST) -> ClearPublication:
    return ClearPublication(**SYSTEM, task=TASK, request=request, policy=rules())


def end(request: str = REQUEST) -> EndPublication:
    return EndPublication(**SYSTEM, task=TASK, request=request, how="disclosed")


def note(number: int = 1) -> NoteNumber:
    return NoteNumber(**SYSTEM, number=number, label=f"2025年第{number}号建议", organ="u-npcsc-dep")


def issue(case: str = CASE, **changes: Any) -> IssueNumber:
    fields: dict[str, Any] = {
        "agency": "u-city",
        "kind": "suggestion",
        "channel": "session",
        "period": "2025",
        "case": case,
        "policy": rules(),
    }
    return IssueNumber(**SYSTEM, **fields | changes)


def issued(number: int, case: str = CASE) -> NumberIssued:
    return NumberIssued(
        at=MONDAY,
        kind="suggestion",
        period="2025",
        number=number,
        label=f"2025年第{number}号建议",
        organ="u-npcsc-dep",
        case=case,
    )


def state_of(*facts: Event) -> Case:
    state = DECIDER.fold(facts)
    assert isinstance(state, Case)
    return state


def as_compared(*facts: Event) -> ModelDocument:
    """Returns what the read model `readers` has in common with other papers after these facts."""
    part: ModelDocument = {}
    for version, fact in enumerate(facts, 1):
        recorded = Recorded(
            f"e{version}", f"intake-{CASE}", version, fact, "intake", "u-city", "p-office", MONDAY,
            "correlation", case_id=CASE,
        )  # fmt: skip
        part = paper(part, recorded)
    return shared_with_others({"intake": part})
