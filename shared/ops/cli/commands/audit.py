"""`duban audit`: lists the audit trail, proves its chain, and removes what need not be kept."""

import asyncio
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

import typer

from shared.audit.chain import Cut, Follower, too_early
from shared.audit.entry import KINDS
from shared.audit.keeping import prune as cut_off
from shared.audit.search import Search
from shared.audit.store import AuditStore, verified
from shared.kernel.calendar import BUSINESS_ZONE
from shared.kernel.moment import stamp
from shared.ops.base.screen import as_json as to_json
from shared.ops.base.screen import table_of
from shared.ops.base.terminal import console, tell
from shared.ops.cli.arguments import one_of
from shared.ops.installation.audited import Operator, audited
from shared.ops.installation.connectivity import need_store
from shared.ops.installation.local_settings import settings_here
from shared.service.config.audit_policy import LEAST_DAYS, load_audit_policy
from shared.service.config.labels import label
from shared.service.resources.audit_trail import open_audit_store
from shared.service.settings import ServiceSettings

app = typer.Typer()
audit = typer.Typer(help="审计记录：查阅、核对、到期清理。The audit trail.")
app.add_typer(audit, name="audit")
TITLES = ("序号", "时间", "类别", "操作", "结果", "人员", "地址", "办件或对象", "原因", "次数")
Day = Annotated[str | None, typer.Option(help="日期，如 2026-03-01")]
Json = Annotated[bool, typer.Option("--json", help="逐行输出 JSON。One JSON object a line.")]


def kind_named(given: str | None) -> str | None:
    return given and one_of("类别", given, KINDS)


@audit.command("list")
def list_entries(  # noqa: PLR0913, PLR0917 - one option a filter
    kind: Annotated[
        str | None, typer.Option(help="类别，如 read、denial", callback=kind_named)
    ] = None,
    subject: Annotated[str | None, typer.Option(help="人员或接口编号")] = None,
    case: Annotated[str | None, typer.Option(help="办件号")] = None,
    address: Annotated[str | None, typer.Option(help="来源地址")] = None,
    since: Day = None,
    until: Day = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    as_json: Json = False,
) -> None:
    """查阅审计记录，新的在前；查阅本身也会记录。Entries, the newest first."""
    wanted = Search(kind, subject, case, address, moment(since), moment(until, ends=True))
    settings = ready()
    with audited(settings, "list-trail", kind="inspection"):
        show(asyncio.run(found(settings, wanted, limit)), as_json)


@audit.command()
def verify(
    expect: Annotated[
        list[str] | None,
        typer.Option(help="此前记下的链头 序号:哈希，可多次。A head noted before."),
    ] = None,
    as_json: Json = False,
) -> None:
    """逐条核对审计记录的哈希链。Verify the chain; prints its head, to be kept elsewhere."""
    settings = ready()
    with audited(settings, "verify-trail", kind="inspection"):
        follower, faults = asyncio.run(proven(settings, expect or []))
    head = f"{follower.number}:{follower.head}"
    if as_json:
        typer.echo(to_json({"head": head, "faults": faults}))
    else:
        tell(f"链头 head {head}")
        tell("\n".join(["审计记录被改动：", *faults]) if faults else "审计记录完整。It is whole.")
    raise typer.Exit(1 if faults else 0)


@audit.command()
def prune() -> None:
    """清理超过保存期的记录，先在链上写明。Remove what is older than the policy keeps."""
    settings = ready()
    policy = load_audit_policy(settings.policies)

    async def run() -> int:
        async with open_audit_store(settings) as store:
            asked = Operator.here().entry("prune-trail", None)
            return await cut_off(store, asked, policy.keep_days)

    tell(f"已清理 {asyncio.run(run())} 条，保存期 {policy.keep_days} 天。Entries removed.")


def ready() -> ServiceSettings:
    settings = settings_here()
    need_store(settings)
    return settings


def moment(day: str | None, ends: bool = False) -> str | None:
    """Returns the beginning (or end) of a local day. Raises BadParameter."""
    if day is None:
        return None
    try:
        local = datetime.combine(
            date.fromisoformat(day), time.max if ends else time.min, BUSINESS_ZONE
        )
    except ValueError as error:
        raise typer.BadParameter("日期应形如 2026-03-01。Write YYYY-MM-DD.") from error
    return stamp(local.astimezone(UTC))


async def found(settings: ServiceSettings, wanted: Search, limit: int) -> list[dict[str, Any]]:
    async with open_audit_store(settings) as store:
        return await store.find(wanted.as_filter(), limit)


async def proven(settings: ServiceSettings, expected: list[str]) -> tuple[Follower, list[str]]:
    async with open_audit_store(settings) as store:
        cut, fact = await store.cut()
        follower = await verified(store, cut)
        faults = [f"{each.number} {each.rule}" for each in follower.breaks]
        if fact and too_early(fact, LEAST_DAYS):
            faults.append(f"{fact['_id']} pruned-early")
        return follower, [
            *faults,
            *[each for each in expected if not await holds(store, each, cut)],
        ]


async def holds(store: AuditStore, head: str, cut: Cut) -> bool:
    """Returns whether the chain still has an entry with this number and hash. Raises
    BadParameter."""
    number, _, known = head.partition(":")
    if not number.isdigit():
        raise typer.BadParameter("链头应形如 序号:哈希。Write NUMBER:HASH.")
    if int(number) < cut.number:
        return True
    kept = await store.entry(int(number))
    return bool(kept and kept["hash"] == known) or cut == Cut(int(number), known)


def show(entries: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        for entry in entries:
            typer.echo(to_json({"number": entry.pop("_id"), **entry}))
        return
    console.print(table_of(TITLES, map(cells, entries)))


def cells(entry: dict[str, Any]) -> tuple[str, ...]:
    at = datetime.fromisoformat(entry["at"]).astimezone(BUSINESS_ZONE)
    return (
        str(entry["_id"]), f"{at:%Y-%m-%d %H:%M:%S}", label("audit-kind", entry["kind"]),
        entry["action"], label("audit-result", entry["result"]), entry.get("subject", ""),
        entry.get("address", ""), entry.get("case_id") or entry.get("target", ""),
        entry.get("reason", ""), str(entry["count"]),
    )  # fmt: skip
