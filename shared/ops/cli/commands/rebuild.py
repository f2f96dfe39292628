"""`duban rebuild`, `duban republish`: read models and the bus made again from the log."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import typer
from rich.progress import Progress

from shared.kafka.republish import republish as publish_again
from shared.mongo.commits import commits_of
from shared.mongo.connect import Document
from shared.ops.base.errors import OpsError
from shared.ops.base.terminal import complaint, console, tell
from shared.ops.cli.arguments import Owner, Service, one_of
from shared.ops.installation.audited import audited
from shared.ops.installation.connections import opened_connections
from shared.ops.installation.local_settings import settings_here
from shared.service.processes.registry import definition_of
from shared.service.projections.rebuild import Advance, Disagrees
from shared.service.projections.rebuild import rebuild as build_again
from shared.service.projections.worker import ReadSide
from shared.service.resources.connections import Connections

app = typer.Typer()


@app.command()
def rebuild(
    service: Service,
    projection: Annotated[str, typer.Argument(help="读模型")],
) -> None:
    """重建读模型：旁建新一代，核对一致后切换；可中断后继续。Rebuild a read model."""
    sides = {p.name: ReadSide(service, p) for p in definition_of(service).projections}
    one_of("读模型", projection, sides)
    try:
        with audited(settings_here(), "rebuild", f"{service}/{projection}", bus=True):
            generation = asyncio.run(_rebuilt(sides[projection]))
    except Disagrees as error:
        raise complaint(str(error)) from error
    tell(f"{projection} 现为第 {generation} 代。Generation {generation} is live.")


@app.command()
def republish(
    service: Owner,
    stream: Annotated[str | None, typer.Option(help="只发布一条流")] = None,
) -> None:
    """把事件库重新发布到总线（消费者会跳过重复）。Publish the log once more."""
    with audited(settings_here(), "republish", stream or service, bus=True):
        number = asyncio.run(_republished(service, stream))
    tell(f"已发布 {number} 个提交。")


async def _rebuilt(side: ReadSide) -> int:
    async with opened_connections() as connections:
        with Progress(console=console) as bar:
            task = bar.add_task(side.projection.name)

            def report(advance: Advance) -> None:
                bar.update(task, completed=advance.done, total=advance.total)

            return (await build_again(connections, side, report)).live


async def _republished(service: str, stream: str | None) -> int:
    async with opened_connections() as connections:
        commits = commits_of(connections.database(service))
        wanted = {"stream": stream} if stream else {}
        total = await commits.count_documents(wanted)
        if stream and not total:
            raise OpsError(f"{service} 没有流 {stream}。", f"{service} has no stream {stream}.")
        with Progress(console=console) as bar:
            task = bar.add_task(service, total=total)
            return await publish_again(
                _log_of(connections, service, wanted),
                connections.access,
                connections.namespace,
                lambda done: bar.update(task, completed=done),
            )


async def _log_of(
    connections: Connections, service: str, wanted: Document
) -> AsyncIterator[Document]:
    async for commit in commits_of(connections.database(service)).find(wanted).sort("seq"):
        yield commit
