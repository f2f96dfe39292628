"""Rates are printed in one way."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.rate import NOTHING, percent


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed"),
    [
        (173, 180, "96.11 %"),
        (215, 224, "95.98 %"),
        (24, 180, "13.33 %"),
        (1, 800, "0.13 %"),
        (1, 1, "100.00 %"),
        (0, 7, "0.00 %"),
    ],
)
def test_rates_of_a_real_years_report(numerator: int, denominator: int, printed: str) -> None:
    assert percent(numerator, denominator) == printed


def test_without_cases_there_is_no_rate() -> None:
    assert percent(0, 0) == NOTHING


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_it_is_the_exact_value_rounded_half_up(numerator: int, denominator: int) -> None:
    exact = Decimal(100 * numerator) / Decimal(denominator)
    assert percent(numerator, denominator) == f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP)} %"
