"""The event loop of a process: uvloop's where it is installed, asyncio's own elsewhere (ADR 69)."""

import asyncio
from importlib.util import find_spec


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Returns a new loop."""
    if find_spec("uvloop") is None:
        return asyncio.new_event_loop()
    # Imported here: not every machine has it.
    import uvloop  # noqa: PLC0415

    return uvloop.new_event_loop()
