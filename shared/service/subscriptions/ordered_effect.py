"""The effect of a consumer with an inbox: each fact is handled once, each case in order."""

from collections.abc import Awaitable, Callable, Collection, Mapping

from shared.kernel.messages import Recorded
from shared.mongo.inbox import Inbox, StreamVersions, VersionMark
from shared.parallel import in_parallel
from shared.service.observability.failpoints import crash_point
from shared.service.observability.first_series import begin_effect
from shared.service.observability.logging import bound
from shared.service.observability.metrics import DUPLICATES
from shared.service.subscriptions.ordering import NOTHING, Cases, Rest, handle_in_order

WIDTH = 32
"""Cases at once."""

Marks = Mapping[str, StreamVersions]
"""By case."""


class OrderedEffect:
    """Subclasses handle one fact; to repeat it must do no harm, because a crash may come between
    the handling and the inbox. `label` names the consumer in metrics."""

    def __init__(self, service: str, label: str, inbox: Inbox) -> None:
        self._service = service
        self._label = label
        self._inbox = inbox
        begin_effect(service, label)

    async def handle(self, fact: Recorded) -> bool:
        """Returns whether anything came of it. Raises PureFailure when the fact cannot be handled
        by the code that is installed."""
        raise NotImplementedError

    async def apply(self, cases: Cases) -> dict[str, Rest]:
        """Returns the rest of each case that could not be handled to its end. Marks of facts of
        which nothing came may stay in memory until `flush`."""
        handled = _Handled(cases, await self._inbox.cached(cases.keys()), self._handle_bound)
        await in_parallel(handled.handle_case, list(cases), WIDTH)
        if handled.effective or handled.rests:
            await self._inbox.advance(handled.moves)
        else:
            self._inbox.keep(handled.moves)
        self._count_repeated(cases, handled)
        return handled.rests

    def forget(self, keys: Collection[str] | None = None) -> None:
        self._inbox.forget(keys)

    async def flush(self) -> None:
        await self._inbox.flush()

    async def _handle_bound(self, fact: Recorded) -> bool:
        """Log lines name the case and the conversation."""
        case, conversation = fact.case_id, fact.correlation_id
        with bound(service=self._service, case_id=case, correlation_id=conversation):
            return await self.handle(fact)

    def _count_repeated(self, cases: Cases, handled: "_Handled") -> None:
        left = sum(len(rest.messages) for rest in handled.rests.values())
        repeated = sum(map(len, cases.values())) - left - handled.steps()
        DUPLICATES.labels(self._service, self._label).inc(repeated)


class _Handled:
    """Outcome of one batch: moved marks and rests, by case. `effective`: something came of
    a fact."""

    def __init__(self, cases: Cases, before: Marks, handle: Callable[[Recorded], Awaitable[bool]]):
        self._cases, self._before, self._act = cases, before, handle
        self.moves: dict[str, dict[str, VersionMark]] = {}
        self.rests: dict[str, Rest] = {}
        self.effective = False

    async def handle_case(self, key: str) -> None:
        before = self._before[key]
        marks = dict(before)
        rest = await handle_in_order(self._cases[key], marks, self._handle)
        self.moves[key] = {s: mark for s, mark in marks.items() if before.get(s) != mark}
        if rest:
            self.rests[key] = rest
        crash_point("mid_batch")

    async def _handle(self, fact: Recorded) -> None:
        self.effective |= await self._act(fact)

    def steps(self) -> int:
        """Returns the number of facts that the marks have moved over."""
        return sum(
            mark[0] - self._before.get(key, {}).get(stream, NOTHING)[0]
            for key, marks in self.moves.items()
            for stream, mark in marks.items()
        )
