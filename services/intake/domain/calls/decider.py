"""Decides on calls for co-signatures: a paper is the author's until he hands it in."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.calls.commands import AmendWording, EndCall, HandInPaper, OpenCall
from services.intake.domain.calls.rules import called, check_until, due_on, minimum, require_enough
from services.intake.domain.registration.asks import require_listed
from services.intake.domain.registration.rules import require_words
from services.intake.domain.signatures.decider import UNSCREENED
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    of_case,
    require_case,
)
from shared.contracts.calls import CallLapsed, CallOpened, PaperHandedIn, WordingAmended
from shared.contracts.payloads.intake import Wording
from shared.contracts.signers import digest_of
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.errors import RuleViolated


def open_call(command: OpenCall, state: IntakeState) -> Sequence[CallOpened]:
    case = require_case(state)
    require_unscreened(case)
    if case.called:
        raise RuleViolated("call-open", "联名征集正在进行")
    if not case.call:
        raise RuleViolated("handed-in", "该件已经交件，不能再征集联名")
    if not case.unconfirmed:
        raise RuleViolated("call-nobody", "没有还可以征集的联名人，可以撤回后另行提出")
    check_until(command.rules, command.at, command.until)
    due = due_on(command.until, "call", command.rules)
    awaited = called(sorted(case.unconfirmed), due)
    return [CallOpened(**case.head(command.at), by=command.by, due=due, awaited=awaited)]


def amend(command: AmendWording, state: IntakeState) -> Sequence[WordingAmended]:
    """Asks again those who had confirmed; the others are asked already."""
    case = require_case(state)
    opened = require_called(case)
    require_running(command, opened)
    require_words(command)
    require_listed(command)
    if digest_of(command.title, command.text, command.asks) == case.text_digest:
        return []
    again = called(sorted(case.signers - {case.paper.confirmed}), opened.due)
    fields = {**case.head(command.at), **command.fields(Wording), "by": command.by}
    return [WordingAmended(**fields, likeness=command.likeness, awaited=again)]


def hand_in(command: HandInPaper, state: IntakeState) -> Sequence[PaperHandedIn]:
    case = require_case(state)
    require_called(case)
    require_enough(case, command.rules)
    return [handed_in(command, case)]


def end_call(command: EndCall, state: IntakeState) -> Sequence[PaperHandedIn | CallLapsed]:
    """Hands the paper in, or lets the call lapse; nothing for a call that has ended, or that a
    later one has followed."""
    if not isinstance(state, Case) or state.status not in UNSCREENED:
        return []
    if state.called is None or command.at < state.called.due.at:
        return []
    signed = len(state.signers)
    least = minimum(state.paper.proposer_kind, signed, command.rules)
    if signed >= least:
        return [handed_in(command, state)]
    head = state.head(command.at)
    until = ending_day(state.called.due.at)
    return [CallLapsed(**head, by=command.by, until=until, signed=signed, minimum=least)]


def handed_in(command: HandInPaper | EndCall, case: Case) -> PaperHandedIn:
    return PaperHandedIn(
        **case.head(command.at),
        by=command.by,
        received_on=business_day(command.at),
        silent=tuple(sorted(case.unconfirmed)),
    )


def require_unscreened(case: Case) -> None:
    if case.status not in UNSCREENED:
        raise RuleViolated("case-decided", f"该件{{situation:{case.status}}}，不能再这样办理")


def require_called(case: Case) -> CallOpened:
    """Returns the open call. Raises RuleViolated where the paper was handed in, or none is open."""
    require_unscreened(case)
    if case.call is None:
        raise RuleViolated("handed-in", "该件已经交件，不能再修改文本、重新交件")
    if case.called is None:
        message = "联名征集已经截止，署名人数不足；可以再次征集联名，或者撤回"
        raise RuleViolated("call-lapsed", message)
    return case.called


def require_running(command: AmendWording, opened: CallOpened) -> None:
    if command.at >= opened.due.at:
        raise RuleViolated("call-over", "联名征集已经截止，不能再修改文本")


def opened(case: Case, fact: CallOpened) -> Case:
    return replace(case, call=fact)


def amended(case: Case, fact: WordingAmended) -> Case:
    """No confirmation survives a text that has changed, whatever it came by."""
    paper = case.paper.model_copy(update={"likeness": fact.likeness})
    asked = case.unconfirmed | {each.signer for each in fact.awaited}
    case = replace(case, paper=paper, title=fact.title, text=fact.text, asks=fact.asks)
    return replace(case, unconfirmed=asked, papers={}, amended_on=business_day(fact.at))


def lapsed(case: Case, fact: CallLapsed) -> Case:
    return replace(case, call=fact)


def received(case: Case, fact: PaperHandedIn) -> Case:
    """Takes the silent out of the paper; it came in on the day on which it was handed in."""
    left = tuple(one for one in case.paper.proposers if one.id not in fact.silent)
    changes = {"proposers": left, "received_on": fact.received_on}
    paper = case.paper.model_copy(update=changes)
    return replace(case, paper=paper, unconfirmed=frozenset(), call=None)


DECIDE = Decisions(
    {OpenCall: open_call, AmendWording: amend, HandInPaper: hand_in, EndCall: end_call}
)
EVOLVE = Folds(
    {
        CallOpened: of_case(opened),
        WordingAmended: of_case(amended),
        CallLapsed: of_case(lapsed),
        PaperHandedIn: of_case(received),
    }
)
OFFERS: Openness = {OpenCall: UNSCREENED, AmendWording: UNSCREENED, HandInPaper: UNSCREENED}
