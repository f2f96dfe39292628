"""The preview of a ledger in words: which column was taken for which, the first rows as they would
be registered, and every fault at its cell."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from openpyxl.utils import get_column_letter

from shared.ledger_import.cells import plain
from shared.ledger_import.checking import Directory
from shared.ledger_import.headings import Headings
from shared.ledger_import.importing import Entry, Preview
from shared.ledger_import.reading import Fault

MOST_ROWS = 20
MOST_FAULTS = 500
LONGEST = 200
"""Characters of a cell that a page shows."""


def in_words(found: Preview, directory: Directory) -> dict[str, Any]:
    """Returns sheets with their columns and counts, first rows, faults, and remarks."""
    heads = found.reading.heads
    names = spoken(directory)
    return {
        "sheets": [
            {
                "name": sheet,
                "new": new,
                "known": known,
                "faulty": faulty,
                "columns": [*columns_of(heads[sheet])] if sheet in heads else [],
            }
            for sheet, (new, known, faulty) in found.counts().items()
        ],
        "rows": [row_of(entry, names) for entry in found.good[:MOST_ROWS]],
        "remarks": [asdict(remark) for remark in found.reading.remarks],
        **faults_in_words(found.faults, heads),
    }


def faults_in_words(faults: list[Fault], heads: Mapping[str, Headings]) -> dict[str, Any]:
    """Returns the first faults, in the order of the file, and the number of all."""
    ordered = sorted(faults, key=lambda fault: (fault.sheet, fault.row))
    first = [fault_of(fault, heads.get(fault.sheet)) for fault in ordered[:MOST_FAULTS]]
    return {"faults": first, "faults_in_all": len(faults)}


def columns_of(head: Headings) -> Iterator[dict[str, Any]]:
    """Returns (place, heading in the file, column that it was taken for or None)."""
    for at, (text, name) in enumerate(zip(head.texts, head.names, strict=True), 1):
        if text:
            meant = name if head.places.get(name) == at else None
            yield {"place": get_column_letter(at), "heading": text[:LONGEST], "column": meant}


def fault_of(fault: Fault, head: Headings | None) -> dict[str, Any]:
    at = head.places.get(fault.column) if head else None
    return {
        "sheet": fault.sheet,
        "row": fault.row,
        "cell": f"{get_column_letter(at)}{fault.row}" if at else None,
        "column": fault.column,
        "field": fault.field or None,
        "rule": fault.rule,
        "reason": fault.reason,
    }


Spoken = Mapping[str, str]
"""Names of units and regions by id."""


def spoken(directory: Directory) -> Spoken:
    """Returns the longest name of each unit and region: the full one."""
    names: dict[str, str] = {}
    for name, id_ in [*directory.units.items(), *directory.regions.items()]:
        names[id_] = max(names.get(id_, ""), name, key=len)
    return names


def row_of(entry: Entry, names: Spoken) -> dict[str, Any]:
    cells = [{"column": column, "text": text[:LONGEST]} for column, text in words_of(entry, names)]
    place = {"sheet": entry.row.sheet, "row": entry.row.number, "known": entry.known}
    return {**place, "cells": cells}


def words_of(entry: Entry, names: Spoken) -> Iterator[tuple[str, str]]:
    """Returns (column, words) of what would be registered: days in one form, units by their full
    names; the rest as it stands in the file."""
    row, fields = entry.row, entry.fields
    ledger = row.ledger
    yield ledger.serial, str(fields["serial"])
    yield ledger.received_on, fields["received_on"].isoformat()
    for name in (ledger.signers.lead, ledger.signers.co, ledger.channel.column):
        if name and (text := plain(row.values.get(name))):
            yield name, text
    for field, column in ledger.columns.items():
        if field in fields:
            is_id = column.reads in ("unit", "region")
            text = names.get(str(fields[field]), "") if is_id else ""
            yield column.column, text or plain(row.values.get(column.column))
