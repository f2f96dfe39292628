"""Rates in per cent, formatted for people."""

NOTHING = "–"
"""The rate of no cases: neither 0 % nor 100 %."""


def percent(numerator: int, denominator: int) -> str:
    """Returns the rate with two decimals, rounded half up in integers: 173 of 180 is `96.11 %`."""
    if denominator <= 0:
        return NOTHING
    hundredths = (20_000 * numerator + denominator) // (2 * denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d} %"
