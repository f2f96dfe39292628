"""The words the platform speaks: facts, requests, and the envelope a fact travels in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from shared.kernel.calendar import business_day
from shared.kernel.codes import Digest, Id, Words
from shared.kernel.moment import Moment
from shared.kernel.organisation import Organisation
from shared.kernel.policy import Policy
from shared.kernel.shape import Shape


class Sealed(Shape):
    """A text that stays in the vault of the service that recorded it: reference, size in
    characters, keyed digest."""

    ref: Id
    size: int
    digest: Digest


Text = Words | Sealed


@dataclass(frozen=True)
class Seal:
    """Marks a command's field whose text the edge seals before `decide` sees it."""

    always: bool


Free = Annotated[Text, Seal(always=False)]
"""Free text: sealed until the case is accepted, and for ever where the policy row says `sealed`."""

Personal = Annotated[Text, Seal(always=True)]
"""Names beyond the masked form, phones, addresses, ID numbers: always sealed."""


class Event(Shape):
    """A fact. Past tense, never edited.

    `at` is when it happened (`occurred_at` of the stored fact); it is not part of the stored data.
    """

    type: ClassVar[str]

    at: Moment


class Act(Shape):
    """Who does something, and when."""

    at: Moment
    by: Id


class Command(Act):
    """A request to decide something now. Named in the imperative; strict about what it is given.

    `name` is its stable code in access tables, metrics and derived ids (`assign-case`). `seed` is
    the id that the first recorded fact will have; the edge fills it in, and entity ids are derived
    from it.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: ClassVar[str]

    seed: Id = Field(default="", exclude=True)


class RuledCommand(Command):
    """A command whose decision needs the policy row of the case; the edge resolves it before
    `decide`."""

    policy: Policy | None = Field(default=None, exclude=True, repr=False)

    @property
    def rules(self) -> Policy:
        if self.policy is None:
            raise LookupError(f"{self.name}: the edge resolves the policy before decide")
        return self.policy


class InformedCommand(Command):
    """A command that names units or people of other streams; the edge looks them up before
    `decide`."""

    organisation: Organisation | None = Field(default=None, exclude=True, repr=False)

    @property
    def day(self) -> date:
        """On which day they are looked at."""
        return business_day(self.at)

    def named(self) -> Iterable[str | None]:
        """Their ids, or none where the field is empty."""
        raise NotImplementedError

    def regions(self) -> Iterable[str]:
        return ()

    @property
    def known(self) -> Organisation:
        """Those among them whom the directory knows."""
        if self.organisation is None:
            raise LookupError(f"{self.name}: the edge looks up whom it names before decide")
        return self.organisation


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with its place in a stream and the fields of its commit: what reactions and
    projections see."""

    id: str
    stream: str
    version: int
    event: Event
    source: str
    agency: str
    actor: str
    recorded_at: datetime
    correlation_id: str
    command_id: str = ""
    case_id: str | None = None
    on_behalf_of: str | None = None
    causation_id: str | None = None
    clock: str = "real"
    hash: str = ""
    basis: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a fact makes a service ask of itself: a command on one of its own streams.

    `key` tells two commands of the same name on the same stream apart by meaning (a task, a rule),
    never by position in a list.
    """

    stream: str
    command: Command
    key: str = ""
