"""Exemptions as they are asked for: each names the place of a finding, which the screen shows again
for the second person."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol

from services.disclosure.domain.decision.commands import ExemptionAsked
from services.disclosure.domain.rendition import FIELD_TEXT, Found, found_in, plain
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Text

AROUND = 12
"""Characters before and after a finding that the second person sees."""


class Asked(Protocol):
    """A place and a reason, as people type them."""

    @property
    def field(self) -> Literal["title", "text"]: ...
    @property
    def start(self) -> int: ...
    @property
    def reason(self) -> Text: ...


def exemptions_of(
    asked: Sequence[Asked], words: Mapping[str, Text | None], public_numbers: Sequence[str]
) -> tuple[ExemptionAsked, ...]:
    """Returns the exemptions with kind, length and excerpt of what the screen finds there.

    Raises RuleViolated for a place where it finds nothing.
    """
    found = found_in(words, public_numbers)
    return tuple(one for each in asked for one in exempted(each, found, words))


def exempted(
    asked: Asked, found: Sequence[Found], words: Mapping[str, Text | None]
) -> Iterator[ExemptionAsked]:
    place = (asked.field, asked.start)
    here = [one for field, one in found if (field, one.start) == place]
    if not here:
        where = f"{FIELD_TEXT[asked.field]}第 {asked.start} 个字起没有查出个人信息"
        raise RuleViolated("finding-unknown", f"{where}，请按检查结果填写位置", "exemptions")
    for one in here:
        yield ExemptionAsked(
            field=asked.field,
            start=one.start,
            length=one.length,
            kind=one.kind,
            reason=asked.reason,
            excerpt=one.within(plain(words[asked.field]) or "", AROUND),
        )
