"""Relations of an actor to publications, situations that access rows name, and offers."""

from collections.abc import Collection, Iterator, Mapping

from services.disclosure.domain.decider import OFFERS
from services.disclosure.domain.decision.commands import DecideDisclosure, ReviewDisclosure
from services.disclosure.domain.state import Disclosure, Publication, Status
from shared.kernel.access import Offer, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.messages import Command
from shared.kernel.relations import relations_to_case

LATER: Mapping[Status, tuple[type[Command], ...]] = {
    "proposed": (DecideDisclosure, ReviewDisclosure),
    "open": (ReviewDisclosure,),
    "returned": (ReviewDisclosure,),
    "decided": (ReviewDisclosure,),
    "requested": (DecideDisclosure,),
    "disclosed": (DecideDisclosure,),
}
"""By status, the actions that are still ahead, or would be after a takedown."""


def situation(command: Command | None, state: Disclosure) -> str:
    """Returns the status of the command's publication, else whether the case is open here."""
    return situation_of(state.publications.get(getattr(command, "task", "")), state)


def situation_of(publication: Publication | None, state: Disclosure) -> str:
    if state.stopped:
        return "stopped"
    return publication.status if publication else "running"


def relations(actor: Actor, command: Command | None, state: Disclosure) -> RolesByRelation:
    task = getattr(command, "task", None)
    named = [p for p in state.publications.values() if task in (None, p.task)]
    return relations_to(actor, named, state)


def relations_to(
    actor: Actor, publications: Collection[Publication], state: Disclosure
) -> RolesByRelation:
    """Returns the roles by relation; `task-unit` is a unit that replied."""
    task_roles = [actor.roles_over(publication.reply.unit) for publication in publications]
    return relations_to_case(actor, state.mark, task_roles=task_roles)


def later(actor: Actor, state: Disclosure) -> Iterator[Offer]:
    """Yields decision and review of every reply that is not public yet."""
    for publication in () if state.stopped else state.publications.values():
        roles = relations_to(actor, [publication], state)
        place = situation_of(publication, state)
        for command in LATER.get(publication.status, ()):
            yield Offer(command.name, roles, place, publication.task)


def offers(actor: Actor, state: Disclosure) -> Iterator[Offer]:
    """Yields the actions that can change a publication of the case."""
    for publication in state.publications.values():
        roles = relations_to(actor, [publication], state)
        place = situation_of(publication, state)
        for command, is_possible in OFFERS.items():
            if is_possible(publication, state, actor.sub):
                yield Offer(command.name, roles, place, publication.task)
