"""The state of a client: its entry."""

from services.directory.domain.entry import Unknown
from shared.contracts.directory import ClientRegistered, PartnerClient

UNREGISTERED: PartnerClient | Unknown = Unknown()


def registered(client: PartnerClient | Unknown, event: ClientRegistered) -> PartnerClient:
    return event
