"""Business time as a function of real time; it may be moved forward and never back."""

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
    """It is `base` at the real moment `epoch`, and from then on time runs `rate` times as fast.

    `version` grows by one with every change. `once_simulated` stays for ever: whoever reads data
    that was made in simulated time must be told.
    """

    mode: ClockMode
    base: datetime
    rate: float
    epoch: datetime
    version: int
    once_simulated: bool

    def at(self, real: datetime) -> datetime:
        """Business time at a real moment; a machine whose time is behind the epoch sees `base`."""
        if self.mode == "real":
            return real
        return self.base + max(real - self.epoch, timedelta()) * self.rate

    def moved(
        self, real: datetime, to: datetime | None = None, rate: float | None = None
    ) -> "ClockSetting":
        """Set to `to` (none: as late as it is) and to another pace (none: the same)."""
        if self.mode == "real":
            raise RuleViolated("clock-is-real", "系统使用真实时间，不能拨动时钟")
        return self._from(real, self.at(real) if to is None else to, rate)

    def simulated_from(self, real: datetime, base: datetime, rate: float) -> "ClockSetting":
        """Simulated time, starting anywhere if nothing was recorded yet; else it goes on."""
        if self.mode == "simulated":
            return self
        fresh = self if self.version else replace(self, base=LONG_AGO, mode="simulated", rate=0)
        return replace(fresh._from(real, base, rate), mode="simulated", once_simulated=True)

    def real_from(self, real: datetime) -> "ClockSetting":
        """Real time; after a simulation only once real time has reached the simulated."""
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
"""Before anybody has kept time here."""


def _not_before(moment: datetime) -> datetime:
    """To the millisecond, rounded up: what is stored must not be behind what was promised."""
    cut = to_milliseconds(moment)
    return cut if cut == moment else cut + MILLISECOND
