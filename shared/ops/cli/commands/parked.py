"""`duban parked`: lists what was set aside, replays it, drops messages that are no facts."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Annotated

import typer

from shared.kernel.calendar import BUSINESS_ZONE
from shared.kernel.log_position import BusPosition
from shared.ops.base.screen import Json, Listing
from shared.ops.base.terminal import complaint, console, tell
from shared.ops.cli.arguments import Service, Services, consumer_named, topic_named
from shared.ops.cli.case_numbers import numbers_of
from shared.ops.cli.dropped_messages import dropped, places_alone
from shared.ops.cli.parked_cases import (
    Aside,
    listed,
    named,
    place_written,
    replayed,
    shown,
    stepped_over,
)
from shared.ops.installation.audited import audited
from shared.ops.installation.connections import opened_connections
from shared.ops.installation.local_settings import settings_here
from shared.service.config.labels import label
from shared.service.processes.registry import SERVICES
from shared.service.resources.connections import Connections
from shared.service.subscriptions.consumer import is_place, name_of_place

app = typer.Typer(name="parked", help="搁置的办件和消息。Cases and messages that were set aside.")
ASIDE = {
    "id": "编号", "service": "服务", "consumer": "消费者", "number": "案号", "key": "办件或消息",
    "state": "状态", "reason": "原因", "detail": "细节", "messages": "消息数", "at": "时间",
}  # fmt: skip
MESSAGES = {"place": "位置", "stream": "流", "version": "版本", "type": "类型", "fact": "事实"}
Consumer = Annotated[str, typer.Argument(help="消费者，见 duban parked list")]
Id = Annotated[str, typer.Argument(help="编号，见 duban parked list")]


@app.command("list")
def list_all(services: Services = None, json_lines: Json = False) -> None:
    """列出搁置和等待的办件、消息。List them."""

    async def run() -> None:
        listing = Listing(ASIDE)
        async with opened_connections(bus=False) as connections:
            asides = await listed(connections, services or SERVICES)
            numbers = await numbers_of(connections, {aside.case.key for aside in asides})
        for aside in asides:
            listing.add(*(row_of if json_lines else words_of)(aside, numbers))
        listing.show(console, json_lines)

    asyncio.run(run())


def row_of(aside: Aside, numbers: Mapping[str, str]) -> tuple[object, ...]:
    """Returns codes, ids and moments, for scripts."""
    case = aside.case
    return (
        aside.id, aside.service, case.consumer, numbers.get(case.key, ""), case.key, case.state,
        case.reason, case.detail, aside.messages, case.at.isoformat(timespec="seconds"),
    )  # fmt: skip


def words_of(aside: Aside, numbers: Mapping[str, str]) -> tuple[object, ...]:
    """Returns the same row for people: words, local time, and the ids that commands take."""
    case, row = aside.case, dict(zip(ASIDE, row_of(aside, numbers), strict=True))
    row["service"] = f"{label('service', aside.service)} {aside.service}"
    row["state"] = label("set-aside", case.state)
    row["at"] = f"{case.at.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M:%S}"
    return tuple(row.values())


@app.command()
def show(id_: Id, json_lines: Json = False) -> None:
    """一件搁置办件的全部消息（只有位置和类型，没有内容）。Its messages, without their content."""

    async def run() -> None:
        listing = Listing(MESSAGES)
        async with opened_connections() as connections:
            for row in await shown(connections, await named(connections, id_)):
                listing.add(*row, label("fact", row[-1].rsplit(".v", 1)[0]))
        listing.show(console, json_lines)

    asyncio.run(run())


@app.command()
def replay(
    ids: Annotated[list[str] | None, typer.Argument(help="编号，见 duban parked list")] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部搁置的办件")] = False,
    within: Annotated[float, typer.Option(min=0, help="每件最多等待的秒数")] = 60,
) -> None:
    """请工作进程按顺序重新处理。Ask the worker to do it again, in order."""
    need_one(ids, everything)

    async def run() -> list[str]:
        async with opened_connections(bus=False) as connections:
            asides = await chosen(connections, ids)
            return [left async for left in _left(connections, asides, within)]

    with audited(settings_here(), "replay-parked", ",".join(ids or ["all"])):
        left = asyncio.run(run())
    if left:
        raise complaint("\n".join(f"仍然搁置：{one}" for one in left))
    tell("已处理完。Done.")


async def _left(
    connections: Connections, asides: Iterable[Aside], within: float
) -> AsyncIterator[str]:
    for aside in asides:
        consumer, key = aside.case.consumer, aside.case.key
        reason = await replayed(connections, aside.service, consumer, key, within=within)
        if reason:
            yield f"{aside.id} {key}：{reason}"


@app.command()
def drop(
    names: Annotated[
        list[str] | None, typer.Argument(help="编号（单独搁置的消息），或 主题/分区/偏移")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部单独搁置的消息")] = False,
) -> None:
    """丢弃不是事实的消息：对所有消费者生效，重建时也不再出现。Drop messages that are no facts."""
    need_one(names, everything)

    async def run() -> None:
        async with opened_connections() as connections:
            for place in await places(connections, names):
                kept = await dropped(connections, place)
                tell(f"已丢弃 {name_of_place(place)}（{kept} 个消费者）。")

    with audited(settings_here(), "drop-parked", ",".join(names or ["all"]), bus=True):
        asyncio.run(run())


def need_one(names: Sequence[str] | None, everything: bool) -> None:
    if bool(names) == everything:
        raise typer.BadParameter("请给出编号，或者用 --all 表示全部。Name some, or say --all.")


async def chosen(connections: Connections, ids: Sequence[str] | None) -> list[Aside]:
    """Returns what has these ids; all that waits for an operator where none is given."""
    if ids:
        return [await named(connections, id_) for id_ in ids]
    asides = await listed(connections, SERVICES)
    return [aside for aside in asides if aside.case.state == "parked"]


async def places(connections: Connections, names: Sequence[str] | None) -> list[BusPosition]:
    if not names:
        return await places_alone(connections)
    return [await place_of(connections, name) for name in names]


async def place_of(connections: Connections, name: str) -> BusPosition:
    """Returns the place that is written, or that of a message set aside alone. Raises
    BadParameter, NothingThere."""
    written = name if is_place(name) else (await named(connections, name)).case.key
    try:
        return place_written(written)
    except ValueError as error:
        form = (
            f"{name} 是整件办件；要丢弃其中一条消息，请写明它的 主题/分区/偏移"
            "（见 duban parked show）。Write TOPIC/PARTITION/OFFSET."
        )
        raise typer.BadParameter(form) from error


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
