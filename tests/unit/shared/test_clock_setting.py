"""Business time never goes back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.clock import NEVER_SET, ClockSetting
from shared.kernel.errors import RuleViolated

REAL = datetime(2026, 11, 22, 8, tzinfo=UTC)
BASE = datetime(2025, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SIMULATED = NEVER_SET.simulated_from(REAL, BASE, 60)


def refused(setting: ClockSetting, real: datetime, **arguments: object) -> str:
    with pytest.raises(RuleViolated) as violation:
        setting.moved(real, **arguments)  # type: ignore[arg-type]
    return violation.value.rule


def test_time_is_real_until_somebody_simulates_it() -> None:
    assert NEVER_SET.at(REAL) == REAL
    assert NEVER_SET.real_from(REAL).at(REAL + HOUR) == REAL + HOUR


def test_simulated_time_runs_at_its_own_pace_from_its_own_base() -> None:
    assert SIMULATED.at(REAL) == BASE
    assert SIMULATED.at(REAL + HOUR) == BASE + 60 * HOUR


def test_a_clock_at_pace_zero_stands_still_until_it_is_moved() -> None:
    standing = SIMULATED.moved(REAL, BASE + HOUR, 0)
    assert standing.at(REAL + HOUR) == BASE + HOUR
    assert standing.moved(REAL + HOUR, rate=1).at(REAL + 2 * HOUR) == BASE + 2 * HOUR


def test_a_simulated_clock_goes_on_when_simulation_is_asked_for_again() -> None:
    assert SIMULATED.simulated_from(REAL + HOUR, BASE, 1) is SIMULATED


def test_moving_back_is_refused() -> None:
    assert refused(SIMULATED, REAL + HOUR, to=BASE + HOUR) == "clock-forward-only"


def test_the_real_clock_cannot_be_moved() -> None:
    assert refused(NEVER_SET.real_from(REAL), REAL, to=REAL + HOUR) == "clock-is-real"


@pytest.mark.parametrize("pace", [-1.0, float("nan"), float("inf")])
def test_an_impossible_pace_is_refused(pace: float) -> None:
    assert refused(SIMULATED, REAL, rate=pace) == "clock-pace"


def test_data_made_in_real_time_cannot_be_followed_by_an_earlier_simulation() -> None:
    with pytest.raises(RuleViolated, match="倒退"):
        NEVER_SET.real_from(REAL).simulated_from(REAL + HOUR, BASE, 1)


def test_real_time_returns_only_after_the_simulated_and_the_simulation_is_not_forgotten() -> None:
    ahead = NEVER_SET.simulated_from(REAL, REAL + HOUR, 0)
    with pytest.raises(RuleViolated, match="倒退"):
        ahead.real_from(REAL)
    after = ahead.real_from(REAL + HOUR)
    assert (after.mode, after.once_simulated) == ("real", True)


def test_a_machine_that_is_behind_the_epoch_sees_the_base() -> None:
    assert SIMULATED.at(REAL - HOUR) == BASE


SECONDS = st.floats(0, 10**6)
MOVES = st.tuples(SECONDS, st.one_of(st.none(), st.floats(-(10**6), 10**7)), st.floats(0, 5000))


@given(st.lists(MOVES, max_size=20))
def test_no_sequence_of_moves_ever_leads_back(
    moves: list[tuple[float, float | None, float]],
) -> None:
    setting, real, latest = SIMULATED, REAL, BASE
    for later, ahead, pace in moves:
        real += timedelta(seconds=later)
        now = setting.at(real)
        assert now >= latest
        to = None if ahead is None else now + timedelta(seconds=ahead)
        if to is None or to >= now:
            setting = setting.moved(real, to, pace)
        else:
            assert refused(setting, real, to=to, rate=pace) == "clock-forward-only"
        latest = max(now, setting.at(real))
        assert latest == setting.at(real)
