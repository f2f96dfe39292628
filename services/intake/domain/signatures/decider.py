"""Decides on signatures, until the paper is screened."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.intake.domain.signatures.commands import ConfirmSignature, DeclineSignature
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
from shared.contracts.signers import (
    Signature,
    SignatureConfirmed,
    SignatureDeclined,
    SignaturePaper,
)
from shared.kernel.entries import check_entered
from shared.kernel.errors import RuleViolated
from shared.kernel.repeated import require_same
from shared.kernel.texts import is_blank, require_text

UNSCREENED: frozenset[Status] = frozenset({"registered"})


def confirm(command: ConfirmSignature, state: IntakeState) -> Sequence[SignatureConfirmed]:
    case = require_case(state)
    if command.signer in case.signers:
        require_signed_so(command, case)
        return []
    require_waiting(command.signer, case)
    require_time(command, case)
    require_paper(command)
    require_seen(command, case)
    return [SignatureConfirmed(**answer(command, case), text_digest=case.text_digest)]


def require_signed_so(command: ConfirmSignature, case: Case) -> None:
    """Refuses another paper for a signature that is on record, and a digest of another text."""
    if paper := case.papers.get(command.signer):
        require_same(command, paper, SignaturePaper)
    elif command.on or not is_blank(command.evidence):
        message = "该提出人本人已经确认，不需要录入书面意见"
        raise RuleViolated("signature-confirmed", message, "signer")
    if case.text_digest:
        require_seen(command, case)


def decline(command: DeclineSignature, state: IntakeState) -> Sequence[SignatureDeclined]:
    case = require_case(state)
    if command.signer in case.signers:
        message = "已经确认联名，不能再拒绝；要求撤回的，请办理撤回"
        raise RuleViolated("signature-confirmed", message, "signer")
    require_waiting(command.signer, case)
    require_time(command, case)
    require_paper(command)
    return [SignatureDeclined(**answer(command, case))]


def answer(command: ConfirmSignature | DeclineSignature, case: Case) -> dict[str, Any]:
    """Returns the fields of a co-signer's answer; after the last one the paper can be screened,
    where no call is open: then its author hands it in."""
    fields = {**case.head(command.at), **command.fields(Signature, SignaturePaper)}
    is_last = case.call is None and case.unconfirmed == {command.signer}
    return fields | {"by": command.by, "is_last": is_last}


def require_waiting(signer: str, case: Case) -> None:
    if signer not in case.unconfirmed:
        raise RuleViolated("not-a-signer", "不是本件的联名人，或者已经不再联名", "signer")
    if case.status not in UNSCREENED:
        message = f"该件{{situation:{case.status}}}，不能再确认联名"
        raise RuleViolated("case-decided", message)


def require_time(command: ConfirmSignature | DeclineSignature, case: Case) -> None:
    """A call is answered until its day is over."""
    if case.call and (case.called is None or command.at >= case.called.due.at):
        raise RuleViolated("call-over", "联名征集已经截止，不能再确认联名或者声明不联名")


def require_paper(command: ConfirmSignature | DeclineSignature) -> None:
    """A clerk who enters it for a co-signer names the day and the paper that says so; a co-signer
    says so himself, now."""
    own = command.by == command.signer
    if own and not (command.on is None and is_blank(command.evidence)):
        raise RuleViolated("signature-own", "本人办理的，不填书面意见日期和依据", "on")
    if own:
        return
    if command.on is None:
        raise RuleViolated("signature-day", "代为录入的，请填写书面意见的日期", "on")
    message = "代为录入的，请写明书面依据（如联名签名表的页码和存放处）"
    require_text(command.evidence, message, "evidence", "signature-evidence")
    check_entered(command, command.on, "on", command.on, "signature")


def require_seen(command: ConfirmSignature, case: Case) -> None:
    """Co-signers confirm the very text that they have read (L3 art. 7); one who signs on paper has
    it before him, as it reads on that day."""
    if command.on and case.amended_on and command.on < case.amended_on:
        message = f"文本于 {case.amended_on} 修改过，此前的书面意见不再有效"
        raise RuleViolated("signature-other-text", message, "on")
    if command.text_digest is None and command.by != command.signer:
        return
    if command.text_digest is None:
        message = "请先阅读文本，再确认联名：须写明所读的是哪一文本"
        raise RuleViolated("signature-unread", message, "text_digest")
    if command.text_digest != case.text_digest:
        message = "文本在您阅读以后有修改，请重新阅读后再确认联名"
        raise RuleViolated("signature-other-text", message, "text_digest")


def confirmed(case: Case, fact: SignatureConfirmed) -> Case:
    papers = {**case.papers, fact.signer: fact} if fact.on else case.papers
    return replace(case, unconfirmed=case.unconfirmed - {fact.signer}, papers=papers)


def declined(case: Case, fact: SignatureDeclined) -> Case:
    """A person who did not sign is no proposer: he neither sees the case nor is he named."""
    left = tuple(one for one in case.paper.proposers if one.id != fact.signer)
    name = next((one.masked for one in case.paper.proposers if one.id == fact.signer), "")
    paper = case.paper.model_copy(update={"proposers": left})
    case = replace(case, paper=paper, unconfirmed=case.unconfirmed - {fact.signer})
    return with_step(case, fact, name)


DECIDE = Decisions({ConfirmSignature: confirm, DeclineSignature: decline})
EVOLVE = Folds({SignatureConfirmed: of_case(confirmed), SignatureDeclined: of_case(declined)})
OFFERS: Openness = {ConfirmSignature: UNSCREENED, DeclineSignature: UNSCREENED}
