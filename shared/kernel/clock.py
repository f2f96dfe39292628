"""Business time as a function of real time; it can be set forward, never back."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Literal

from shared.kernel.errors import RuleViolated
from shared.kernel.moment import MILLISECOND, to_milliseconds

ClockMode = Literal["real", "simulated"]
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ClockSetting:
    """Business time: `base` at the real moment `epoch`, then `rate` times as fast as real time.

    `version` grows by one with every change. `once_simulated` stays true for ever: readers of data
    that was recorded in simulated time must be told.
    """

    mode: ClockMode
    base: datetime
    rate: float
    epoch: datetime
    version: int
    once_simulated: bool

    def at(self, real: datetime) -> datetime:
        """Returns business time at a real moment; `base` where that is before the epoch."""
        if self.mode == "real":
            return real
        return self.base + max(real - self.epoch, timedelta()) * self.rate

    def moved(
        self, real: datetime, to: datetime | None = None, rate: float | None = None
    ) -> "ClockSetting":
        """Returns the setting with business time `to` and pace `rate`; None leaves one as it is.

        Raises RuleViolated: `clock-is-real`, `clock-pace`, `clock-forward-only`.
        """
        if self.mode == "real":
            raise RuleViolated("clock-is-real", "系统使用真实时间，不能拨动时钟")
        return self._from(real, self.at(real) if to is None else to, rate)

    def simulated_from(self, real: datetime, base: datetime, rate: float) -> "ClockSetting":
        """Returns simulated time: from `base` where the clock was never set, else as it goes on.

        Raises RuleViolated: `clock-pace`, and `clock-forward-only` after real time.
        """
        if self.mode == "simulated":
            return self
        fresh = self if self.version else replace(self, base=LONG_AGO, mode="simulated", rate=0)
        return replace(fresh._from(real, base, rate), mode="simulated", once_simulated=True)

    def real_from(self, real: datetime) -> "ClockSetting":
        """Returns real time.

        Raises RuleViolated (`clock-forward-only`) while simulated time is ahead of it.
        """
        if self.mode == "real" and self.version:
            return self
        return replace(self._from(real, real, 1.0), mode="real")

    def _from(self, real: datetime, to: datetime, rate: float | None) -> "ClockSetting":
        pace = self.rate if rate is None else rate
        if not (isfinite(pace) and pace >= 0):
            raise RuleViolated("clock-pace", "时钟快慢必须是不小于 0 的数", "rate")
        if to < self.at(real):
            raise RuleViolated("clock-forward-only", "时钟只能向前拨，不能倒退", "to")
        base, epoch = _not_before(to), to_milliseconds(real)
        return replace(self, base=base, rate=pace, epoch=epoch, version=self.version + 1)


NEVER_SET = ClockSetting("real", LONG_AGO, 1.0, LONG_AGO, 0, once_simulated=False)
"""The setting of a new installation."""


def _not_before(moment: datetime) -> datetime:
    """Rounds up to the millisecond: stored time must not be behind the time that was asked for."""
    cut = to_milliseconds(moment)
    return cut if cut == moment else cut + MILLISECOND
