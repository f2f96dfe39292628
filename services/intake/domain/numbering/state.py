"""A series of numbers, folded from its facts."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Issued:
    """The newest number of a series, and those before it: a chain, so that a long series does not
    have to be copied for every number."""

    case: str
    number: int
    before: "Issued | None" = field(default=None, repr=False, compare=False)


Series = Issued | None


def number_of(case: str, series: Series) -> int | None:
    """Returns the number that the series has issued to the case."""
    while series is not None:
        if series.case == case:
            return series.number
        series = series.before
    return None
