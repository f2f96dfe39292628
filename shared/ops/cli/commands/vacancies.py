"""`duban vacancies`: units that cannot do their tasks today, and the tasks that wait for them."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
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
    "unit": "单位 unit", "name": "名称 name", "vacant": "空缺岗位 vacant posts",
    "case": "办件 case", "task": "任务 task", "due_on": "到期日 due", "obstacle": "须改派 to move",
}  # fmt: skip


@app.command()
def vacancies(
    as_: Annotated[str, typer.Option("--as", help="查询人编号")] = "p-leader-1",
    api: Annotated[str | None, typer.Option(help="接口地址，默认本机")] = None,
    token: Token = None,
    json_lines: Json = False,
) -> None:
    """缺员单位和无人能办的任务；有任务等候时退出码为 1。Tasks that nobody can do."""
    try:
        client = Api(api or url(OpsSettings().api_port), tokens_from(token, ServiceSettings()))
        units = asyncio.run(vacant_units(client, as_))
    except Refused as refused:
        raise typer.BadParameter(refused.detail) from refused
    listing = Listing(COLUMNS)
    for row in rows_of(units):
        listing.add(*row)
    listing.show(console, json_lines)
    if not json_lines:
        tell(standing(units))
    raise typer.Exit(1 if waiting(units) else 0)


async def vacant_units(client: Api, who: str) -> list[dict[str, Any]]:
    """Returns the units of the list, as far as the person may read their cases."""
    async with client as api:
        answer = await api.get("/portal/v1/vacancies", who)
    units: list[dict[str, Any]] = answer["units"]
    return units


def rows_of(units: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Yields a row for each task that is listed, and one for a unit without any."""
    for unit in units:
        place = (unit["unit"], unit["name"], "、".join(unit["vacant"]) or "–")
        for task in unit["tasks"]:
            case = task["label"] or task["case_id"]
            yield (*place, case, task["task"], task["due_on"] or "–", task["obstacle"] or "–")
        if not unit["tasks"]:
            yield (*place, *"––––")


def waiting(units: Sequence[Mapping[str, Any]]) -> int:
    return sum(unit["waiting"] for unit in units)


def standing(units: Sequence[Mapping[str, Any]]) -> str:
    """Returns the state in one sentence."""
    if not units:
        return "各单位均有人在任，没有须改派的任务。No unit is vacant."
    shown = "每个单位列出最先到期的 20 项"
    return f"不能承办的单位 {len(units)} 个，等候处理的任务 {waiting(units)} 项（{shown}）。"
