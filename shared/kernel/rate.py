"""Rates as people read them: numerator over denominator in per cent, in one way everywhere."""

NOTHING = "–"
"""Without cases there is no rate; it is neither 0 % nor 100 %."""


def percent(numerator: int, denominator: int) -> str:
    """Two decimals, half up, computed in integers: 173 of 180 is `96.11 %`."""
    if denominator <= 0:
        return NOTHING
    hundredths = (20_000 * numerator + denominator) // (2 * denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d} %"
