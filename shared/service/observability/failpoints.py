"""Crash points: named places at which a fault test ends the process, as a power cut would."""

import os
import signal

ARMED = os.environ.get("DUBAN_CRASH_AT", "")


def crash_point(name: str) -> None:
    """Kills the process if DUBAN_CRASH_AT names this point: `after_keep`, `after_append`,
    `before_publish`, `after_publish_before_note`, `after_publish_before_token`,
    `after_head_before_token`, `mid_batch`, `after_effect_before_ack`, `after_send_before_receipt`,
    `after_receipt_before_fact` or `after_fact_before_done`."""
    if name == ARMED:
        os.kill(os.getpid(), signal.SIGKILL)
