"""When a contact counts, what a draft must say, and what stands before a signature."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from services.handling.domain.commands import RecordContact, SubmitDraft
from shared.contracts.case_event import Proposer
from shared.contracts.handling import CaseContacted, DisclosureProposal
from shared.kernel.calendar import business_day
from shared.kernel.eligible import check_person
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Text
from shared.kernel.policy import DisclosureRules, Gates

MOST_ENTRIES = 100
"""Contacts, reports, opinions and drafts of one task, each; more is not work any more."""
BEFORE_REPLY = frozenset({"before", "during"})
"""先沟通后答复: feedback after the reply does not make up for it."""


def check_room(entries: Sequence[object]) -> None:
    if len(entries) >= MOST_ENTRIES:
        raise RuleViolated("too-many-entries", f"同类记录已达 {MOST_ENTRIES} 条，不能再增加")


def check_contact(command: RecordContact, opened: datetime, signed: datetime | None) -> None:
    """Judged by the day on which it took place: it may be entered later, never earlier."""
    if command.on > business_day(command.at):
        raise RuleViolated("contact-in-future", "联系日期不能晚于今天", "on")
    if command.on < business_day(opened):
        raise RuleViolated("contact-before-task", "联系日期不能早于交办日期", "on")
    check_phase(command, business_day(signed) if signed else None)
    require_text(command.summary, "请填写联系沟通的情况", "summary")


def check_phase(command: RecordContact, signed: date | None) -> None:
    """办后反馈 follows the reply; whatever follows the reply is 办后反馈, and not 办前 or 办中."""
    if command.phase == "after" and (signed is None or command.on < signed):
        message = "联系时答复尚未签发，不能登记为办后反馈，应登记为办前联系或办中协商"
        raise RuleViolated("contact-after-early", message, "phase")
    if command.phase in BEFORE_REPLY and signed and command.on > signed:
        message = "联系时答复已经签发，应登记为办后反馈"
        raise RuleViolated("contact-before-late", message, "phase")


def check_people(command: RecordContact, proposers: Sequence[Proposer]) -> None:
    """Who is named is a proposer of the case, or somebody whom the directory knows."""
    own = {proposer.id for proposer in proposers}
    for person in command.people:
        if person not in own:
            check_person(command.known, person, "people")


def require_text(text: Text, message: str, field: str) -> None:
    if not text.strip() if isinstance(text, str) else text.size == 0:
        raise RuleViolated("text-required", message, field)


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


def check_target(target: date | None, at: datetime) -> None:
    if target is not None and target < business_day(at):
        raise RuleViolated("target-date-past", "办结时限不能早于今天", "target_date")


def check_proposal(proposal: DisclosureProposal, rules: DisclosureRules) -> None:
    """公开属性: a reason unless open, a form when open; petitions are never published (art. 30)."""
    if proposal.mode != "closed" and not rules.publishable:
        raise RuleViolated("not-publishable", "本类办件的答复不予公开", "disclosure.mode")
    if proposal.mode != "open" and not (proposal.reason or "").strip():
        raise RuleViolated(
            "disclosure-reason-required", "不主动公开的，应说明理由", "disclosure.reason"
        )
    if proposal.mode == "open" and proposal.form is None:
        raise RuleViolated(
            "disclosure-form-required", "主动公开的，应选择全文或摘要", "disclosure.form"
        )
    if proposal.mode == "open" and proposal.form not in rules.forms:
        raise RuleViolated("disclosure-form", "本类办件不能以这种形式公开", "disclosure.form")


def heard(contacts: Iterable[CaseContacted], proposers: Sequence[Proposer]) -> bool:
    """Whether somebody who asks was spoken with, or waived the visit (`not-wanted`), in time.

    One is enough: the first signer is the contact point and speaks for the others. Citizens have no
    id by which an official would know them; a talk with them names nobody.
    """
    own = {proposer.id for proposer in proposers}
    nameless = not any(proposer.known for proposer in proposers)
    return any(c.phase in BEFORE_REPLY and (nameless or own & {*c.people}) for c in contacts)


def check_gates(
    gates: Gates,
    contacts: Iterable[CaseContacted],
    proposers: Sequence[Proposer],
    awaited: int,
) -> None:
    """先沟通后答复; 会办意见齐备 (会签). `awaited`: how many co-handlers gave none yet."""
    if gates.contact_before_reply and not heard(contacts, proposers):
        raise RuleViolated("contact-before-reply", whom_first(proposers), "task")
    if gates.opinions_before_signing and awaited:
        message = f"还有 {awaited} 个会办单位没有提出会办意见，齐备后才能签发"
        raise RuleViolated("opinions-before-signing", message, "task")


def whom_first(proposers: Sequence[Proposer]) -> str:
    if not any(proposer.known for proposer in proposers):
        return "答复前应当先与提出人本人联系沟通"
    ids = "、".join(proposer.id for proposer in proposers)
    return f"答复前应当先与提出人本人联系沟通，并在联系记录中填写其编号（至少一人）：{ids}"


def digest_of(text: Text) -> str:
    """Of an open text SHA-256; a sealed text brings its keyed digest."""
    return hashlib.sha256(text.encode()).hexdigest() if isinstance(text, str) else text.digest
