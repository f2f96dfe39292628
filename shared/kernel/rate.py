"""Rates in per cent, formatted for people."""

NOTHING = "–"
"""The rate of no cases: neither 0 % nor 100 %."""


def exact_percent(numerator: int, denominator: int) -> str | None:
    """Returns the rate with two decimals, rounded half up in integers: 173 of 180 is `96.11`; None
    of nothing."""
    if denominator <= 0:
        return None
    hundredths = (20_000 * numerator + denominator) // (2 * denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def percent(numerator: int, denominator: int) -> str:
    """Returns the rate as it is printed: 173 of 180 is `96.11 %`."""
    exact = exact_percent(numerator, denominator)
    return NOTHING if exact is None else f"{exact} %"
