"""Proposals of the unit that should lead a case: by the remits of the units (职责边界), and by whom
the cases of like titles were led."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.kernel.folding import folded
from shared.kernel.remit_rules import Remit

Case = TypeVar("Case")
IN_TITLE, IN_TEXT = 3, 1
"""Weight of a word of a remit by where it stands."""
MOST_PROPOSED = 5
MOST_EARLIER = 3


@dataclass(frozen=True)
class Proposed(Generic[Case]):
    """A unit, the remit by which it is proposed with its words that were found, and like cases that
    it led."""

    unit: str
    weight: int
    remit: Remit | None = None
    words: tuple[str, ...] = ()
    earlier: tuple[Case, ...] = ()


def proposed(
    remits: Sequence[Remit], title: str, text: str, led: Sequence[tuple[str, Case]]
) -> list[Proposed[Case]]:
    """Returns the best proposals, each unit once. `led`: units with a like case that they led, the
    most similar first."""
    best: dict[str, Proposed[Case]] = {}
    for each in by_remit(remits, folded(title), folded(text), led):
        if each.unit not in best or each.weight > best[each.unit].weight:
            best[each.unit] = each
    for unit in dict.fromkeys(unit for unit, _ in led):
        best.setdefault(unit, Proposed(unit, 0, earlier=earlier(unit, led)))
    ordered = sorted(best.values(), key=lambda each: (-each.weight, -len(each.earlier)))
    return ordered[:MOST_PROPOSED]


def by_remit(
    remits: Sequence[Remit], title: str, text: str, led: Sequence[tuple[str, Case]]
) -> Iterator[Proposed[Case]]:
    for remit in remits:
        if not any(folded(word) in title for word in remit.exclude):
            in_title = found(remit.words, title)
            in_text = tuple(w for w in found(remit.words, text) if w not in in_title)
            weight = IN_TITLE * len(in_title) + IN_TEXT * len(in_text)
            if weight:
                words = (*in_title, *in_text)
                yield Proposed(remit.unit, weight, remit, words, earlier(remit.unit, led))


def found(words: Collection[str], text: str) -> tuple[str, ...]:
    return tuple(word for word in words if folded(word) in text)


def earlier(unit: str, led: Sequence[tuple[str, Case]]) -> tuple[Case, ...]:
    return tuple(case for leader, case in led if leader == unit)[:MOST_EARLIER]
