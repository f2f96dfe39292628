"""What somebody is to a case, and what is offered at each stage; there is no read model."""

from collections.abc import Iterator, Mapping, Sequence

from services.handling.domain.commands import About
from services.handling.domain.state import Handling, Stage, Work
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command

NOTES = ("record-contact", "report-progress")
OFFERS: Mapping[Stage, tuple[str, ...]] = {
    "opining": (*NOTES, "give-opinion"),
    "working": (*NOTES, "submit-draft"),
    "drafted": (*NOTES, "submit-draft", "return-draft", "sign-reply"),
    "signed": (*NOTES, "deliver-reply"),
    "replied": NOTES,
    "closed": (),
}


def offers(state: Handling) -> Iterator[tuple[str, str]]:
    """Every action that fits the stage of a task, with the task."""
    if state.stopped:
        return
    for task, work in state.works.items():
        for action in OFFERS[work.stage]:
            yield action, task


def together(work: Work, state: Handling) -> list[Work]:
    """Who works on one reply: the lead with its co-handlers; a separate unit alone (分办)."""
    if work.part == "separate":
        return [work]
    team = (*state.team("lead", work.opening.round), *state.team("co", work.opening.round))
    return [work, *(other for other in team if other is not work)]


def readers(actor: Actor, work: Work, state: Handling) -> dict[str, frozenset[str]]:
    """As what the actor reads the papers of one task."""
    return held(actor, together(work, state), state)


def situation(command: Command | About | None, state: Handling) -> str:
    """The stage of the task in question; `-higher` where a second handling is signed higher up."""
    if state.stopped:
        return "stopped"
    if (task := getattr(command, "task", None)) is None:
        return "under-way" if state.works else "unopened"
    if (work := state.works.get(task)) is None:
        return "unknown"
    return f"{work.stage}-higher" if work.higher_signer else work.stage


def relations(
    actor: Actor, command: Command | About | None, state: Handling
) -> dict[str, frozenset[str]]:
    """`task-unit`: roles over the unit that replies; `co-unit`: over one that gives an opinion.

    A command is about one task; without one, every unit of the case counts.
    """
    task = getattr(command, "task", None)
    works = [work for key, work in state.works.items() if key == task] if task else state.live
    return held(actor, works, state)


def held(actor: Actor, works: Sequence[Work], state: Handling) -> dict[str, frozenset[str]]:
    lead = [acting_for(actor, work.opening.unit) for work in works if work.part != "co"]
    co = [acting_for(actor, work.opening.unit) for work in works if work.part == "co"]
    asks = actor.sub in {proposer.id for proposer in state.proposers}
    if state.mark is None:
        raise NotFound("该件尚未到达本服务")
    brought = actor.brought(state.mark.agency, state.mark.client)
    return {
        "agency": actor.roles_at(state.mark.agency),
        "task-unit": frozenset[str]().union(*lead),
        "co-unit": frozenset[str]().union(*co),
        "proposer": frozenset({"proposer"} if asks else ()),
        "client": frozenset({"client"} if brought else ()),
    }


def acting_for(actor: Actor, unit: str) -> frozenset[str]:
    """A section acts for its bureau, but only the unit's own head is its head: the addressee
    replies itself (广东省办法)."""
    return actor.roles_over(unit) - {"head"} | actor.roles_at(unit)
