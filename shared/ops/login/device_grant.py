"""The device grant: shows address and code, and asks until the person has answered (RFC 8628)."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from shared.ops.login.answers import DeviceCode, Granted
from shared.ops.login.errors import DENIED, EXPIRED, ProviderAway, refused
from shared.ops.login.provider import Pending, Provider

SLOWER_SECONDS = 5
"""By which `slow_down` lengthens the pause, for good (RFC 8628, 3.5)."""
LEAST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
ENDS = {"access_denied": DENIED, "expired_token": EXPIRED}


@dataclass(frozen=True)
class DeviceGrant:
    """`show` tells the person; `pause` waits for seconds, `elapsed` counts them."""

    provider: Provider
    show: Callable[[DeviceCode], None]
    pause: Callable[[float], None] = time.sleep
    elapsed: Callable[[], float] = time.monotonic

    def granted(self, scope: str) -> Granted:
        """Raises LoginRefused, AnswerMalformed; an outage is waited out while the code holds."""
        code = self.provider.device_code(scope)
        self.show(code)
        until, seconds = self.elapsed() + code.lifetime, max(LEAST_PAUSE_SECONDS, code.interval)
        while self.elapsed() + seconds < until:
            self.pause(seconds)
            try:
                answer = self.provider.token_of_device(code.device_code.get_secret_value())
            except ProviderAway:
                seconds = max(seconds, min(2 * seconds, LONGEST_PAUSE_SECONDS))
                continue
            if isinstance(answer, Granted):
                return answer
            seconds += slower_by(answer)
        raise EXPIRED


def slower_by(answer: Pending) -> int:
    """Returns by how many seconds the pause grows. Raises LoginRefused when no grant will come."""
    if answer.error in ENDS:
        raise ENDS[answer.error]
    if answer.error == "slow_down":
        return SLOWER_SECONDS
    if answer.error != "authorization_pending":
        raise refused(answer.error)
    return 0
