"""What may be shown to the public, and what may never be."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.disclosure.domain.commands import DecideDisclosure, ReviewDisclosure
from shared.contracts.disclosure import DisclosureDecided, DisclosureNoted, Rendition
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Event, Sealed, Text
from shared.kernel.policy import DisclosureRules, PolicyRow
from shared.kernel.storable import canonical

FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ－　", "0123456789Xx- ")
GAP = r"[ \-]?"
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "身份证号码": re.compile(rf"(?<!\d)\d{{6}}{GAP}\d{{8}}{GAP}\d{{3}}[\dXx](?!\d)", re.ASCII),
    "手机号码": re.compile(rf"(?<!\d)1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}(?!\d)", re.ASCII),
}
"""Contact data is taken out before anything is published (政府信息公开条例 art. 15)."""

PLACES = {
    "title": "标题",
    "label": "编号",
    "text": "公开文本",
    "reason": "理由",
    "remark": "审核意见",
}


@dataclass(frozen=True)
class Noted:
    title: Text | None = None
    label: str | None = None
    subject: str | None = None
    region: str | None = None
    names: tuple[str, ...] = ()
    consent: bool | None = None


def noted(known: Noted, event: DisclosureNoted) -> Noted:
    """What a fact does not say stays as it was: number and case may come in either order."""
    said = {name: getattr(event, name) for name in Noted.__dataclass_fields__}
    return replace(
        known, **{name: value for name, value in said.items() if value not in (None, ())}
    )


def shown(case: Noted, public_text: Text, decision: DisclosureDecided) -> dict[str, Text | None]:
    """What the public would read; None where nothing may be shown. Of what is sealed, only the
    decision's own words, which publishing opens."""
    title = decision.title or (unsealed(case.title) if decision.mode == "open" else None)
    text = decision.text or (unsealed(public_text) if decision.form == "full" else None)
    return {"title": title, "label": case.label, "text": text}


def said(event: Event | None) -> dict[str, Any]:
    """Whenever it was: sealed twice, a text has two references and one digest."""
    told = {name: value for name, value in event or () if name != "at"}
    return {n: v.digest if isinstance(v, Sealed) else v for n, v in told.items()}


def unsealed(text: Text | None) -> str | None:
    return text if isinstance(text, str) else None


def require_clean(texts: Mapping[str, Text | None]) -> None:
    """Names what was found and where, never the number itself. What is sealed was looked at before
    it was."""
    for field, text in texts.items():
        for what, pattern in PATTERNS.items():
            if found := pattern.search((unsealed(text) or "").translate(FULL_WIDTH)):
                place = f"{PLACES[field]}第 {found.start() + 1} 个字起"
                message = f"{place}疑似{what}，请隐去后再提交（全文不能隐去的，可改用摘要公开）"
                raise RuleViolated("personal-data", message, field)


def is_blank(text: Text | None) -> bool:
    return not text.size if isinstance(text, Sealed) else not (text or "").strip()


def require_reason(reason: Text | None, message: str) -> None:
    if is_blank(reason):
        raise RuleViolated("reason-required", message, "reason")


def require_publishable(rules: DisclosureRules) -> None:
    """Petitions never are (信访工作条例 art. 30)."""
    if not rules.publishable:
        raise RuleViolated("not-publishable", "本类办件的答复不向社会公开，请选择不予公开", "mode")


def require_form(command: DecideDisclosure, rules: DisclosureRules) -> None:
    if command.form is None:
        raise RuleViolated("form-required", "主动公开时，请选择全文公开或摘要公开", "form")
    if command.form not in rules.forms:
        raise RuleViolated("form-not-allowed", "本类办件不能以这种形式公开，请另选公开形式", "form")
    if command.form == "abstract" and is_blank(command.text):
        raise RuleViolated("abstract-required", "以摘要公开的，请填写摘要", "text")


def require_consent(row: PolicyRow, case: Noted) -> None:
    """A citizen's letter is public only where its writer chose so; of others only names wait for
    consent."""
    if row.sealed and row.disclosure.consent_needed and not case.consent:
        message = "来信人没有同意公开，不能主动公开，请选择依申请公开或不予公开"
        raise RuleViolated("consent-missing", message, "mode")


def require_complete(shown: Mapping[str, Text | None]) -> None:
    """A rendition says what, under which number and how it was answered, or it is none."""
    missing = [field for field in ("title", "label", "text") if not shown.get(field)]
    if missing:
        names = "、".join(PLACES[field] for field in missing)
        message = f"公开内容不完整：缺少{names}，暂不能决定主动公开"
        raise RuleViolated("rendition-incomplete", message, missing[0])


def require_second_person(decision: DisclosureDecided, command: ReviewDisclosure) -> None:
    if decision.by == command.by:
        raise RuleViolated("second-person", "公开决定须由另一人复核，决定人不能复核自己的决定")
    if not command.approved and is_blank(command.remark):
        raise RuleViolated("remark-required", "退回公开决定时，请填写审核意见", "remark")
    require_clean({"remark": command.remark})


def digest_of(public: Rendition) -> str:
    """SHA-256 over the canonical JSON: anybody can check what was published."""
    return hashlib.sha256(canonical(public.model_dump(mode="json"))).hexdigest()
