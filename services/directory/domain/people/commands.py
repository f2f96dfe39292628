"""Commands about officials, deputies and delegations."""

from collections.abc import Iterable
from typing import ClassVar

from shared.contracts.directory import (
    Delegation,
    DelegationBetween,
    DeputyEntry,
    Official,
    PersonName,
    TermEnd,
)
from shared.kernel.codes import Id
from shared.kernel.messages import Command, GoverningCommand, InformedCommand


class RegisterPerson(InformedCommand, Official):
    """An official, or another phone of one."""

    name: ClassVar[str] = "register-person"

    agency: Id

    def named(self) -> Iterable[str | None]:
        return (self.agency,)

    def gains(self) -> Iterable[str]:
        return (self.person,)


class RegisterDeputy(InformedCommand, DeputyEntry):
    """代表 (npc) or 委员 (cppcc) of one term; a person may have several terms."""

    name: ClassVar[str] = "register-deputy"

    def named(self) -> Iterable[str | None]:
        return (self.agency,)

    def gains(self) -> Iterable[str]:
        return (self.person,)


class CorrectPerson(Command, PersonName):
    """The name of a person was written wrongly."""

    name: ClassVar[str] = "correct-person"


class BlockPerson(Command):
    """From now on the person may do and read nothing."""

    name: ClassVar[str] = "block-person"

    person: Id


class UnblockPerson(Command):
    """The person acts in its posts again."""

    name: ClassVar[str] = "unblock-person"

    person: Id

    def gains(self) -> Iterable[str]:
        return (self.person,)


class EndTerm(Command, TermEnd):
    """A mandate ends early."""

    name: ClassVar[str] = "end-term"


class RevokeDelegation(Command, DelegationBetween):
    """From now on the delegate no longer acts for the person."""

    name: ClassVar[str] = "revoke-delegation"


class GrantDelegation(GoverningCommand, Delegation):
    """A person lets another one act."""

    name: ClassVar[str] = "grant-delegation"

    def named(self) -> Iterable[str | None]:
        return (self.person, self.delegate)

    def post_holders(self) -> Iterable[str]:
        return (self.person, self.delegate)

    def gains(self) -> Iterable[str]:
        return {self.delegate} - {self.person}

    @property
    def within_unit(self) -> bool:
        """Returns whether the delegate sits today at, below or above each unit of the posts that
        the person holds on the first day or later: posts to come are represented, too."""
        posts = self.directory.seats_from(self.person, self.valid_from)
        delegate = self.directory.actor(self.delegate)
        seats = [post.path for post in delegate.posts if not post.held_by] if delegate else []
        return bool(seats) and all(any(p[0] in s or s[0] in p for s in seats) for p in posts)


PersonCommand = (
    RegisterPerson
    | CorrectPerson
    | BlockPerson
    | UnblockPerson
    | RegisterDeputy
    | EndTerm
    | GrantDelegation
    | RevokeDelegation
)
