"""Import: good rows become cases, once. The preview asks the API what it would answer."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from shared.kernel.paper_numbers import claim_of
from shared.ledger_import.checking import Directory, checked
from shared.ledger_import.client import Api, Refused
from shared.ledger_import.reading import Fault, Reading, Row
from shared.parallel import in_parallel

AT_ONCE = 16
REGISTER = "/intake/v1/cases"
CHANGED = "与此前导入的同一流水号内容不一致，未再次导入；如需更正请走更正程序"


@dataclass(frozen=True)
class Entry:
    """A row that became a registration. `known`: it was imported before."""

    row: Row
    fields: Mapping[str, Any]
    known: bool = False


@dataclass
class Preview:
    """Content of a workbook before anything is registered."""

    reading: Reading
    good: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def new(self) -> Sequence[Entry]:
        return [entry for entry in self.good if not entry.known]

    def counts(self) -> Mapping[str, tuple[int, int, int]]:
        """Returns sheet → (new rows, rows imported before, rows with faults)."""
        bad = {(fault.sheet, fault.row) for fault in self.faults}
        sheets = [row.sheet for row in self.reading.rows] + [fault.sheet for fault in self.faults]
        return {
            sheet: (
                sum(entry.row.sheet == sheet and not entry.known for entry in self.good),
                sum(entry.row.sheet == sheet and entry.known for entry in self.good),
                sum(place[0] == sheet for place in bad),
            )
            for sheet in dict.fromkeys(sheets)
        }


def described(found: Preview, in_english: bool = False) -> dict[str, Any]:
    """Returns the preview for programs: counts of each sheet, the rows that could be imported with
    the numbers of their ledgers, the faults, and remarks about the file."""
    names = ("new", "known", "faulty")
    return {
        "sheets": {sheet: dict(zip(names, n, strict=True)) for sheet, n in found.counts().items()},
        "rows": [
            {
                "sheet": entry.row.sheet,
                "row": entry.row.number,
                "serial": entry.fields["serial"],
                "known": entry.known,
            }
            for entry in found.good
        ],
        "faults": [asdict(fault) for fault in found.faults],
        "remarks": [remark.spoken(in_english) for remark in found.reading.remarks],
    }


def preview(reading: Reading, directory: Directory) -> Preview:
    """Returns the rows that can be sent, and the faults that the file itself shows."""
    found = Preview(reading, faults=list(reading.faults))
    seen: dict[Unique, Row] = {}
    for row in reading.rows:
        fields, faults = checked(row, directory)
        faults = faults or doubled(row, fields, seen)
        found.faults += faults
        if not faults:
            found.good.append(Entry(row, fields))
    return found


Unique = tuple[str, ...]
"""Values that stand in one row of a file only; the first is the name of the field."""


def doubled(row: Row, fields: Mapping[str, Any], seen: dict[Unique, Row]) -> list[Fault]:
    """Returns a fault for each number that stands in an earlier row."""
    faults = []
    for key in unique_in(row, fields):
        first = seen.setdefault(key, row)
        if first is not row:
            column = row.ledger.column_of(key[0])
            reason = f"{column}与{place_of(first, row)}重复"
            at = (row.sheet, row.number, column)
            faults.append(Fault(*at, reason, rule="ledger-row-twice", field=key[0]))
    return faults


def unique_in(row: Row, fields: Mapping[str, Any]) -> Iterator[Unique]:
    """Yields the serial number, unique in its ledger and year, and the external number, unique as
    intake counts it: registering one row must not refuse another of the same file."""
    ledger, year = row.ledger, str(fields["received_on"].year)
    yield "serial", ledger.name, year, fields["serial"]
    if number := fields.get("external_no"):
        yield "external_no", claim_of("", ledger.kind, "", year, fields.get("session"), number)


def place_of(first: Row, row: Row) -> str:
    place = f"第 {first.number} 行"
    return place if first.sheet == row.sheet else f"工作表“{first.sheet}”{place}"


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


async def register(
    api: Api, who: str, agency: str, fields: Mapping[str, Any], **params: Any
) -> dict[str, Any]:
    body = registration(agency, fields)
    answer: dict[str, Any] = await api.post(REGISTER, who, body, **params)
    return answer


@dataclass
class Result:
    """Registrations so far; it stays true when the import ends early."""

    new: int = 0
    known: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Importer:
    """Sends rows for a registrar of an agency. `on_row` is called once for every settled row."""

    api: Api
    who: str
    agency: str
    on_row: Callable[[], None]

    async def check(self, found: Preview) -> None:
        """Asks for every row how its registration would be answered: by the rules of the API, its
        access rows, and what was imported before."""

        async def ask(entry: Entry) -> None:
            answer = await register(self.api, self.who, self.agency, entry.fields, check=True)
            good.append(replace(entry, known=bool(answer["repeated"])))

        good: list[Entry] = []
        found.faults += await self._settle(found.good, ask)
        found.good = sorted(good, key=lambda entry: (entry.row.sheet, entry.row.number))

    async def register(self, found: Preview, result: Result) -> None:
        """Registers the new rows; `result` counts them one by one."""

        async def send(entry: Entry) -> None:
            answer = await register(self.api, self.who, self.agency, entry.fields)
            result.known += bool(answer["repeated"])
            result.new += not answer["repeated"]

        result.faults += await self._settle(found.new, send)

    async def _settle(
        self, entries: Sequence[Entry], send: Callable[[Entry], Awaitable[None]]
    ) -> list[Fault]:
        """Returns the refusals. Raises what the client raises when there is no answer."""

        async def settle(entry: Entry) -> Fault | None:
            try:
                await send(entry)
            except Refused as refused:
                return fault_of(entry.row, refused)
            finally:
                self.on_row()
            return None

        faults = await in_parallel(settle, entries, AT_ONCE)
        return [fault for fault in faults if fault]


def fault_of(row: Row, refused: Refused) -> Fault:
    """Returns the fault at the column of the refused field, where the ledger has that column."""
    named, reason, rule = refused.field, refused.detail, refused.rule
    if refused.errors:
        named, reason = refused.errors[0]["field"], refused.errors[0]["message"]
    if refused.rule in {"key-reused", "ledger-row-taken"}:
        reason, rule = CHANGED, "ledger-row-taken"
    column = row.ledger.column_of(named or "")
    return Fault(row.sheet, row.number, column, reason, rule, named or "")
