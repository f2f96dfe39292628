"""Growth: append, worklist, case page and counts in a small and in a very large installation."""

import itertools
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bench import city
from bench.cases import under_handling
from bench.figures import Ratio, Result, Table, figure, percentile
from bench.growing import REGISTER, Templates, grow, published, settled_in
from bench.installation import Installation, prepared
from bench.laboratory import Laboratory
from bench.lives import name_of
from bench.logs import draft
from bench.rounds import Contender, Run, raw_of
from shared.mongo.event_store import MongoEventStore
from shared.testing.signatures import sign

TEMPLATES = 8
PAGE = 20
APPEND, WORKLIST, RAW_FIND = "append", "worklist", "raw find of the worklist"
CASE_PAGE, STATISTICS, TALLY = "case page", "counts (statistics)", "tally of a worklist"
SEARCH, UNREAD = "search with its number", "unread"
WORD = "建议"
"""A word that most titles have."""
COLUMNS = ("what", "cases", "p50 ms", "p99 ms")
NOTES = (
    "Documents of real cases, stored again under other names; all belong to one agency. An API "
    "process for each installation, asked in turn by one client; nothing else runs.",
    "Append: a random case's stream is read from the log, a fact appended. Worklist: a unit's, "
    f"which has half of all cases; {PAGE} lines, soonest due first. Case page: of a random case, "
    "without the actions, which other services answer. Counts: the statistics of the agency. "
    "Tally: the agency's cases by status and light, from counters. Search: a word of most titles, "
    "and how many have it, up to 2,000. Unread: the number in the menu, counted in the same way.",
)
API = "api of portal"
"""It has no log: grown commits, whose bytes are those of others, need pass no audit."""
Ask = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Grown:
    """One of the two installations. `cases` is how many it has."""

    running: Installation
    http: httpx.AsyncClient
    store: MongoEventStore
    cases: int
    chosen: random.Random

    def questions(self) -> dict[str, Ask]:
        return {
            APPEND: self.append,
            WORKLIST: self.worklist,
            RAW_FIND: self.raw_find,
            CASE_PAGE: self.case_page,
            STATISTICS: self.statistics,
            TALLY: self.tally,
            SEARCH: self.search,
            UNREAD: self.unread,
        }

    async def append(self) -> None:
        stream = f"handling-{self.some_case()}"
        commits = await self.store.read(stream)
        await self.store.append(draft(stream, f"grown-{next(COMMANDS)}", commits[-1]))

    async def worklist(self) -> None:
        found = await self.get(city.handler(city.UNITS[0]), "/portal/v1/worklist", limit=PAGE)
        assert len(found["items"]) == PAGE

    async def raw_find(self) -> None:
        register = self.running.database("portal")[f"{REGISTER}_g1"]
        mine = {"units": {"$in": [city.UNITS[0]]}}
        hidden = dict.fromkeys(
            ("intake", "assignment", "handling", "reminder", "seen", "counted"), 0
        )
        found = register.find(mine, hidden).sort([("due", 1), ("_id", 1)]).limit(PAGE + 1)
        assert len(await found.to_list()) > PAGE

    async def case_page(self) -> None:
        path = f"/portal/v1/cases/{self.some_case()}"
        assert (await self.get(city.OFFICE, path, actions=False))["case_id"] in path

    async def statistics(self) -> None:
        found = await self.get(
            city.OFFICE, "/portal/v1/statistics", period="2025", agency=city.AGENCY
        )
        assert str(self.cases) in str(found)

    async def tally(self) -> None:
        assert (await self.get(city.OFFICE, "/portal/v1/tally"))["total"] == self.cases

    async def search(self) -> None:
        found = await self.get(city.OFFICE, "/portal/v1/worklist", q=WORD, total=True, limit=PAGE)
        assert found["total"]

    async def unread(self) -> None:
        await self.get(city.OFFICE, "/portal/v1/tally", unseen=True)

    async def get(self, who: str, path: str, **params: Any) -> Any:
        """Raises RuntimeError with the last words of an API process that has ended."""
        try:
            answer = await self.http.get(path, headers=self.running.bearer(who), params=params)
        except httpx.TransportError:
            self.running.pid(API)
            raise
        if not answer.is_success:
            raise RuntimeError(f"{answer.url}: {answer.text}")
        return answer.json()

    def some_case(self) -> str:
        return name_of(self.chosen.randrange(self.cases))


