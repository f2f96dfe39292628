"""Commands about partner clients."""

from collections.abc import Iterable
from typing import ClassVar

from shared.contracts.directory import PartnerClient
from shared.kernel.messages import InformedCommand


class RegisterClient(InformedCommand, PartnerClient):
    """A partner platform may use the API."""

    name: ClassVar[str] = "register-client"

    def named(self) -> Iterable[str | None]:
        return (self.agency,)


ClientCommand = RegisterClient
