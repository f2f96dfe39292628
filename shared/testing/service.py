"""A whole service in one process, on ports in memory: HTTP in, facts out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, cast

import httpx
from fastapi import FastAPI

from shared.contracts.catalogue import BY_PREFIX
from shared.http.auth import DevelopmentKey, Tokens, development_token
from shared.http.condition import Condition
from shared.http.idempotency import Requests
from shared.kernel import ids
from shared.kernel.access import AccessTable
from shared.kernel.actor import Actor, Post
from shared.kernel.clock import ClockMode
from shared.kernel.commit import Commit, from_document
from shared.kernel.messages import Event, Recorded
from shared.mongo.clock_store import real_time
from shared.service.api.app import root_app, service_app
from shared.service.api.authentication import Authentication
from shared.service.api.request_trace import trace_read
from shared.service.commands.causal_wait import CausalWait
from shared.service.commands.commit_draft import draft_of
from shared.service.commands.context import Context, reaction_context, system
from shared.service.commands.outcome import Outcome
from shared.service.commands.runtime import ServiceRuntime
from shared.service.commands.state_cache import StateCache
from shared.service.config.access_tables import load_access
from shared.service.config.policies import PolicyBook, load_policies
from shared.service.definition import ServiceDefinition
from shared.service.identity.actor_repository import ActorRepository
from shared.service.identity.actors_projection import ACTORS
from shared.service.reactions.reactor import reactions_of
from shared.testing.audit import MemoryTrail, auditor_of
from shared.testing.fold import FoldedCollection, recorded
from shared.testing.memory import MemoryEventStore
from shared.testing.organisation import stream_of
from shared.testing.vault import MemoryVaultStore
from shared.vault.keys import MasterKeys
from shared.vault.vault import Vault

POLICIES = Path("deploy/policies")
SECRET = "a secret for tests, and long enough for HS256"
TOKENS = Tokens(DevelopmentKey(SECRET), "tests", "duban")
MASTERS = MasterKeys({"test": b"0" * 32})
MONDAY = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
"""Nine o'clock in Shanghai."""


@cache
def policies() -> PolicyBook:
    return load_policies(POLICIES)


async def at_rest(service: str) -> Condition:
    """Returns the condition of a service for which nothing waits."""
    nothing: dict[str, Any] = {"consumers": [], "aside": [], "models": [], "processes": []}
    return Condition(service=service, release="", unpublished=None, aside_number=0, **nothing)


def at_organs(role: str) -> tuple[Post, ...]:
    """Returns the role at every organ of the deployed policies."""
    organs = sorted(policies().organs(MONDAY).units("u-city"))
    return tuple(Post(role, organ, (organ,)) for organ in organs)


@dataclass(frozen=True)
class SettableClock:
    """Business time of a test: `tested.now`."""

    tested: "ServiceUnderTest"
    label: ClockMode = "real"
    simulated: bool = False

    def now(self) -> datetime:
        return self.tested.now


