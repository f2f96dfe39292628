"""Rules that several parts of handling go by."""

from collections.abc import Sequence

from shared.kernel.errors import RuleViolated

MOST_ENTRIES = 100
"""Contacts, reports, opinions and drafts of one task, each."""
BEFORE_REPLY = frozenset({"before", "during"})
"""The phases of a contact that count as 先沟通后答复; feedback after the reply does not."""


def check_room(entries: Sequence[object]) -> None:
    """Refuses one more entry than a task may have."""
    if len(entries) >= MOST_ENTRIES:
        raise RuleViolated("too-many-entries", f"同类记录已达 {MOST_ENTRIES} 条，不能再增加")
