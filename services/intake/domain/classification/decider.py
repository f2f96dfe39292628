"""Decides on the purpose of an accepted petition; its services follow."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.classification.commands import ClassifyCase
from services.intake.domain.classification.rules import check_purpose, require_competent
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    Status,
    of_case,
    require_case,
    require_same_step,
    with_step,
)
from shared.contracts.intake import CaseClassified
from shared.contracts.payloads.intake import Classification
from shared.kernel.errors import RuleViolated
from shared.kernel.texts import require_text

ACCEPTED: frozenset[Status] = frozenset({"accepted"})


def classify(command: ClassifyCase, state: IntakeState) -> Sequence[CaseClassified]:
    """Corrects the purpose; a unit that has the case and may not have it any more is shown to the
    assigning organ, which moves the task."""
    case = require_case(state)
    if case.status not in ACCEPTED:
        hint = "{fact:case.accepted}前的分类在{fact:case.accepted}时确定"
        message = f"该件{{situation:{case.status}}}，不能更正分类；{hint}"
        raise RuleViolated("case-not-accepted", message)
    check_purpose(command.rules.row, command.purpose)
    if command.purpose == case.purpose:
        require_classified_so(command, case)
        return []
    require_competent(command.rules.row, command.purpose, command.recused)
    require_without_members(command, case)
    require_text(command.reason, "更正分类应当写明理由", "reason", "classification-reason")
    fields = command.fields(Classification)
    return [CaseClassified(**case.head(command.at), by=command.by, **fields)]


def require_classified_so(command: ClassifyCase, case: Case) -> None:
    """Refuses another reason for the purpose that the case has, and one that corrects nothing."""
    if not any(isinstance(step.fact, CaseClassified) for step in case.steps):
        message = "该件的信访目的已经是这一类，没有更正"
        raise RuleViolated("recorded-otherwise", message, "purpose")
    require_same_step(command, case, CaseClassified, Classification)


def require_without_members(command: ClassifyCase, case: Case) -> None:
    """The proposers of members read the case: it may not become one that is kept from others."""
    if case.members and not command.rules.row.may_publish(command.purpose):
        message = "已有件并入本件，检举控告不与其他件并案：请先撤销各件的并案，再更正分类"
        raise RuleViolated("merging-secret", message, "purpose")


def classified(case: Case, fact: CaseClassified) -> Case:
    return with_step(replace(case, purpose=fact.purpose), fact)


DECIDE = Decisions({ClassifyCase: classify})
EVOLVE = Folds({CaseClassified: of_case(classified)})
OFFERS: Openness = {ClassifyCase: ACCEPTED}
