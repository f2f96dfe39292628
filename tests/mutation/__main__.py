"""`python -m tests.mutation [SERVICE …] [--sample N] [--seed S]`: prints the mutants that survive.

All mutants of the services (default: all), or a sample of them. Ends with 1 where one survives.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.runs import at_a_time, imported, preload
from tests.mutation.session import tried_in_session


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
        survivors = list(surviving(found))
    else:
        survivors = [each for group in by_service(found) for each in tried(*group)]
    sys.stdout.write(f"{len(found)} mutants, {len(survivors)} survive\n")
    return 1 if survivors else 0


def by_service(found: Sequence[Mutant]) -> Iterator[tuple[str, Sequence[Mutant]]]:
    for service, group in groupby(found, attrgetter("service")):
        yield service, list(group)


def tried(service: str, found: Sequence[Mutant]) -> Iterator[Mutant]:
    """Yields the survivors of a service; prints each as soon as it is known."""
    survived, untried = tried_in_session(service, found)
    yield from map(printed, survived)
    yield from surviving(untried)


def surviving(found: Sequence[Mutant]) -> Iterator[Mutant]:
    """Imports each mutant and runs all tests of its service; prints and yields the survivors."""
    for mutant, status in at_a_time({each: partial(imported, each) for each in found}):
        if status == 0:
            yield printed(mutant)


def printed(survivor: Mutant) -> Mutant:
    sys.stdout.write(f"survived: {survivor}\n")
    sys.stdout.flush()
    return survivor


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
