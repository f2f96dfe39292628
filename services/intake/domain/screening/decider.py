"""Decides on screening: once, and a repetition changes nothing."""

from collections.abc import Sequence
from dataclasses import replace

from services.intake.domain.screening.commands import AcceptCase, DeclineCase, SendBackCase
from services.intake.domain.state import (
    Case,
    Decisions,
    Folds,
    IntakeState,
    Openness,
    Status,
    becomes,
    is_repeated,
    of_case,
    require_case,
)
from shared.contracts.intake import CaseAccepted, CaseDeclined, CaseSentBack, Matter, Refusal
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Sealed, Text

UNDECIDED: frozenset[Status] = frozenset({"registered"})


def accept(command: AcceptCase, state: IntakeState) -> Sequence[CaseAccepted]:
    case = require_case(state)
    if is_repeated(case, "accepted", UNDECIDED):
        return []
    title, text = _words(command, case)
    accepted = CaseAccepted(
        **case.head(command.at),
        **case.paper.fields(Matter),
        by=command.by,
        title=title,
        text=text,
        proposers=case.paper.proposers,
    )
    return [accepted]


def _words(command: AcceptCase, case: Case) -> tuple[Text, Text]:
    """Returns title and text: references where the kind stays sealed, else the opened words. Raises
    RuleViolated where the vault has lost them."""
    words = words_to_open(command, case)
    if lost := words.keys() - command.opened.keys():
        message = "正文无法读取，不能立案公开，请联系运维人员"
        raise RuleViolated("text-missing", message, min(lost))
    opened = {name: command.opened[name] for name in words}
    return opened.get("title", case.title), opened.get("text", case.text)


def words_to_open(command: AcceptCase, state: IntakeState) -> dict[str, Sealed]:
    """Returns title and text where acceptance opens them: once, and of open kinds."""
    if not isinstance(state, Case) or state.status not in UNDECIDED:
        return {}
    if state.paper.sealed or command.rules.row.sealed:
        return {}
    words = {"title": state.title, "text": state.text}
    return {name: text for name, text in words.items() if isinstance(text, Sealed)}


def decline(command: DeclineCase, state: IntakeState) -> Sequence[CaseDeclined]:
    case = require_case(state)
    if is_repeated(case, "declined", UNDECIDED):
        return []
    require_reason_of_kind(command)
    head = case.head(command.at)
    return [CaseDeclined(**head, by=command.by, **command.fields(Refusal))]


def send_back(command: SendBackCase, state: IntakeState) -> Sequence[CaseSentBack]:
    case = require_case(state)
    if is_repeated(case, "sent-back", UNDECIDED):
        return []
    require_reason_of_kind(command)
    head = case.head(command.at)
    return [CaseSentBack(**head, by=command.by, **command.fields(Refusal))]


def require_reason_of_kind(command: DeclineCase | SendBackCase) -> None:
    """The excluded matters of the kind (L2 art. 8; 全国政协不予立案的十种情形)."""
    if command.reason not in command.rules.row.refusal_reasons:
        raise RuleViolated("refusal-reason", "该类件没有这一不予受理理由", "reason")


def accepted(case: Case, fact: CaseAccepted) -> Case:
    return replace(case, status="accepted", title=fact.title, text=fact.text)


DECIDE = Decisions({AcceptCase: accept, DeclineCase: decline, SendBackCase: send_back})
EVOLVE = Folds(
    {
        CaseAccepted: of_case(accepted),
        CaseDeclined: becomes("declined"),
        CaseSentBack: becomes("sent-back"),
    }
)
OFFERS: Openness = {AcceptCase: UNDECIDED, DeclineCase: UNDECIDED, SendBackCase: UNDECIDED}
