"""Old and new versions of facts lie side by side on the bus: old ones are made new, what is too new
waits for the next release, and nothing is dropped."""

from pathlib import Path

import pytest

from shared.ops.cli.parked_cases import replayed
from shared.testing.eventually import eventually
from shared.testing.faults.checkers import findings
from shared.testing.faults.history import History
from shared.testing.isolation import isolated
from shared.testing.stories import BEGIN, MARK
from tests.faults.toy import NUMBERS
from tests.faults.workers.next_release import CHANGES, INSTALLED, CaseNumberedAnew
from tests.faults.workers.town import HEALS_WITHIN, SERVICE, Town, a_town, told

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("killed processes")]

MIXED, PLAIN = "c-mixed", "c-plain"


def anew(text: str) -> CaseNumberedAnew:
    """As the next release records it; this one has never heard of its version."""
    return CaseNumberedAnew(at=BEGIN, **MARK, number=1, label=text, series="s-1")


async def test_releases_side_by_side(
    mongo_url: str,
    kafka_bootstrap: str,
    space: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with (
        isolated(mongo_url, kafka_bootstrap, space) as here,
        a_town(here, mongo_url, tmp_path) as town,
    ):
        consumers = (
            here.reactions_consumer(SERVICE),
            here.projection_consumer(SERVICE, NUMBERS.name, 1),
        )
        await an_old_release(town, consumers)
        for table, name, value in CHANGES:
            monkeypatch.setitem(table, name, value)
        await the_next_release(town, consumers)
        assert await town.objections() == []
        assert await town.notes(MIXED) == ["old", "new", "old-again", "old-made-new", "new-again"]
        assert await town.notes(PLAIN) == ["old", "new"]


async def an_old_release(town: Town, consumers: tuple[str, str]) -> None:
    """Its neighbours pass; what it does not know is kept, and what comes after it."""
    await town.join()
    await town.tell(MIXED, "old")
    await town.tap.put_raw(*await town.recorded(MIXED, anew("new")))
    await town.tell(MIXED, "old-again")
    await town.tell(PLAIN, "old")
    await eventually(lambda: kept(town, *consumers), within=HEALS_WITHIN)
    await eventually(lambda: town.noted(PLAIN), within=HEALS_WITHIN)
    assert await town.notes(MIXED) == ["old"]
    town.expected.update((consumer, MIXED) for consumer in consumers)
    assert findings(await town.evidence(), History(), "C2", "C3", "C4", "C7") == []
    town.expected.clear()


async def kept(town: Town, *consumers: str) -> bool:
    """Both facts, by both."""
    reasons = {head.consumer: (head.reason, head.appended) for head in await town.all_heads()}
    return reasons == dict.fromkeys(consumers, ("newer-version", 2))


async def the_next_release(town: Town, consumers: tuple[str, str]) -> None:
    await town.leave()
    await town.join(**{INSTALLED: "yes"})
    for consumer in consumers:
        again = await replayed(town.connections, SERVICE, consumer, MIXED, within=HEALS_WITHIN)
        assert again is None
    await town.tap.put_raw(*await town.recorded(MIXED, told("old-made-new"), anew("new-again")))
    await town.tap.put_raw(*await town.recorded(PLAIN, anew("new")))
    await eventually(lambda: town.noted(PLAIN), within=HEALS_WITHIN)
