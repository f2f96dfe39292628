"""`duban status`: logs, relays, consumer groups, parked cases and the clock."""

import asyncio

import typer

from shared.kernel.moment import stamp
from shared.mongo.clock_store import ClockStore, real_time
from shared.mongo.commits import commits_of
from shared.mongo.counting import counted
from shared.mongo.deliveries import Deliveries
from shared.mongo.parking import Parking
from shared.ops.base.screen import Json, Listing
from shared.ops.base.terminal import console
from shared.ops.installation.connections import opened_connections
from shared.service.definition import ServiceDefinition
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.progress.lag import Lags
from shared.service.resources.connections import Connections

app = typer.Typer()
COLUMNS = {
    "service": "服务 service", "commits": "提交 commits", "behind": "落后 behind",
    "parked": "搁置 set aside",
}  # fmt: skip


@app.command()
def status(json_lines: Json = False) -> None:
    """各服务的事件、发布、消费和搁置情况，当前业务时间。How far everybody is."""
    raise typer.Exit(1 if asyncio.run(shown(json_lines)) else 0)


async def shown(json_lines: bool = False) -> bool:
    """Prints the state and returns whether anything is behind or parked."""
    async with opened_connections() as place:
        definitions = [definition_of(name) for name in SERVICES]
        lags = Lags(place, definitions)
        status = await lags.look()
        listing = Listing(COLUMNS)
        behind, aside = bool(status.missing), 0
        for definition in definitions:
            late = [name for name in status.missing if definition.name in name]
            late += await undelivered(place, definition)
            behind |= bool(late)
            heads = await Parking(place.database(definition.name), real_time).cases()
            commits = await commits_in(place, definition)
            aside += len(heads)
            listing.add(definition.name, commits, "、".join(late) or "–", len(heads))
        listing.show(console, json_lines)
        clock = await ClockStore(place.database("control")).read()
        kind = "模拟时间" if clock.mode == "simulated" else "真实时间"
        if not json_lines:
            console.print(f"{kind}：{stamp(clock.at(real_time()))}")
        await lags.close()
        return bool(behind or aside)


async def commits_in(connections: Connections, definition: ServiceDefinition) -> int | str:
    number, exact = await counted(commits_of(connections.database(definition.name)))
    return number if exact else f"约 {number}"


async def undelivered(connections: Connections, definition: ServiceDefinition) -> list[str]:
    """Returns the number of deliveries that wait for their receivers, in words."""
    if not definition.delivers:
        return []
    waiting = await Deliveries(connections.database(definition.name), real_time).waiting()
    return [f"{waiting} deliveries"] if waiting else []
