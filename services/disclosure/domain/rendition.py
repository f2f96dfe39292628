"""Renditions: words that the public may read, and personal data that it may never read."""

import hashlib
from collections.abc import Mapping, Sequence

from services.disclosure.domain.screen import findings
from shared.contracts.disclosure import CaseNotes, DisclosureDecided, DisclosureProposed, Rendition
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Text
from shared.kernel.storable import canonical

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


MOST_NAMED = 5
"""Findings that a message names."""


def require_clean(texts: Mapping[str, Text | None], public_numbers: Sequence[str] = ()) -> None:
    """Raises RuleViolated where a plain text holds personal data (政府信息公开条例 art. 15); the
    message says which kinds and where, without the numbers themselves. Sealed texts are checked
    before they are sealed."""
    for field, text in texts.items():
        if found := findings(plain(text) or "", public_numbers):
            places = [f"第 {one.start} 个字起疑似{one.kind}" for one in found[:MOST_NAMED]]
            more = f"等 {len(found)} 处" if len(found) > MOST_NAMED else ""
            message = f"{FIELD_TEXT[field]}{'、'.join(places)}{more}，请隐去后再提交"
            hint = "（全文不能隐去的，可改用摘要公开）"
            raise RuleViolated("personal-data", message + hint, field)


def digest_of(public: Rendition) -> str:
    """Returns SHA-256 over the canonical JSON: everybody can check a published text."""
    return hashlib.sha256(canonical(public.model_dump(mode="json"))).hexdigest()
