"""Crash points: places where a test of failures can end the process as a power cut would; inert
otherwise."""

import os
import signal

ARMED = os.environ.get("DUBAN_CRASH_AT", "")


def crash_point(name: str) -> None:
    """`after_append`, `before_publish`, `after_publish_before_token`, `mid_batch`,
    `after_effect_before_ack`, `after_send_before_receipt`, `after_receipt_before_fact`,
    `after_fact_before_done`."""
    if name == ARMED:
        os.kill(os.getpid(), signal.SIGKILL)
