"""One service at work: its definition, connected to the ports of a process or of a test."""

from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from shared.contracts.intake import CaseErased
from shared.kernel.access import AccessTable
from shared.kernel.actor import Actor
from shared.kernel.messages import Reaction, Recorded
from shared.kernel.ports import BusinessClock, EventStore
from shared.service.commands.authorization import Authorization
from shared.service.commands.causal_wait import CausalWait
from shared.service.commands.context import reaction_context
from shared.service.commands.directory_lookup import lookup_of
from shared.service.commands.handler import CommandHandler
from shared.service.commands.personal_data import PersonalData
from shared.service.config.policies import PolicyBook
from shared.service.definition import ServiceDefinition
from shared.service.identity.actor_repository import ActorRepository, StoredEntries
from shared.service.identity.actors_projection import NAME as ACTORS
from shared.service.identity.remembered_entries import DirectoryWatch, remembered
from shared.service.observability.first_series import begin_service
from shared.vault.vault import Vault


class ReadModels(Protocol):
    async def collection(self, projection: str) -> Any:
        """Returns the live collection of a read model (motor)."""
        ...

    async def current(self, projection: str) -> Any:
        """Returns it for those who show its documents. Raises BeingRebuilt for older code's."""
        ...


@dataclass(eq=False)
class ServiceRuntime:
    """Runtime of one service, shared by its requests, reactions and jobs.

    `reads` is the service's database for `queries.py` (motor), `kept` the same database for the
    collections that the definition `keeps` (pymongo; None: nothing is kept);
    `first_administrator` administers the directory until it names an admin; with `watch` who acts
    is remembered; `scanner_at` is where attachments are scanned (empty: nowhere, None: none is
    taken).
    """

    definition: ServiceDefinition
    _: KW_ONLY
    store: EventStore
    vault: Vault
    access: AccessTable
    policies: PolicyBook
    clock: BusinessClock
    causal_wait: CausalWait
    models: ReadModels
    reads: Any = None
    kept: Any = None
    first_administrator: str | None = None
    watch: DirectoryWatch | None = None
    scanner_at: str | None = ""

    def __post_init__(self) -> None:
        self.name = name = self.definition.name
        begin_service(name, self.definition.action_names, self.definition.command_names)
        self.authorization = Authorization(name, self.access, self.policies)
        self.personal_data = PersonalData(name, self.vault)
        actors = partial(self.models.collection, ACTORS)
        entries = remembered(StoredEntries(actors), self.watch)
        self.actors = ActorRepository(name, entries, self.first_administrator)
        self.lookup = lookup_of(self.definition, self.store, actors)
        self.handler = CommandHandler(
            name,
            self.definition.streams,
            store=self.store,
            authorization=self.authorization,
            personal_data=self.personal_data,
            causal_wait=self.causal_wait,
            lookup=self.lookup,
            clock=self.clock,
            actor_of=self.actor_of,
        )

    async def actor_of(self, sub: str, at: datetime) -> Actor | None:
        """Returns the actor at a moment; None if the directory does not name the subject."""
        return await self.actors.actor_of(sub, at)

    async def dispatch(self, reaction: Reaction, cause: Recorded) -> str:
        """Has the command of a reaction decided; returns the result as metrics name it. An erased
        case is forgotten first, so that the fact of it is true."""
        context = reaction_context(self.name, cause, reaction)
        await self.forget_if_erased(cause)
        outcome = await self.handler.handle(reaction.stream, reaction.command, context)
        return outcome.result

    async def forget_if_erased(self, cause: Recorded) -> None:
        """Destroys the case's key in this service, and what else it keeps of the case, when its
        erasure is imported; idempotent."""
        if isinstance(cause.event, CaseErased) and cause.case_id:
            for forget in self.definition.forgets if self.kept is not None else ():
                await forget(self, cause.case_id)
            await self.personal_data.destroy(cause.case_id)
