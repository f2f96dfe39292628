"""What the directory does of itself: nothing."""

from collections.abc import Sequence

from shared.kernel.messages import Reaction, Recorded


def react(recorded: Recorded) -> Sequence[Reaction]:
    """The directory listens to nobody; people tell it who is who."""
    return []
