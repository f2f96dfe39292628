"""The `actors` read model of every service: posts, delegations and units, by directory facts."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.contracts.clients import ClientNarrowed, ClientRegistered, ClientRevoked
from shared.contracts.directory import (
    DelegationGranted,
    DelegationRevoked,
    DeputyRegistered,
    PersonBlocked,
    PersonCorrected,
    PersonRegistered,
    PersonUnblocked,
    PostCorrected,
    PostFilled,
    PostVacated,
    TermEnded,
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
        case UnitRegistered() | UnitChanged() | UnitDissolved():
            return _folded_unit(part, event)
        case PostFilled() | PostVacated() | PostCorrected():
            return {**part, "posts": _posts(part.get("posts", ()), event)}
        case ClientRegistered() | ClientNarrowed() | ClientRevoked():
            return _folded_client(part, event)
        case DeputyRegistered() | TermEnded():
            return _folded_deputy(part, event)
        case _:
            return _folded_person(part, event)


def _folded_unit(
    part: ModelDocument, event: UnitRegistered | UnitChanged | UnitDissolved
) -> ModelDocument:
    match event:
        case UnitRegistered() as e:
            fixed = {"level": e.level, "region": e.region, "agency": e.agency}
            return {**part, **fixed, "places": [_place(e)]}
        case UnitChanged() as e:
            return {**part, "places": [*part.get("places", ()), _place(e)]}
        case UnitDissolved() as e:
            return {**part, "until": e.valid_to.isoformat()}


def _folded_client(
    part: ModelDocument, event: ClientRegistered | ClientNarrowed | ClientRevoked
) -> ModelDocument:
    match event:
        case ClientRegistered() as e:
            return {**part, "client_of": e.agency, "title": e.title, "kinds": list(e.kinds)}
        case ClientNarrowed() as e:
            return {**part, "kinds": list(e.kinds)}
        case ClientRevoked():
            return {**part, "blocked": True}


def _folded_deputy(part: ModelDocument, event: DeputyRegistered | TermEnded) -> ModelDocument:
    terms = part.get("terms", ())
    if isinstance(event, TermEnded):
        return {**part, "terms": [_ended(term, event) for term in terms]}
    others = [term for term in terms if term != _term(event)]
    return {**part, "person": True, "title": event.title, "terms": [*others, _term(event)]}


def _place(event: UnitRegistered | UnitChanged) -> dict[str, Any]:
    names = {"title": event.title, "short": event.short, "parent": event.parent}
    return {**names, "words": list(event.letter_words), "from": event.valid_from.isoformat()}


def _folded_person(part: ModelDocument, event: Event) -> ModelDocument:
    match event:
        case PersonRegistered() | PersonCorrected() as e:
            return {**part, "person": True, "title": e.title}
        case PersonBlocked() | PersonUnblocked():
            return {**part, "blocked": isinstance(event, PersonBlocked)}
        case DelegationGranted() | DelegationRevoked() as e:
            return {**part, "delegations": _delegations(part.get("delegations", ()), e)}
        case _:
            return part


def _term(event: DeputyRegistered) -> dict[str, Any]:
    days = {"from": event.term_from.isoformat(), "to": event.term_to.isoformat()}
    return {"body": event.body, "agency": event.agency, **days}


def _ended(term: Mapping[str, Any], event: TermEnded) -> Mapping[str, Any]:
    mark = (event.body, event.agency, event.term_from.isoformat())
    same = (term["body"], term["agency"], term["from"]) == mark
    longer = term["to"] > event.term_to.isoformat()
    return {**term, "to": event.term_to.isoformat()} if same and longer else term


def _delegations(
    given: Sequence[Mapping[str, Any]], event: DelegationGranted | DelegationRevoked
) -> list[Mapping[str, Any]]:
    """Returns the delegations; a revoked one is gone at once, also for the rest of the day."""
    if isinstance(event, DelegationRevoked):
        return [each for each in given if each["delegate"] != event.delegate]
    days = {"from": event.valid_from.isoformat(), "to": event.valid_to.isoformat()}
    posts = {"roles": list(event.roles), "units": list(event.units)}
    return [*given, {"delegate": event.delegate, **posts, **days}]


def _posts(
    posts: Sequence[Mapping[str, Any]], event: PostFilled | PostVacated | PostCorrected
) -> list[Mapping[str, Any]]:
    match event:
        case PostFilled() as e:
            post = {"role": e.role, "person": e.person, "from": e.valid_from.isoformat()}
            return [*posts, post]
        case PostVacated() as e:
            return _vacated(posts, e)
        case PostCorrected() as e:
            return [_corrected(post, e) for post in posts]


def _corrected(post: Mapping[str, Any], event: PostCorrected) -> Mapping[str, Any]:
    mark = (event.role, event.person, event.recorded_from.isoformat())
    if (post["role"], post["person"], post["from"]) != mark:
        return post
    end = {"to": event.valid_to.isoformat()} if event.valid_to else {}
    open_post = {name: value for name, value in post.items() if name != "to"}
    return {**open_post, "from": event.valid_from.isoformat(), **end}


def _vacated(posts: Sequence[Mapping[str, Any]], event: PostVacated) -> list[Mapping[str, Any]]:
    """Returns the posts; all open ones of that role and person have ended, as they have for the
    unit itself."""
    mark, end = (event.role, event.person), {"to": event.valid_to.isoformat()}
    return [
        {**post, **end} if (post["role"], post["person"]) == mark and "to" not in post else post
        for post in posts
    ]


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
    version=2,
)
