"""The tables of the statistics page: S4's numbers, from counters."""

from collections import Counter
from pathlib import Path

from services.disclosure.domain.projections import PUBLIC_SITE, count
from services.disclosure.site.figures import Figures, agencies_of, figures_of, sum_of
from shared.kernel.rate import NOTHING
from shared.service.config.policies import load_policies
from shared.testing.fold import folded
from tests.component.site.published import COUNTIES, a_year

PERIODS = load_policies(Path("deploy/policies")).periods


def of_the_year() -> Figures:
    counted: Counter[str] = Counter()
    for case in folded(PUBLIC_SITE, a_year()).values():
        counted.update(count(case))
    return figures_of(counted, PERIODS)


YEAR = of_the_year()


def test_the_closing_rates_are_those_of_the_real_report() -> None:
    """S4: 173/180 = 96.11 %, 215/224 = 95.98 %."""
    rates = {line.code: line.closing_rate for line in YEAR.overview("2025")}
    assert (rates["petition"], rates["hotline"]) == ("96.11 %", "95.98 %")


def test_county_rows_add_up_with_those_of_the_city_itself() -> None:
    """S4: 172 of thirteen counties + 8 of units under the city = 180."""
    lines = YEAR.lines("2025", "petition", "region")
    counties = [line.registered for line in lines if line.code != "direct"]
    assert sorted(counties, reverse=True) == list(COUNTIES)
    assert sum(counties) == 172
    assert sum_of(lines).registered == 180
    assert lines[0].share == "13.33 %"


def test_subject_rows_add_up() -> None:
    lines = YEAR.lines("2025", "petition", "subject")
    assert [line.registered for line in lines] == [48, 42, 36, 20, 11, 8, 8, 7]
    assert sum_of(lines).registered == 180


def test_every_share_is_of_its_own_table() -> None:
    for kind in YEAR.kinds("2025"):
        for group in ("channel", "region", "subject"):
            lines = YEAR.lines("2025", kind, group)
            assert {line.of for line in lines} == {sum_of(lines).registered}


def test_without_cases_there_is_no_rate() -> None:
    assert sum_of([]).closing_rate == NOTHING
    assert figures_of({}, PERIODS).periods == []


def test_periods_that_no_policy_row_has_are_not_shown() -> None:
    counted = {f"u-city|{period}|petition|all|-|registered": 9 for period in ("zzz-9", "2025")}
    assert figures_of(counted, PERIODS).periods == ["2025"]
    assert figures_of(counted, PERIODS).total("registered") == 9
    assert YEAR.title("2025") == "2025年"


def test_the_newest_period_stands_first_whatever_its_code() -> None:
    older = PERIODS[-1].model_copy(update={"code": "s15-4"})
    counted = {f"u-city|{period}|petition|all|-|registered": 1 for period in ("s15-4", "2025")}
    assert figures_of(counted, (*PERIODS[:-1], older)).periods == ["2025", "s15-4"]


def test_names_of_another_form_are_left_out() -> None:
    assert figures_of({"simulated": 1, "a|b": 2}, PERIODS).numbers == {}


def test_what_nobody_stated_stands_last() -> None:
    lines = figures_of(
        {
            "u-city|2025|petition|region|-|registered": 9,
            "u-city|2025|petition|region|c01|registered": 1,
        },
        PERIODS,
    ).lines("2025", "petition", "region")
    assert [line.code for line in lines] == ["c01", "-"]


def test_two_agencies_on_one_platform_are_two_tables() -> None:
    counted = {
        "u-city|2025|petition|all|-|registered": 9,
        "u-city|2025|petition|all|-|closed": 6,
        "u-far|2025|petition|all|-|registered": 1,
        "u-far|2024|petition|all|-|registered": 1,
    }
    assert agencies_of(counted) == ["u-city", "u-far"]
    [city] = figures_of(counted, PERIODS, "u-city").overview("2025")
    [far] = figures_of(counted, PERIODS, "u-far").overview("2025")
    assert (city.registered, city.closed, far.registered, far.closed) == (9, 6, 1, 0)
    assert figures_of(counted, PERIODS, "u-city").periods == ["2025"]
    [both] = figures_of(counted, PERIODS).overview("2025")
    assert (both.registered, both.closed) == (10, 6)
