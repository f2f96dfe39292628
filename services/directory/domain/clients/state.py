"""The state of a client: its entry, the kinds it has left, its end."""

from dataclasses import dataclass, replace

from services.directory.domain.entry import Unknown
from shared.contracts import clients as facts
from shared.contracts.case_event import Kind


@dataclass(frozen=True)
class Client:
    """`entry` as it was registered; `kinds` as they are now (empty: all)."""

    entry: facts.PartnerClient
    kinds: tuple[Kind, ...]
    revoked: bool = False

    @property
    def agency(self) -> str:
        return self.entry.agency


UNREGISTERED: Client | Unknown = Unknown()


def registered(client: Client | Unknown, event: facts.ClientRegistered) -> Client:
    return Client(event, event.kinds)


def narrowed(client: Client, event: facts.ClientNarrowed) -> Client:
    return replace(client, kinds=event.kinds)


def revoked(client: Client, event: facts.ClientRevoked) -> Client:
    return replace(client, revoked=True)
