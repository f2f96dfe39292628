"""Decides on an erasure, and leads it: facts alone say how far it has come (process manager)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from services.intake.domain.erasure import rules
from services.intake.domain.erasure.commands import (
    AskErasure,
    ConfirmErasure,
    EraseCase,
    NoteDestroyed,
    PeoplesErasureCommand,
    StopErasure,
)
from services.intake.domain.state import (
    Case,
    Decisions,
    Erasing,
    Folds,
    IntakeState,
    of_case,
    require_case,
    unmerged,
    with_step,
)
from shared.contracts.erasure import (
    Erasure,
    ErasureAsked,
    ErasureCompleted,
    ErasureConfirmed,
    ErasureProgressed,
    ErasureStop,
    ErasureStopped,
)
from shared.contracts.intake import CaseErased
from shared.contracts.merging import CaseUnmerged
from shared.kernel.errors import RuleViolated
from shared.kernel.texts import GONE, require_text


def ask(command: AskErasure, state: IntakeState) -> Sequence[ErasureAsked]:
    case = require_case(state)
    if is_asked_by(command, case):
        return []
    require_unasked(case)
    rules.check_retention(command, case, command.rules, command.at)
    asked = ErasureAsked(
        **case.head(command.at),
        **command.fields(Erasure),
        by=command.by,
        not_before=rules.wait_of(command),
    )
    return [asked]


def is_asked_by(command: AskErasure, case: Case) -> bool:
    """Returns whether the same person asked for the same before."""
    before = case.erasure.asked if case.erasure else None
    return before is not None and (before.by, before.reason) == (command.by, command.reason)


def require_unasked(case: Case) -> None:
    if case.status in ("erasing", "erased"):
        raise RuleViolated("case-decided", f"该件{{situation:{case.status}}}，不能再这样办理")
    if case.erasure:
        raise RuleViolated("erasure-asked", "已有人申请清除该件，等待另一人确认或者叫停")


def stop(command: StopErasure, state: IntakeState) -> Sequence[ErasureStopped]:
    case = require_case(state)
    waiting(case)
    require_text(command.reason, "请说明叫停的理由", "reason", "reason-required")
    fields = command.fields(ErasureStop)
    return [ErasureStopped(**case.head(command.at), **fields, by=command.by)]


def confirm(
    command: ConfirmErasure, state: IntakeState
) -> Sequence[CaseUnmerged | ErasureConfirmed]:
    """Confirms the erasure; a merged case leaves its master first."""
    case = require_case(state)
    if case.erasure and case.erasure.confirmed_by == command.by:
        return []
    asked = waiting(case).asked
    rules.require_second_person(asked, command)
    rules.require_waited(asked, command.at)
    rules.check_retention(asked, case, command.rules, command.at)
    confirmed = ErasureConfirmed(**case.head(command.at), **asked.fields(Erasure), by=command.by)
    return [*unmerged(case, command, "erased"), confirmed]


def waiting(case: Case) -> Erasing:
    """Returns the erasure that awaits its confirmation; raises RuleViolated where none does."""
    if case.erasure is None or case.erasure.confirmed_by:
        raise RuleViolated("erasure-not-asked", "没有等待确认的清除申请")
    return case.erasure


def erase(command: EraseCase, state: IntakeState) -> Sequence[CaseErased]:
    if not isinstance(state, Case) or state.status != "erasing" or state.erasure is None:
        return []
    erasure = state.erasure
    return [
        CaseErased(
            **state.head(command.at),
            by=erasure.confirmed_by,
            reason=erasure.asked.reason,
            pages=command.pages,
        )
    ]


def note(
    command: NoteDestroyed, state: IntakeState
) -> Sequence[ErasureProgressed | ErasureCompleted]:
    """The last service that has destroyed its key ends the erasure in the same commit."""
    if not isinstance(state, Case) or state.erasure is None:
        return []
    erasure = state.erasure
    if command.service in erasure.destroyed:
        return []
    progressed = ErasureProgressed(**state.head(command.at), service=command.service)
    if not erasure.destroyed | {command.service} >= rules.HOLDERS:
        return [progressed]
    head = state.head(command.at)
    return [progressed, ErasureCompleted(**head, pages=erasure.pages, stayed=erasure.stayed)]


def asked(case: Case, fact: ErasureAsked) -> Case:
    return replace(case, erasure=Erasing(fact))


def stopped(case: Case, fact: ErasureStopped) -> Case:
    return with_step(replace(case, erasure=None), fact)


def confirmed(case: Case, fact: ErasureConfirmed) -> Case:
    assert case.erasure is not None
    erasure = replace(case.erasure, confirmed_by=fact.by, confirmed_at=fact.at)
    return replace(case, status="erasing", erasure=erasure)


def erased(case: Case, fact: CaseErased) -> Case:
    """Blanks open words and names, after noting what stays."""
    nameless = [proposer.model_copy(update={"masked": "＊"}) for proposer in case.paper.proposers]
    paper = case.paper.model_copy(update={"proposers": tuple(nameless), "external_no": None})
    kept = rules.stayed(case)
    erasure = case.erasure and replace(case.erasure, pages=fact.pages, stayed=kept)
    case = replace(case, status="erased", paper=paper, title=GONE, text=GONE, erasure=erasure)
    former = tuple(each.model_copy(update={"external_no": None}) for each in case.former)
    case = replace(case, against=None, steps=(), attachments={}, links={})
    return replace(case, former=former, to_tell=None)


def progressed(case: Case, fact: ErasureProgressed) -> Case:
    assert case.erasure is not None
    destroyed = case.erasure.destroyed | {fact.service}
    return replace(case, erasure=replace(case.erasure, destroyed=destroyed))


def completed(case: Case, fact: ErasureCompleted) -> Case:
    assert case.erasure is not None
    return replace(case, erasure=replace(case.erasure, completed_at=fact.at))


def offered(case: Case, person: str, now: datetime) -> Iterator[type[PeoplesErasureCommand]]:
    """Yields the commands that this person could send now."""
    if case.status in ("erasing", "erased"):
        return
    if case.erasure is None:
        yield AskErasure
        return
    yield StopErasure
    if case.erasure.asked.by != person and now >= case.erasure.asked.not_before:
        yield ConfirmErasure


DECIDE = Decisions(
    {
        AskErasure: ask,
        ConfirmErasure: confirm,
        StopErasure: stop,
        EraseCase: erase,
        NoteDestroyed: note,
    }
)
EVOLVE = Folds(
    {
        ErasureAsked: of_case(asked, is_news=False),
        ErasureStopped: of_case(stopped, is_news=False),
        ErasureConfirmed: of_case(confirmed, is_news=False),
        CaseErased: of_case(erased, is_news=False),
        ErasureProgressed: of_case(progressed, is_news=False),
        ErasureCompleted: of_case(completed, is_news=False),
    }
)
