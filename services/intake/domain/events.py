"""The facts of a case's stream, and those of a number series."""

from shared.contracts.intake import (
    CaseAccepted,
    CaseDeclined,
    CaseErased,
    CaseNumbered,
    CaseRegistered,
    CaseSentBack,
    CaseWithdrawn,
    NumberIssued,
    PublicationCleared,
    PublicationEnded,
    PublicationRefused,
)

PublicationEvent = PublicationCleared | PublicationRefused | PublicationEnded
Decision = CaseAccepted | CaseDeclined | CaseSentBack | CaseWithdrawn | CaseErased
IntakeEvent = CaseRegistered | Decision | CaseNumbered | PublicationEvent
SeriesEvent = NumberIssued
