"""A city of services on ports in memory that share a bus, and may be killed at any port."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from shared.kernel.actor import Actor, Post
from shared.kernel.commit import from_document
from shared.kernel.messages import Event, Recorded
from shared.service.processes.registry import definition_of
from shared.testing.fold import recorded
from shared.testing.memory import MemoryEventStore
from shared.testing.service import MONDAY, ServiceUnderTest
from shared.testing.vault import MemoryVaultStore

NAMES = ("intake", "assignment", "handling", "feedback", "disclosure")
CASE = "5" * 32
ADMIN = Actor("p-admin", (Post("security-admin", "u-city", ("u-city",)),))
LEADER = Actor("p-leader", (Post("leader", "u-city", ("u-city",)),))
OFFICE = Actor("p-office", (Post("office", "u-city", ("u-city",)),))
T = TypeVar("T")


class Killed(BaseException):
    """kill -9: no handler of the process runs any more."""


class Ports:
    """Counts the steps at which a process touches the world, and dies at one of them: before it, or
    after it and before anybody learns of it."""

    def __init__(self, dies_at: int | None = None) -> None:
        self.steps, self.dies_at = 0, dies_at

    async def pass_through(self, call: Callable[..., Awaitable[T]], *args: Any) -> T:
        self._step()
        result = await call(*args)
        self._step()
        return result

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.dies_at:
            raise Killed


class City:
    """`stores` and `vaults` outlive the processes; so does what each consumer has
    acknowledged."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.stores = {name: MemoryEventStore() for name in NAMES}
        self.vaults = {name: MemoryVaultStore() for name in NAMES}
        self.acknowledged: dict[str, set[str]] = {name: set() for name in NAMES}
        self.now = MONDAY
        self.armed = False
        self.start()

    def start(self) -> None:
        self.services = {name: self._process(name) for name in NAMES}

    def _process(self, name: str) -> ServiceUnderTest:
        store, vault = self.stores[name], self.vaults[name]
        return ServiceUnderTest(
            definition_of(name),
            ADMIN,
            LEADER,
            OFFICE,
            now=self.now,
            store=Mortal(store, self, ("append",)),  # type: ignore[arg-type]
            vault_store=Mortal(vault, self, ("destroy",)),  # type: ignore[arg-type]
        )

    def facts(self) -> list[Recorded]:
        """Returns the facts of all services, each service's in its order, as the bus keeps them."""
        commits = [from_document(d) for name in NAMES for d in self.stores[name].documents]
        return [fact for commit in commits for fact in recorded(commit)]

    def of(self, name: str) -> list[Event]:
        return [fact.event for fact in self.facts() if fact.source == name]

    async def settle(self) -> None:
        """Restarts what was killed, until all consumers have read all facts."""
        self.armed = True
        while True:
            try:
                if not any([await self._reads(name) for name in NAMES]):
                    return
            except Killed:
                self.ports.dies_at = None
                self.start()

    async def _reads(self, name: str) -> bool:
        """Reads the new facts of every service, acknowledging one by one."""
        fresh = self._unread(name)
        for fact in fresh:
            if await self.services[name].receive(fact):
                await self.ports.pass_through(partial(self._acknowledge, name, fact))
            else:
                await self._acknowledge(name, fact)
        return bool(fresh)

    def _unread(self, name: str) -> list[Recorded]:
        return [fact for fact in self.facts() if fact.id not in self.acknowledged[name]]

    async def _acknowledge(self, name: str, fact: Recorded) -> None:
        self.acknowledged[name].add(fact.id)


class Mortal:
    """A port whose named methods pass through the city's ports once they are armed."""

    def __init__(self, port: Any, city: City, methods: tuple[str, ...]) -> None:
        self._port, self._city, self._methods = port, city, methods

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if name not in self._methods or not self._city.armed:
            return method
        return partial(self._city.ports.pass_through, method)
