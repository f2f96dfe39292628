"""`duban calendar`: the years whose official list is known, and the clocks that rest on a guess."""

import asyncio
from typing import Annotated, Any

import typer

from shared.ledger_import.client import Api, Refused
from shared.ops.base.screen import Json, Listing
from shared.ops.base.settings import OpsSettings
from shared.ops.base.terminal import console, tell
from shared.ops.base.tokens import Token, tokens_from
from shared.ops.installation.processes import url
from shared.service.settings import ServiceSettings

app = typer.Typer()
COLUMNS = {
    "case_id": "办件号 case", "rule_name": "时限 clock", "unit": "单位 unit",
    "due_on": "到期日 due", "years": "推算的年份 guessed years",
}  # fmt: skip


@app.command()
def calendar(
    as_: Annotated[str, typer.Option("--as", help="查询人编号")] = "p-leader-1",
    api: Annotated[str | None, typer.Option(help="接口地址，默认本机")] = None,
    token: Token = None,
    json_lines: Json = False,
) -> None:
    """工作日历和按推算日历的时限；次年安排该登记而未登记时退出码为 1。Clocks on a guessed year."""
    try:
        client = Api(api or url(OpsSettings().api_port), tokens_from(token, ServiceSettings()))
        head, clocks = asyncio.run(provisional(client, as_))
    except Refused as refused:
        raise typer.BadParameter(refused.detail) from refused
    listing = Listing(COLUMNS)
    for clock in clocks:
        years = "、".join(map(str, clock["years"]))
        listing.add(*(clock[name] or "–" for name in list(COLUMNS)[:-1]), years)
    listing.show(console, json_lines)
    if not json_lines:
        tell(standing(head, len(clocks)))
    raise typer.Exit(1 if head["missing"] else 0)


async def provisional(client: Api, who: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Returns the first page, and the clocks of all pages."""
    async with client as api:
        head = page = await api.get("/reminder/v1/provisional", who)
        clocks = list(page["clocks"])
        while page["next"]:
            page = await api.get("/reminder/v1/provisional", who, after=page["next"])
            clocks += page["clocks"]
    return head, clocks


def standing(head: dict[str, Any], clocks: int) -> str:
    """Returns the state of the calendar in one sentence."""
    known = f"工作日历 {head['calendar']}，节假日安排已登记到 {head['known_until']} 年"
    missing = f"；{head['missing']} 年的安排尚未登记，请按手册登记" if head["missing"] else ""
    return f"{known}{missing}；按推算日历的时限 {clocks} 项。"
