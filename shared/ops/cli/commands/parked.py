"""`duban parked`: lists parked cases, replays them, and steps over a fact."""

import asyncio
from typing import Annotated

import typer

from shared.ops.base.screen import Json, Listing
from shared.ops.base.terminal import complaint, console, tell
from shared.ops.cli.arguments import Service, Services, consumer_named, topic_named
from shared.ops.cli.parked_cases import listed, place_written, replayed, shown, stepped_over
from shared.ops.installation.audited import audited
from shared.ops.installation.connections import opened_connections
from shared.ops.installation.local_settings import settings_here
from shared.service.processes.registry import SERVICES

app = typer.Typer(name="parked", help="搁置的办件。Cases that were set aside.")
HEADS = {
    "service": "服务", "consumer": "消费组", "key": "办件", "state": "状态", "reason": "原因",
    "detail": "细节", "facts": "事实", "at": "时间",
}  # fmt: skip
FACTS = {
    "topic": "主题", "partition": "分区", "offset": "偏移", "stream": "流", "version": "版本",
    "type": "类型",
}  # fmt: skip
Consumer = Annotated[str, typer.Argument(help="消费组，见 duban parked list")]
Key = Annotated[str, typer.Argument(help="办件，见 duban parked list")]


def checked(drop: str | None) -> str | None:
    try:
        place_written(drop or "case-events/0/0")
    except ValueError as error:
        form = "应形如 主题/分区/偏移，如 case-events/3/17。Write TOPIC/PARTITION/OFFSET."
        raise typer.BadParameter(form) from error
    return drop


@app.command("list")
def list_heads(
    services: Services = None,
    json_lines: Json = False,
) -> None:
    """列出搁置和等待的办件。List them."""

    async def run() -> None:
        listing = Listing(HEADS)
        async with opened_connections(bus=False) as connections:
            for service in services or SERVICES:
                for head, facts in await listed(connections, service):
                    listing.add(
                        service, head.consumer, head.key, head.state, head.reason, head.detail,
                        facts, head.at.isoformat(timespec="seconds"),
                    )  # fmt: skip
        listing.show(console, json_lines)

    asyncio.run(run())


@app.command()
def show(service: Service, consumer: Consumer, key: Key, json_lines: Json = False) -> None:
    """一件搁置办件的全部事实（只有位置和类型，没有内容）。Its facts, without their content."""
    consumer_named(service, consumer)

    async def run() -> None:
        listing = Listing(FACTS)
        async with opened_connections() as connections:
            for row in await shown(connections, service, consumer, key):
                listing.add(*row)
        listing.show(console, json_lines)

    asyncio.run(run())


@app.command()
def replay(
    service: Service,
    consumer: Consumer,
    key: Key,
    drop: Annotated[
        str | None,
        typer.Option(help="先丢弃一条不是事实的消息：主题/分区/偏移", callback=checked),
    ] = None,
    within: Annotated[float, typer.Option(min=0, help="最多等待的秒数")] = 60,
) -> None:
    """请工作进程按顺序重新处理。Ask the worker to do it again, in order."""
    consumer_named(service, consumer)

    async def run() -> str | None:
        async with opened_connections(bus=False) as connections:
            return await replayed(connections, service, consumer, key, drop=drop, within=within)

    action = "drop-parked" if drop else "replay-parked"
    with audited(settings_here(), action, f"{consumer}/{drop or key}"):
        left = asyncio.run(run())
    if left:
        raise complaint(f"仍然搁置：{left}")
    tell("已处理完。Done.")


@app.command()
def add(
    service: Service,
    consumer: Consumer,
    partition: Annotated[int, typer.Argument(min=0, help="分区")],
    offset: Annotated[int, typer.Argument(min=0, help="偏移")],
    topic: Annotated[str, typer.Option(help="主题", callback=topic_named)] = "case-events",
) -> None:
    """跨过一条使进程一再崩溃的事实：搁置它所属的办件。Step over a fact that kills the worker."""
    consumer_named(service, consumer)

    async def run() -> str:
        async with opened_connections() as connections:
            place = (connections.namespace.topic(topic), partition, offset)
            return await stepped_over(connections, service, consumer, place)

    with audited(settings_here(), "park", f"{consumer}/{topic}/{partition}/{offset}", bus=True):
        key = asyncio.run(run())
    tell(f"已搁置 {key}。")
