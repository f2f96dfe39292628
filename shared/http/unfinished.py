"""Unfinished bodies: how many the process waits for, and which one gives way when there are too
many."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from shared.http.front import network_of, source_of
from shared.http.refused import Refused
from shared.http.wording import Title

MOST_BODIES = 48
"""With 1 MB each, the memory that they may hold in a process: 48 MB."""
MOST_OF_A_SOURCE = 16
MOST_OF_STRANGERS = 16
BODILESS = frozenset({"GET", "HEAD"})
BODY_SECONDS = 10.0
"""Less than the deadline of a request."""

TOO_MANY = Refused(
    429,
    "too-many-bodies",
    Title("同时提交的内容过多，请稍后重试", "Too many bodies are under way; try again"),
    {"Retry-After": "1"},
)
TOO_SLOW = Refused(
    408, "body-timeout", Title("内容提交超时，请重新提交", "The body did not arrive in time")
)
CUT = Refused(400, "body-cut", Title("提交的内容不完整", "The body ended before its end"))


@dataclass(eq=False)
class Body:
    """A body of which a part is here. `person`: subject of the checked token; a stranger has
    none."""

    person: str
    source: str
    network: str
    patience: asyncio.Timeout | None = None
    gives_way: bool = False

    def drop(self) -> None:
        self.gives_way = True
        if self.patience and not self.patience.expired():
            self.patience.reschedule(asyncio.get_running_loop().time())


@dataclass
class Places:
    """Bodies that hold memory, the oldest first. None is refused for coming late: each gets a
    place, and where that is one too many the body of the greediest gives way."""

    bodies: list[Body] = field(default_factory=list)

    def take(self, body: Body) -> None:
        """Gives a place to a body that has none yet."""
        if body in self.bodies or body.gives_way:
            return
        self.bodies.append(body)
        self._bound([each for each in self.bodies if each.source == body.source], MOST_OF_A_SOURCE)
        self._bound([each for each in self.bodies if not each.person], MOST_OF_STRANGERS)
        self._bound(self.bodies, MOST_BODIES)

    def free(self, body: Body) -> None:
        if body in self.bodies:
            self.bodies.remove(body)

    def _bound(self, some: list[Body], most: int) -> None:
        if len(some) > most:
            greediest = greediest_of(some)
            self.free(greediest)
            greediest.drop()


def greediest_of(bodies: list[Body]) -> Body:
    """Returns the oldest body of the person who has most of them, strangers before all. Of
    strangers, and of equals, the network and the source count: one caller may have a whole one."""
    of_person = Counter(body.person for body in bodies if body.person)
    of_network = Counter(body.network for body in bodies)
    of_source = Counter(body.source for body in bodies)

    def weight(body: Body) -> tuple[bool, int, int, int]:
        places = of_network[body.network], of_source[body.source]
        return (not body.person, of_person[body.person], *places)

    return max(bodies, key=weight)  # the first of equals


PLACES = Places()
"""Of this process."""


async def whole_body(request: Request, person: str = "") -> bytes:
    """Returns the body; a request has it once. Raises Refused: 400 (the caller hung up), 408 (not
    here in time), 413 (too large), 429 (gives way to others). A body that comes at one go takes no
    place."""
    if request.method in BODILESS and "content-length" not in request.headers:
        return b""
    client = request.scope.get("client") or ("", 0)
    body = Body(person, source_of(client), network_of(client))
    try:
        async with asyncio.timeout(BODY_SECONDS) as body.patience:
            return await _read(request, body)
    except TimeoutError:
        raise (TOO_MANY if body.gives_way else TOO_SLOW) from None
    except ClientDisconnect:
        raise CUT from None
    finally:
        PLACES.free(body)


async def _read(request: Request, body: Body) -> bytes:
    async def receive() -> Message:
        message = await request.receive()
        if message.get("body") and message.get("more_body"):
            PLACES.take(body)
        return message

    return await Request(request.scope, receive).body()
