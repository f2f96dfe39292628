"""Check of a row: it becomes a registration, or the reasons against it, column by column."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.kernel.codes import SERIAL_FORM
from shared.kernel.folding import folded
from shared.kernel.items import items_of
from shared.ledger_import.accused import accused
from shared.ledger_import.cells import UnclearCell, day, text_of
from shared.ledger_import.reading import Fault, Row
from shared.ledger_import.signers import Deputies, signers
from shared.ledger_import.table import Column

MOST_PEOPLE = 100_000
ANSWERS = {"是": True, "否": False, "同意": True, "不同意": False, "公开": True, "不公开": False}


@dataclass(frozen=True)
class Directory:
    """Names that ledgers use, folded, with their ids; and the first 字 of each unit by its id."""

    units: Mapping[str, str]
    regions: Mapping[str, str]
    deputies: Deputies
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    letter_words: Mapping[str, str] = field(default_factory=dict)


def looked_up(names: Mapping[str, str], what: str) -> Callable[[str, Column], str]:
    def look_up(text: str, column: Column) -> str:
        if folded(text) not in names:
            raise UnclearCell("ledger-name", f"“{text}”不是已登记的{what}")
        return names[folded(text)]

    return look_up


def listed(text: str, column: Column) -> str:
    codes = {folded(name): code for name, code in column.found.items()}
    if folded(text) not in codes:
        raise UnclearCell("ledger-choice", f"“{text}”不在可选范围内：{'、'.join(column.found)}")
    return codes[folded(text)]


def yes_or_no(text: str, column: Column) -> bool:
    if folded(text) not in ANSWERS:
        raise UnclearCell("ledger-yes-no", f"应填“是”或“否”，现为“{text}”")
    return ANSWERS[folded(text)]


def count(text: str, column: Column) -> int:
    number = folded(text).removesuffix("人")
    if not re.fullmatch("[0-9]{1,6}", number) or not 1 <= int(number) <= MOST_PEOPLE:
        raise UnclearCell("ledger-count", f"应为 1 至 {MOST_PEOPLE} 的整数，现为“{text}”")
    return int(number)


def bounded(text: str, column: Column) -> str:
    if len(text) > column.longest:
        raise UnclearCell("ledger-long", f"超过 {column.longest} 字，现为 {len(text)} 字")
    return text


def lines(text: str, column: Column) -> list[str]:
    """Returns the items of a cell, one a line."""
    return [bounded(item, column) for item in items_of(text)]


def readers(directory: Directory, column: Column) -> Mapping[str, Callable[[str, Column], Any]]:
    return {
        "text": bounded,
        "label": looked_up(directory.labels.get(column.group, {}), "类别名称"),
        "found": listed,
        "unit": looked_up(directory.units, "单位"),
        "region": looked_up(directory.regions, "区县"),
        "yes-no": yes_or_no,
        "count": count,
        "lines": lines,
    }


def understood(row: Row, column: Column, directory: Directory) -> Any:
    """Returns the value of a cell, None for an empty cell that may be empty. Raises UnclearCell."""
    text = text_of(row.values.get(column.column))
    if not text:
        if column.required:
            raise UnclearCell("ledger-empty", "不能为空")
        return None
    return readers(directory, column)[column.reads](text, column)


def serial(cell: Any) -> str:
    """Returns a serial number without leading zeros, so that 001 and 1 are one row."""
    text = folded(text_of(cell))
    match = re.fullmatch(SERIAL_FORM, text)
    if not match:
        raise UnclearCell("ledger-serial", "流水号应为数字，前面可加字母，且不能为空")
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", text).upper()


def field_readers(row: Row, directory: Directory) -> Iterator[tuple[str, str, Callable[[], Any]]]:
    """Returns (field, column, function that reads it) for every field of a registration."""
    ledger = row.ledger
    yield "serial", ledger.serial, lambda: serial(row.values.get(ledger.serial))
    received = row.values.get(ledger.received_on)
    yield "received_on", ledger.received_on, lambda: day(received, row.from_1904)
    yield "channel", ledger.channel.column, lambda: understood(row, ledger.channel, directory)
    for name, column in ledger.columns.items():
        yield name, column.column, lambda column=column: understood(row, column, directory)  # type: ignore[misc]
    if ledger.accused:
        yield "against", ledger.accused.units, lambda: accused(row, directory.units)
    yield "proposers", ledger.signers.lead, lambda: signers(row, directory.deputies)


def checked(row: Row, directory: Directory) -> tuple[dict[str, Any], list[Fault]]:
    """Returns (fields of the registration, faults); the fields are complete only without faults."""
    fields: dict[str, Any] = {"kind": row.ledger.kind, **row.ledger.fixed}
    faults = []
    for name, column, understand in field_readers(row, directory):
        try:
            found = understand()
        except UnclearCell as error:
            place = (row.sheet, row.number, error.column or column)
            faults.append(Fault(*place, str(error), error.rule, name))
        else:
            fields |= {name: found} if found is not None else {}
    return fields, faults
