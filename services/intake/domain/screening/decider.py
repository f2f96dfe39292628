"""Decides on screening: once, and a repetition changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.intake.domain.calls.rules import require_enough
from services.intake.domain.classification.rules import (
    check_purpose,
    require_competent,
    require_purpose,
)
from services.intake.domain.screening.checks import checked, require_founded, require_passed
from services.intake.domain.screening.commands import (
    AcceptCase,
    DeclineCase,
    NotifyRefusal,
    OfEdition,
    SendBackCase,
)
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    Refused,
    Status,
    is_repeated,
    of_case,
    require_case,
)
from shared.contracts.intake import CaseAccepted, CaseDeclined, CaseSentBack
from shared.contracts.payloads.intake import Matter, Refusal
from shared.contracts.payloads.screening import Checklist
from shared.contracts.rerouting import CasePassedOn
from shared.contracts.signers import Notice, RefusalNotified
from shared.kernel.calendar import business_day
from shared.kernel.entries import check_entered
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Sealed, Text
from shared.kernel.paper_numbers import check_free
from shared.kernel.repeated import require_same

UNDECIDED: frozenset[Status] = frozenset({"registered"})
ELSEWHERE = frozenset[Status | None](
    {"accepted", "merged", "withdrawn", "declined", "passed-on", "sent-back"}
)
"""Statuses of a paper whose parts are not taken up: it was not split."""
STATUS_AFTER: Mapping[type[Refused], Status] = {
    CaseDeclined: "declined",
    CaseSentBack: "sent-back",
    CasePassedOn: "passed-on",
}


def accept(command: AcceptCase, state: IntakeState) -> Sequence[CaseAccepted]:
    case = require_case(state)
    if is_repeated(case, "accepted", UNDECIDED):
        require_accepted_so(command, case)
        return []
    require_edition(command, case)
    require_handed_in(case)
    require_confirmed(case)
    require_enough(case, command.rules)
    check_free(case.paper.external_no, command.holder)
    require_whole(command)
    require_part_of(command)
    purpose = _purpose(command, case)
    answers = checked(command, command.rules, case, command.concluded)
    require_passed(command, command.rules)
    words = _words(command, case)
    accepted = CaseAccepted(
        **case.head(command.at),
        **case.paper.fields(Matter) | {"purpose": purpose},
        by=command.by,
        **words,
        proposers=case.paper.proposers,
        receiver=case.paper.receiver,
        **answers,
    )
    return [accepted]


def require_accepted_so(command: AcceptCase, case: Case) -> None:
    """Refuses to accept once more with other answers, or another purpose."""
    require_same(command, screened(case), Checklist)
    if command.purpose not in (None, case.purpose):
        message = "该件已经{fact:case.accepted}，信访目的需要更正的，请办理更正"
        raise RuleViolated("recorded-otherwise", message, "purpose")


def screened(case: Case) -> CaseAccepted | Refused:
    """Returns the newest outcome of a case that was screened."""
    assert case.screened is not None
    return case.screened


def _purpose(command: AcceptCase, case: Case) -> str | None:
    purpose, row = command.purpose or case.purpose, command.rules.row
    check_purpose(row, purpose)
    require_purpose(row, purpose)
    require_competent(row, purpose, command.recused)
    return purpose


def _words(command: AcceptCase, case: Case) -> dict[str, Any]:
    """Returns title, text and asks: references where the kind stays sealed, else the opened words.
    Raises RuleViolated where the vault has lost them."""
    words = words_to_open(command, case)
    if lost := words.keys() - command.opened.keys():
        message = "正文无法读取，不能{fact:case.accepted}，请联系运维人员"
        raise RuleViolated("text-missing", message, min(lost))
    now = words_by_name(case) | {name: command.opened[name] for name in words}
    asks = tuple(word for name, word in now.items() if name.startswith("asks"))
    return {"title": now["title"], "text": now["text"], "asks": asks}


def words_by_name(case: Case) -> dict[str, Text]:
    """Returns the words of a paper by the names under which they are opened, in their order."""
    asks = {f"asks.{place}": ask for place, ask in enumerate(case.asks)}
    return {"title": case.title, "text": case.text, **asks}


def words_to_open(command: AcceptCase, state: IntakeState) -> dict[str, Sealed]:
    """Returns the words of the paper where acceptance opens them: once, and of open kinds."""
    if not isinstance(state, Case) or state.status not in UNDECIDED:
        return {}
    if state.paper.sealed or command.rules.row.sealed:
        return {}
    words = words_by_name(state)
    return {name: text for name, text in words.items() if isinstance(text, Sealed)}


def require_edition(command: OfEdition, case: Case) -> None:
    """Refuses a judgement on another edition than the one that was judged."""
    if command.edition not in (None, case.edition):
        message = "该件在提请以后已经修改再交，或者转为另一类件，请按现在的内容重新审查"
        raise RuleViolated("edition-changed", message)


def require_handed_in(case: Case) -> None:
    """While its author calls for signatures, a paper is his: he may still amend it."""
    if case.call:
        raise RuleViolated("not-handed-in", "提出人正在征集联名，还没有交件，不能审查")


def require_whole(command: OfEdition) -> None:
    """A matter is not handled twice: in the paper, here or elsewhere, and in a part (分案)."""
    if command.parts:
        message = (
            "已经从本件登记了分出的件，请办理分案；不分案的，请先将分出的件办理{fact:case.declined}"
        )
        raise RuleViolated("splitting-begun", message)


def require_part_of(command: AcceptCase) -> None:
    """A part is not taken up once its paper went another way, also where both were done at once."""
    if command.whole in ELSEWHERE:
        message = (
            "本件由另一件分出，那一件已经撤回、退回或者另行办理；"
            "请核对后将本件办理撤回或者{fact:case.declined}"
        )
        raise RuleViolated("part-overtaken", message)


def require_confirmed(case: Case) -> None:
    """Co-signers must have confirmed that the text is really their view (L3 art. 7)."""
    if names := [one.masked for one in case.paper.proposers if one.id in case.unconfirmed]:
        remedy = "请待其确认，或者由其不予联名后再{fact:case.accepted}"
        message = f"{'、'.join(names)}尚未确认联名；{remedy}"
        raise RuleViolated("cosigners-unconfirmed", message)


def decline(command: DeclineCase, state: IntakeState) -> Sequence[CaseDeclined]:
    case = require_case(state)
    if is_repeated(case, "declined", UNDECIDED):
        require_same(command, screened(case), Refusal, Checklist)
        return []
    return [CaseDeclined(**_refusal(command, case))]


def send_back(command: SendBackCase, state: IntakeState) -> Sequence[CaseSentBack]:
    case = require_case(state)
    if is_repeated(case, "sent-back", UNDECIDED):
        require_same(command, screened(case), Refusal, Checklist)
        return []
    return [CaseSentBack(**_refusal(command, case))]


def _refusal(command: DeclineCase | SendBackCase, case: Case) -> dict[str, Any]:
    """Returns the fields of the fact. Raises RuleViolated for a reason that the kind or the
    checklist does not bear out."""
    require_edition(command, case)
    require_handed_in(case)
    require_whole(command)
    require_reason_of_kind(command)
    answers = checked(command, command.rules, case, command.concluded)
    require_founded(command, command.reason, command.rules)
    head, fields = case.head(command.at), command.fields(Refusal)
    return {**head, "by": command.by, **fields, **answers}


def notify(command: NotifyRefusal, state: IntakeState) -> Sequence[RefusalNotified]:
    """Records the notice once; a refusal that nobody is told of is none (信访工作条例第23条)."""
    case = require_case(state)
    if case.to_tell is None:
        if case.told:
            require_same(command, case.told, Notice)
            return []
        raise RuleViolated("not-refused", "该件没有{fact:case.declined}、退回或转办，不需要告知")
    since = business_day(case.to_tell.at)
    check_entered(command, command.on, "on", since, "refusal-notice")
    fields = command.fields(Notice)
    return [RefusalNotified(**case.head(command.at), by=command.by, **fields)]


def require_reason_of_kind(command: DeclineCase | SendBackCase) -> None:
    """The excluded matters of the kind (L2 art. 8; 全国政协不予立案的十种情形)."""
    if command.reason not in command.rules.row.refusal_reasons:
        raise RuleViolated("refusal-reason", "该类件没有这一项{fact:case.declined}理由", "reason")


def refused(case: Case, fact: Refused) -> Case:
    status = STATUS_AFTER[type(fact)]
    return replace(case, status=status, refusal=fact, screened=fact, to_tell=fact, told=None)


def notified(case: Case, fact: RefusalNotified) -> Case:
    return replace(case, told=fact, to_tell=None)


def accepted(case: Case, fact: CaseAccepted) -> Case:
    case = replace(case, status="accepted", purpose=fact.purpose, screened=fact)
    return replace(case, title=fact.title, text=fact.text, asks=fact.asks)


DECIDE = Decisions(
    {AcceptCase: accept, DeclineCase: decline, SendBackCase: send_back, NotifyRefusal: notify}
)
EVOLVE = Folds(
    {
        CaseAccepted: of_case(accepted),
        CaseDeclined: of_case(refused),
        CaseSentBack: of_case(refused),
        RefusalNotified: of_case(notified),
    }
)
OFFERS: Openness = {
    AcceptCase: UNDECIDED,
    DeclineCase: UNDECIDED,
    SendBackCase: UNDECIDED,
    NotifyRefusal: frozenset(
        {"registered", "accepted", "merged", "declined", "passed-on", "sent-back"}
    ),
}
