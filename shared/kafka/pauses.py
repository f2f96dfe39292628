"""Growing pauses between attempts that never end."""

from collections.abc import Iterator

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0


def pauses(first: float = FIRST_PAUSE, longest: float = LONGEST_PAUSE) -> Iterator[float]:
    pause = first
    while True:
        yield pause
        pause = min(pause * 2, longest)
