"""Decides on numbers: the series issues one, the case notes it."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.numbering.commands import IssueNumber, NoteNumber
from services.intake.domain.numbering.state import Issued, Series, number_of
from services.intake.domain.state import Case, Decisions, Folds, IntakeState, of_case
from shared.contracts.intake import CaseNumbered, NumberIssued
from shared.contracts.payloads.intake import CaseNumber
from shared.kernel.decider import routed


def issue(command: IssueNumber, series: Series) -> Sequence[NumberIssued]:
    """Last + 1; gapless, because a series is one stream and a case gets one number of it."""
    if number_of(command.case, series) is not None:
        return []
    row = command.rules.row
    period, numbering = row.period(command.period), row.numbering
    year = period.title if period else command.period
    number = series.number + 1 if series else numbering.first
    issued = NumberIssued(
        at=command.at,
        kind=command.kind,
        period=command.period,
        number=number,
        label=numbering.label.format(period=year, number=number),
        organ=row.organs.unit("numbering", command.agency),
        case=command.case,
    )
    return [issued]


def note(command: NoteNumber, state: IntakeState) -> Sequence[CaseNumbered]:
    if not isinstance(state, Case) or state.number is not None:
        return []
    return [CaseNumbered(**state.head(command.at), **command.fields(CaseNumber))]


def issued(series: Series, fact: NumberIssued) -> Series:
    return Issued(fact.case, fact.number, series)


def numbered(case: Case, fact: CaseNumbered) -> Case:
    return replace(case, number=fact.number, label=fact.label)


DECIDE = Decisions({NoteNumber: note})
EVOLVE = Folds({CaseNumbered: of_case(numbered)})
SERIES = routed(
    None, IssueNumber, NumberIssued, decide={IssueNumber: issue}, evolve={NumberIssued: issued}
)
