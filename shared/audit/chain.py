"""The chain of the audit trail: checks stored documents one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.audit.entry import digest

PRUNED = "prune-trail"
"""The action of the fact that closes a part of the chain before it is removed."""


@dataclass(frozen=True)
class Break:
    """A broken rule (`gap`, `link`, `hash`, `pruned-early`) at an entry."""

    number: int
    rule: str


@dataclass(frozen=True)
class Cut:
    """The last entry that was removed by rule, and its hash; 0 and empty where none was."""

    number: int = 0
    hash: str = ""


def cut_of(document: Mapping[str, Any] | None) -> Cut:
    """Returns the cut that a fact of pruning declares; its target is `number:hash`."""
    if document is None:
        return Cut()
    number, _, head = document["target"].partition(":")
    return Cut(int(number), head)


def too_early(document: Mapping[str, Any], least_days: int) -> bool:
    """Returns whether a fact of pruning removed entries younger than the law allows; its reason is
    `before:<moment>`."""
    kept_since = datetime.fromisoformat(document["reason"].removeprefix("before:"))
    at = datetime.fromisoformat(document["at"])
    return bool((at - kept_since).days < least_days)


@dataclass
class Follower:
    """Follows the chain behind a cut; `number` and `head` are of the last entry seen."""

    number: int
    head: str
    breaks: list[Break] = field(default_factory=list)

    @classmethod
    def behind(cls, cut: Cut) -> "Follower":
        return cls(cut.number, cut.hash)

    def follow(self, document: Mapping[str, Any]) -> None:
        """Notes what the next document breaks, and goes on behind it."""
        checks = (
            ("gap", document["_id"], self.number + 1),
            ("link", document.get("previous"), self.head),
            ("hash", document.get("hash"), digest(document)),
        )
        self.breaks += [Break(document["_id"], rule) for rule, is_, ought in checks if is_ != ought]
        self.number, self.head = document["_id"], document.get("hash", "")
