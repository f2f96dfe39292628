"""The live generation of each read model; a rebuild flips it while requests go on."""

import time
from collections.abc import Callable, Mapping

from shared.kernel.errors import BeingRebuilt
from shared.mongo.read_models.generations import POINTERS, collection_name
from shared.mongo.read_models.reader import ReadCollection, ReadDatabase

CACHED_SECONDS = 1.0
ANY_CODE: Mapping[str, int] = {}
Reads = Callable[[str], ReadDatabase]
"""Projection → the database that holds its read model."""


class LiveModels:
    """Finds live collections; `codes` has the versions of projections that this process knows.

    For a second after a flip the former generation may still be read.
    """

    def __init__(
        self,
        reads: Reads,
        elapsed: Callable[[], float] = time.monotonic,
        codes: Mapping[str, int] = ANY_CODE,
    ) -> None:
        self._reads = reads
        self._elapsed = elapsed
        self._codes = codes
        self._live: dict[str, tuple[float, int, int | None]] = {}

    async def collection(self, projection: str) -> ReadCollection:
        """Returns the live collection of a read model. Raises PyMongoError."""
        generation, _ = await self._known(projection)
        return self._reads(projection)[collection_name(projection, generation)]

    async def current(self, projection: str) -> ReadCollection:
        """Returns the live collection, for those who show its documents. Raises BeingRebuilt where
        older code has begun it: its documents may lack fields; and PyMongoError."""
        _, version = await self._known(projection)
        if version is not None and version < self._codes.get(projection, version):
            raise BeingRebuilt(projection)
        return await self.collection(projection)

    async def _known(self, projection: str) -> tuple[int, int | None]:
        """Returns the live generation, and the version of the code that began it; the first where
        no process has begun any."""
        until, generation, version = self._live.get(projection, (0.0, 1, None))
        if until < self._elapsed():
            pointer = await self._reads(projection)[POINTERS].find_one({"_id": projection})
            generation = pointer["live"] if pointer else 1
            version = pointer["versions"].get(str(generation), 0) if pointer else None
            self._live[projection] = (self._elapsed() + CACHED_SECONDS, generation, version)
        return generation, version
