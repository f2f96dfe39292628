"""Import: good rows become cases, once. A row that was imported before or changed since is
reported."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.ledger_import.checking import Directory, checked
from shared.ledger_import.client import Api, Refused
from shared.ledger_import.reading import Fault, Row, read_rows
from shared.ledger_import.table import Ledger

AT_ONCE = 16
CHANGED = "与此前导入的同一流水号内容不一致，未再次导入；如需更正请走更正程序"


@dataclass(frozen=True)
class Preview:
    """Content of a workbook before anything is sent: rows with their fields, and faults."""

    good: Sequence[tuple[Row, Mapping[str, Any]]]
    faults: Sequence[Fault]
    rows: Sequence[Row]
    heads: Mapping[str, Mapping[str, int]]

    def counts(self) -> Mapping[str, tuple[int, int]]:
        """Returns sheet → (good rows, bad rows)."""
        bad = {(fault.sheet, fault.row) for fault in self.faults}
        sheets = dict.fromkeys(
            [row.sheet for row in self.rows] + [one.sheet for one in self.faults]
        )
        return {
            sheet: (
                sum(row.sheet == sheet for row, _ in self.good),
                sum(place[0] == sheet for place in bad),
            )
            for sheet in sheets
        }


def preview(path: Path, ledgers: Sequence[Ledger], directory: Directory) -> Preview:
    found = read_rows(path, ledgers)
    good, faults = [], list(found.faults)
    seen: dict[tuple[str, str], int] = {}
    for row in found.rows:
        fields, wrong = checked(row, directory)
        place = (row.ledger.name, str(fields.get("serial")))
        if not wrong and place in seen:
            reason = f"流水号与第 {seen[place]} 行重复"
            wrong = [Fault(row.sheet, row.number, row.ledger.serial, reason)]
        seen.setdefault(place, row.number)
        faults += wrong
        if not wrong:
            good.append((row, fields))
    return Preview(good, faults, found.rows, found.heads)


def registration(agency: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the body of a registration; the period is the year in which the paper came."""
    typed = {name: value for name, value in fields.items() if name != "received_on"}
    received = fields["received_on"]
    return typed | {
        "agency": agency,
        "period": str(received.year),
        "received_on": received.isoformat(),
        "in_session": fields["channel"] == "session",
    }


@dataclass
class Result:
    """Outcome of an import."""

    new: int = 0
    known: int = 0
    faults: tuple[Fault, ...] = ()


async def register(api: Api, who: str, agency: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = await api.post("/intake/v1/cases", who, registration(agency, fields))
    return answer


async def import_rows(
    api: Api, who: str, agency: str, preview: Preview, on_row: Callable[[], None]
) -> Result:
    """Registers the rows; `on_row` is called once for every row that is settled."""
    result, turns = Result(), asyncio.Semaphore(AT_ONCE)

    async def settle(row: Row, fields: Mapping[str, Any]) -> None:
        async with turns:
            try:
                answer = await register(api, who, agency, fields)
                result.known += bool(answer["repeated"])
                result.new += not answer["repeated"]
            except Refused as refused:
                result.faults += (fault_of(row, refused),)
            on_row()

    async with asyncio.TaskGroup() as group:
        for row, fields in preview.good:
            group.create_task(settle(row, fields))
    return result


def fault_of(row: Row, refused: Refused) -> Fault:
    """Returns the fault at the column of the refused field, where the ledger has that column."""
    named, reason = refused.field, refused.detail
    if refused.errors:
        named, reason = refused.errors[0]["field"], refused.errors[0]["message"]
    if refused.rule == "key-reused":
        reason = CHANGED
    return Fault(row.sheet, row.number, row.ledger.column_of(named or ""), reason)
