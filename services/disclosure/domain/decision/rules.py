"""Rules of a decision and of its review."""

from collections.abc import Iterable, Mapping

from services.disclosure.domain.decision.commands import DecideDisclosure, ReviewDisclosure
from services.disclosure.domain.redaction import REDACTED, is_faithful
from services.disclosure.domain.rendition import FIELD_TEXT, require_clean
from shared.contracts.disclosure import CaseNotes, DisclosureDecided, Exemption, PublicForm
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Text
from shared.kernel.policy import PolicyRow
from shared.kernel.reply_rules import DisclosureRules
from shared.kernel.texts import is_blank, require_text


def require_publishable(rules: DisclosureRules) -> None:
    """Petitions never are (信访工作条例 art. 30)."""
    if not rules.publishable:
        raise RuleViolated("not-publishable", "本类办件的答复不向社会公开，请选择不予公开", "mode")


def require_form(command: DecideDisclosure, rules: DisclosureRules) -> None:
    if not is_blank(command.reason):
        message = "主动公开的，不填依申请公开或不予公开的理由，请核对"
        raise RuleViolated("reason-contradicts", message, "reason")
    if command.form is None:
        raise RuleViolated("form-required", "主动公开时，请选择全文公开或摘要公开", "form")
    if command.form not in rules.forms:
        raise RuleViolated("form-not-allowed", "本类办件不能以这种形式公开，请另选公开形式", "form")
    if command.form == "abstract":
        require_text(command.text, "以摘要公开的，请填写摘要", "text", "abstract-required")


def require_reason(command: DecideDisclosure, notes: CaseNotes) -> None:
    message = "依申请公开或不予公开的，请说明理由"
    require_text(command.reason, message, "reason", "reason-required")
    if command.reason == "no-consent" and notes.consent:
        message = "提出人已同意公开，不能以“提出人不同意公开”为理由，请另选理由"
        raise RuleViolated("reason-contradicts", message, "reason")


def require_faithful(form: PublicForm | None, text: Text | None, signed: Text) -> None:
    if not is_faithful(form, text, signed):
        message = (
            f"全文公开的，应为签发的原文；需隐去的内容逐处以“{REDACTED}”代替，其余不得改动，"
            "或改用摘要公开"
        )
        raise RuleViolated("text-not-signed", message, "text")


def require_exemptible(exemptions: Iterable[Exemption], rules: DisclosureRules) -> None:
    """Some kinds are never published (个人信息保护法 art. 28); all others need a reason each."""
    for one in exemptions:
        if one.kind in rules.never_exempt:
            message = (
                f"{FIELD_TEXT[one.field]}第 {one.start} 个字起的{{finding:{one.kind}}}一律不得公开"
            )
            raise RuleViolated("never-exempt", f"{message}，请隐去后再提交", "exemptions")
        require_text(one.reason, "请逐处说明可以公开的理由", "exemptions", "reason-required")


def require_consent(row: PolicyRow, notes: CaseNotes) -> None:
    """A citizen's letter is public only with consent; other kinds need consent for names only."""
    if row.sealed and row.disclosure.consent_needed and not notes.consent:
        message = "来信人没有同意公开，不能主动公开，请选择依申请公开或不予公开"
        raise RuleViolated("consent-missing", message, "mode")


def require_complete(words: Mapping[str, Text | None]) -> None:
    """A rendition has a title, a number and a text."""
    missing = [field for field in ("title", "label", "text") if is_blank(words.get(field))]
    if missing:
        names = "、".join(FIELD_TEXT[field] for field in missing)
        message = f"公开内容不完整：缺少{names}，暂不能决定主动公开"
        raise RuleViolated("rendition-incomplete", message, missing[0])


def require_second_person(decision: DisclosureDecided, command: ReviewDisclosure) -> None:
    """Another person than the decider reviews, and no delegate of the decider in the decider's post
    (政府信息公开条例 art. 17)."""
    if decision.by in command.senders:
        message = "公开决定须由另一人复核，决定人和代其行使职务的人不能复核"
        raise RuleViolated("second-person", message)


def require_remark(command: ReviewDisclosure) -> None:
    if not command.approved and is_blank(command.remark):
        raise RuleViolated("remark-required", "退回公开决定时，请填写审核意见", "remark")
    require_clean({"remark": command.remark})
