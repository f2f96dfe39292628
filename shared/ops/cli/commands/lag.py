"""`duban lag`: unread messages of each consumer group."""

from collections.abc import Iterator
from itertools import groupby
from typing import Annotated

import typer

from shared.kafka.broker_access import BrokerAccess
from shared.kafka.group_offsets import Lag, group_lag, groups
from shared.ops.base.screen import Json, Listing
from shared.ops.base.terminal import console
from shared.ops.cli.arguments import one_of
from shared.ops.installation.connectivity import need_bus
from shared.ops.installation.local_settings import settings_here
from shared.service.resources.connections import broker_access

app = typer.Typer()
Row = tuple[str | int, ...]
COLUMNS = {
    "group": "消费组 group",
    "topic": "主题 topic",
    "partition": "分区 partition",
    "committed": "已提交 committed",
    "latest": "最新 latest",
    "lag": "滞后 lag",
}


@app.command()
def lag(
    group: Annotated[
        list[str] | None, typer.Argument(help="消费组，默认全部。All by default.")
    ] = None,
    partitions: Annotated[bool, typer.Option(help="按分区列出。One row per partition.")] = False,
    json_lines: Json = False,
) -> None:
    """消费进度与滞后。What consumer groups have read and have yet to read."""
    settings = settings_here()
    need_bus(settings)
    access = broker_access(settings)
    names = groups(access)
    wanted = [one_of("消费组", each, names) for each in group or names]
    listing = Listing(COLUMNS)
    for row in rows(access, wanted, partitions):
        listing.add(*row)
    listing.show(console, json_lines)


def rows(access: BrokerAccess, names: list[str], partitions: bool) -> Iterator[Row]:
    for name in names:
        for place, lags in groupby(
            group_lag(access, name), by_partition if partitions else by_topic
        ):
            yield (name, *place, *sums(list(lags)))


def by_topic(row: Lag) -> tuple[str, str]:
    return row.topic, "*"


def by_partition(row: Lag) -> tuple[str, str]:
    return row.topic, str(row.partition)


def sums(lags: list[Lag]) -> tuple[int, int, int]:
    committed = sum(row.committed or 0 for row in lags)
    return committed, sum(row.latest for row in lags), sum(row.lag for row in lags)
