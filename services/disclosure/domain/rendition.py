"""Renditions: words that the public may read, and personal data that it may never read."""

import hashlib
import re
from collections.abc import Mapping

from shared.contracts.disclosure import CaseNotes, DisclosureDecided, DisclosureProposed, Rendition
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Text
from shared.kernel.storable import canonical

FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ－　", "0123456789Xx- ")
GAP = r"[ \-]?"
PERSONAL_DATA: Mapping[str, re.Pattern[str]] = {
    "身份证号码": re.compile(rf"(?<!\d)\d{{6}}{GAP}\d{{8}}{GAP}\d{{3}}[\dXx](?!\d)", re.ASCII),
    "手机号码": re.compile(rf"(?<!\d)1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}(?!\d)", re.ASCII),
}
"""Contact data is taken out before anything is published (政府信息公开条例 art. 15)."""

FIELD_TEXT = {
    "title": "标题",
    "label": "编号",
    "text": "公开文本",
    "reason": "理由",
    "remark": "审核意见",
}


def words_of(
    notes: CaseNotes, reply: DisclosureProposed, decision: DisclosureDecided
) -> dict[str, Text | None]:
    """Returns title, number and text as decided; None where nothing may be shown. Sealed words are
    those of the decision itself, which publishing opens."""
    title = decision.title or (plain(notes.title) if decision.mode == "open" else None)
    text = decision.text or (plain(reply.public_text) if decision.form == "full" else None)
    return {"title": title, "label": notes.label, "text": text}


def plain(text: Text | None) -> str | None:
    """Returns a text that is not sealed, else None."""
    return text if isinstance(text, str) else None


def require_clean(texts: Mapping[str, Text | None]) -> None:
    """Raises RuleViolated where a plain text holds personal data; the message says which kind and
    where, without the number itself. Sealed texts are checked before they are sealed."""
    for field, text in texts.items():
        for kind, pattern in PERSONAL_DATA.items():
            if match := pattern.search((plain(text) or "").translate(FULL_WIDTH)):
                place = f"{FIELD_TEXT[field]}第 {match.start() + 1} 个字起"
                message = f"{place}疑似{kind}，请隐去后再提交（全文不能隐去的，可改用摘要公开）"
                raise RuleViolated("personal-data", message, field)


def digest_of(public: Rendition) -> str:
    """Returns SHA-256 over the canonical JSON: everybody can check a published text."""
    return hashlib.sha256(canonical(public.model_dump(mode="json"))).hexdigest()
