"""Commands about partner clients."""

from collections.abc import Iterable
from typing import ClassVar

from shared.contracts.clients import ClientKinds, PartnerClient
from shared.kernel.codes import Id
from shared.kernel.messages import Command, InformedCommand


class RegisterClient(InformedCommand, PartnerClient):
    """A partner platform may use the API."""

    name: ClassVar[str] = "register-client"

    def named(self) -> Iterable[str | None]:
        return (self.agency,)


class NarrowClient(Command, ClientKinds):
    """From now on the platform registers fewer kinds."""

    name: ClassVar[str] = "narrow-client"


class RevokeClient(Command):
    """From now on the platform may not use the API."""

    name: ClassVar[str] = "revoke-client"

    client: Id


ClientCommand = RegisterClient | NarrowClient | RevokeClient
