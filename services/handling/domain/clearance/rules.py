"""Rules of clearance: contents of a draft, and the gates before a signature."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from services.handling.domain.clearance.commands import SignReply, SubmitDraft
from services.handling.domain.tasks.rules import BEFORE_REPLY, is_with_proposer
from services.handling.domain.tasks.state import Handling, Work
from shared.contracts.case_event import Proposer
from shared.contracts.handling import CaseContacted, DraftSubmitted
from shared.contracts.payloads.handling import IN_PERSON, DisclosureProposal
from shared.kernel.calendar import business_day
from shared.kernel.deadline_rules import Gates
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Sealed, Text
from shared.kernel.reply_rules import DisclosureRules
from shared.kernel.texts import is_blank, require_text


def check_draft(command: SubmitDraft) -> None:
    row = command.rules.row
    require_text(command.text, "答复内容不能为空", "text")
    if command.meaning not in row.class_map:
        raise RuleViolated("class-unknown", "本类办件没有这一办理结果类别", "meaning")
    if command.meaning in row.class_needs_target_date and command.target_date is None:
        raise RuleViolated(
            "target-date-required", "正在解决或列入计划的，应写明办结时限", "target_date"
        )
    check_target(command.target_date, command.at)
    check_proposal(command.disclosure, row.disclosure)


def check_target(target: date | None, at: datetime, field: str = "target_date") -> None:
    if target is not None and target < business_day(at):
        raise RuleViolated("target-date-past", "办结时限不能早于今天", field)


def check_proposal(proposal: DisclosureProposal, rules: DisclosureRules) -> None:
    """Checks 公开属性: a reason unless open, a form when open; petitions stay closed (art. 30)."""
    if proposal.mode != "closed" and not rules.publishable:
        raise RuleViolated("not-publishable", "本类办件的答复不予公开", "disclosure.mode")
    if proposal.mode != "open" and is_blank(proposal.reason):
        raise RuleViolated(
            "disclosure-reason-required", "不主动公开的，应说明理由", "disclosure.reason"
        )
    if proposal.mode == "open" and not is_blank(proposal.reason):
        message = "主动公开的，不填不公开的理由，请核对公开属性"
        raise RuleViolated("disclosure-contradicted", message, "disclosure.reason")
    if proposal.mode == "open" and proposal.form is None:
        raise RuleViolated(
            "disclosure-form-required", "主动公开的，应选择全文或摘要", "disclosure.form"
        )
    if proposal.mode == "open" and proposal.form not in rules.forms:
        raise RuleViolated("disclosure-form", "本类办件不能以这种形式公开", "disclosure.form")


def heard(contacts: Iterable[CaseContacted], proposers: Sequence[Proposer]) -> bool:
    """Returns whether a proposer was spoken with before the reply, or waived the visit.

    One is enough: the first signer is the contact point and speaks for the others.
    """
    return any(c.phase in BEFORE_REPLY and is_with_proposer(c, proposers) for c in contacts)


def check_rank(work: Work, state: Handling, signers: frozenset[str]) -> None:
    """再次办理: somebody of higher rank signs (access rows), no signer of an earlier round and no
    delegate for one. `signers`: the sender, and the person acted for."""
    before = [earlier for earlier in state.works.values() if earlier.round < work.round]
    if work.higher_signer and signers & {one.reply.by for one in before if one.reply}:
        message = "再次办理的答复应由更高一级的领导签发，不能由上次的签发人签发"
        raise RuleViolated("higher-signer", message)


def met(contacts: Iterable[CaseContacted], proposers: Sequence[Proposer]) -> bool:
    """Returns whether a proposer was met in person before the reply, or waived the visit (本人提出
    不需走访)."""
    return heard((c for c in contacts if c.mode in IN_PERSON or c.mode == "not-wanted"), proposers)


def check_gates(
    gates: Gates,
    contacts: Sequence[CaseContacted],
    proposers: Sequence[Proposer],
    awaited: int,
    *,
    meeting_wanted: bool,
) -> None:
    """Checks 先沟通后答复, 要求面复 and 会办意见齐备 (会签). `awaited`: the number of missing
    opinions; `meeting_wanted`: the proposers want to be met."""
    if gates.contact_before_reply and not heard(contacts, proposers):
        raise RuleViolated("contact-before-reply", whom_first(proposers), "task")
    if gates.meeting_where_wanted and meeting_wanted and not met(contacts, proposers):
        message = (
            "提出人要求当面沟通（面复），签发前应当走访、座谈、邀请或者现场沟通，并登记参加的提出人；"
            "本人提出不需走访的，照此登记"
        )
        raise RuleViolated("meeting-before-reply", message, "task")
    if gates.opinions_before_signing and awaited:
        message = f"还有 {awaited} 个{{part:co}}单位没有提出{{part:co}}意见，齐备后才能签发"
        raise RuleViolated("opinions-before-signing", message, "task")


def whom_first(proposers: Sequence[Proposer]) -> str:
    """Returns the sentence that asks for a contact with one of the proposers."""
    if not any(proposer.known for proposer in proposers):
        return "答复前应当先与提出人本人联系沟通"
    names = "、".join(proposer.masked for proposer in proposers)
    return f"答复前应当先与提出人本人联系沟通，并在联系记录中填写至少一人：{names}"


def text_signed(command: SignReply, draft: DraftSubmitted) -> Text:
    """Returns the reply: the reference where the kind stays sealed, else the opened words. Raises
    RuleViolated where the vault has lost them."""
    text = command.opened.get("text", draft.text)
    if isinstance(text, Sealed) and not command.rules.row.sealed:
        raise RuleViolated("text-missing", "答复稿无法读取，不能签发，请联系运维人员", "version")
    return text


def digest_of(text: Text) -> str:
    """Returns SHA-256 of an open text, or the keyed digest that a sealed text brings."""
    return hashlib.sha256(text.encode()).hexdigest() if isinstance(text, str) else text.digest
