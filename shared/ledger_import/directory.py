"""Directory of an import: names that ledgers use, read from the directory's API; and the sample
directory, loaded by its own commands."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from shared.kernel.access import ADMINISTRATORS
from shared.kernel.folding import folded
from shared.ledger_import.checking import Directory
from shared.ledger_import.client import Api, Refused
from shared.ledger_import.signers import Deputy

AT_ONCE = 32
DIRECTLY = {"市直属单位": "direct", "市直": "direct"}


def walk(units: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for unit in units:
        yield unit
        yield from walk(unit["units"])


async def known_names(
    api: Api, who: str, agency: str, labels: Mapping[str, Mapping[str, Any]]
) -> Directory:
    """Returns units by full and short name, counties as regions, and the deputies of the agency."""
    units = list(walk(await api.get("/directory/v1/units", who)))
    deputies = await api.get("/directory/v1/deputies", who)
    bureaus = [unit for unit in units if unit["level"] != "section"]
    counties = [unit for unit in units if unit["level"] == "county"]
    return Directory(
        units={
            folded(name): unit["unit"]
            for unit in bureaus
            for name in (unit["title"], unit["short"])
        },
        regions={folded(u["short"]): u["region"] for u in counties} | DIRECTLY,
        deputies={
            (each["body"], folded(each["number"])): Deputy(each["person"], each["title"])
            for each in deputies
            if each["agency"] == agency
        },
        letter_words={u["unit"]: u["letter_words"][0] for u in units if u["letter_words"]},
        labels={
            group: {folded(str(names[0])): code for code, names in codes.items()}
            for group, codes in labels.items()
            if isinstance(codes, Mapping)
        },
    )


STEPS = (
    ("people", "/directory/v1/persons", "person"),
    ("deputies", "/directory/v1/deputies", "person"),
    ("clients", "/directory/v1/clients", "client"),
)


def calls(
    rows: Mapping[str, list[dict[str, Any]]],
) -> Iterator[list[tuple[str, dict[str, Any], str]]]:
    """Returns waves of (path, body, key): a unit comes after its parent and its agency, a post
    after its unit and person. The administrators come last: with them the founder's rights end."""
    waiting, placed = list(rows["units"]), {None}
    while waiting:
        wave = [
            unit
            for unit in waiting
            if unit.get("parent") in placed and unit["agency"] in placed | {unit["unit"]}
        ]
        yield [("/directory/v1/units", unit, f"unit-{unit['unit']}") for unit in wave]
        placed |= {unit["unit"] for unit in wave}
        waiting = [unit for unit in waiting if unit["unit"] not in placed]
    for section, path, name in STEPS:
        yield [(path, row, f"{section}-{row[name]}") for row in rows[section]]
    for administrators in (False, True):
        yield [
            (f"/directory/v1/units/{post['unit']}/posts", without_unit(post), f"post-{n}")
            for n, post in enumerate(rows["posts"])
            if (post["role"] in ADMINISTRATORS) == administrators
        ]


def without_unit(post: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in post.items() if name != "unit"}


def read_directory(path: Path) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return rows


async def is_founded(api: Api, founder: str) -> bool:
    """Returns whether the directory has its administrators, and does not know its founder."""
    try:
        await api.get("/directory/v1/units", founder)
    except Refused as error:
        if error.rule != "unknown-subject":
            raise
        return True
    return False


async def load_directory(
    api: Api,
    who: str,
    rows: Mapping[str, list[dict[str, Any]]],
    settled: Callable[[], Awaitable[None]],
) -> int:
    """Loads the sample directory as its founder, and returns the number of entries; 0 when it was
    loaded before, so that the founder has no rights any more. Each wave is imported by all services
    before the next begins, because rights follow posts and posts name people."""
    if await is_founded(api, who):
        return 0
    turns, count = asyncio.Semaphore(AT_ONCE), 0

    async def send(place: str, body: dict[str, Any], key: str) -> None:
        async with turns:
            await api.post(place, who, body, key=f"directory-{key}")

    for wave in calls(rows):
        async with asyncio.TaskGroup() as group:
            for call in wave:
                group.create_task(send(*call))
        await settled()
        count += len(wave)
    return count
