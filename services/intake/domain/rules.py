"""What holds for a paper whatever becomes of it; each rule refuses in a clerk's words."""

from collections.abc import Mapping
from typing import Literal

from services.intake.domain.commands import (
    AcceptCase,
    DeclineCase,
    Screening,
    SendBackCase,
)
from shared.contracts.case_event import Kind
from shared.contracts.intake import ProposerKind
from shared.kernel.errors import RuleViolated
from shared.kernel.masking import mask
from shared.kernel.messages import Text

Status = Literal["registered", "accepted", "declined", "sent-back", "withdrawn", "erased"]

OUTCOME: Mapping[Status, str] = {
    "registered": "已登记",
    "accepted": "已立案",
    "declined": "不予立案",
    "sent-back": "已退回",
    "withdrawn": "已撤回",
    "erased": "已删除个人信息",
}

SAYS: Mapping[type[Screening], Status] = {
    AcceptCase: "accepted",
    DeclineCase: "declined",
    SendBackCase: "sent-back",
}
"""The outcome that each decision of screening leads to."""

GROUP_VISIT = 5

OFFICE_OF: Mapping[Kind, Literal["npc", "cppcc"]] = {
    "suggestion": "npc",
    "motion": "npc",
    "proposal": "cppcc",
}
"""Kinds that only deputies or advisers in office may bring; everybody may bring the others."""

ORGANISATIONS: frozenset[ProposerKind] = frozenset(
    {"delegation", "party", "group", "sector", "committee"}
)
"""Proposers whose name is no personal name; they sign by seal or convenor (政协提案的六种形式)."""


def public_name(kind: Kind, proposer_kind: ProposerKind, name: str) -> str:
    """Organisations are public as those who bring a paper, never as those who complain."""
    if proposer_kind not in ORGANISATIONS:
        return mask(name)
    return name if kind in OFFICE_OF else "某单位"


def size(text: Text) -> int:
    return len(text.strip()) if isinstance(text, str) else text.size


def is_group_visit(people: int) -> bool:
    """集体访: five people or more."""
    return people >= GROUP_VISIT


def check_reason(reason: str, allowed: tuple[str, ...]) -> None:
    """The excluded matters of the kind (L2 art. 8; 全国政协不予立案的十种情形)."""
    if reason not in allowed:
        raise RuleViolated("refusal-reason", "该类件没有这一不予受理理由", "reason")


def check_undecided(status: Status, *fitting: Status) -> None:
    if status not in fitting:
        raise RuleViolated("case-decided", f"该件{OUTCOME[status]}，不能再这样办理")


def check_not_publishing(under_way: bool) -> None:
    """Reserve first: what is on its way to the public cannot be called back here."""
    if under_way:
        message = "该件正在公开过程中，请稍后再试，或先办理撤下"
        raise RuleViolated("publication-under-way", message)


def check_cosigners(signers: int, all_agree: bool) -> None:
    """A joint paper is withdrawn only when all co-signers agree (L2 art. 10)."""
    if signers > 1 and not all_agree:
        field = "all_cosigners_agree"
        raise RuleViolated("cosigners-must-agree", "联名件须全体联名人同意才能撤回", field)
