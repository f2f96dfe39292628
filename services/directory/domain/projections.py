"""The register of units and names: one document per unit and person, with its whole history."""

from collections.abc import Mapping
from typing import Any

from shared.contracts.directory import (
    DeputyRegistered,
    Mandate,
    Naming,
    PersonRegistered,
    PostFilled,
    PostVacated,
    UnitChanged,
    UnitDissolved,
    UnitIdentity,
    UnitRegistered,
)
from shared.kernel.messages import Recorded
from shared.kernel.projection import ModelDocument, Projection


def project(entry: ModelDocument, recorded: Recorded) -> ModelDocument:
    """A unit gets `namings` and `holdings`, a person its `title`, a deputy `mandates`; clients are
    not listed."""
    match recorded.event:
        case UnitRegistered() | UnitChanged() | UnitDissolved() as event:
            return _of_unit(entry, event)
        case PostFilled() as event:
            return {**entry, "holdings": [*entry.get("holdings", []), _holding(event)]}
        case PostVacated() as event:
            return {**entry, "holdings": [_ended(h, event) for h in entry.get("holdings", [])]}
        case PersonRegistered() | DeputyRegistered() as event:
            return {
                **entry,
                "person": event.person,
                "title": event.title,
                **_mandates(entry, event),
            }
        case _:
            return entry


def _of_unit(
    entry: ModelDocument, event: UnitRegistered | UnitChanged | UnitDissolved
) -> ModelDocument:
    match event:
        case UnitRegistered():
            identity = event.fields(UnitIdentity)
            return {**entry, **identity, "namings": [_naming(event)], "holdings": []}
        case UnitChanged():
            return {**entry, "namings": [*entry.get("namings", []), _naming(event)]}
        case UnitDissolved():
            return {**entry, "until": event.valid_to.isoformat()}


def _naming(event: UnitRegistered | UnitChanged) -> dict[str, Any]:
    return event.fields(Naming) | {"since": event.valid_from.isoformat()}


def _mandates(entry: ModelDocument, event: PersonRegistered | DeputyRegistered) -> dict[str, Any]:
    if isinstance(event, PersonRegistered):
        return {}
    mandate = Mandate(**event.fields(Mandate)).model_dump(mode="json")
    return {"mandates": [*entry.get("mandates", []), mandate]}


def _holding(event: PostFilled) -> dict[str, Any]:
    since = event.valid_from.isoformat()
    return {"role": event.role, "person": event.person, "since": since, "until": None}


def _ended(holding: Mapping[str, Any], event: PostVacated) -> dict[str, Any]:
    same = (holding["role"], holding["person"]) == (event.role, event.person)
    ends = same and holding["until"] is None
    return {**holding, "until": event.valid_to.isoformat()} if ends else {**holding}


REGISTER = Projection(name="register", topic="directory-events", parts={"directory": project})
