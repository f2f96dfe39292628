"""Decides on the splitting of a paper, before it is screened. Its parts are registered first: at no
moment is a matter in nobody's hand."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.linking.rules import check_splittable
from services.intake.domain.splitting.commands import SplitCase
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    Status,
    is_repeated,
    of_case,
    require_case,
    require_same_step,
    with_step,
)
from shared.contracts.linking import CaseSplit, Splitting
from shared.kernel.errors import RuleViolated
from shared.kernel.texts import require_text

FEWEST_PARTS = 2
REGISTERED: frozenset[Status] = frozenset({"registered"})


def split(command: SplitCase, state: IntakeState) -> Sequence[CaseSplit]:
    case = require_case(state)
    if is_repeated(case, "split", REGISTERED):
        require_same_step(command, case, CaseSplit, Splitting)
        return []
    require_splittable(command, case)
    require_parts(command)
    require_text(command.reason, "请写明分案的理由", "reason", "splitting-reason")
    return [CaseSplit(**case.head(command.at), by=command.by, **command.fields(Splitting))]


def require_splittable(command: SplitCase, case: Case) -> None:
    check_splittable(command.rules.row, case.against is not None)
    if case.call or case.unconfirmed:
        message = "联名人还没有全部答复，不能分案"
        raise RuleViolated("splitting-awaited", message)


def require_parts(command: SplitCase) -> None:
    """Two parts at least, each of them registered from this paper and in hand."""
    rules, parts = command.rules.row.splitting, command.parts
    most = rules.most if rules else 0
    if not FEWEST_PARTS <= len(parts) <= most:
        message = f"分案应当分成 {FEWEST_PARTS} 至 {most} 件；请先从本件登记分成的各件"
        raise RuleViolated("parts-number", message, "parts")
    for place, part in enumerate(parts):
        if part in parts[:place]:
            raise RuleViolated("parts-twice", "同一件重复选取", f"parts.{place}")
        if part not in command.known:
            message = "所选的件不是从本件登记的，或者已经不再办理，请核对"
            raise RuleViolated("parts-unknown", message, f"parts.{place}")


def gone(case: Case, fact: CaseSplit) -> Case:
    return with_step(replace(case, status="split"), fact)


DECIDE = Decisions({SplitCase: split})
EVOLVE = Folds({CaseSplit: of_case(gone)})
OFFERS: Openness = {SplitCase: REGISTERED}
