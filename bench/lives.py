"""Lives of cases in bulk: what real services recorded of one case, told again under other names."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic_core import from_json, to_json

from bench.cases import Case, under_handling
from bench.installation import Installation
from bench.reports import reporting
from shared.kafka.envelope import to_messages
from shared.kafka.message import Outgoing
from shared.kernel.commit import digest
from shared.mongo.commits import commits_of
from shared.service.processes.registry import SERVICES
from shared.testing.signatures import sign

FACTS = 30
"""Of one case: registration to assignment, clocks, and reports on the way."""


async def recorded(running: Installation, case: Case) -> list[dict[str, Any]]:
    """The commits of all services about the case, in the order of the log; it is given reports
    until there are enough facts."""
    before = await _log_of(running, case)
    async with reporting(running, [case]) as send:
        for number in range(FACTS - sum(len(commit["facts"]) for commit in before)):
            await send(number)
        await running.settle()
    return _cut(await _log_of(running, case))


async def _log_of(running: Installation, case: Case) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in SERVICES:
        commits = commits_of(running.mongo[running.settings.database(name)])
        found += await commits.find({"case_id": case.id}).to_list()
    return sorted(found, key=lambda commit: (commit["seq"], commit["_id"]))


def _cut(commits: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    for commit in commits:
        if sum(len(one["facts"]) for one in kept) + len(commit["facts"]) <= FACTS:
            kept.append(commit)
    return kept


async def told_again(running: Installation) -> "Lives":
    case = (await under_handling(running, 1))[0]
    return Lives(case, await recorded(running, case))


class Lives:
    """Messages of as many cases as are asked for, hashed and signed as their owners would. Only the
    name of the case differs: in keys, streams and facts."""

    def __init__(self, case: Case, commits: Sequence[dict[str, Any]]) -> None:
        self._name = case.id.encode()
        self._commits = [to_json({**commit, "seq": None}) for commit in commits]
        self._facts = sum(len(commit["facts"]) for commit in commits)

    def __len__(self) -> int:
        return self._facts

    def of(self, number: int) -> Iterator[Outgoing]:
        name, hashes = name_of(number).encode(), dict[str, str]()
        for text in self._commits:
            commit = from_json(text.replace(self._name, name))
            stream = commit["stream"]
            commit["prev_hash"] = hashes.get(stream, "")
            commit["hash"] = hashes[stream] = digest(commit)
            yield from to_messages(sign(commit))


def name_of(number: int) -> str:
    """Of the case with this number; spread as real names are."""
    return f"{(number * 0x9E3779B97F4A7C15) % 2**64:016x}{number:016x}"
