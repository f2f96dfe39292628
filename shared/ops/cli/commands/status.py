"""`duban status`: logs, relays, consumer groups, parked cases and the clock."""

import asyncio
from datetime import datetime

import typer

from shared.kernel.calendar import BUSINESS_ZONE, business_day
from shared.kernel.clock import ClockMode
from shared.kernel.moment import stamp
from shared.mongo.clock_store import ClockStore, real_time
from shared.mongo.commits import commits_of
from shared.mongo.counting import counted
from shared.mongo.deliveries import Deliveries
from shared.mongo.parking import Parking
from shared.ops.base.screen import Json, Listing, as_json
from shared.ops.base.terminal import console, tell
from shared.ops.installation.connections import opened_connections
from shared.ops.installation.local_settings import settings_here
from shared.service.config.labels import label
from shared.service.config.policies import load_calendar
from shared.service.definition import ServiceDefinition
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.progress.lag import Lags
from shared.service.resources.connections import Connections

app = typer.Typer()
COLUMNS = {
    "service": "服务 service", "name": "名称", "commits": "提交 commits", "behind": "落后 behind",
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
            name, waits = definition.name, "、".join(late) or "–"
            listing.add(name, label("service", name), commits, waits, len(heads))
        listing.show(console, json_lines)
        clock = await ClockStore(place.database("control")).read()
        show_clock(clock.mode, clock.at(real_time()), json_lines)
        await lags.close()
        return bool(behind or aside)


def show_clock(mode: ClockMode, now: datetime, json_lines: bool) -> None:
    """Prints business time, and from November on that the coming year's list is missing."""
    calendar = load_calendar(settings_here().policies / "calendar.yaml")
    missing = calendar.missing_list(business_day(now))
    if json_lines:
        line = {"clock": mode, "now": stamp(now), "calendar_missing": missing}
        return typer.echo(as_json(line))
    local = f"{now.astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}"
    tell(f"{label('clock', mode)}：{local}（{stamp(now)}）")
    if missing:
        tell(
            f"{missing} 年的节假日安排尚未登记，次年的到期日是推算的，见 duban calendar。"
            f"The list of holidays of {missing} is missing."
        )
    return None


async def commits_in(connections: Connections, definition: ServiceDefinition) -> int | str:
    number, exact = await counted(commits_of(connections.database(definition.name)))
    return number if exact else f"约 {number}"


async def undelivered(connections: Connections, definition: ServiceDefinition) -> list[str]:
    """Returns the number of deliveries that wait for their receivers, in words."""
    if not definition.delivers:
        return []
    waiting = await Deliveries(connections.database(definition.name), real_time).waiting()
    return [f"{waiting} deliveries"] if waiting else []
