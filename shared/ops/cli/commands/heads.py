"""`duban heads`: compares the log with the bus, stream by stream; meant for once a day."""

import asyncio
from typing import Any

import typer
from rich.progress import Progress

from shared.contracts.catalogue import BY_NAME
from shared.kafka.head_comparison import (
    BusHeads,
    Difference,
    StreamHead,
    differences,
    heads_on_bus,
)
from shared.kafka.message_check import MessageCheck
from shared.kafka.namespace import Namespace
from shared.mongo.commits import commits_of
from shared.mongo.connect import connect
from shared.ops.base.screen import Json, as_json, table_of
from shared.ops.base.terminal import console, errors, tell
from shared.ops.cli.arguments import Owners
from shared.ops.installation.connectivity import need_bus, need_store
from shared.ops.installation.local_settings import settings_here
from shared.service.resources.connections import broker_access
from shared.service.settings import ServiceSettings
from shared.signing.key_folder import keys_in

app = typer.Typer()
SHOWN = 50
KINDS = {
    "unpublished": "总线尚缺 not yet on the bus",
    "lost": "事件库缺失 missing in the log",
    "other": "内容不同 differs",
}
UNSIGNED = (
    "总线上有 {count} 条以 {service} 名义发布、但没有其有效签名的消息，已不予采信，"
    "见 duban parked list。{count} messages in its name are not signed by it."
)
WAYS_OUT = {
    "unpublished": "中继恢复后自动补发；仍缺时执行 duban republish {service}。",
    "lost": "事件库是较早的备份：执行 duban refill {service}。",
    "other": "同一版本有两种内容，请立即停用该服务并联系维护人员。",
}


@app.command()
def heads(
    services: Owners = None,
    json_lines: Json = False,
) -> None:
    """逐流比对事件库与总线的最新版本。Compare the head of every stream with the bus."""
    settings = settings_here()
    need_store(settings)
    need_bus(settings)
    with Progress(console=errors) as bar:
        results = {each: asyncio.run(compared(settings, each, bar)) for each in services or BY_NAME}
    for service, (faults, refused) in results.items():
        (show_json if json_lines else show_all)(service, faults, refused)
    differ = any(any(found) for found in results.values())
    if not differ and not json_lines:
        console.print("事件库与总线一致。Log and bus agree.")
    raise typer.Exit(1 if differ else 0)


def show_json(service: str, faults: list[Difference], refused: int) -> None:
    for one in faults:
        typer.echo(as_json({"service": service, **vars(one)}))
    if refused:
        typer.echo(as_json({"service": service, "kind": "unsigned", "count": refused}))


def show_all(service: str, faults: list[Difference], refused: int) -> None:
    show(service, faults)
    if refused:
        console.print(UNSIGNED.format(count=refused, service=service))


async def compared(
    settings: ServiceSettings, service: str, bar: Progress
) -> tuple[list[Difference], int]:
    """Returns the differences, and the number of messages that the service has not signed.

    Reads the log first: facts recorded meanwhile are more on the bus, which is no fault.
    """
    namespace = Namespace(settings.space)
    task = bar.add_task(service, total=None)
    in_log = await heads_in_log(settings, service)
    on_bus = await heads_on_bus(
        broker_access(settings),
        namespace.topic(BY_NAME[service].topic),
        BusHeads(service, MessageCheck(keys_in(settings.signing_folder, create=False).ring)),
        lambda done, total: bar.update(task, completed=done, total=total),
    )
    bar.update(task, total=1, completed=1)
    newer = await heads_in_log(settings, service)
    found = [one for one in differences(in_log, on_bus.heads) if differs_still(one, newer)]
    return found, on_bus.refused


def differs_still(difference: Difference, newer: dict[str, StreamHead]) -> bool:
    """Returns whether a difference remains: the bus may have more than the log had when it was
    read, but never more than it has now."""
    now = newer.get(difference.stream, StreamHead(0, "")).version
    return difference.kind != "lost" or difference.on_bus > now


async def heads_in_log(settings: ServiceSettings, service: str) -> dict[str, StreamHead]:
    """Leaves out what is no commit, which `duban verify` finds."""
    newest: list[dict[str, Any]] = [
        {"$match": {"stream": {"$type": "string"}, "last": {"$type": "number"}}},
        {"$sort": {"stream": 1, "first": 1}},
        {"$group": {"_id": "$stream", "last": {"$last": "$last"}, "hash": {"$last": "$hash"}}},
    ]
    async with connect(settings.mongo_url) as client:
        commits = commits_of(client[settings.database(service)])
        rows = await commits.aggregate(newest, allowDiskUse=True)
        return {row["_id"]: StreamHead(row["last"], row["hash"]) async for row in rows}


def show(service: str, faults: list[Difference]) -> None:
    if not faults:
        return
    most = SHOWN if console.is_terminal else len(faults)
    rows = [(one.stream, KINDS[one.kind], one.in_log, one.on_bus) for one in faults[:most]]
    tell(service)
    console.print(table_of(("流 stream", "差异 difference", "事件库 log", "总线 bus"), rows))
    if len(faults) > most:
        console.print(f"另有 {len(faults) - most} 条，共 {len(faults)} 条。{len(faults)} in all.")
    for kind in dict.fromkeys(one.kind for one in faults):
        console.print(WAYS_OUT[kind].format(service=service))
