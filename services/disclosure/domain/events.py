"""All facts of a disclosure stream."""

from shared.contracts.disclosure import (
    CaseDisclosed,
    DisclosureDecided,
    DisclosureNoted,
    DisclosureOpened,
    DisclosureProposed,
    DisclosureRequested,
    DisclosureReviewed,
    DisclosureStopped,
    DisclosureWithdrawn,
    PublicationReleased,
)

DisclosureEvent = (
    DisclosureNoted
    | DisclosureProposed
    | DisclosureOpened
    | DisclosureDecided
    | DisclosureReviewed
    | DisclosureRequested
    | CaseDisclosed
    | PublicationReleased
    | DisclosureWithdrawn
    | DisclosureStopped
)
