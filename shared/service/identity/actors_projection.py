"""The `actors` read model of every service: posts, delegations and units, by directory facts."""

from collections.abc import Mapping, Sequence
from typing import Any

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
from shared.kernel.messages import Event, Recorded
from shared.kernel.projection import ModelDocument, Projection

NAME = "actors"


def fold(part: ModelDocument, recorded: Recorded) -> ModelDocument:
    """Folds a fact into the directory's part of a unit, person or client."""
    return folded(part, recorded.event)


def folded(part: ModelDocument, event: Event) -> ModelDocument:
    """Returns the part after the event; days are ISO text, which sorts."""
    match event:
        case UnitRegistered() as e:
            place = {"title": e.title, "short": e.short, "level": e.level, "region": e.region}
            naming = {"parent": e.parent, "from": e.valid_from.isoformat()}
            return {**part, **place, "agency": e.agency, "places": [naming]}
        case UnitChanged() as e:
            naming = {"parent": e.parent, "from": e.valid_from.isoformat()}
            places = [*part.get("places", ()), naming]
            return {**part, "title": e.title, "short": e.short, "places": places}
        case UnitDissolved() as e:
            return {**part, "until": e.valid_to.isoformat()}
        case PostFilled() as e:
            post = {"role": e.role, "person": e.person, "from": e.valid_from.isoformat()}
            return {**part, "posts": [*part.get("posts", ()), post]}
        case PostVacated() as e:
            return {**part, "posts": _vacated(part.get("posts", ()), e)}
        case _:
            return _folded_person(part, event)


def _folded_person(part: ModelDocument, event: Event) -> ModelDocument:
    match event:
        case PersonRegistered() as e:
            return {**part, "person": True, "title": e.title}
        case DeputyRegistered() as e:
            days = {"from": e.term_from.isoformat(), "to": e.term_to.isoformat()}
            terms = [*part.get("terms", ()), {"body": e.body, "agency": e.agency, **days}]
            return {**part, "person": True, "title": e.title, "terms": terms}
        case DelegationGranted() as e:
            days = {"from": e.valid_from.isoformat(), "to": e.valid_to.isoformat()}
            given = [*part.get("delegations", ()), {"delegate": e.delegate, **days}]
            return {**part, "delegations": given}
        case ClientRegistered() as e:
            return {**part, "client_of": e.agency, "title": e.title, "kinds": list(e.kinds)}
        case _:
            return part


def _vacated(posts: Sequence[Mapping[str, Any]], event: PostVacated) -> list[Mapping[str, Any]]:
    """Returns the posts; the latest open one of that role and person has ended."""
    ended = list(posts)
    for n in reversed(range(len(ended))):
        post = ended[n]
        if (post["role"], post["person"]) == (event.role, event.person) and "to" not in post:
            ended[n] = {**post, "to": event.valid_to.isoformat()}
            break
    return ended


def derive(document: ModelDocument) -> ModelDocument:
    """Returns the indexed fields: all former parents, holders, roles and delegates."""
    part = document.get("directory", {})
    posts = part.get("posts", ())
    return {
        "parents": sorted({p["parent"] for p in part.get("places", ()) if p["parent"]}),
        "holders": sorted({post["person"] for post in posts}),
        "roles": sorted({post["role"] for post in posts}),
        "delegates": sorted({given["delegate"] for given in part.get("delegations", ())}),
    }


ACTORS = Projection(
    name=NAME,
    topic="directory-events",
    parts={"directory": fold},
    derive=derive,
    indexes=((("holders", 1),), (("delegates", 1),), (("roles", 1),), (("directory.region", 1),)),
)
