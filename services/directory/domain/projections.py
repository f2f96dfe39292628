"""The register of units, names and clients: one document each, with its whole history."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.contracts.clients import ClientNarrowed, ClientRegistered, ClientRevoked, PartnerClient
from shared.contracts.directory import (
    DeputyRegistered,
    Mandate,
    Naming,
    PersonCorrected,
    PersonRegistered,
    PostCorrected,
    PostFilled,
    PostVacated,
    TermEnded,
    UnitChanged,
    UnitDissolved,
    UnitIdentity,
    UnitRegistered,
)
from shared.kernel.folding import folded
from shared.kernel.messages import Recorded
from shared.kernel.projection import ModelDocument, Projection


def project(entry: ModelDocument, recorded: Recorded) -> ModelDocument:
    """A unit gets `namings` and `holdings`, a person its `title`, a deputy `mandates`, a client a
    part of its own: it is no person to be found by name."""
    match recorded.event:
        case UnitRegistered() | UnitChanged() | UnitDissolved() as event:
            return _of_unit(entry, event)
        case PostFilled() | PostVacated() | PostCorrected() as event:
            return {**entry, "holdings": _holdings(entry.get("holdings", []), event)}
        case PersonRegistered() | DeputyRegistered() | PersonCorrected() | TermEnded() as event:
            return {**entry, **_of_person(entry, event)}
        case ClientRegistered() | ClientNarrowed() | ClientRevoked() as event:
            return {**entry, "client": {**entry.get("client", {}), **_of_client(event)}}
        case _:
            return entry


def _of_person(
    entry: ModelDocument, event: PersonRegistered | DeputyRegistered | PersonCorrected | TermEnded
) -> dict[str, Any]:
    match event:
        case PersonCorrected():
            return {"title": event.title}
        case TermEnded():
            return {"mandates": [_shortened(each, event) for each in entry.get("mandates", [])]}
        case _:
            return {"person": event.person, "title": event.title, **_mandates(entry, event)}


def _of_client(event: ClientRegistered | ClientNarrowed | ClientRevoked) -> dict[str, Any]:
    match event:
        case ClientRegistered():
            return {**PartnerClient(**event.fields(PartnerClient)).model_dump(), "revoked": False}
        case ClientNarrowed():
            return {"kinds": list(event.kinds)}
        case ClientRevoked():
            return {"revoked": True}


def _holdings(
    holdings: Sequence[Mapping[str, Any]], event: PostFilled | PostVacated | PostCorrected
) -> list[dict[str, Any]]:
    match event:
        case PostFilled():
            return [*map(dict, holdings), _holding(event)]
        case PostVacated():
            return [_ended(holding, event) for holding in holdings]
        case PostCorrected():
            return [_corrected(holding, event) for holding in holdings]


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
    words = {"letter_words": list(event.letter_words)}
    return event.fields(Naming) | words | {"since": event.valid_from.isoformat()}


def _mandates(entry: ModelDocument, event: PersonRegistered | DeputyRegistered) -> dict[str, Any]:
    if isinstance(event, PersonRegistered):
        return {}
    mandate = Mandate(**event.fields(Mandate)).model_dump(mode="json")
    others = [each for each in entry.get("mandates", []) if each != mandate]
    return {"mandates": [*others, mandate]}


def _holding(event: PostFilled) -> dict[str, Any]:
    since = event.valid_from.isoformat()
    return {"role": event.role, "person": event.person, "since": since, "until": None}


def _ended(holding: Mapping[str, Any], event: PostVacated) -> dict[str, Any]:
    same = (holding["role"], holding["person"]) == (event.role, event.person)
    ends = same and holding["until"] is None
    return {**holding, "until": event.valid_to.isoformat()} if ends else {**holding}


def _corrected(holding: Mapping[str, Any], event: PostCorrected) -> dict[str, Any]:
    mark = (event.role, event.person, event.recorded_from.isoformat())
    if (holding["role"], holding["person"], holding["since"]) != mark:
        return {**holding}
    until = event.valid_to.isoformat() if event.valid_to else None
    return {**holding, "since": event.valid_from.isoformat(), "until": until}


def _shortened(mandate: Mapping[str, Any], event: TermEnded) -> dict[str, Any]:
    mark = (event.body, event.agency, event.term_from.isoformat())
    same = (mandate["body"], mandate["agency"], mandate["term_from"]) == mark
    longer = mandate["term_to"] > event.term_to.isoformat()
    return {**mandate, "term_to": event.term_to.isoformat()} if same and longer else {**mandate}


def derive(document: ModelDocument) -> ModelDocument:
    """Returns `names`, folded: those that a unit has or had, or that of a person; a search finds
    an entry by them before it looks at the day."""
    entry = document.get("directory", {})
    namings = [name for each in entry.get("namings", []) for name in (each["title"], each["short"])]
    given = (*namings, entry.get("title"))
    return {"names": sorted({folded(name) for name in given if name})}


REGISTER = Projection(
    name="register",
    topic="directory-events",
    parts={"directory": project},
    derive=derive,
    indexes=(
        (("names", 1),),
        (("directory.holdings.person", 1),),
    ),
    version=3,
)
