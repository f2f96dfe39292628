"""Commands of reservation; only reactions send them."""

from typing import ClassVar

from shared.contracts.payloads.intake import PublicationEnd, PublicationRequest
from shared.kernel.messages import Command, RuledCommand


class ClearPublication(RuledCommand, PublicationRequest):
    """Import of disclosure.requested; always answered."""

    name: ClassVar[str] = "clear-publication"


class EndPublication(Command, PublicationEnd):
    """Import of case.disclosed and publication.released."""

    name: ClassVar[str] = "end-publication"


ReservationCommand = ClearPublication | EndPublication