COMMANDS = itertools.count()


async def growth(lab: Laboratory) -> Result:
    result = Result("growth", "Growth", notes=list(NOTES))
    templates = await told(lab)
    async with AsyncExitStack() as stack:
        grown = [
            await stack.enter_async_context(installed(lab, templates, cases, result))
            for cases in lab.size.grown
        ]
        rows: list[tuple[str, ...]] = []
        for what in grown[0].questions():
            sides = {
                f"{each.cases:,}": asking(each.questions()[what], lab.size.reads) for each in grown
            }
            runs = await lab.rounds(sides, min(lab.size.rounds, 3))
            result.raw[what] = raw_of(runs)
            rows += [row(what, name, found) for name, found in runs.items()]
    result.tables.append(Table("Small and large", COLUMNS, tuple(rows)))
    result.ratios = ratios(result.raw, [f"{each:,}" for each in lab.size.grown])
    return result


async def told(lab: Laboratory) -> Templates:
    running = await lab.installation()
    return await Templates.of(running, await under_handling(running, TEMPLATES))


@asynccontextmanager
async def installed(
    lab: Laboratory, templates: Templates, cases: int, result: Result
) -> AsyncIterator[Grown]:
    model = await lab.installation()
    began = time.monotonic()
    async with prepared(lab.parts, f"grown{cases}") as running:
        await settled_in(running, model)
        await grow(running, templates, cases)
        await published(running)
        running.launch(API)
        await running.ready(API)
        took = time.monotonic() - began
        result.notes.append(f"{cases:,} cases were stored within {took:.0f} s.")
        store = MongoEventStore(running.database("handling"), sign)
        async with httpx.AsyncClient(base_url=running.urls[API], timeout=120) as http:
            yield Grown(running, http, store, cases, random.Random(lab.size.seed))


def asking(ask: Ask, times: int) -> Contender:
    async def run(number: int) -> Run:
        latencies = []
        for _ in range(times):
            began = time.perf_counter()
            await ask()
            latencies.append((time.perf_counter() - began) * 1e3)
        return Run(times, sum(latencies) / 1e3, latencies=latencies)

    return run


def ratios(raw: Mapping[str, Any], sizes: list[str]) -> list[Ratio]:
    small, large = ({what: _p99(raw[what][size]) for what in raw} for size in sizes)
    found = [
        Ratio(
            f"{what}: p99 at {sizes[1]} / {sizes[0]} cases",
            figure([a / b for a, b in zip(large[what], small[what], strict=True)]),
            1.3,
            at_least=False,
        )
        for what in (APPEND, WORKLIST, CASE_PAGE, SEARCH, UNREAD)
    ]
    beyond = [a - b for a, b in zip(large[WORKLIST], large[RAW_FIND], strict=True)]
    return [
        *found,
        Ratio(
            f"worklist p99 - raw find p99, ms, {sizes[1]} cases", figure(beyond), 15, at_least=False
        ),
        Ratio(f"counts p99 ms, {sizes[1]} cases", figure(large[STATISTICS]), 10, at_least=False),
    ]


def _p99(runs: list[dict[str, Any]]) -> list[float]:
    return [percentile(sorted(run["latencies"]), 0.99) for run in runs]


def row(what: str, cases: str, runs: list[Run]) -> tuple[str, ...]:
    shares = [figure([percentile(sorted(r.latencies), s) for r in runs]) for s in (0.5, 0.99)]
    return what, cases, *map(str, shares)
