"""`duban parts`: store and broker alone, for work on data that no service may use, until Ctrl-C."""

import asyncio
from contextlib import suppress

import typer

from shared.ops.base.settings import OpsSettings
from shared.ops.base.terminal import console, tell
from shared.ops.installation.free_ports import with_free_ports
from shared.ops.installation.running import parts_of
from shared.ops.supervision.lease import sole_use_of
from shared.ops.supervision.watch import keep_up

app = typer.Typer()


@app.command()
def parts() -> None:
    """只启动 MongoDB 和 Kafka，供恢复数据时使用，按 Ctrl-C 停止。Store and broker alone."""
    settings = OpsSettings()
    with sole_use_of(settings.data), parts_of(with_free_ports(settings)) as started:
        for variable, part in started.items():
            tell(f"export {variable}='{part.address}'")
        console.print("数据库和消息总线已就绪，服务未启动。The parts are ready, no service runs.")
        with suppress(KeyboardInterrupt):
            asyncio.run(keep_up(started, tell))
    console.print("已全部停止。Everything is stopped.")
