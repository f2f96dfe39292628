"""Holdings: what co-signers owe before a paper is screened, and the screening organ then."""

from collections.abc import Iterator

from services.intake.domain.state import Case, IntakeState
from shared.contracts.effects import CASE
from shared.kernel.holding import Holding


def holdings(state: IntakeState) -> tuple[Holding, ...]:
    return tuple(owed(state)) if isinstance(state, Case) else ()


def owed(case: Case) -> Iterator[Holding]:
    """Yields the answers of co-signers, the screening, and the notice of a refusal."""
    if case.call:
        yield from called(case)
    elif case.status == "registered":
        yield from (dated("signature", signer, case) for signer in sorted(case.unconfirmed))
        if not case.unconfirmed:
            yield dated("screening", CASE, case)
    if case.to_tell:
        opened = (each.due for each in case.to_tell.opens or ())
        yield Holding(CASE, None, owed=tuple(due for due in opened if due.rule == "refusal-notice"))


def called(case: Case) -> Iterator[Holding]:
    """Yields what is owed until the end of a call: its hand-in, and the answers of co-signers."""
    if (opened := case.called) is None or case.status != "registered":
        return
    yield Holding(CASE, None, owed=(opened.due,))
    until = opened.due.model_copy(update={"rule": "signature"})
    yield from (Holding(signer, None, owed=(until,)) for signer in sorted(case.unconfirmed))


def dated(rule: str, subject: str, case: Case) -> Holding:
    """Returns the obligation with its day, where the registration dated it."""
    opened = [each for each in case.paper.opens or () if each.due.rule == rule]
    dues = tuple(each.due for each in opened if subject in (CASE, each.subject))
    return Holding(subject, None, owed=dues, elsewhere=() if dues else (rule,))
