"""`python -m tests.mutation [SERVICE …] [--sample N] [--seed S]`: prints the mutants that survive.

All mutants of the services (default: all), or a sample of them. Ends with 1 where one survives.
"""

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.runs import lines_of, preload, started

Plan = tuple[Mutant, Sequence[str] | None]
"""A mutant, and the tests that run its line (None: all of the service)."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests.mutation")
    parser.add_argument("services", nargs="*")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    found = [m for m in mutants(Path()) if m.service in (options.services or [m.service])]
    preload()
    if options.sample:
        found = random.Random(options.seed).sample(found, options.sample)
        plans: list[Plan] = [(mutant, None) for mutant in found]
    else:
        plans = list(with_tests(found))
    survivors = surviving(plans)
    sys.stdout.writelines(f"survived: {mutant}\n" for mutant in survivors)
    sys.stdout.write(f"{len(found)} mutants, {len(survivors)} survive\n")
    return 1 if survivors else 0


def with_tests(found: Sequence[Mutant]) -> Iterator[Plan]:
    """Finds the tests that run the line of each mutant; None for what runs at import."""
    with tempfile.TemporaryDirectory() as folder:
        services = sorted({mutant.service for mutant in found})
        lines = {service: lines_of(service, Path(folder)) for service in services}
    for mutant in found:
        yield mutant, tests_of(mutant, lines[mutant.service])


def tests_of(mutant: Mutant, lines: Mapping[str, Sequence[str]]) -> Sequence[str] | None:
    if mutant.statement is None:
        return None
    first, last = mutant.statement
    places = (f"{mutant.path}:{line}" for line in range(first, last + 1))
    return sorted({test for place in places for test in lines.get(place, ())})


def surviving(plans: Iterable[Plan]) -> list[Mutant]:
    """Runs as many mutants at a time as there are processors."""
    running: dict[int, Mutant] = {}
    survivors: list[Mutant] = []

    def ended() -> None:
        child, status = os.wait()
        if status == 0:
            survivors.append(running[child])
        del running[child]

    for mutant, tests in plans:
        if len(running) >= (os.cpu_count() or 1):
            ended()
        running[started(mutant, tests)] = mutant
    while running:
        ended()
    return sorted(survivors, key=str)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
