"""Entries about a subject are remembered for two seconds, while the directory is quiet; they count
once they know what the directory has taken from it."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from shared.contracts.clients import ClientNarrowed, ClientRevoked
from shared.contracts.directory import (
    DelegationRevoked,
    PersonBlocked,
    PostCorrected,
    PostFilled,
    PostVacated,
    TermEnded,
    UnitChanged,
    UnitDissolved,
)
from shared.kernel.errors import Unavailable
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


def told(stream: str, version: int, fact: str = UnitChanged.type, **data: str) -> LogChange:
    facts = [{"type": fact, "data": data}]
    return LogChange({"stream": stream, "last": version, "facts": facts}, None, None)


COMMIT = told("unit-u", 3, unit="u")
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
        self.entries = RememberedEntries(self.store, self.watch, self.clock, patience=0.05)
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


def entry(id_: str, stream: str, version: int) -> DirectoryEntry:
    return {"_id": id_, "seen": {stream: [version, ""]}}


LOSSES: dict[str, tuple[str, str, dict[str, str]]] = {
    PersonBlocked.type: ("p-li", "person-p-li", {"person": "p-li"}),
    TermEnded.type: ("p-li", "person-p-li", {"person": "p-li"}),
    PostVacated.type: ("u-edu", "unit-u-edu", {"unit": "u-edu", "person": "p-li"}),
    PostCorrected.type: ("u-edu", "unit-u-edu", {"unit": "u-edu", "person": "p-li"}),
    DelegationRevoked.type: ("p-w", "person-p-w", {"person": "p-w", "delegate": "p-li"}),
    ClientNarrowed.type: ("c-npc", "client-c-npc", {"client": "c-npc"}),
    ClientRevoked.type: ("c-npc", "client-c-npc", {"client": "c-npc"}),
    UnitDissolved.type: ("u-edu", "unit-u-edu", {"unit": "u-edu"}),
    UnitChanged.type: ("u-edu", "unit-u-edu", {"unit": "u-edu"}),
}


@pytest.mark.parametrize("fact", LOSSES)
async def test_who_has_lost_a_right_does_not_act_on_what_is_read_from_before(
    scene: Scene, fact: str
) -> None:
    """The projections of actors stand still, for as long as they do."""
    id_, stream, data = LOSSES[fact]
    sub = "c-npc" if id_ == "c-npc" else "p-li"
    scene.store.found = [{"_id": sub}, entry(id_, stream, 6)]
    await scene.entries.about(sub)
    scene.watch.note(told(stream, 7, fact, **data))
    with pytest.raises(Unavailable):
        await scene.entries.about(sub)
    scene.later(QUIET_SECONDS)
    with pytest.raises(Unavailable):
        await scene.entries.about(sub)
    scene.store.found = [{"_id": sub}, entry(id_, stream, 7)]
    assert await scene.entries.about(sub) == scene.store.found


async def test_a_loss_that_is_told_again_later_takes_no_newer_one_back(scene: Scene) -> None:
    for version in (7, 4):
        scene.watch.note(told("person-p-li", version, PersonBlocked.type, person="p-li"))
    scene.store.found = [entry("p-li", "person-p-li", 5)]
    with pytest.raises(Unavailable):
        await scene.entries.about("p-li")


async def test_what_the_delegator_has_lost_ends_the_acts_of_the_delegate(scene: Scene) -> None:
    scene.store.found = [LI, entry("p-w", "person-p-w", 3)]
    scene.watch.note(told("person-p-w", 4, PersonBlocked.type, person="p-w"))
    with pytest.raises(Unavailable):
        await scene.entries.about("p-li")


async def test_who_waits_goes_on_as_soon_as_the_loss_is_known(scene: Scene) -> None:
    scene.entries._patience = 60
    scene.watch.note(told("person-p-li", 2, PersonBlocked.type, person="p-li"))
    scene.store.found = [entry("p-li", "person-p-li", 1)]
    waiting = asyncio.create_task(scene.entries.about("p-li"))
    await asyncio.sleep(0.02)
    scene.store.found = [entry("p-li", "person-p-li", 2)]
    assert await waiting == scene.store.found


@pytest.mark.parametrize("entries", [[], [LI], [entry("p-w", "person-p-w", 1)]])
async def test_nobody_waits_for_what_gives_him_no_right(scene: Scene, entries: Any) -> None:
    """Gains, losses of others, and entries that are not there."""
    scene.store.found = entries
    scene.watch.note(told("unit-u", 4, PostVacated.type, unit="u", person="p-li"))
    scene.watch.note(told("person-p-w", 9, PostFilled.type, unit="u", person="p-w"))
    scene.watch.note(told("person-p-x", 9, PersonBlocked.type, person="p-x"))
    assert await scene.entries.about("p-li") == entries
