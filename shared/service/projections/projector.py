"""Projector: folds batches of facts into one generation of a read model and its counters."""

from collections import Counter
from collections.abc import Collection, Sequence

from shared.kernel.messages import Recorded
from shared.kernel.projection import Projection
from shared.mongo.clock_store import real_time
from shared.mongo.read_models.model import ReadModel, Replacement
from shared.service.observability import metrics
from shared.service.observability.failpoints import crash_point
from shared.service.observability.first_series import begin_projection
from shared.service.projections.fold import Folded, folded
from shared.service.subscriptions.ordering import Cases, Rest

Batch = dict[str, Folded]


class Projector:
    """The effect of a projection's consumer. A document is replaced only in the revision that was
    read, so the batch of a zombie, a repeated and a republished one change nothing."""

    def __init__(self, service: str, projection: Projection, model: ReadModel) -> None:
        self._labels = (service, projection.name)
        self._projection = projection
        self._model = model
        begin_projection(service, projection.name)

    async def prepare(self) -> None:
        await self._model.prepare(self._projection.indexes)

    async def apply(self, cases: Cases) -> dict[str, Rest]:
        """Raises Raced, which passes, when another process has replaced a document."""
        batch = await self._fold(cases)
        crash_point("mid_batch")
        await self._write(batch, cases)
        self._measure([fact for fold in batch.values() for fact in fold.facts], cases)
        return {key: fold.rest for key, fold in batch.items() if fold.rest}

    async def flush(self) -> None:
        """Has nothing to write: documents are written with their batch."""

    def forget(self, keys: Collection[str] | None = None) -> None:
        self._model.forget(keys)

    async def _fold(self, cases: Cases) -> Batch:
        stored = await self._model.cached(cases.keys())
        return {
            key: await folded(self._projection, key, stored.get(key), messages)
            for key, messages in cases.items()
        }

    async def _write(self, batch: Batch, cases: Cases) -> None:
        """Moves the counters by the difference to the replaced revision, in one transaction."""
        differences: Counter[tuple[str, int]] = Counter()
        for key, fold in batch.items():
            partition = cases[key][0].partition
            for dimension, n in fold.difference.items():
                differences[dimension, partition] += n
        await self._model.write(_replacements(batch), differences)

    def _measure(self, facts: Sequence[Recorded], cases: Cases) -> None:
        metrics.PROJECTION_APPLIED.labels(*self._labels).inc(len(facts))
        offered = sum(map(len, cases.values()))
        metrics.DUPLICATES.labels(*self._labels).inc(max(0, offered - len(facts)))
        if not facts:
            return
        now = real_time()
        visible = metrics.PROJECTION_VISIBLE_SECONDS.labels(*self._labels)
        for fact in facts:
            visible.observe((now - fact.recorded_at).total_seconds())
        lag = (now - facts[-1].recorded_at).total_seconds()
        metrics.PROJECTION_LAG_SECONDS.labels(*self._labels).set(lag)


def _replacements(batch: Batch) -> list[Replacement]:
    return [fold.replacement for fold in batch.values() if fold.replacement]
