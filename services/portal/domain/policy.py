"""The portal reacts to nobody: it only folds what it hears."""

from collections.abc import Sequence

from shared.kernel.messages import Reaction, Recorded


def react(fact: Recorded) -> Sequence[Reaction]:
    return []
