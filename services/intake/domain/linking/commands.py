"""Commands about links between cases."""

from typing import ClassVar

from services.intake.domain.linking.rules import Other
from shared.contracts.linking import Link, Unlinking
from shared.kernel.messages import RuledCommand


class LinkCase(RuledCommand, Link):
    """关联: says what the case is to another one. `known`: that one, absent where the sender may
    not know it."""

    name: ClassVar[str] = "link-case"

    known: Other | None = None


class UnlinkCase(RuledCommand, Unlinking):
    """解除关联: the link was wrong."""

    name: ClassVar[str] = "unlink-case"


LinkingCommand = LinkCase | UnlinkCase
