"""Renditions: words that the public may read, and personal data that it may never read."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from services.disclosure.domain.screen.findings import Finding, findings
from shared.contracts.disclosure import (
    CaseNotes,
    Decision,
    DisclosureProposed,
    Exemption,
    Rendition,
)
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
    notes: CaseNotes, reply: DisclosureProposed, decision: Decision
) -> dict[str, Text | None]:
    """Returns title, number and text as decided; None where nothing may be shown. Sealed words are
    those of the decision itself, which publishing opens."""
    title = decision.title or (plain(notes.title) if decision.mode == "open" else None)
    text = decision.text or (plain(reply.public_text) if decision.form == "full" else None)
    return {"title": title, "label": notes.label, "text": text}


def plain(text: Text | None) -> str | None:
    """Returns a text that is not sealed, else None."""
    return text if isinstance(text, str) else None


MOST_NAMED = 20
"""Findings that a message names, and that one decision may exempt."""

Found = tuple[str, Finding]
"""A finding with the field in which it is."""


def found_in(
    texts: Mapping[str, Text | None],
    public_numbers: Sequence[str] = (),
    exemptions: Collection[Exemption] = (),
) -> list[Found]:
    """Returns the findings in plain texts that are not exempted."""
    exempt = {(one.field, one.start, one.kind, one.length) for one in exemptions}
    return [
        (field, one)
        for field, text in texts.items()
        for one in findings(plain(text) or "", public_numbers)
        if (field, one.start, one.kind, one.length) not in exempt
    ]


def require_clean(
    texts: Mapping[str, Text | None],
    public_numbers: Sequence[str] = (),
    exemptions: Collection[Exemption] = (),
) -> None:
    """Raises RuleViolated where a plain text holds personal data (政府信息公开条例 art. 15); the
    message says which kinds and where, without the numbers themselves. Sealed texts are checked
    before they are sealed, and when they are published."""
    if found := found_in(texts, public_numbers, exemptions):
        more = f"等 {len(found)} 处" if len(found) > MOST_NAMED else ""
        places = "；".join(places_of(found[:MOST_NAMED]))
        message = f"{places}{more}，请隐去后再提交（全文不能隐去的，可改用摘要公开；"
        hint = "确非个人信息的，可逐处说明理由，提请另一人核准）"
        raise RuleViolated("personal-data", message + hint, found[0][0])


def places_of(found: Sequence[Found]) -> Iterator[str]:
    """Yields the findings of each field as words."""
    for field, group in groupby(found, key=lambda one: one[0]):
        places = [f"第 {one.start} 个字起疑似{{finding:{one.kind}}}" for _, one in group]
        yield f"{FIELD_TEXT[field]}{'、'.join(places)}"


def digest_of(public: Rendition) -> str:
    """Returns SHA-256 over the canonical JSON: everybody can check a published text."""
    return hashlib.sha256(canonical(public.model_dump(mode="json"))).hexdigest()
