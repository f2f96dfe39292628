"""Sizes of a run: `smoke` shows that all runs, `standard` takes minutes, `full` takes long."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Size:
    """`rounds` of everything that is compared; seconds are those of one round."""

    name: str
    rounds: int
    seconds: float
    """After so many of a benchmark no further round begins; after twice as many it is given up."""
    commands: dict[int, int]
    """Writers → commands of one round of the append benchmark."""
    short_rounds: int
    """Of what takes less than a second: the machine's noise is longer than that."""
    rates: tuple[int, ...]
    open_seconds: float
    open_commands: int
    """At least so many of a round: a share of few commands is only the slowest of them."""
    cases: int
    """Under handling, on which commands arrive."""
    closed_seconds: float
    facts: int
    """Of the log that is rebuilt; a case has 30."""
    due: int
    """Cases of which a rung becomes due in one round."""
    starts: int
    """Of every process."""
    idle_seconds: float
    grown: tuple[int, int]
    """Cases of the small and the large installation."""
    exported: int
    """Rows of a ledger that is taken away: a year of a city at `standard`."""
    reads: int
    openings: int
    """Of a page in one round."""
    warm: bool = True
    """A round before the others that is not counted."""
    seed: int = 20250303


SMOKE = Size(
    name="smoke",
    rounds=1,
    seconds=300,
    warm=False,
    commands={1: 20, 8: 80, 64: 256},
    short_rounds=1,
    rates=(20,),
    open_seconds=1.5,
    open_commands=20,
    cases=4,
    closed_seconds=1,
    facts=1_500,
    due=20,
    starts=1,
    idle_seconds=1,
    grown=(200, 1_000),
    exported=200,
    reads=20,
    openings=3,
)
STANDARD = Size(
    name="standard",
    rounds=3,
    seconds=150,
    commands={1: 40, 8: 160, 64: 640},
    short_rounds=15,
    rates=(20, 50, 100, 200),
    open_seconds=3,
    open_commands=200,
    cases=40,
    closed_seconds=3,
    facts=60_000,
    due=500,
    starts=1,
    idle_seconds=4,
    grown=(10_000, 100_000),
    exported=18_000,
    reads=200,
    openings=20,
)
FULL = replace(
    STANDARD,
    name="full",
    rounds=5,
    seconds=1_800,
    short_rounds=50,
    open_seconds=10,
    open_commands=1_000,
    cases=100,
    closed_seconds=10,
    facts=1_000_000,
    due=5_000,
    starts=3,
    idle_seconds=10,
    grown=(10_000, 1_000_000),
    reads=1_000,
)
SIZES = {size.name: size for size in (SMOKE, STANDARD, FULL)}
