"""Retention of entries: a cut is declared in the chain before anything is removed."""

from dataclasses import replace
from datetime import timedelta

from shared.audit.chain import PRUNED
from shared.audit.entry import Entry
from shared.audit.store import Appending, AuditStore
from shared.kernel.moment import stamp


async def prune(store: AuditStore, asked: Entry, keep_days: int) -> int:
    """Removes entries older than `keep_days` before the moment of `asked`, which says on whose
    account; returns their number.

    Killed between the fact and the removal, it is repeated: the last cut is removed anew.
    """
    before = stamp(asked.at - timedelta(days=keep_days))
    cut, _ = await store.cut()
    last = await store.last_before(before)
    if last.number > cut.number:
        fact = replace(
            asked,
            kind="administration",
            action=PRUNED,
            result="asked",
            reason=f"before:{before}",
            target=f"{last.number}:{last.hash}",
        )
        await Appending(store, [fact]).finish()
        cut = last
    return await store.remove(cut) if cut.number else 0
