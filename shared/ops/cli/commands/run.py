"""`duban run`: everything on this machine, from the broker to the public site, until Ctrl-C."""

import asyncio
from functools import partial

import typer

from shared.demo.beside import play_beside
from shared.ops.base.settings import OpsSettings
from shared.ops.base.terminal import console
from shared.ops.installation.connectivity import need_bus, need_store
from shared.ops.installation.free_ports import with_free_ports
from shared.ops.installation.running import console_of, parts_of, supervise
from shared.ops.supervision.lease import sole_use_of
from shared.service.settings import ServiceSettings

app = typer.Typer()


@app.command()
def run() -> None:
    """启动 MongoDB、Kafka 和全部服务，按 Ctrl-C 停止。Start everything; Ctrl-C stops it."""
    settings = OpsSettings()
    if settings.mongo_url:
        need_store(ServiceSettings())
    if settings.kafka_bootstrap_servers:
        need_bus(ServiceSettings())
    with sole_use_of(settings.data):
        settings = with_free_ports(settings)
        with console_of(settings) as building, parts_of(settings) as parts:
            asyncio.run(supervise(settings, parts, partial(play_beside, settings), building))
    console.print("已全部停止。Everything is stopped.")
