"""Entries about a subject are remembered for two seconds, while the directory is quiet."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from shared.kernel.log_position import LogChange
from shared.kernel.organisation import DirectoryEntry
from shared.service.identity.remembered_entries import (
    QUIET_SECONDS,
    REMEMBERED_SECONDS,
    SIGN_SECONDS,
    DirectoryWatch,
    RememberedEntries,
)

HEARTBEAT = LogChange(None, None, None)
COMMIT = LogChange({"_id": "unit-u@3"}, None, None)
LI: DirectoryEntry = {"_id": "p-li"}


class Store:
    """Entries that a test may change, with the number of its reads."""

    def __init__(self) -> None:
        self.found: Sequence[DirectoryEntry] = [LI]
        self.reads = 0

    async def about(self, sub: str) -> Sequence[DirectoryEntry]:
        self.reads += 1
        return self.found

    above = one = names = about


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Scene:
    """Entries that are remembered while a log is watched."""

    def __init__(self) -> None:
        self.clock, self.store = Clock(), Store()
        self.watch = DirectoryWatch(self.clock)
        self.entries = RememberedEntries(self.store, self.watch, self.clock)
        self.watch.note(HEARTBEAT)

    def later(self, seconds: float) -> None:
        self.clock.now += seconds
        self.watch.note(HEARTBEAT)


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_a_subject_is_read_once_in_two_seconds(scene: Scene) -> None:
    for _ in range(3):
        assert await scene.entries.about("p-li") == [LI]
    assert scene.store.reads == 1
    scene.later(REMEMBERED_SECONDS)
    await scene.entries.about("p-li")
    assert scene.store.reads == 2


async def test_a_commit_of_the_directory_ends_memory_at_once(scene: Scene) -> None:
    await scene.entries.about("p-li")
    scene.store.found = []
    scene.watch.note(COMMIT)
    assert await scene.entries.about("p-li") == []


async def test_after_a_commit_nothing_is_remembered_until_projections_have_it(scene: Scene) -> None:
    scene.watch.note(COMMIT)
    await scene.entries.about("p-li")  # the projection is late: still the former entry
    scene.later(QUIET_SECONDS - 0.1)
    scene.store.found = []
    assert await scene.entries.about("p-li") == []


async def test_what_was_read_before_a_commit_and_arrives_after_it_is_not_trusted(
    scene: Scene,
) -> None:

    async def slowly(sub: str) -> Sequence[DirectoryEntry]:
        scene.watch.note(COMMIT)
        return [LI]

    scene.entries._entries = SimpleNamespace(about=slowly)
    await scene.entries.about("p-li")
    scene.later(QUIET_SECONDS)
    assert not scene.entries._may_trust(scene.entries._known.get("p-li"))


async def test_a_log_without_a_sign_is_not_trusted(scene: Scene) -> None:
    scene.clock.now += SIGN_SECONDS - 1
    await scene.entries.about("p-li")
    scene.clock.now += 1
    await scene.entries.about("p-li")
    assert scene.store.reads == 2


async def test_a_subject_that_is_not_known_is_read_every_time(scene: Scene) -> None:
    scene.store.found = []
    await scene.entries.about("p-new")
    scene.store.found = [LI]
    assert await scene.entries.about("p-new") == [LI]
