"""Commands about links between cases."""

from datetime import date
from typing import ClassVar

from services.intake.domain.state import Status
from shared.contracts.case_event import CaseMark
from shared.contracts.linking import Link, LinkKind, Unlinking
from shared.kernel.codes import Id, Name, Session
from shared.kernel.messages import RuledCommand
from shared.kernel.paper_rules import SourceLevel
from shared.kernel.shape import Shape


class Other(Shape):
    """Another case, as the sender may know it. `came_in_on`: the day on which it came in, whatever
    its kind was then; `is_itself`: it is the same case; `says`: what it is to this one."""

    came_in_on: date
    is_itself: bool = False
    says: LinkKind | None = None


class Whole(Shape):
    """The paper of several matters from which a part is registered. `proposers`: ids of those in
    the directory, public names of the others. `is_awaited`: its signers have not all answered.
    `parts` counts those that are in hand, as the read model knows."""

    mark: CaseMark
    status: Status
    session: Session | None
    source_level: SourceLevel
    received_on: date
    proposers: tuple[Id | Name, ...]
    is_against: bool = False
    is_awaited: bool = False
    parts: int = 0


class LinkCase(RuledCommand, Link):
    """关联: says what the case is to another one. `known`: that one, absent where the sender may
    not know it."""

    name: ClassVar[str] = "link-case"

    known: Other | None = None


class UnlinkCase(RuledCommand, Unlinking):
    """解除关联: the link was wrong. `known`: the other case, absent where the sender may not know
    it."""

    name: ClassVar[str] = "unlink-case"

    known: Other | None = None


LinkingCommand = LinkCase | UnlinkCase
