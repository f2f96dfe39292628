"""The facts of each of the directory's streams."""

from shared.contracts.directory import (
    ClientRegistered,
    DelegationGranted,
    DeputyRegistered,
    PersonRegistered,
    PostFilled,
    PostVacated,
    UnitChanged,
    UnitDissolved,
    UnitRegistered,
)

UnitEvent = UnitRegistered | UnitChanged | UnitDissolved | PostFilled | PostVacated
PersonEvent = PersonRegistered | DeputyRegistered | DelegationGranted
ClientEvent = ClientRegistered
