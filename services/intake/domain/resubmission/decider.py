"""Decides on resubmission: the same case, in its next version."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.registration.asks import require_listed
from services.intake.domain.registration.rules import (
    check_awaited,
    must_confirm,
    require_words,
)
from services.intake.domain.resubmission.commands import ResubmitPaper
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    Status,
    of_case,
    require_case,
    with_step,
)
from shared.contracts.intake import CaseSentBack
from shared.contracts.payloads.intake import Wording
from shared.contracts.resubmission import PaperResubmitted
from shared.contracts.signers import Signature, digest_of, unconfirmed
from shared.kernel.calendar import business_day
from shared.kernel.errors import RuleViolated
from shared.kernel.paper_numbers import check_free

SENT_BACK: frozenset[Status] = frozenset({"sent-back"})


def resubmit(command: ResubmitPaper, state: IntakeState) -> Sequence[PaperResubmitted]:
    case = require_case(state)
    is_same = digest_of(command.title, command.text, command.asks) == case.text_digest
    if case.status == "registered" and case.version > 1 and is_same:
        return []
    if case.status not in SENT_BACK:
        raise RuleViolated("not-sent-back", "该件没有退回，不能修改后再交")
    if is_same:
        message = "案由、内容和建议（诉求）事项都没有修改，请按退回的理由修改后再交"
        raise RuleViolated("resubmitted-unchanged", message, "text")
    require_words(command)
    require_listed(command)
    check_free(case.paper.external_no, command.holder)
    return [resubmitted(command, case)]


def resubmitted(command: ResubmitPaper, case: Case) -> PaperResubmitted:
    waiting = unconfirmed(case.paper.proposers, signer_of(command, case))
    check_awaited(len(waiting))
    return PaperResubmitted(
        **case.head(command.at),
        **command.fields(Wording),
        by=command.by,
        version=case.version + 1,
        received_on=business_day(command.at),
        likeness=command.likeness,
        awaited=tuple(Signature(signer=each) for each in waiting),
    )


def signer_of(command: ResubmitPaper, case: Case) -> str | None:
    """Returns the signer whose co-signers must confirm the new words; None where whoever hands them
    in has all signatures on paper, or a convenor or a seal stands for all."""
    own = any(one.id == command.by for one in case.paper.proposers)
    form = case.paper.proposer_kind
    return command.by if own and must_confirm("proposer", form, command.rules) else None


def again(case: Case, fact: PaperResubmitted) -> Case:
    """The former refusal stays among the steps, with its reason."""
    if isinstance(case.refusal, CaseSentBack):
        case = with_step(case, case.refusal)
    changes = {"likeness": fact.likeness, "received_on": fact.received_on, "opens": fact.opens}
    paper = case.paper.model_copy(update=changes)
    waiting = frozenset(each.signer for each in fact.awaited)
    return replace(
        case, paper=paper, status="registered", title=fact.title, text=fact.text, asks=fact.asks,
        version=fact.version, refusal=None, to_tell=None, told=None, unconfirmed=waiting, papers={},
        amended_on=fact.received_on,
    )  # fmt: skip


DECIDE = Decisions({ResubmitPaper: resubmit})
EVOLVE = Folds({PaperResubmitted: of_case(again)})
OFFERS: Openness = {ResubmitPaper: SENT_BACK}
