"""Watch over running children: readiness, and the size of their logs."""

import asyncio
from collections.abc import Callable, Mapping

import httpx

from shared.ops.base.process import rotate
from shared.ops.embedded.part import Part
from shared.ops.supervision.child import Child, Condition
from shared.ops.supervision.supervisor import Supervisor

BETWEEN_LOOKS = 0.5
ANSWER_WITHIN = 2.0


async def watch(supervisor: Supervisor, between_looks: float = BETWEEN_LOOKS) -> None:
    """Runs until it is cancelled."""
    async with httpx.AsyncClient(timeout=ANSWER_WITHIN, trust_env=False) as client:
        while True:
            for child in supervisor.children:
                await look_at(supervisor, child, client)
                rotate(supervisor.log_of(child))
            if all_ready(supervisor):
                supervisor.ready.set()
            await asyncio.sleep(between_looks)


async def look_at(supervisor: Supervisor, child: Child, client: httpx.AsyncClient) -> None:
    doing = supervisor.doing[child.name]
    if doing.pid is None:
        return
    pid = doing.pid
    ready = child.ready_url is None or await answers(client, child.ready_url)
    if doing.pid == pid:
        doing.condition = next_condition(doing.condition, ready)


def next_condition(condition: Condition, ready: bool) -> Condition:
    if ready:
        return Condition.READY
    return Condition.STARTING if condition is Condition.STARTING else Condition.NOT_READY


async def answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.HTTPError:
        return False


async def keep_up(
    parts: Mapping[str, Part], tell: Callable[[str], None], between_looks: float = BETWEEN_LOOKS
) -> None:
    """Restarts an embedded store or broker that died; the services wait for it."""
    while True:
        await asyncio.sleep(between_looks)
        for node in (node for part in parts.values() for node in part.nodes):
            if node.pid is None:
                tell(f"{node.name} ended and is started again, see {node.log}")
                node.launch()


def all_ready(supervisor: Supervisor) -> bool:
    return all(doing.condition is Condition.READY for doing in supervisor.doing.values())
