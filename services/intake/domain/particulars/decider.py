"""Decides on the particulars of a petition, as long as it is in hand."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.particulars.commands import NoteParticulars
from services.intake.domain.particulars.rules import (
    check_numbers,
    check_particulars,
    is_group_visit,
)
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    Status,
    of_case,
    require_case,
)
from shared.contracts.particulars import Particulars, ParticularsNoted
from shared.kernel.errors import RuleViolated
from shared.kernel.texts import same_payload

IN_HAND: frozenset[Status] = frozenset({"registered", "accepted"})


def note(command: NoteParticulars, state: IntakeState) -> Sequence[ParticularsNoted]:
    case = require_case(state)
    row, paper = command.rules.row, case.paper
    if case.status not in IN_HAND:
        message = f"该件{{situation:{case.status}}}，不能再补正信访情况"
        raise RuleViolated("case-decided", message)
    if same_payload(command, case.particulars, Particulars):
        return []
    if row.particulars is None:
        raise RuleViolated("particulars-not-kept", "该类件不登记信访情况", "visitors")
    check_particulars(row, command, paper.channel, command.known)
    named = len(paper.proposers)
    check_numbers(named, command.visitors, max(paper.people, command.visitors or 0))
    group = is_group_visit(row, paper.channel, command.visitors or named)
    fields = command.fields(Particulars)
    return [ParticularsNoted(**case.head(command.at), by=command.by, **fields, group_visit=group)]


def noted(case: Case, fact: ParticularsNoted) -> Case:
    return replace(case, particulars=fact)


DECIDE = Decisions({NoteParticulars: note})
EVOLVE = Folds({ParticularsNoted: of_case(noted)})
OFFERS: Openness = {NoteParticulars: IN_HAND}
