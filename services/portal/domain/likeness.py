"""Likeness of titles: pairs of characters that both have, without the words of all titles."""

import re
from collections.abc import Collection, Iterator

from shared.kernel.folding import folded

EMPTY_WORDS = (
    "关于", "进一步", "加快", "加强", "加大", "推进", "推动", "完善", "改善", "优化", "提升",
    "提高", "规范", "增加", "解决", "建立", "健全", "促进", "开展", "切实", "有关", "问题",
    "情况", "工作", "的建议", "的提案", "的议案", "的意见", "的来信", "的投诉", "的请求", "建议",
    "提案", "议案", "反映", "我市", "本市", "我区", "尽快", "希望", "要求", "以及", "的", "在",
    "和", "与", "对", "将",
)  # fmt: skip
"""Words that titles have whatever they are about, the longer before those within them."""
BETWEEN = re.compile(
    "|".join((*map(re.escape, EMPTY_WORDS), r"[^\w]+", "在", "和", "与", "对", "将"))
)
PAIR = 2
MOST_PAIRS = 40


def runs_of(title: str) -> list[str]:
    """Returns the folded title in the runs of characters between empty words."""
    return [run for run in BETWEEN.split(folded(title)) if len(run) >= PAIR]


def pairs_of(title: str | None) -> list[str]:
    """Returns the pairs of neighbouring characters by which titles are compared, each once."""
    pairs = (run[at : at + PAIR] for run in runs_of(title or "") for at in range(len(run) - 1))
    return list(dict.fromkeys(pairs))[:MOST_PAIRS]


def shared_words(title: str, other: Collection[str]) -> list[str]:
    """Returns the longest parts of a title whose pairs are all among the other's: why two titles
    are alike."""
    return [part for run in runs_of(title) for part in _parts(run, frozenset(other))]


def _parts(run: str, other: frozenset[str]) -> Iterator[str]:
    start: int | None = None
    for at in range(len(run)):
        is_shared = run[at : at + PAIR] in other
        if is_shared and start is None:
            start = at
        if not is_shared and start is not None:
            yield run[start : at + 1]
            start = None
