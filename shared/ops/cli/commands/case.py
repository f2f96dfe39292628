"""`duban case NUMBER`: the timeline of a case, as the portal shows it."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

import typer

from shared.kernel.calendar import BUSINESS_ZONE
from shared.ledger_import.client import Api, Refused
from shared.ops.base.screen import Json, as_json, table_of
from shared.ops.base.settings import OpsSettings
from shared.ops.base.terminal import console, tell
from shared.ops.base.tokens import Token, tokens_from
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
    token: Token = None,
    json_lines: Json = False,
) -> None:
    """一件办件的来龙去脉。The timeline of a case."""
    try:
        tokens = tokens_from(token, ServiceSettings())
        client = Api(api or url(OpsSettings().api_port), tokens)
        pages = asyncio.run(case_pages(number, as_, client))
    except Refused as refused:
        raise typer.BadParameter(refused.detail) from refused
    if not pages:
        raise typer.BadParameter(f"没有编号为 {number} 的办件，或您无权查看")
    for page in pages:
        if json_lines:
            typer.echo(as_json(page))
        else:
            show(page, everything)


async def case_pages(number: str, who: str, client: Api) -> list[dict[str, Any]]:
    async with client as api:
        ids = [number]
        if len(number) != CASE_ID_LENGTH:
            lines = await api.get(f"/portal/v1/cases/by-number/{quote(number, safe='')}", who)
            ids = [line["case_id"] for line in lines["items"]]
        return [await api.get(f"/portal/v1/cases/{each}", who) for each in ids]


def show(page: dict[str, Any], everything: bool) -> None:
    title = page["title"] or "（案由已加密）"
    names = page["names"]
    console.print(f"{page['label'] or page['case_id']} {title}", style="bold")
    tell(" · ".join(filter(None, standing(page))))
    steps = [(entry, entry["type"].rsplit(".v", 1)[0]) for entry in page["timeline"]]
    rows = [
        (minute(entry["at"]), label("fact", step), who_acted(entry, names), about(entry, names))
        for entry, step in steps
        if everything or step not in QUIET
    ]
    console.print(table_of(("时间", "环节", "办理人", "说明"), rows))


def standing(page: dict[str, Any]) -> list[str]:
    """Returns kind, status, light, the day on which it is due, and the units that answer for it."""
    leads = "、".join(page["names"].get(unit, unit) for unit in page["leads"])
    due = f"{due_day(page['due'])} 到期" if page["due"] else ""
    named = [label(group, page[group]) for group in ("kind", "status", "light")]
    return [*named, due, leads or "未交办"]


def due_day(moment: str) -> str:
    """Returns the last day in local office time: what is due at midnight is due the day before."""
    local = datetime.fromisoformat(moment).astimezone(BUSINESS_ZONE) - timedelta(milliseconds=1)
    return f"{local:%Y-%m-%d}"


def who_acted(entry: dict[str, Any], names: dict[str, str]) -> str:
    """Returns the name of who holds a post; a person without one is a proposer."""
    actor: str = entry["actor"] or ""  # hidden: a rater
    if actor.startswith("system:"):
        return "系统"
    return names.get(actor) or ("对接平台" if actor.startswith("c-") else "提出人")


def minute(moment: str) -> str:
    """Returns the moment to the minute in local office time."""
    return f"{datetime.fromisoformat(moment).astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}"


def about(entry: dict[str, Any], names: dict[str, str]) -> str:
    about = entry["about"]
    named = [label(name, about[name]) for name in ("rule", "rung", "light") if about.get(name)]
    turn = [f"第 {about['round']} 轮"] if about.get("round", 1) > 1 else []
    unit = about.get("unit")
    return " ".join([*filter(None, [names.get(unit, unit)]), *named, *turn])
