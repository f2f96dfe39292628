"""Decides on rerouting: of a paper that waits for its screening, and is not in a call."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.rerouting.commands import DivertCase, PassOnCase
from services.intake.domain.rerouting.rules import RULES
from services.intake.domain.screening.checks import checked, require_founded
from services.intake.domain.screening.decider import (
    UNDECIDED,
    refused,
    require_edition,
    require_handed_in,
    require_whole,
    screened,
)
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    is_repeated,
    of_case,
    require_case,
    require_same_step,
    with_step,
)
from shared.contracts.case_event import CaseMark
from shared.contracts.payloads.screening import Checklist
from shared.contracts.rerouting import CaseDiverted, CasePassedOn, Diversion, FormerKind, PassingOn
from shared.contracts.signers import Signature
from shared.kernel.calendar import business_day
from shared.kernel.eligible import check_competent, check_impartial, check_unit
from shared.kernel.errors import RuleViolated
from shared.kernel.repeated import require_same


def pass_on(command: PassOnCase, state: IntakeState) -> Sequence[CasePassedOn]:
    case = require_case(state)
    if is_repeated(case, "passed-on", UNDECIDED):
        require_same(command, screened(case), PassingOn, Checklist)
        return []
    require_edition(command, case)
    require_handed_in(case)
    require_whole(command)
    require_form(command)
    require_addressee(command, case)
    answers = checked(command, command.rules, case, command.concluded)
    require_founded(command, command.reason, command.rules)
    fields = {**case.head(command.at), "by": command.by, **command.fields(PassingOn), **answers}
    return [CasePassedOn(**fields)]


def require_form(command: PassOnCase) -> None:
    """The row of the kind has the form, and the reason for it."""
    row = command.rules.row
    if (rules := row.passed_on_as.get(command.form)) is None:
        raise RuleViolated("pass-form", "该类件没有以这一形式转送的规定", "form")
    if command.reason not in (rules.reasons or row.refusal_reasons):
        message = "该类件没有以这一理由转送的规定"
        raise RuleViolated("refusal-reason", message, "reason")


def require_addressee(command: PassOnCase, case: Case) -> None:
    """The letter goes to a unit that stands, that it is not against, and that may have its
    purpose."""
    check_unit(command.directory, command.to, "to")
    check_impartial(command.directory, command.to, command.recused, "to")
    check_competent(command, command.to, case.purpose, "to")


def divert(command: DivertCase, state: IntakeState) -> Sequence[CaseDiverted]:
    case = require_case(state)
    if is_diverted(command, case):
        require_same_step(command, case, CaseDiverted, Diversion)
        return []
    if case.status not in UNDECIDED:
        raise RuleViolated("case-decided", f"该件{{situation:{case.status}}}，不能再这样办理")
    require_edition(command, case)
    require_handed_in(case)
    require_whole(command)
    for rule in RULES:
        rule(command, case)
    return [diverted(command, case)]


def is_diverted(command: DivertCase, case: Case) -> bool:
    """Returns whether the same was done before: to this kind and subject, with this number."""
    asked, paper = (
        (each.kind, each.channel, each.subject, each.external_no) for each in (command, case.paper)
    )
    return bool(case.former) and asked == paper


def diverted(command: DivertCase, case: Case) -> CaseDiverted:
    mark = {**case.head(command.at), "kind": command.kind, "channel": command.channel}
    return CaseDiverted(
        **mark,
        **command.fields(Diversion),
        by=command.by,
        was=FormerKind(**{name: getattr(case.paper, name) for name in FormerKind.model_fields}),
        subject=command.subject,
        received_on=business_day(command.at),
        awaited=tuple(Signature(signer=each) for each in sorted(case.unconfirmed)),
    )


def passed_on(case: Case, fact: CasePassedOn) -> Case:
    return refused(case, fact)


def turned(case: Case, fact: CaseDiverted) -> Case:
    """The paper has the new mark from here on; whoever reads its kind reads the new one."""
    changes = {**fact.fields(CaseMark), "subject": fact.subject, "external_no": fact.external_no}
    dated = {"received_on": fact.received_on, "opens": fact.opens}
    paper = case.paper.model_copy(update=changes | dated)
    former = (*case.former, fact.was)
    return with_step(replace(case, paper=paper, former=former, to_tell=fact), fact)


DECIDE = Decisions({PassOnCase: pass_on, DivertCase: divert})
EVOLVE = Folds({CasePassedOn: of_case(passed_on), CaseDiverted: of_case(turned)})
OFFERS: Openness = {PassOnCase: UNDECIDED, DivertCase: UNDECIDED}
