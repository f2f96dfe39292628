"""Ends a worker process at once, when going on would lose something."""

import logging
import os
from typing import NoReturn

log = logging.getLogger("shared.kafka.group_consumer")

FATAL = 70
"""The exit code (EX_SOFTWARE)."""


def die(error: BaseException) -> NoReturn:
    """Ends the process without unwinding: leaving the agent's frame would acknowledge the batch
    (Faust's user guide, "An exception occurs in the agent during event processing")."""
    log.critical("the worker ends itself: %r", error, exc_info=error)
    logging.shutdown()
    os._exit(FATAL)
