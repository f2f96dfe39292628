"""Reads the policy rows: what each inherits, whether it is whole, and on which line it is not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.contracts.case_event import Kind
from shared.kernel.policy import RULES, PolicyRow
from shared.service.config.located_yaml import Located, Place, read_located, refuse, spoken
from shared.service.config.policy_lint import impossible

ANY = "*"
KINDS = frozenset(get_args(Kind)) | {ANY}


class PolicyFile(BaseModel):
    """Rows are laid over `defaults`, mapping by mapping; null takes a default away, and a list of
    channels stands for one row each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    defaults: dict[str, Any] = {}
    rows: list[dict[str, Any]]


def load_rows(path: Path) -> tuple[PolicyRow, ...]:
    """All rows of the file; DataRefused names every fault of every row."""
    located = read_located(path)
    file = located.shaped(PolicyFile)
    faults: list[str] = []
    entries = [_Entry(located, n, laid_over(file.defaults, own)) for n, own in enumerate(file.rows)]
    rows = [(entry, row) for entry in entries for row in entry.rows(faults)]
    faults += _doubles(rows)
    refuse(faults)
    return tuple(row for _, row in rows)


def laid_over(defaults: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**defaults, **own}
    for name, value in own.items():
        inherited = defaults.get(name)
        if isinstance(value, Mapping) and isinstance(inherited, Mapping):
            merged[name] = laid_over(inherited, value)
    return {name: value for name, value in merged.items() if value is not None}


@dataclass(frozen=True)
class _Entry:
    """One entry of the file's list, its inherited fields filled in."""

    located: Located
    number: int
    data: Mapping[str, Any]

    def rows(self, faults: list[str]) -> Iterator[PolicyRow]:
        """The rows that the entry stands for; what is wrong with it goes to `faults`."""
        channels = self.data.get("channel")
        for channel in channels if isinstance(channels, list) else [channels]:
            try:
                row = PolicyRow.model_validate({**self.data, "channel": channel})
            except ValidationError as error:
                faults += [self.fault(spoken(e["loc"]), e["msg"]) for e in error.errors()]
                return
            faults += [*self._gaps(row), *(self.fault(*found) for found in impossible(row))]
            yield row

    def fault(self, loc: Place, reason: str) -> str:
        """The line is that of the row's own value, else that of the default it inherits."""
        own, inherited = ("rows", self.number, *loc), ("defaults", *loc)
        by_default = self._known(inherited) - 1 > self._known(own) - 2
        return self.located.fault(own, reason, seen_at=inherited if by_default else own)

    def _known(self, place: Place) -> int:
        """How many parts of the place, from the outside, are in the file."""
        return max(n for n in range(len(place) + 1) if n == 0 or place[:n] in self.located.lines)

    def _gaps(self, row: PolicyRow) -> Iterator[str]:
        """What every case will need sooner or later, and this row does not say."""
        if row.kind not in KINDS:
            yield self.fault(("kind",), f"no case is of the kind {row.kind!r}")
        for rule in RULES:
            needed = rule != "publication" or row.disclosure.publishable
            if needed and rule not in row.deadlines:
                yield self.fault(("deadlines",), f"the deadline {rule!r} is missing")
        for meaning in row.class_needs_target_date:
            if meaning not in row.class_map:
                yield self.fault(("class_needs_target_date",), f"{meaning!r} has no class letter")


def _doubles(rows: list[tuple[_Entry, PolicyRow]]) -> Iterator[str]:
    seen: set[tuple[Any, ...]] = set()
    for entry, row in rows:
        scope = (row.agency, row.kind, row.channel, row.effective_from)
        if scope in seen:
            yield entry.fault((), f"a second row for {', '.join(map(str, scope))}")
        seen.add(scope)
