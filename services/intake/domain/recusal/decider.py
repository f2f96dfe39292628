"""Decides whom a paper is against; from then on they neither read nor handle it."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.accused import check_accused, units_below
from services.intake.domain.recusal.commands import NameAgainst
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
from shared.contracts.recusal import AgainstNamed, NamedAgainst
from shared.kernel.errors import RuleViolated
from shared.kernel.texts import is_blank, require_text, same_payload, same_text

IN_HAND: frozenset[Status] = frozenset({"registered", "accepted"})


def name_against(command: NameAgainst, state: IntakeState) -> Sequence[AgainstNamed]:
    """Names them in place of those known before, also while one of them has the case: whom it is
    against loses it at once, and the assigning organ moves the task."""
    case = require_case(state)
    if case.status not in IN_HAND:
        message = f"该件{{situation:{case.status}}}，不能再登记被反映对象"
        raise RuleViolated("case-decided", message)
    check_accused(command, command, case.paper.agency, case.signers)
    if case.against:
        if same_payload(command, case.against, NamedAgainst):
            require_same_reason(command, case.against)
            return []
        require_text(command.reason, "更正被反映对象应当写明理由", "reason", "against-reason")
    below = {"below": units_below(command, command), "reason": command.reason}
    fields = {**command.fields(NamedAgainst), **below}
    return [AgainstNamed(**case.head(command.at), by=command.by, **fields)]


def require_same_reason(command: NameAgainst, known: AgainstNamed) -> None:
    """Refuses a reason for a correction that corrects nothing."""
    if not (is_blank(command.reason) or same_text(command.reason, known.reason)):
        message = "被反映对象与已登记的相同，没有更正；已登记的理由不变"
        raise RuleViolated("recorded-otherwise", message, "reason")


def named(case: Case, fact: AgainstNamed) -> Case:
    return replace(case, against=fact)


DECIDE = Decisions({NameAgainst: name_against})
EVOLVE = Folds({AgainstNamed: of_case(named)})
OFFERS: Openness = {NameAgainst: IN_HAND}
