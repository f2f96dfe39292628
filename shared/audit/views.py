"""Answers of the audit trail to auditors."""

from collections.abc import Mapping
from typing import Any, Protocol, Self

from pydantic import BaseModel

from shared.audit.chain import Cut, Follower
from shared.audit.entry import Kind, Result
from shared.audit.store import Chained, verified

MOST_PROVEN = 10_000
"""Entries that one request proves."""


class Provable(Chained, Protocol):
    async def cut(self) -> tuple[Cut, Mapping[str, Any] | None]: ...

    async def entry(self, number: int) -> Mapping[str, Any] | None: ...


class TrailEntry(BaseModel):
    """One entry of the audit trail: ids and codes. `count` beyond 1: as many of them, the last at
    `until`."""

    number: int
    at: str
    until: str | None
    kind: Kind
    action: str
    result: Result
    service: str | None
    subject: str | None
    on_behalf_of: str | None
    client: str | None
    address: str | None
    reason: str | None
    case_id: str | None
    target: str | None
    request: str | None
    count: int

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        fields = {name: document.get(name) for name in TrailEntry.model_fields}
        return cls.model_validate({**fields, "number": document["_id"]})


class TrailBreak(BaseModel):
    """An entry that does not fit its chain: `gap`, `link` or `hash`."""

    number: int
    rule: str


class TrailProof(BaseModel):
    """Broken entries in a part of the chain. `head` is the hash of its last entry `number`: noted
    elsewhere, it proves later that nothing up to it was replaced. `next`: where to go on."""

    first: int
    number: int
    head: str
    breaks: list[TrailBreak]
    next: int | None

    @classmethod
    def of(cls, first: int, follower: Follower, is_full: bool) -> "TrailProof":
        breaks = [TrailBreak(number=each.number, rule=each.rule) for each in follower.breaks]
        after = follower.number if is_full else None
        return cls(
            first=first, number=follower.number, head=follower.head, breaks=breaks, next=after
        )


async def proof_behind(entries: Provable, number: int) -> TrailProof:
    """Returns the proof of the part behind an entry, or behind the last cut."""
    cut, _ = await entries.cut()
    before = await entries.entry(number) if number > cut.number else None
    start = Cut(before["_id"], before["hash"]) if before else cut
    follower = await verified(entries, start, MOST_PROVEN)
    is_full = follower.number - start.number >= MOST_PROVEN
    return TrailProof.of(start.number + 1, follower, is_full)
