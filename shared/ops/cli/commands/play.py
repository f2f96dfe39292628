"""`duban play`: drives the sample year through the public APIs, by the simulated clock."""

import asyncio
from datetime import date
from typing import Annotated, cast

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shared.demo.stage import stage
from shared.ops.base.settings import OpsSettings, Sample
from shared.ops.base.terminal import console
from shared.ops.cli.arguments import one_of
from shared.ops.installation.connectivity import need_bus, need_store
from shared.ops.installation.local_settings import settings_here
from shared.ops.installation.processes import url
from shared.service.settings import ServiceSettings

app = typer.Typer()
SAMPLES = ("year", "small")


@app.command()
def play(
    sample: Annotated[str, typer.Argument(help="year 或 small")] = "year",
    api: Annotated[str | None, typer.Option(help="接口地址，默认本机。API address.")] = None,
) -> None:
    """演示一年的办理：联系、意见、答复、评价、逾期督办、公开。中断后再次执行会接着演。Play the
    year."""
    one_of("演示", sample, SAMPLES)
    address = api or url(OpsSettings().api_port)
    settings = settings_here()
    need_store(settings)
    need_bus(settings)
    acts = asyncio.run(played(cast(Sample, sample), settings, address))
    console.print(f"演示完成，共 {acts} 步。Played {acts} acts.")


async def played(sample: Sample, settings: ServiceSettings, address: str) -> int:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("2025", total=None)

        def progress(day: date, done: int, every: int) -> None:
            bar.update(task, description=f"{day:%Y-%m-%d}", completed=done, total=every)

        async with stage(sample, settings, address) as ready:
            return await ready.play(console.print, progress)
