"""What may happen to a paper: one function per command."""

from collections.abc import Sequence
from typing import Any, assert_never

from services.intake.domain.commands import (
    AcceptCase,
    ClearPublication,
    DeclineCase,
    EndPublication,
    EraseCase,
    Import,
    IntakeCommand,
    IssueNumber,
    NoteNumber,
    RegisterCase,
    Screening,
    SendBackCase,
    WithdrawCase,
)
from services.intake.domain.events import IntakeEvent, PublicationEvent, SeriesEvent
from services.intake.domain.registration import REGISTRATION
from services.intake.domain.rules import (
    SAYS,
    check_cosigners,
    check_not_publishing,
    check_reason,
    check_undecided,
)
from services.intake.domain.state import (
    Case,
    IntakeState,
    Issued,
    Series,
    Unregistered,
    evolve,
    evolve_series,
    number_of,
    require_case,
)
from shared.contracts import intake as facts
from shared.contracts.case_event import Proposer
from shared.kernel.decider import Decider
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import entity_id
from shared.kernel.messages import Sealed

NOT_ON_PAPER = {"by", "seed", "policy", "organisation", "proposers"}


def decide(command: IntakeCommand, state: IntakeState) -> Sequence[IntakeEvent]:
    match command:
        case RegisterCase():
            return register(command, state)
        case AcceptCase() | DeclineCase() | SendBackCase():
            return screen(command, require_case(state))
        case WithdrawCase():
            return withdraw(command, require_case(state))
        case EraseCase():
            return erase(command, require_case(state))
        case _:
            # What others tell is never refused.
            return learn(command, state) if isinstance(state, Case) else []


def register(command: RegisterCase, state: IntakeState) -> Sequence[facts.CaseRegistered]:
    if isinstance(state, Case):
        raise RuleViolated("already-registered", "该件已登记")
    for rule in REGISTRATION:
        rule(command)
    proposers = tuple(_proposer(command, n) for n in range(len(command.proposers)))
    fields = {name: value for name, value in command if name not in NOT_ON_PAPER}
    sealed = command.rules.row.sealed
    return [facts.CaseRegistered(proposers=proposers, sealed=sealed, **fields)]


def _proposer(command: RegisterCase, place: int) -> Proposer:
    """Whom the directory does not know gets an id of this case; a paper's signers never change."""
    signatory = command.proposers[place]
    person = signatory.person
    return Proposer(
        id=person or f"x-{entity_id(command.seed, f'proposer-{place}')}",
        known=person is not None,
        masked=(person and command.known.title(person)) or signatory.masked,
        part=signatory.part,
        contact=signatory.contact,
    )


def screen(command: Screening, case: Case) -> Sequence[IntakeEvent]:
    """立案审查 decides once; saying the same again changes nothing."""
    check_undecided(case.status, "registered", SAYS[type(command)])
    if case.status != "registered":
        return []
    match command:
        case AcceptCase():
            return [accept(command, case)]
        case DeclineCase():
            return [facts.CaseDeclined(**_refused(command, case))]
        case SendBackCase():
            return [facts.CaseSentBack(**_refused(command, case))]
        case _:
            assert_never(command)


def _refused(command: DeclineCase | SendBackCase, case: Case) -> dict[str, Any]:
    check_reason(command.reason, command.rules.row.refusal_reasons)
    said = {"by": command.by, "reason": command.reason, "note": command.note}
    return {**case.head(command.at), **said}


def accept(command: AcceptCase, case: Case) -> facts.CaseAccepted:
    sealed = case.paper.sealed or command.rules.row.sealed
    title, text = (case.title, case.text) if sealed else (command.title, command.text)
    if not sealed and (isinstance(title, Sealed) or isinstance(text, Sealed)):
        raise RuleViolated("text-missing", "正文无法读取，不能立案公开，请联系运维人员", "text")
    told = {"subject", "region", "wanted_unit", "consent", "external_no"}
    return facts.CaseAccepted(
        **case.head(command.at),
        **case.paper.model_dump(include=told),
        by=command.by,
        title=title,
        text=text,
        proposers=case.paper.proposers,
    )


def withdraw(command: WithdrawCase, case: Case) -> Sequence[facts.CaseWithdrawn]:
    if case.status == "withdrawn":
        return []
    check_undecided(case.status, "registered", "accepted")
    check_not_publishing(case.publication_under_way)
    check_cosigners(len(case.paper.proposers), command.all_cosigners_agree)
    return [facts.CaseWithdrawn(**case.head(command.at), by=command.by, reason=command.reason)]


def erase(command: EraseCase, case: Case) -> Sequence[facts.CaseErased]:
    if case.status == "erased":
        return []
    check_not_publishing(case.publication_under_way)
    return [facts.CaseErased(**case.head(command.at), by=command.by, reason=command.reason)]


def learn(command: Import, case: Case) -> Sequence[IntakeEvent]:
    match command:
        case NoteNumber():
            return note_number(command, case)
        case ClearPublication():
            return clear_publication(command, case)
        case EndPublication():
            return end_publication(command, case)
        case _:
            assert_never(command)


def note_number(command: NoteNumber, case: Case) -> Sequence[facts.CaseNumbered]:
    if case.number is not None:
        return []
    return [facts.CaseNumbered(**case.head(command.at), number=command.number, label=command.label)]


def clear_publication(command: ClearPublication, case: Case) -> Sequence[PublicationEvent]:
    if command.request in case.reservations:
        return []
    if case.status == "accepted":
        return [facts.PublicationCleared(**_about(command, case))]
    return [facts.PublicationRefused(**_about(command, case), reason=case.status)]


def end_publication(command: EndPublication, case: Case) -> Sequence[facts.PublicationEnded]:
    """An end that nobody reserved is remembered, so that a late request reserves nothing."""
    if case.reservations.get(command.request, "cleared") != "cleared":
        return []
    return [facts.PublicationEnded(**_about(command, case), how=command.how)]


def _about(command: ClearPublication | EndPublication, case: Case) -> dict[str, Any]:
    return {**case.head(command.at), "task": command.task, "request": command.request}


def issue_number(command: IssueNumber, series: Series) -> Sequence[SeriesEvent]:
    """Last + 1; gapless, because a series is one stream and a case gets one number of it."""
    if number_of(command.case, series) is not None:
        return []
    numbering = command.rules.row.numbering
    number = series.number + 1 if isinstance(series, Issued) else numbering.first
    issued = facts.NumberIssued(
        at=command.at,
        kind=command.kind,
        period=command.period,
        number=number,
        label=numbering.label.format(period=command.period, number=number),
        case=command.case,
    )
    return [issued]


DECIDER = Decider[IntakeCommand, IntakeState, IntakeEvent](Unregistered(), decide, evolve)
SERIES = Decider[IssueNumber, Series, SeriesEvent](None, issue_number, evolve_series)
