"""`python -m bench [smoke|standard|full] [name…]`: measures, and writes one JSON and one Markdown
report."""

import argparse
import asyncio
import os
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from importlib import import_module
from pathlib import Path

from bench.figures import Result
from bench.laboratory import Laboratory
from bench.parts import Parts, running_parts
from bench.processor import load
from bench.report import machine, write
from bench.sizes import SIZES, Size
from shared.mongo.clock_store import real_time

FIGURES = Path("docs/benchmark-figures.md")
PUBLISHED = """# Benchmark figures

- Written by `make bench ARGS="standard --publish"`; see [benchmarks](benchmarks.md).
"""
Benchmark = Callable[[Laboratory], Awaitable[Result]]
NAMES = (
    "append",
    "signatures",
    "footprint",
    "visible",
    "life",
    "rebuild",
    "catch_up",
    "timers",
    "growth",
    "export",
    "ledger",
)
ASKED_FOR = ("peers", "soak")
"""Benchmarks that need programs of others, or much time: only those who ask for them."""
IN_BROWSER = ("ledger",)
"""Benchmarks that need the built console and a Chromium: the tests leave them out."""


def main() -> None:
    asked = parsed(sys.argv[1:])
    folder = Path(".duban/bench")
    with running_parts() as parts:
        surroundings = {
            "measured": real_time().isoformat(timespec="seconds"),
            "size": asked.size,
            "machine": f"{os.cpu_count()} cores, {machine()}",
            "parts": "; ".join(parts.chosen),
            "load average before": load(),
        }
        told = partial(write, folder, surroundings)
        failed = asyncio.run(measured(parts, SIZES[asked.size], asked.names, told))
    page = folder / "report.md"
    if asked.publish:
        FIGURES.write_text(page.read_text().replace("# Benchmark report", PUBLISHED, 1))
    say(f"{page}\n{page.read_text()}")
    if failed:
        raise SystemExit("\n".join(failed))


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("size", nargs="?", default="standard", choices=SIZES)
    known = f"of {', '.join(NAMES)} (default: all), {', '.join(ASKED_FOR)}"
    parser.add_argument("names", nargs="*", help=known)
    parser.add_argument("--publish", action="store_true", help=f"also write {FIGURES}")
    found = parser.parse_args(arguments)
    if unknown := set(found.names) - {*NAMES, *ASKED_FOR}:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    return found


async def measured(
    parts: Parts, size: Size, names: Sequence[str], told: Callable[[list[Result]], object]
) -> list[str]:
    """Reports after each benchmark, so that one that fails takes no figures with it; the failures
    by name."""
    results: list[Result] = []
    failed: list[str] = []
    told(results)
    async with AsyncExitStack() as stack:
        lab = Laboratory(parts, size, stack)
        for name in names or NAMES:
            say(f"{name} …")
            try:
                results.append(await one(lab, name))
            except Exception as error:
                failed.append(f"{name}: {error!r}")
                say(traceback.format_exc())
                continue
            told(results)
            say(f"{name}: {results[-1].notes[-1]}")
    return failed


async def one(lab: Laboratory, name: str) -> Result:
    """In time or not at all; what it costs to start the installation counts where it is first
    needed."""
    before, began = load(), time.monotonic()
    lab.begin()
    async with asyncio.timeout(2 * lab.size.seconds):
        result = await benchmark(name)(lab)
    took = f"{time.monotonic() - began:.0f} s"
    result.notes.append(f"Took {took}; load average {before:.1f} → {load():.1f}.")
    return result


def benchmark(name: str) -> Benchmark:
    """Imported when it is asked for: what one needs must not stop the others."""
    found: Benchmark = getattr(import_module(f"bench.{name}"), name)
    return found


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
