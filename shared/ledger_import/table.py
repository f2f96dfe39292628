"""Table of ledgers: which column of which ledger is which field of a registration
(deploy/policies/ledgers.yaml)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.folding import same_name
from shared.ledger_import.cells import plain
from shared.ledger_import.headings import heading_form
from shared.service.config.layers import read_layered


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Shape):
    """One column: its heading and others in use for it, how its text is read, and what it must
    be."""

    column: str
    also: tuple[str, ...] = ()
    reads: Literal["text", "label", "found", "unit", "region", "yes-no", "count", "lines"] = Field(
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

    def column_of(self, field: str) -> str:
        """Returns the column of `proposers`, `proposers.1.person` or `proposers.0.phone`."""
        _, place, *last = [*field.split("."), ""]
        contacts = {"phone": self.phone, "address": self.address}
        co = self.co if place.isdigit() and int(place) > 0 else None
        return contacts.get(last[0] if last else "") or co or self.lead


class Accused(Shape):
    """Columns of those whom the paper is against: units by name; people as `name（id）`, and in
    words others, whom the directory does not know."""

    units: str
    persons: str


class Ledger(Shape):
    """One ledger. `title`: its Chinese name; `sign`: the columns by which its sheet is recognised;
    `where`: the values that a row must have besides; `also`: other headings of columns that are no
    `Column`."""

    name: str
    title: str
    sign: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]] = {}
    where: Mapping[str, str] = {}
    kind: str
    channel: Column
    serial: str
    received_on: str
    columns: Mapping[str, Column]
    signers: Signers
    accused: Accused | None = None
    fixed: Mapping[str, Any] = {}

    def knows(self, columns: Sequence[str]) -> bool:
        return set(self.sign) <= set(columns)

    def column_of(self, field: str) -> str:
        """Returns the column of a field of the registration (`proposers.0.phone`); for a field
        that the ledger does not have, the column of the row's number."""
        top = field.partition(".")[0]
        columns = {name: column.column for name, column in self.columns.items()} | {
            "serial": self.serial,
            "received_on": self.received_on,
            "period": self.received_on,
            "channel": self.channel.column,
            "in_session": self.channel.column,
            "proposers": self.signers.column_of(field),
        }
        if self.accused:
            columns["against"] = self.accused.units
        return columns.get(top, self.serial)

    def takes(self, values: Mapping[str, Any]) -> bool:
        return all(same_name(plain(values.get(name)), text) for name, text in self.where.items())

    @cached_property
    def heading_names(self) -> Mapping[str, str]:
        """Form of a heading → column: 标题 is a column of one ledger and 案由 of another."""
        return {heading_form(text): name for text, name in self.headings()}

    def headings(self) -> Iterator[tuple[str, str]]:
        """Returns (heading in use, column that it means)."""
        for column in (self.channel, *self.columns.values()):
            yield from ((heading, column.column) for heading in (column.column, *column.also))
        signers = self.signers
        for name in (
            *self.sign, *self.where, self.serial, self.received_on,
            signers.lead, signers.co, signers.phone, signers.address,
            *(self.accused.model_dump().values() if self.accused else ()),
        ):  # fmt: skip
            if name:
                yield name, name
        for name, others in self.also.items():
            yield from ((other, name) for other in others)

    def required(self) -> Iterator[str]:
        """Returns the columns without which no row can be read."""
        yield from (self.serial, self.received_on, self.channel.column, self.signers.lead)
        yield from (column.column for column in self.columns.values() if column.required)


class Uploads(Shape):
    """Bounds of files that are uploaded: the size of one, how long it is kept, and how many of one
    person are kept at a time."""

    megabytes: int = Field(ge=1, le=32)
    kept_days: int = Field(ge=1, le=30)
    of_a_person: int = Field(ge=1, le=200)
    basis: str

    @property
    def largest(self) -> int:
        """Bytes of a file."""
        return self.megabytes * 2**20


def load_uploads(path: Path) -> Uploads:
    return Uploads.model_validate(tables_in(path)["uploads"])


def load_ledgers(path: Path) -> tuple[Ledger, ...]:
    return tuple(Ledger.model_validate(row) for row in tables_in(path)["ledgers"])


def tables_in(path: Path) -> Any:
    return read_layered(path.parent, path.name).data
