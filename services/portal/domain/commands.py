"""The portal is asked to decide nothing; these names stand in its access table."""

from typing import ClassVar

from shared.kernel.messages import Command


class ReadWorklist(Command):
    """See the worklist: everybody, but only the cases that concern them."""

    name: ClassVar[str] = "read-worklist"


class ReadCase(Command):
    """See one case."""

    name: ClassVar[str] = "read-case"


class ReadStatistics(Command):
    """See totals; they name nobody."""

    name: ClassVar[str] = "read-statistics"


class ReadSelf(Command):
    """See one's own posts of today."""

    name: ClassVar[str] = "read-self"


class UseGateway(Command):
    """Reach another service through the portal, with one's own token."""

    name: ClassVar[str] = "use-gateway"
