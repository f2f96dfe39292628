"""What makes one service different from another, as a plain value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider
from shared.kernel.messages import Command, Reaction, Recorded, Sealed
from shared.kernel.projection import Projection


@dataclass(frozen=True)
class Scope:
    """What a policy row is found by, and whose case it is. `kind` is `*` on directory streams."""

    agency: str
    kind: str = "*"
    channel: str = "*"
    opened: bool = True
    """False until the case is accepted: every free text is sealed."""


def scope_of_case(command: Command | None, state: Any) -> Scope:
    """Returns the scope of the case that an import names by its `mark`, else of the state's."""
    mark = getattr(command, "mark", None) or state.mark
    return Scope(mark.agency, mark.kind, mark.channel) if mark else Scope("")


def opens_nothing(command: Command, state: Any) -> Mapping[str, Sealed]:
    """What is sealed stays so."""
    return {}


@dataclass(frozen=True)
class StreamKind:
    """Streams named `<prefix>-…` are decided by this decider.

    `scope(command, state)`: agency, kind and channel (from the command that opens the stream, else
    from the state). `situation(command, state)`: the name of the state as access tables use it (of
    the task the command is about). `relations(actor, command, state)`: relation → roles the actor
    holds under it; a command without a task (`command` None) asks for the case as a whole.
    `to_open(command, state)`: texts of its own vault that the command makes public; the edge puts
    their words into its field `opened`, but for those that are lost.
    """

    prefix: str
    decider: Decider[Any, Any, Any]
    situation: Callable[[Command | None, Any], str]
    relations: Callable[[Actor, Command | None, Any], RolesByRelation]
    scope: Callable[[Command | None, Any], Scope] = scope_of_case
    to_open: Callable[[Command, Any], Mapping[str, Sealed]] = opens_nothing


def reacts_to_nobody(fact: Recorded) -> Sequence[Reaction]:
    """This service listens to no other."""
    return []


@dataclass(frozen=True)
class ServiceDefinition:
    """A service as a value; `shared/service/processes/composition.py` runs it.

    `routes` names the module whose `router` people ask; only an API process imports it. `listens`
    are the owners whose facts `react` sees (its inbox follows every fact of theirs, also of types
    that `react` ignores). `actions` are the commands that people may send, and the names of reads
    that are not about one case; each needs a row in the access table.
    """

    name: str
    streams: tuple[StreamKind, ...]
    routes: str
    react: Callable[[Recorded], Sequence[Reaction]] = reacts_to_nobody
    listens: frozenset[str] = frozenset()
    projections: tuple[Projection, ...] = ()
    actions: tuple[type[Command] | str, ...] = ()
    jobs: tuple[Callable[[Any, Any], Any], ...] = ()
    """Coroutine functions `(runtime, resources) -> None` that run in the reactions worker until
    cancelled (reminder's timer)."""

    @property
    def action_names(self) -> tuple[str, ...]:
        """The actions as access tables name them, in the order of `actions`."""
        return tuple(each if isinstance(each, str) else each.name for each in self.actions)
