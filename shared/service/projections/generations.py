"""Which generation of a read model is read now; a rebuild flips it while requests go on."""

import time
from collections.abc import Callable
from typing import Any

from shared.mongo.generations import POINTERS, collection_name

REMEMBERED_SECONDS = 1.0


class LiveModels:
    """`reads(projection)` is the database (motor) that holds it. For a second after a flip the
    former generation may be read."""

    def __init__(
        self, reads: Callable[[str], Any], elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._reads = reads
        self._elapsed = elapsed
        self._live: dict[str, tuple[float, int]] = {}

    async def collection(self, projection: str) -> Any:
        until, generation = self._live.get(projection, (0.0, 1))
        if until < self._elapsed():
            pointers = self._reads(projection)[POINTERS]
            found = await pointers.find_one({"_id": projection}, {"live": 1})
            generation = found["live"] if found else 1
            self._live[projection] = (self._elapsed() + REMEMBERED_SECONDS, generation)
        return self._reads(projection)[collection_name(projection, generation)]
