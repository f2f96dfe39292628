"""Messages that come twice, in another order, broken, or are none of ours: what is bad is kept,
nothing vanishes, and everything else goes on."""

import random
from collections.abc import Callable

import pytest

from shared.kafka.message import BusMessage, Outgoing, position_of
from shared.testing.eventually import eventually
from shared.testing.faults.on_log import as_before
from tests.faults.clients import seeds
from tests.faults.workers.town import HEALS_WITHIN, Town, told

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.on_change("killed processes")]

Damage = Callable[[Outgoing, random.Random], Outgoing]


def noise(message: Outgoing, chance: random.Random) -> Outgoing:
    return Outgoing(message.key, chance.randbytes(200), message.headers)


def cut_off(message: Outgoing, chance: random.Random) -> Outgoing:
    end = chance.randrange(len(message.value) - 1)
    return Outgoing(message.key, message.value[:end], message.headers)


def another_header(message: Outgoing, chance: random.Random) -> Outgoing:
    """One of those that a reader goes by says something else."""
    spoilt = {
        "ce_version": b"-1",
        "ce_commit": b"many",
        "ce_stream": b"intake-of-somebody-else",
        "ce_type": b"case.numbered.v9",
        "ce_subject": b"somebody-else",
        "ce_hash": b"\xff\xfe",
    }
    name = chance.choice(sorted(spoilt))
    headers = dict(message.headers) | {name: spoilt[name]}
    return Outgoing(message.key, message.value, list(headers.items()))


def without_headers(message: Outgoing, chance: random.Random) -> Outgoing:
    return Outgoing(message.key, message.value, [])


def deep(message: Outgoing, chance: random.Random) -> Outgoing:
    return Outgoing(message.key, b"[" * 20_000, message.headers)


def large(message: Outgoing, chance: random.Random) -> Outgoing:
    return Outgoing(message.key, b"x" * 900_000, message.headers)


DAMAGES: tuple[Damage, ...] = (noise, cut_off, another_header, without_headers, deep, large)


@seeds(2, 3, 4)
async def test_broken_messages_are_kept_and_nothing_else(town: Town, seed: int) -> None:
    """Of some cases one message is broken; the good ones of all cases around it are done."""
    chance = random.Random(seed)
    good = [f"c-{seed}-good-{number}" for number in range(10)]
    broken = {name_of(seed, damage): damage for damage in DAMAGES}
    damaged: list[Outgoing] = []
    for number in range(6):
        for case in chance.sample([*good, *broken], len(good) + len(broken)):
            messages = await town.recorded(case, told(str(number)))
            if number == 2 and case in broken:
                messages = [broken[case](message, chance) for message in messages]
                damaged += messages
            await town.tap.put_raw(*messages)
    keyless = Outgoing(b"\xff" + chance.randbytes(4), b"{}", [])
    await town.tap.put_raw(keyless)
    town.meddled |= broken.keys()
    town.expected |= {("*", case) for case in broken}
    alone = [*await places(town, keyless.key), *await places_of(town, damaged)]
    town.expected |= {("*", "/".join(map(str, place))) for place in alone}
    await eventually(lambda: keeps(town, set(broken)), within=HEALS_WITHIN)
    assert await town.objections() == []
    assert [await town.notes(case) for case in broken] == [["0", "1"]] * len(broken)
    assert [await town.notes(case) for case in good] == [list("012345")] * len(good)


def name_of(seed: int, damage: Damage) -> str:
    return f"c-{seed}-{damage.__name__.replace('_', '-')}"


async def keeps(town: Town, cases: set[str]) -> bool:
    return cases <= (await town.heads()).keys()


async def places(town: Town, key: bytes) -> list[tuple[str, int, int]]:
    return [position_of(message) for message in await town.tap.messages() if message.key == key]


async def places_of(town: Town, sent: list[Outgoing]) -> list[tuple[str, int, int]]:
    """Of messages that are no fact: each is set aside alone, and its case waits for the rest."""
    known = [(message.key, message.value, list(message.headers)) for message in sent]
    return [
        position_of(message)
        for message in await town.tap.messages()
        if (message.key, message.value, list(message.headers)) in known
    ]


def again(message: BusMessage) -> Outgoing:
    return Outgoing(message.key or b"", message.value or b"", list(message.headers))


@seeds(2, 3)
async def test_what_comes_again_in_any_order_does_nothing(town: Town, seed: int) -> None:
    """All that was ever on the bus of these cases, twice, shuffled."""
    cases = [f"c-{seed}-again-{number}" for number in range(8)]
    for case in cases:
        await town.tell(case, *map(str, range(5)))
    await eventually(lambda: all_noted(town, cases, 40), within=HEALS_WITHIN)
    before = await town.evidence()
    keys = {case.encode() for case in cases}
    messages = [again(m) for m in await town.tap.messages() if m.key in keys] * 2
    random.Random(seed).shuffle(messages)
    await town.tap.put_raw(*messages)
    after = await town.evidence()
    assert list(as_before(before, after)) == []
    assert await town.objections() == []


async def all_noted(town: Town, cases: list[str], number: int) -> bool:
    return await town.noted(*cases) == number


@seeds(2, 3, 4, 5)
async def test_what_comes_in_the_wrong_order_is_put_in_order(town: Town, seed: int) -> None:
    """A case may stand behind a gap for a while, never for good."""
    chance = random.Random(seed)
    cases = [f"c-{seed}-mixed-{number}" for number in range(8)]
    messages = [
        message
        for case in cases
        for number in range(6)
        for message in await town.recorded(case, told(str(number)))
    ]
    chance.shuffle(messages)
    town.meddled |= set(cases)
    await town.tap.put_raw(*messages)
    await eventually(lambda: all_noted(town, cases, 48), within=HEALS_WITHIN)
    assert [await town.notes(case) for case in cases] == [list("012345")] * len(cases)
    assert await town.objections() == []
