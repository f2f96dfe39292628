"""Commands about officials, deputies and delegations."""

from collections.abc import Iterable
from typing import ClassVar

from shared.contracts.directory import Delegation, DeputyEntry, Official
from shared.kernel.codes import Id
from shared.kernel.messages import InformedCommand


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


class GrantDelegation(InformedCommand, Delegation):
    """A person lets another one act."""

    name: ClassVar[str] = "grant-delegation"

    def named(self) -> Iterable[str | None]:
        return (self.delegate,)

    def gains(self) -> Iterable[str]:
        return {self.delegate} - {self.person}


PersonCommand = RegisterPerson | RegisterDeputy | GrantDelegation
