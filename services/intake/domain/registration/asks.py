"""Rules of what a paper asks for, item by item (建议、诉求事项)."""

from collections.abc import Sequence
from typing import Protocol

from shared.kernel.codes import LONGEST_WORDS
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Sealed, Text
from shared.kernel.policy import Policy
from shared.kernel.texts import is_blank

LONGEST_ASK = 500
"""Characters."""


class Listing(Protocol):
    """A command that brings the words of a paper."""

    @property
    def text(self) -> Text: ...

    @property
    def asks(self) -> tuple[Text, ...]: ...

    @property
    def rules(self) -> Policy: ...


def require_listed(command: Listing) -> None:
    """The paper lists as many items as the policy row wants, each once, within the length of a
    text: the fact that has them is bounded (ADR 13)."""
    asks = command.asks
    require_number(len(asks), command.rules)
    for place, ask in enumerate(asks):
        if is_blank(ask) or size(ask) > LONGEST_ASK:
            message = f"第 {place + 1} 项应为 1 至 {LONGEST_ASK} 字"
            raise RuleViolated("ask-length", message, f"asks.{place}")
    require_apart(asks)
    if size(command.text) + sum(map(size, asks)) > LONGEST_WORDS:
        message = f"内容连同建议（诉求）事项不能超过 {LONGEST_WORDS} 字"
        raise RuleViolated("paper-length", message, "text")


def require_number(listed: int, policy: Policy) -> None:
    """The number of items is one that the policy row admits."""
    rules = policy.row.asks
    if listed > rules.most:
        raise RuleViolated("asks-many", f"建议（诉求）事项最多 {rules.most} 项", "asks")
    if listed < rules.least:
        raise RuleViolated("asks-few", f"请逐项列出建议（诉求）事项，至少 {rules.least} 项", "asks")


def require_apart(asks: Sequence[Text]) -> None:
    words = [ask.digest if isinstance(ask, Sealed) else ask for ask in asks]
    for place, ask in enumerate(words):
        if ask in words[:place]:
            message = f"第 {place + 1} 项与第 {words.index(ask) + 1} 项相同，请合为一项"
            raise RuleViolated("ask-twice", message, f"asks.{place}")


def size(text: Text) -> int:
    return text.size if isinstance(text, Sealed) else len(text.strip())
