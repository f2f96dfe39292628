"""The definition of a service as a plain value; `services/<name>/app.py` holds one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider
from shared.kernel.delivery import Delivery, Receipt
from shared.kernel.holding import Coming, Holding
from shared.kernel.messages import Command, Reaction, Recorded, Sealed
from shared.kernel.projection import Projection


@dataclass(frozen=True)
class Scope:
    """The keys of the policy row that rules a stream. `kind` is `*` on directory streams."""

    agency: str
    kind: str = "*"
    channel: str = "*"


def scope_of_case(command: Command | None, state: Any) -> Scope:
    """Returns the scope of the case that an import names by its `mark`, else of the state's."""
    mark = getattr(command, "mark", None) or state.mark
    return Scope(mark.agency, mark.kind, mark.channel) if mark else Scope("")


def holds_nothing(state: Any) -> Sequence[Holding]:
    """Returns no task: the default of a service that hands none out."""
    return ()


def expects_nothing(state: Any) -> Sequence[Coming]:
    """Returns no step of a ladder: the default of a service that reminds nobody."""
    return ()


def opens_nothing(command: Command, state: Any) -> Mapping[str, Sealed]:
    """Returns no text: sealed texts stay sealed."""
    return {}


def as_sent(command: Command, state: Any) -> Command:
    """Returns the command as it was sent: it needs nothing of the state before it is decided."""
    return command


@dataclass(frozen=True)
class StreamKind:
    """The streams named `<prefix>-…`, with the pure functions that decide on them.

    `situation(command, state)`: the state's name in access tables, of the command's task.
    `relations(actor, command, state)`: the actor's roles by relation. In both, `command` None means
    the case as a whole. `scope(command, state)`: keys of the policy row, taken from the command
    that opens the stream and later from the state. `to_open(command, state)`: sealed texts that the
    command makes open, by name (see `OpeningCommand`). `holdings(state)`: the tasks of units.
    `coming(state)`: the next step of each clock that runs. `briefed(command, state)`: the command
    with the ids that it takes from the state, before the directory is looked up.
    """

    prefix: str
    decider: Decider[Any, Any, Any]
    situation: Callable[[Command | None, Any], str]
    relations: Callable[[Actor, Command | None, Any], RolesByRelation]
    scope: Callable[[Command | None, Any], Scope] = scope_of_case
    to_open: Callable[[Command, Any], Mapping[str, Sealed]] = opens_nothing
    holdings: Callable[[Any], Sequence[Holding]] = holds_nothing
    coming: Callable[[Any], Sequence[Coming]] = expects_nothing
    briefed: Callable[[Command, Any], Command] = as_sent


def reacts_to_nobody(fact: Recorded) -> Sequence[Reaction]:
    """Returns no reaction: the default of a service that listens to no other."""
    return []


def delivers_nothing(fact: Recorded) -> Sequence[Delivery]:
    """Returns no delivery: the default of a service without effects outside."""
    return []


@dataclass(frozen=True)
class ServiceDefinition:
    """A service as a value; `shared/service/processes/composition.py` runs it.

    `routes`: the module with the `router`; only an API process imports it. `listens`: the owners
    whose facts reach `react`; the inbox follows all their facts, also those that `react` ignores.
    `actions`: classes of the commands that people may send, and names of reads that concern no
    single case; each needs a row in the access table. `deliver` sees the service's own facts;
    `delivered` makes the command that records a receipt; a service has both or neither. `jobs`:
    coroutine functions `(runtime, resources) -> None`, which run in the reactions worker until
    cancelled. `seconds`: the service has the routes of the two-person rule, so that rows of its
    access table may say `second-person`. `keeps_away`: the prefix of its streams of a case, which
    note whom the case is against; empty where its own facts say so. `keeps`: collections of the
    service beside those that every service has. `forgets`: coroutine functions `(runtime, case id)
    -> None`, which erase what the service keeps of a case there; they may be repeated. `foresees`:
    the read that admits to the consequences of acts on its first streams, told before they are
    done; empty where the service tells none.
    """

    name: str
    streams: tuple[StreamKind, ...]
    routes: str
    react: Callable[[Recorded], Sequence[Reaction]] = reacts_to_nobody
    listens: frozenset[str] = frozenset()
    projections: tuple[Projection, ...] = ()
    actions: tuple[type[Command] | str, ...] = ()
    deliver: Callable[[Recorded], Sequence[Delivery]] = delivers_nothing
    delivered: Callable[[Delivery, Receipt], Reaction] | None = None
    jobs: tuple[Callable[[Any, Any], Any], ...] = ()
    seconds: bool = False
    keeps_away: str = ""
    keeps: tuple[str, ...] = ()
    forgets: tuple[Callable[[Any, str], Any], ...] = ()
    foresees: str = ""

    def __post_init__(self) -> None:
        if self.delivers != (self.delivered is not None):
            raise TypeError(f"{self.name}: `deliver` and `delivered` belong together")

    @property
    def delivers(self) -> bool:
        return self.deliver is not delivers_nothing

    @property
    def codes(self) -> Mapping[str, int]:
        """Returns the versions of its projections, by name."""
        return {model.name: model.version for model in self.projections}

    @property
    def action_names(self) -> tuple[str, ...]:
        """The names of the actions in access tables, in the order of `actions`."""
        return tuple(each if isinstance(each, str) else each.name for each in self.actions)

    @property
    def command_names(self) -> tuple[str, ...]:
        """The names of all commands that its deciders take, those of reactions and jobs too."""
        commands = chain.from_iterable(kind.decider.commands for kind in self.streams)
        return tuple(sorted({cast(type[Command], each).name for each in commands}))
