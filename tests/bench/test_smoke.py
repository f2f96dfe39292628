"""Every benchmark runs at its smallest size and reports every figure; how fast it was is nobody's
business here."""

import importlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bench.__main__ import IN_BROWSER, NAMES, benchmark
from bench.figures import Result, ratio
from bench.laboratory import Laboratory
from bench.parts import Parts
from bench.report import write
from bench.sizes import SMOKE
from shared.mongo.connect import connect

SURROUNDINGS = {"size": "smoke", "load average before": 1.0, "load average after": 1.0}
RATIOS = {
    "append": (
        "1 writer: duban / raw insert_one",
        "8 writers: duban / raw insert_many(64)",
        "64 writers: duban / raw insert_many(64)",
    ),
    "signatures": ("checks of 6 groups together, ms per fact",),
    "footprint": (
        "api: CPU s until ready",
        "reactions: CPU s until ready",
        "projections: idle MB",
        "site: idle MB",
        "api of intake: idle MB",
    ),
    "visible": ("20/s: p50, duban / floor", "20/s: p99, duban / floor", "60 % of saturation"),
    "life": ("commits in a life", "CPU ms of a life", "CPU of a commit / floor"),
    "rebuild": (
        "facts/s: duban rebuild / raw bulk write",
        "facts/s: duban rebuild / raw consume",
        "memory at the end / at a quarter of the facts",
        "fold of decoded facts, per CPU second",
    ),
    "catch_up": ("facts/s: duban catch-up / raw consume",),
    "timers": ("cases asked / raw insert_one",),
    "growth": (
        "append: p99",
        "worklist: p99",
        "case page: p99",
        "worklist p99 - raw find p99",
        "counts p99 ms",
        "search with its number: p99",
        "unread: p99",
    ),
    "export": ("xlsx: seconds / bare", "xlsx: seconds for", "csv: seconds for"),
}


@pytest.fixture(scope="session")
def parts(mongo_url: str, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Parts:
    folder = tmp_path_factory.mktemp("bench")
    return Parts(mongo_url, kafka_bootstrap, folder, ("", ""), (), (), space="smoke")


@pytest.fixture
async def lab(parts: Parts) -> AsyncIterator[Laboratory]:
    async with AsyncExitStack() as stack:
        yield Laboratory(parts, SMOKE, stack)
    client = connect(parts.mongo_url)
    for name in await client.list_database_names():
        if name.startswith(parts.space):
            await client.drop_database(name)
    await client.close()


@pytest.mark.on_change("benchmarks")
async def test_every_benchmark_reports_every_figure(lab: Laboratory, tmp_path: Path) -> None:
    names = [name for name in NAMES if name not in IN_BROWSER]
    results = [await benchmark(name)(lab) for name in names]
    page = write(tmp_path, SURROUNDINGS, results)
    report = json.loads((tmp_path / "report.json").read_text())
    assert [each["name"] for each in report["results"]] == names
    for result in results:
        check(result, page.read_text())


def check(result: Result, page: str) -> None:
    for what in RATIOS[result.name]:
        found = [each for each in result.ratios if what in each.what]
        assert found, f"{result.name}: {what}"
        assert all(each.value.median > 0 for each in found if each.goal != NEAR_ZERO), found
    assert result.raw, result.name
    for table in result.tables:
        assert table.rows, table.title
        assert table.title in page
        assert all(len(row) == len(table.columns) for row in table.rows), table
        assert all(all(cell for cell in row) for row in table.rows), table


NEAR_ZERO = 15
"""The worklist's distance to a raw find, in milliseconds, may be next to nothing."""


def test_a_report_tells_what_was_met_and_what_was_missed(tmp_path: Path) -> None:
    result = Result("append", "Append")
    result.ratios = [ratio("fast", [2.0, 3.0], [1.0, 1.0], 2.0), ratio("slow", [1.0], [2.0], 0.9)]
    text = write(tmp_path, SURROUNDINGS, [result]).read_text()
    assert "| append | fast | 2.50 (2.25–2.75) | ≥ 2.00 | met |" in text
    assert "| append | slow | 0.50 | ≥ 0.90 | **missed** |" in text


@pytest.mark.parametrize("module", sorted(path.stem for path in Path("bench").glob("*.py")))
def test_every_module_of_the_benchmarks_loads(module: str) -> None:
    """Runs with every change: a name that has moved is found without measuring anything."""
    importlib.import_module(f"bench.{module}")
