"""Table of ledgers: which column of which ledger is which field of a registration
(deploy/policies/ledgers.yaml)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Shape):
    """One column: how its text is read, and what it must be."""

    column: str
    reads: Literal["text", "label", "found", "unit", "region", "yes-no", "count"] = Field(
        default="text", alias="as"
    )
    group: str = ""
    found: Mapping[str, str] = {}
    required: bool = False
    longest: int = 2000


class Signers(Shape):
    """Columns of the proposers: deputies as `name（number）`, citizens with phone and address.
    `body` is where the deputies sit."""

    lead: str
    co: str | None = None
    phone: str | None = None
    address: str | None = None
    who: Literal["deputy", "citizen"] = Field(alias="as")
    body: Literal["npc", "cppcc"] = "npc"


class Ledger(Shape):
    """One ledger: `sign` are the columns by which its sheet is recognised, `where` the values
    that a row must have besides."""

    name: str
    sign: tuple[str, ...]
    where: Mapping[str, str] = {}
    kind: str
    channel: Column
    serial: str
    received_on: str
    columns: Mapping[str, Column]
    signers: Signers
    fixed: Mapping[str, Any] = {}

    def knows(self, columns: Sequence[str]) -> bool:
        return set(self.sign) <= set(columns)

    def column_of(self, field: str) -> str:
        """Returns the column of a field of the registration (`proposers.0.phone`); for a field
        that the ledger does not have, the column of the row's number."""
        top, last = field.partition(".")[0], field.rpartition(".")[2]
        columns = {name: column.column for name, column in self.columns.items()} | {
            "serial": self.serial,
            "received_on": self.received_on,
            "period": self.received_on,
            "channel": self.channel.column,
            "in_session": self.channel.column,
            "proposers": {"phone": self.signers.phone, "address": self.signers.address}.get(last)
            or self.signers.lead,
        }
        return columns.get(top, self.serial)

    def takes(self, values: Mapping[str, Any]) -> bool:
        return all(text_of(values.get(name)) == wanted for name, wanted in self.where.items())


def text_of(cell: Any) -> str:
    """Returns the text of a cell; numbers in text columns lose the `.0` that the sheet's format
    hides."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell if cell is not None else "").strip()


def load_ledgers(path: Path) -> tuple[Ledger, ...]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(Ledger.model_validate(row) for row in content["ledgers"])