class ServiceUnderTest:
    """A service on ports in memory. Actors are registered when they first act; `now` may be set, or
    moved by `later`."""

    _settled = 0

    def __init__(  # noqa: PLR0913 - ports and settings of a test
        self,
        definition: ServiceDefinition,
        *actors: Actor,
        now: datetime = MONDAY,
        patience: float = 0.05,
        store: MemoryEventStore | None = None,
        access: AccessTable | None = None,
        book: PolicyBook | None = None,
        vault_store: MemoryVaultStore | None = None,
    ) -> None:
        self.definition = definition
        self.actors = {actor.sub: actor for actor in actors}
        self.now = now
        self.store, self.requests = store or MemoryEventStore(), Requests()
        self.vault_store = vault_store or MemoryVaultStore()
        self.foreign: list[Recorded] = []
        self.runtime = ServiceRuntime(
            definition,
            store=self.store,
            vault=self.new_vault(),
            access=access or load_access(POLICIES, definition.name),
            policies=book or policies(),
            clock=SettableClock(self),
            causal_wait=CausalWait(self._version, patience),
            models=self,
        )
        self.runtime.actors = cast(ActorRepository, self)
        self.handler = self.runtime.handler
        self.trail = MemoryTrail()

    @cached_property
    def app(self) -> FastAPI:
        """The application, made when a request first needs it."""
        own = service_app(self.definition, self.authentication)
        own.state.condition_of = at_rest
        return root_app({self.definition.name: own})

    @property
    def authentication(self) -> Authentication:
        auditor = auditor_of(self.definition.name, self.trail)
        return Authentication(self.runtime, TOKENS, self.runtime.actor_of, self.requests, auditor)

    @cached_property
    def http(self) -> httpx.AsyncClient:
        return self.browser()

    def new_vault(self) -> Vault:
        """Returns the vault as a process that starts now finds it: without cached keys."""
        return Vault(self.vault_store, lambda: MASTERS, lambda: self.now, trace=trace_read)

    def browser(self, raises: bool = True) -> httpx.AsyncClient:
        """Returns a client; with `raises`, an unexpected error is raised in place of a 500."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=raises)
        base = f"http://duban.test/{self.definition.name}/v1"
        return httpx.AsyncClient(transport=transport, base_url=base)

    async def post(self, path: str, json: Any = None, *args: Any, **how: Any) -> httpx.Response:
        return await self.send("POST", path, json, *args, **how)

    async def put(self, path: str, json: Any = None, *args: Any, **how: Any) -> httpx.Response:
        return await self.send("PUT", path, json, *args, **how)

    async def send(
        self,
        method: str,
        path: str,
        json: Any = None,
        as_: Actor | str = "p-office",
        key: str | None = None,
        content: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        """`headers`: `if_match="3"` is sent as If-Match. `content`: a body as it is sent."""
        all_headers = self._headers(as_) | {n.replace("_", "-"): v for n, v in headers.items()}
        if key:
            all_headers["Idempotency-Key"] = key
        if content is None:
            body = {} if json is None else json
            return await self.http.request(method, path, json=body, headers=all_headers)
        all_headers["Content-Type"] = "application/json"
        return await self.http.request(method, path, content=content, headers=all_headers)

    async def get(self, path: str, as_: Actor | str = "p-office", **query: Any) -> httpx.Response:
        return await self.http.get(path, params=query, headers=self._headers(as_))

    async def given(self, stream: str, *events: Event, agency: str = "u-city") -> Commit:
        """Appends facts that were recorded before, as one commit."""
        kind = self.handler.kind_of(stream)
        loaded = await StateCache(self.store).load(stream, kind.decider)
        command_id = str(ids.derived("given", stream, loaded.version))
        context = Context(command_id, b"", system(self.definition.name), "given")
        return await self.store.append(
            draft_of(stream, loaded, events, context, agency=agency, fingerprint="", clock="real")
        )

    async def knows(self, *facts: Event) -> None:
        """Records facts in the directory, and imports them here."""
        for fact in facts:
            stream = stream_of(fact)
            if self.definition.name == "directory":
                await self.given(stream, fact)
            else:
                await self.react_to(fact, stream, await self._version(stream) + 1)

    async def facts(self, stream: str) -> list[Event]:
        return [fact.event for commit in await self.store.read(stream) for fact in recorded(commit)]

    async def react_to(
        self, event: Event, stream: str, version: int = 1, agency: str = "u-city"
    ) -> list[Outcome]:
        """Imports a fact of another service, as from the bus."""
        fact = Recorded(
            id=ids.fact_id(stream, version, "foreign"),
            stream=stream,
            version=version,
            event=event,
            source=BY_PREFIX[stream.partition("-")[0]].name,
            agency=agency,
            actor="p-office",
            recorded_at=self.now,
            correlation_id="foreign",
            case_id=ids.stream_key(stream),
        )
        self.foreign.append(fact)
        return await self._react(fact)

    async def receive(self, fact: Recorded) -> list[Outcome]:
        """Handles a fact of any service of a city, as from the bus; repetitions are harmless."""
        if fact.source != self.definition.name:
            self.foreign.append(fact)
        return await self._react(fact) if fact.source in self.definition.listens else []

    async def settle(self) -> list[Outcome]:
        """Reacts to the service's own facts until no new ones follow."""
        outcomes: list[Outcome] = []
        while fresh := self._own()[self._settled :]:
            self._settled += len(fresh)
            for fact in fresh:
                if fact.source in self.definition.listens:
                    outcomes += await self._react(fact)
        return outcomes

    def later(self, **by: float) -> datetime:
        """Moves business time on: `later(days=3)`."""
        self.now += timedelta(**by)
        return self.now

    def _own(self) -> list[Recorded]:
        commits = [from_document(document) for document in self.store.documents]
        return [fact for commit in commits for fact in recorded(commit)]

    async def _react(self, fact: Recorded) -> list[Outcome]:
        name, handle = self.definition.name, self.handler.handle
        await self.runtime.forget_if_erased(fact)
        return [
            await handle(r.stream, r.command, reaction_context(name, fact, r))
            for r in reactions_of(self.definition, fact)
        ]

    async def current(self, projection: str) -> Any:
        return await self.collection(projection)

    async def collection(self, projection: str) -> FoldedCollection:
        """Returns the read model, folded now."""
        projections = {each.name: each for each in (*self.definition.projections, ACTORS)}
        return FoldedCollection(projections[projection], [*self.foreign, *self._own()])

    async def _version(self, stream: str) -> int:
        facts = (*self.foreign, *self._own())
        return max((fact.version for fact in facts if fact.stream == stream), default=0)

    async def actor_of(self, sub: str, at: datetime) -> Actor | None:
        return self.actors.get(sub)

    def _headers(self, as_: Actor | str) -> dict[str, str]:
        if isinstance(as_, Actor):
            self.actors[as_.sub] = as_
            as_ = as_.sub
        token = development_token(
            SECRET, as_, issuer="tests", audience="duban", issued=int(real_time().timestamp())
        )
        return {"Authorization": f"Bearer {token}"}
