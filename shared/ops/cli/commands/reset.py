"""`duban reset`: empties this machine's installation."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from shared.ops.base.settings import OpsSettings
from shared.ops.base.terminal import console
from shared.ops.supervision.lease import sole_use_of

app = typer.Typer()
KEPT = ("cache", "lock")


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="不再询问。Do not ask.")] = False,
) -> None:
    """清空本机数据（保留下载的程序）。Remove all data on this machine; downloads are kept."""
    settings = OpsSettings()
    with sole_use_of(settings.data):
        folders = [folder for folder in sorted(settings.data.iterdir()) if folder.name not in KEPT]
        if not yes:
            names = "、".join(map(str, folders)) or "无 none"
            typer.confirm(f"将删除 (will be removed)：{names}。是否继续 (go on)？", abort=True)
        for folder in folders:
            remove(folder)
    console.print("已清空。Empty.")
    if settings.mongo_url or settings.kafka_bootstrap_servers:
        console.print("自备的 MongoDB、Kafka 未改动。Your own MongoDB and Kafka were left alone.")


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
