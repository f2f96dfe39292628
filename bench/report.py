"""The report: ratios first, as Markdown for people and as JSON for programs."""

import json
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.figures import Ratio, Result, Table, short


def write(folder: Path, surroundings: dict[str, Any], results: Sequence[Result]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    found = {"surroundings": surroundings, "results": [result.as_json() for result in results]}
    (folder / "report.json").write_text(json.dumps(found, ensure_ascii=False, indent=1))
    page = folder / "report.md"
    page.write_text("\n".join(markdown(surroundings, results)) + "\n")
    return page


def markdown(surroundings: dict[str, Any], results: Sequence[Result]) -> Iterator[str]:
    yield "# Benchmark report\n"
    yield from (f"- {name}: {value}" for name, value in surroundings.items())
    yield "\n## Ratios\n"
    yield "Median of the rounds (quartiles); each round compares what ran side by side.\n"
    yield "| benchmark | what | reached | goal | |\n|---|---|---|---|---|"
    for result in results:
        yield from (ratio_row(result.name, ratio) for ratio in result.ratios)
    for result in results:
        yield f"\n## {result.title}\n"
        yield from (f"- {note}" for note in result.notes)
        for table in result.tables:
            yield from table_lines(table)


def ratio_row(name: str, ratio: Ratio) -> str:
    sense = "≥" if ratio.at_least else "≤"
    goal = f"{sense} {short(ratio.goal)}" if ratio.goal else "–"
    verdict = "" if not ratio.goal else "met" if ratio.met else "**missed**"
    return f"| {name} | {ratio.what} | {ratio.value} | {goal} | {verdict} |"


def table_lines(table: Table) -> Iterator[str]:
    yield f"\n### {table.title}\n"
    yield f"| {' | '.join(table.columns)} |"
    yield f"|{'---|' * len(table.columns)}"
    yield from (f"| {' | '.join(row)} |" for row in table.rows)


def machine() -> str:
    return f"{platform.machine()}, Python {platform.python_version()}, {platform.release()}"
