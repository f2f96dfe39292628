"""Commands about links between cases."""

from datetime import date
from typing import ClassVar

from services.intake.domain.state import Status
from shared.contracts.case_event import CaseMark
from shared.contracts.linking import Link, Unlinking
from shared.kernel.codes import Id, Name, Session
from shared.kernel.messages import RuledCommand
from shared.kernel.paper_rules import SourceLevel
from shared.kernel.shape import Shape


class Other(Shape):
    """Another case, as the sender may know it. `is_itself`: it is the same case."""

    received_on: date
    is_itself: bool = False


class Whole(Other):
    """The paper of several matters from which a part is registered. `proposers`: ids of those in
    the directory, public names of the others. `is_awaited`: its signers have not all answered."""

    mark: CaseMark
    status: Status
    session: Session | None
    source_level: SourceLevel
    proposers: tuple[Id | Name, ...]
    is_against: bool = False
    is_awaited: bool = False


class LinkCase(RuledCommand, Link):
    """关联: says what the case is to another one. `known`: that one, absent where the sender may
    not know it."""

    name: ClassVar[str] = "link-case"

    known: Other | None = None


class UnlinkCase(RuledCommand, Unlinking):
    """解除关联: the link was wrong."""

    name: ClassVar[str] = "unlink-case"


LinkingCommand = LinkCase | UnlinkCase
