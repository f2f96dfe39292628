"""Command that splits a paper."""

from typing import ClassVar

from shared.contracts.linking import Splitting
from shared.kernel.codes import Id
from shared.kernel.messages import RuledCommand


class SplitCase(RuledCommand, Splitting):
    """分案: the parts are in hand, and the paper goes no further. `known`: those of the parts that
    were registered from it, are not over, and may be known to the sender."""

    name: ClassVar[str] = "split-case"

    known: tuple[Id, ...] = ()


SplittingCommand = SplitCase
