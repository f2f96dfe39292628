"""`duban refill`: fills restored logs from the bus, and lets consumers read all again."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from typing import Annotated

import typer
from rich.progress import Progress
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from shared.kafka.group_offsets import GroupIsActive, groups, refuse_members
from shared.mongo.consumer_progress import ConsumerProgress
from shared.ops.base.terminal import complaint, console, tell
from shared.ops.cli.arguments import Services
from shared.ops.installation.audited import audited
from shared.ops.installation.connections import opened_connections
from shared.ops.installation.local_settings import settings_here
from shared.service.eventlog.restore import Refilled, give_way
from shared.service.eventlog.restore import refill as fill_again
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.processes.role_group import services_of
from shared.service.progress.lag import Lags
from shared.service.resources.connections import Connections

app = typer.Typer()
SESSION_SECONDS = 20.0
"""A worker that was killed is a member of its groups until its session has run out."""


@app.command()
def refill(
    services: Services = None,
    bus_wins: Annotated[
        bool,
        typer.Option(help="分歧的流以总线为准，未发布的另一版本移入 commits_set_aside。"),
    ] = False,
) -> None:
    """恢复备份之后：从总线补回事件库缺失的事件，并让消费者从头核对。先停止服务。Fill the logs."""
    names = services or SERVICES
    try:
        with audited(settings_here(), "refill", ",".join(services or ["all"]), bus=True):
            results = asyncio.run(_refilled(names, bus_wins))
    except GroupIsActive as error:
        raise complaint(f"请先停止各工作进程。Stop the workers first.\n{error}") from error
    for service, result in results.items():
        tell(f"{service}：{_counted(result)}")
    if forked := {service: result for service, result in results.items() if result.other}:
        raise complaint("\n".join(_two_stories(*one) for one in forked.items()))


def _counted(result: Refilled) -> str:
    return (
        f"补回 {result.added}，已有 {result.known}，移出 {result.aside}，分歧 {len(result.other)}，"
        f"未采信 {result.refused}。"
    )


def _two_stories(service: str, result: Refilled) -> str:
    streams = "、".join(f"{stream}@{first}" for stream, first in sorted(result.other.items()))
    return (
        f"{service} 的事件库恢复之后又写入了从未发布的事件，与总线不一致，起于 {streams}；"
        "该事件库未作任何改动。\n"
        f"请执行 duban refill {service} --bus-wins：以总线为准，另一版本移入 commits_set_aside，"
        "由人工重新办理。\n"
        "The log has another, never published story of these streams. With --bus-wins it gives "
        "way and is kept in commits_set_aside, to be done again by hand."
    )


async def _refilled(services: Collection[str], bus_wins: bool) -> dict[str, Refilled]:
    async with opened_connections() as connections:
        for service in services:
            await _read_again(service, connections)
        with Progress(console=console) as bar:
            return {
                service: await _filled(service, connections, bus_wins, bar) for service in services
            }


async def _filled(
    service: str, connections: Connections, bus_wins: bool, bar: Progress
) -> Refilled:
    """Fills the log of a service; a service without a log has consumers only."""
    if not definition_of(service).streams:
        return Refilled()
    task = bar.add_task(service, total=None)

    def report(so_far: Refilled) -> None:
        bar.update(task, completed=so_far.added)

    result = await fill_again(service, connections, report)
    if not (result.other and bus_wins):
        return result
    moved = await give_way(service, connections, result.other)
    return replace(await fill_again(service, connections, report), aside=moved)


async def _read_again(service: str, connections: Connections) -> None:
    """Removes the checkpoints of a service's consumers, so that they begin with the first fact:
    what they knew was restored, too."""
    lags = Lags(connections, [])
    consumers = [name for name, _ in await lags.readings(definition_of(service))]
    await lags.close()
    await asyncio.to_thread(_refuse_workers, service, connections, consumers)
    await ConsumerProgress(connections.database("control")).forget(consumers)


@retry(
    retry=retry_if_exception_type(GroupIsActive),
    stop=stop_after_delay(SESSION_SECONDS),
    wait=wait_fixed(1),
    reraise=True,
)
def _refuse_workers(service: str, connections: Connections, consumers: Collection[str]) -> None:
    """Raises GroupIsActive while a worker of the service runs, or a rebuild."""
    mine = [
        name
        for name in groups(connections.access)
        if name in consumers or service in services_of(connections.namespace.local(name))
    ]
    refuse_members(connections.access, mine)
