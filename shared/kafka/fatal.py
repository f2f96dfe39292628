"""The way a worker ends itself when going on would lose something."""

import logging
import os
from typing import NoReturn

log = logging.getLogger("shared.kafka.consumer")

FATAL = 70
"""What the process ends with (EX_SOFTWARE)."""


def die(error: BaseException) -> NoReturn:
    """Without unwinding: leaving the agent's frame would acknowledge the batch (robinhood/faust
    userguide, "An exception occurs in the agent during event processing")."""
    log.critical("the worker ends itself: %r", error, exc_info=error)
    logging.shutdown()
    os._exit(FATAL)
