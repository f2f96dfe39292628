"""The live generation of each read model; a rebuild flips it while requests go on."""

import time
from collections.abc import Callable

from shared.mongo.read_models.generations import POINTERS, collection_name
from shared.mongo.read_models.reader import ReadCollection, ReadDatabase

CACHED_SECONDS = 1.0


class LiveModels:
    """Finds live collections; `reads(projection)` is the database that holds the read model.

    For a second after a flip the former generation may still be read.
    """

    def __init__(
        self,
        reads: Callable[[str], ReadDatabase],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reads = reads
        self._elapsed = elapsed
        self._live: dict[str, tuple[float, int]] = {}

    async def collection(self, projection: str) -> ReadCollection:
        """Returns the live collection of a read model. Raises PyMongoError."""
        until, generation = self._live.get(projection, (0.0, 1))
        if until < self._elapsed():
            pointers = self._reads(projection)[POINTERS]
            pointer = await pointers.find_one({"_id": projection}, {"live": 1})
            generation = pointer["live"] if pointer else 1
            self._live[projection] = (self._elapsed() + CACHED_SECONDS, generation)
        return self._reads(projection)[collection_name(projection, generation)]
