"""Reactions: facts of others become commands on a service's own streams, each fact once, each case
in order."""

from collections.abc import Callable, Collection, Mapping, Sequence

from shared.kernel.messages import Reaction, Recorded
from shared.mongo.inbox import Inbox, StreamVersions, VersionMark
from shared.parallel import in_parallel
from shared.service.observability.failpoints import crash_point
from shared.service.observability.logging import bound
from shared.service.observability.metrics import DUPLICATES
from shared.service.reactions.dispatch import Asking
from shared.service.subscriptions.ordering import NOTHING, Cases, Rest, walk
from shared.service.subscriptions.sandbox import pure

WIDTH = 32

Moves = Mapping[str, StreamVersions]
React = Callable[[Recorded], Sequence[Reaction]]


class Reactor:
    """The effect of a reactions consumer. What it did is in the log under derived command ids
    before the inbox says so; a crash in between only makes it ask again, and be told what was
    decided."""

    def __init__(self, service: str, react: React, asking: Asking, inbox: Inbox) -> None:
        self._service = service
        self._react = react
        self._asking = asking
        self._inbox = inbox

    async def apply(self, cases: Cases) -> dict[str, Rest]:
        known = await self._inbox.known(cases.keys())
        moves: dict[str, dict[str, VersionMark]] = {}
        rests: dict[str, Rest] = {}

        async def one(key: str) -> None:
            before = known[key]
            seen = dict(before)
            rest = await walk(cases[key], seen, self._deal)
            moves[key] = {s: mark for s, mark in seen.items() if before.get(s) != mark}
            if rest:
                rests[key] = rest
            crash_point("mid_batch")

        await in_parallel(one, list(cases), WIDTH)
        await self._inbox.advance(moves)
        self._count_repeated(cases, rests, _steps(known, moves))
        return rests

    def forget(self, keys: Collection[str] | None = None) -> None:
        self._inbox.forget(keys)

    async def _deal(self, fact: Recorded) -> None:
        known = {"case_id": fact.case_id, "correlation_id": fact.correlation_id}
        with bound(service=self._service, **known):
            with pure():
                reactions = list(self._react(fact))
            for reaction in reactions:
                await self._asking.ask(reaction, fact)

    def _count_repeated(self, cases: Cases, rests: dict[str, Rest], done: int) -> None:
        left = sum(len(rest.messages) for rest in rests.values())
        repeated = sum(map(len, cases.values())) - left - done
        DUPLICATES.labels(self._service, "reactions").inc(repeated)


def _steps(before: Moves, after: Moves) -> int:
    """How many facts the marks have moved over."""
    return sum(
        mark[0] - before.get(key, {}).get(stream, NOTHING)[0]
        for key, marks in after.items()
        for stream, mark in marks.items()
    )
