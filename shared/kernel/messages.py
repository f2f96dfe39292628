"""Facts, commands, and facts with their place in the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from pydantic import ConfigDict, Field

from shared.kernel.calendar import business_day
from shared.kernel.codes import Code, Digest, Id, Words
from shared.kernel.moment import Moment, stamp
from shared.kernel.organisation import Organisation
from shared.kernel.organisation_rules import OrganisationRules
from shared.kernel.policy import Policy
from shared.kernel.shape import Shape


class Sealed(Shape):
    """The reference to a text in the vault of the service that recorded it.

    `size` is in characters, `digest` is keyed.
    """

    ref: Id
    size: int
    digest: Digest


Text = Words | Sealed
"""Free text, and contacts. Every text of a person's command is sealed before `decide`, in every
kind of case; only an `OpeningCommand` makes words open again."""


class Event(Shape):
    """A fact, named in the past tense and never edited.

    `at` is the moment it happened (`occurred_at` of the stored fact), and no part of its data.
    `proposed_by` and `confirmed_by`: the two persons of an act that needed a second one.
    """

    type: ClassVar[str]

    at: Moment
    proposed_by: Id | None = None
    confirmed_by: Id | None = None


class Act(Shape):
    """A deed: its moment, and the actor's id."""

    at: Moment
    by: Id


class Command(Act):
    """A request to decide now, named in the imperative.

    `name` is its stable code in access tables, metrics and derived ids (`assign-case`). `seed` is
    the id of the first fact that it will record; ids of entities are derived from it. The command
    handler sets it, and `on_behalf_of`: the person for whom a delegate sends the command.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: ClassVar[str]
    after_erasure: ClassVar[bool] = False
    """Whether it may be decided after the erasure of its case; its texts are then not kept."""
    salted: ClassVar[bool] = False
    """Whether ids that are derived from its seed may not be computed by others: they would tell a
    person."""

    seed: Id = Field(default="", exclude=True)
    recused: frozenset[Id] = Field(default=frozenset(), exclude=True)
    """Units and people whom the case is against; the command handler sets it."""
    on_behalf_of: Id | None = Field(default=None, exclude=True)

    admitted_as: frozenset[Code] = Field(default=frozenset(), exclude=True)
    """Relations to the case whose rows of the access table admit the act; the command handler sets
    it."""

    @property
    def senders(self) -> frozenset[str]:
        """Returns the sender, and the person in whose post the sender acts."""
        return frozenset({self.by, self.on_behalf_of or self.by})

    def gains(self) -> Iterable[str]:
        """Returns the people who get rights by the command: neither sends nor confirms it."""
        return ()


class RuledCommand(Command):
    """A command that is decided by the policy row of its case; the command handler resolves it."""

    policy: Policy | None = Field(default=None, exclude=True, repr=False)

    @property
    def rules(self) -> Policy:
        """Returns the policy row. Raises LookupError before it was resolved."""
        if self.policy is None:
            raise LookupError(f"{self.name}: the policy is resolved before decide")
        return self.policy


class OpeningCommand(RuledCommand):
    """A command that makes sealed texts open, where the policy row of the kind lets it.

    `opened` holds their words by name, without those that the vault has lost; the command handler
    fills it in (`StreamKind.to_open`).
    """

    opened: Mapping[str, Words] = Field(default_factory=dict, exclude=True, repr=False)


class InformedCommand(Command):
    """A command that names units or people of the directory; the command handler looks them up."""

    organisation: Organisation | None = Field(default=None, exclude=True, repr=False)

    @property
    def day(self) -> date:
        """Returns the day as of which they are looked up."""
        return business_day(self.at)

    def named(self) -> Iterable[str | None]:
        """Returns the ids that the command names; None stands for an empty field.

        Raises NotImplementedError unless the command defines it.
        """
        raise NotImplementedError

    def post_holders(self) -> Iterable[str]:
        """Returns the people whose posts the decision asks for."""
        return ()

    def workplaces(self) -> Iterable[str]:
        """Returns the units of whose posts the decision asks, also of those below them."""
        return ()

    def regions(self) -> Iterable[str]:
        """Returns the regions that the command names."""
        return ()

    @property
    def directory(self) -> Organisation:
        """Returns the named entries that exist. Raises LookupError before they were looked up."""
        if self.organisation is None:
            raise LookupError(f"{self.name}: the directory is looked up before decide")
        return self.organisation


class GoverningCommand(InformedCommand):
    """A command about posts or delegations, decided by the rules of the organisation.

    `founding`: its sender enters the organisation before there are administrators. `entered_at`:
    when it was proposed, if a second person (`confirmed_by`) confirms it later.
    """

    organisation_rules: OrganisationRules | None = Field(default=None, exclude=True, repr=False)
    founding: bool = Field(default=False, exclude=True)
    entered_at: Moment | None = Field(default=None, exclude=True)
    confirmed_by: Id = Field(default="", exclude=True)

    @property
    def governed_by(self) -> OrganisationRules:
        """Returns the rules. Raises LookupError before they were resolved."""
        if self.organisation_rules is None:
            raise LookupError(f"{self.name}: the organisation's rules are resolved before decide")
        return self.organisation_rules

    @property
    def entered_on(self) -> date:
        """Returns the day on which the act was entered."""
        return business_day(self.entered_at or self.at)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with its place in a stream and the fields of its commit, as reactions and projections
    receive it."""

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
    written: tuple[str, str] | None = field(default=None, compare=False)
    """Stamps of `event.at` and `recorded_at` as the log has them, where they were read from it: to
    format them again would cost a third of a fold."""

    @property
    def stamps(self) -> tuple[str, str]:
        """Returns the stamps of `event.at` and of `recorded_at`."""
        return self.written or (stamp(self.event.at), stamp(self.recorded_at))


@dataclass(frozen=True, slots=True)
class Reaction:
    """A command on an own stream, made from a fact.

    `key` distinguishes commands of the same name on the same stream by a task or a rule, never by
    a position in a list.
    """

    stream: str
    command: Command
    key: str = ""
