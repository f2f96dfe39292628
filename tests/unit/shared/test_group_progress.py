"""Notes of progress: a store that fails for a while loses none, and puts no older one in front."""

from collections.abc import Mapping
from typing import Any, cast

from pymongo.errors import AutoReconnect

from shared.mongo.consumer_progress import ConsumerProgress

PLACE = ("intake-reactions", "case-events", 3)


class Collection:
    """Stored offsets; `fails` is called before each write."""

    def __init__(self) -> None:
        self.stored: dict[str, int] = {}
        self.fails: Any = lambda: None

    def get_collection(self, *_: Any, **__: Any) -> "Collection":
        return self

    async def update_one(self, _: Any, update: Mapping[str, Any], upsert: bool) -> None:
        self.fails()
        self.stored |= update["$set"]


async def test_a_note_that_was_not_written_does_not_hide_a_newer_one() -> None:
    """The newer one comes while the older is on its way to a store that fails."""
    store = Collection()
    progress = ConsumerProgress(cast(Any, store))

    def failing() -> None:
        progress.note(*PLACE, 9)
        raise AutoReconnect("no primary")

    store.fails = failing
    progress.note(*PLACE, 5)
    progress.note("portal-cases-g1", "case-events", 3, 4)
    await progress.write()
    assert store.stored == {}
    store.fails = lambda: None
    await progress.write()
    assert store.stored == {
        "offsets.intake-reactions/case-events/3": 9, "offsets.portal-cases-g1/case-events/3": 4,
    }  # fmt: skip
    store.stored.clear()
    await progress.write()
    assert store.stored == {}, "what is written is not written again"
