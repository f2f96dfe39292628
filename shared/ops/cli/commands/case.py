"""`duban case NUMBER`: the timeline of a case, as the portal shows it."""

import asyncio
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.table import Table

from shared.kernel.calendar import BUSINESS_ZONE
from shared.ledger_import.client import Api, Refused
from shared.ops.base.dev_tokens import token_for
from shared.ops.base.settings import OpsSettings
from shared.ops.base.terminal import console
from shared.ops.installation.processes import url
from shared.service.config.labels import label
from shared.service.settings import ServiceSettings

app = typer.Typer()
CASE_ID_LENGTH = 32
QUIET = frozenset(
    {
        "assignment.opened", "assignment.progressed", "task.opened", "task.closed",
        "disclosure.noted", "publication.cleared", "publication.ended", "publication.released",
        "clock.started", "clock.stopped", "clock.paused", "clock.resumed", "clocks.stopped",
        "light.changed",
    }
)  # fmt: skip
"""Facts between services and of clocks; `--all` shows them, too."""


@app.command()
def case(
    number: Annotated[str, typer.Argument(help="编号（如 2025年第1号建议）或 32 位办件号")],
    as_: Annotated[str, typer.Option("--as", help="查询人编号")] = "p-leader-1",
    api: Annotated[str | None, typer.Option(help="接口地址，默认本机")] = None,
    everything: Annotated[bool, typer.Option("--all", help="连同计时等内部步骤")] = False,
) -> None:
    """一件办件的来龙去脉。The timeline of a case."""
    try:
        pages = asyncio.run(case_pages(number, as_, api or url(OpsSettings().api_port)))
    except Refused as refused:
        raise typer.BadParameter(refused.detail) from refused
    if not pages:
        raise typer.BadParameter(f"没有编号为 {number} 的办件，或您无权查看")
    for page in pages:
        show(page, everything)


async def case_pages(number: str, who: str, address: str) -> list[dict[str, Any]]:
    settings = ServiceSettings()
    async with Api(address, lambda sub: token_for(sub, settings)) as api:
        ids = [number]
        if len(number) != CASE_ID_LENGTH:
            lines = await api.get(f"/portal/v1/cases/by-number/{quote(number, safe='')}", who)
            ids = [line["case_id"] for line in lines["items"]]
        return [await api.get(f"/portal/v1/cases/{each}", who) for each in ids]


def show(page: dict[str, Any], everything: bool) -> None:
    title = page["title"] or "（案由已加密）"
    console.print(f"[bold]{page['label'] or page['case_id']}[/] {title}")
    console.print(
        f"{label('kind', page['kind'])} · {label('status', page['status'])} · "
        f"{label('light', page['light'])} · {'、'.join(page['leads']) or '未交办'}"
    )
    table = Table("时间", "环节", "办理人", "说明")
    for entry in page["timeline"]:
        step = entry["type"].rsplit(".v", 1)[0]
        if everything or step not in QUIET:
            table.add_row(minute(entry["at"]), label("fact", step), entry["actor"], about(entry))
    console.print(table)


def minute(moment: str) -> str:
    """Returns the moment to the minute in local office time."""
    return f"{datetime.fromisoformat(moment).astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}"


def about(entry: dict[str, Any]) -> str:
    about = entry["about"]
    named = [label(name, about[name]) for name in ("rule", "rung", "light") if about.get(name)]
    turn = [f"第 {about['round']} 轮"] if about.get("round", 1) > 1 else []
    return " ".join([*filter(None, [about.get("unit")]), *named, *turn])
