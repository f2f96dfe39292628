"""The effect of a consumer with an inbox: each fact is handled once, each case in order."""

from collections.abc import Collection, Mapping

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

    async def handle(self, fact: Recorded) -> None:
        """Raises PureFailure when the fact cannot be handled by the code that is installed."""
        raise NotImplementedError

    async def apply(self, cases: Cases) -> dict[str, Rest]:
        """Returns the rest of each case that could not be handled to its end."""
        before = await self._inbox.cached(cases.keys())
        moves: dict[str, dict[str, VersionMark]] = {}
        rests: dict[str, Rest] = {}

        async def handle_case(key: str) -> None:
            marks = dict(before[key])
            rest = await handle_in_order(cases[key], marks, self._handle_bound)
            moves[key] = {s: mark for s, mark in marks.items() if before[key].get(s) != mark}
            if rest:
                rests[key] = rest
            crash_point("mid_batch")

        await in_parallel(handle_case, list(cases), WIDTH)
        await self._inbox.advance(moves)
        self._count_repeated(cases, rests, _steps(before, moves))
        return rests

    def forget(self, keys: Collection[str] | None = None) -> None:
        self._inbox.forget(keys)

    async def _handle_bound(self, fact: Recorded) -> None:
        """Log lines name the case and the conversation."""
        case, conversation = fact.case_id, fact.correlation_id
        with bound(service=self._service, case_id=case, correlation_id=conversation):
            await self.handle(fact)

    def _count_repeated(self, cases: Cases, rests: dict[str, Rest], handled: int) -> None:
        left = sum(len(rest.messages) for rest in rests.values())
        repeated = sum(map(len, cases.values())) - left - handled
        DUPLICATES.labels(self._service, self._label).inc(repeated)


def _steps(before: Marks, after: Marks) -> int:
    """Returns the number of facts that the marks have moved over."""
    return sum(
        mark[0] - before.get(key, {}).get(stream, NOTHING)[0]
        for key, marks in after.items()
        for stream, mark in marks.items()
    )
