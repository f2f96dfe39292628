"""Rows of policy.yaml: their inheritance, and refusals that name file, line and field."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.contracts.case_event import Kind
from shared.contracts.catalogue import FACT_OF
from shared.contracts.opened_rules import rules_opened
from shared.kernel.messages import Event
from shared.kernel.organs import AGENCY
from shared.kernel.policy import PolicyRow
from shared.service.config.labels import load_labels
from shared.service.config.layers import layers, merged, read_layered
from shared.service.config.located_yaml import Line, Located, Place, read_located, refuse, spoken
from shared.service.config.policy_lint import Lint

ANY = "*"
POLICY = "policy.yaml"
NAME_ONE = "register it, or name another unit"
KINDS = frozenset(get_args(Kind)) | {ANY}
ALL_FACTS = tuple(FACT_OF.values())


class PolicyFile(BaseModel):
    """Rows are laid over `defaults`, mapping by mapping; null takes a default away, and a list of
    channels stands for one row each. `kinds` are laid over every row of that kind: what a place
    has of its own; null takes the kind away."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    defaults: dict[str, Any] = {}
    kinds: dict[str, dict[str, Any] | None] = {}
    rows: list[dict[str, Any]]


def load_rows(folder: Path, facts: Iterable[type[Event]] = ALL_FACTS) -> tuple[PolicyRow, ...]:
    """Returns all rows of policy.yaml. Raises DataRefused with every fault of every row.

    `facts` are the fact classes that may open obligations.
    """
    located = read_layered(folder, POLICY, joined=("rows",))
    file = located.shaped(PolicyFile)
    lint = Lint(rules_opened(facts), load_labels(folder))
    faults = [*_nameless(folder), *_idle(located, file)]
    rows = [(entry, row) for entry in entries(located, file) for row in entry.rows(lint, faults)]
    faults += [*_doubles(rows), *_dropped(rows), *_unfounded(rows, layers(folder))]
    refuse(list(dict.fromkeys(faults)))
    return tuple(row for _, row in rows)


def missing_organs(folder: Path, units: Collection[str]) -> list[str]:
    """Returns a fault for each line that names an organ, or a unit of a purpose, that is none of
    the directory's `units`; several rows may inherit it."""
    located = read_layered(folder, POLICY, joined=("rows",))
    found: dict[tuple[Line, str], str] = {}
    for entry in entries(located, located.shaped(PolicyFile)):
        for place, unit in named_units(entry.data):
            if unit != AGENCY and unit not in units:
                reason = f"the directory has no unit {unit!r}; {NAME_ONE}"
                line = located.line(entry.source(place))
                found.setdefault((line, unit), entry.fault(place, reason))
    return [*found.values()]


def entries(located: Located, file: PolicyFile) -> Iterator["_Entry"]:
    """Yields the entries of the kinds that the place has, their inherited fields filled in."""
    for number, own in enumerate(file.rows):
        special = file.kinds.get(own.get("kind", ANY), {})
        if special is not None:
            filled = laid_over(file.defaults, merged(own, special))
            yield _Entry(located, number, filled)


def named_units(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Yields the units that an entry names, each with its place: organs, and the units to which a
    purpose reserves its cases."""
    for duty, organ in data.get("organs", {}).items():
        yield ("organs", duty), organ
    for purpose, rules in data.get("purposes", {}).items():
        for name in ("units", "above"):
            for unit in (rules or {}).get(name) or ():
                yield ("purposes", purpose, name), unit


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

    def rows(self, lint: Lint, faults: list[str]) -> Iterator[PolicyRow]:
        """Yields one row per channel; the faults of the entry go to `faults`."""
        channels = self.data.get("channel")
        for channel in channels if isinstance(channels, list) else [channels]:
            try:
                row = PolicyRow.model_validate({**self.data, "channel": channel})
            except ValidationError as error:
                faults += [self.fault(spoken(e["loc"]), e["msg"]) for e in error.errors()]
                return
            faults += [*self._gaps(row), *(self.fault(*fault) for fault in lint.faults(row))]
            yield row

    def fault(self, loc: Place, reason: str) -> str:
        """Returns the sentence with the line of the value for the kind, of the row's own, or of the
        default that it inherits: of the one that says most of it."""
        return self.located.fault(("rows", self.number, *loc), reason, seen_at=self.source(loc))

    def source(self, loc: Place) -> Place:
        """Returns where the value stands in the file."""
        kind = ("kinds", self.data.get("kind", ANY))
        sources: tuple[Place, ...] = (kind, ("rows", self.number), ("defaults",))
        return (*max(sources, key=lambda source: self._depth(source, loc)), *loc)

    def _depth(self, source: Place, loc: Place) -> int:
        """Returns how many parts of the place, from the outside, the source has; -1 without it."""
        known = (n for n in range(len(loc) + 1) if (*source, *loc[:n]) in self.located.lines)
        return max(known, default=-1)

    def _gaps(self, row: PolicyRow) -> Iterator[str]:
        if row.kind not in KINDS:
            yield self.fault(("kind",), f"no case is of the kind {row.kind!r}")
        for meaning in row.class_needs_target_date:
            if meaning not in row.class_map:
                yield self.fault(("class_needs_target_date",), f"{meaning!r} has no class letter")


def _nameless(folder: Path) -> Iterator[str]:
    """Yields a fault where a place has rules without a version: facts name the version by which
    they were made, and that of the base would name other rules."""
    named = folder / POLICY
    if len(layers(folder)) > 1 and named.is_file():
        own = read_located(named)
        if "version" not in (own.data.get("defaults") or {}):
            yield own.fault(("defaults", "version"), "a place needs a version of its own")


def _unfounded(
    rows: Iterable[tuple["_Entry", PolicyRow]], folders: Sequence[Path]
) -> Iterator[str]:
    """Yields a fault for each period of a place whose source is still that of its base: it would be
    shown as a rule that says something else."""
    for entry, row in rows:
        for rule in row.obligations:
            place = ("obligations", rule)
            names = ((*place, "period", "length"), (*place, "basis"))
            period, basis = (entry.located.line(entry.source(name)).path.parent for name in names)
            if folders.index(period.resolve()) > folders.index(basis.resolve()):
                yield entry.fault(place, f"the source of another period: say that of {rule!r}")


def _idle(located: Located, file: PolicyFile) -> Iterator[str]:
    """Yields a fault for each kind that is changed and has no row."""
    for kind in file.kinds.keys() - {row.get("kind") for row in file.rows}:
        yield located.fault(("kinds", kind), f"no row is of the kind {kind!r}")


def _doubles(rows: list[tuple[_Entry, PolicyRow]]) -> Iterator[str]:
    seen: set[tuple[Any, ...]] = set()
    for entry, row in rows:
        scope = (row.agency, row.kind, row.channel, row.effective_from)
        if scope in seen:
            yield entry.fault((), f"a second row for {', '.join(map(str, scope))}")
        seen.add(scope)


def _dropped(rows: list[tuple[_Entry, PolicyRow]]) -> Iterator[str]:
    """Yields a fault for each purpose that a row no longer has, while cases of the row before it
    may have it: none could handle them, or every unit could."""
    for (_, before), (entry, row) in product(rows, rows):
        lost = sorted(before.purposes.keys() - row.purposes.keys())
        if lost and comes_after(row, before):
            named = "、".join(lost)
            yield entry.fault(
                ("purposes",),
                f"the row before it, of {before.effective_from}, has {named}: keep each purpose "
                "that cases may have",
            )


def comes_after(row: PolicyRow, before: PolicyRow) -> bool:
    """Returns whether the row takes the place of the other for cases that are in hand."""
    scopes = zip(scope_of(before), scope_of(row), strict=True)
    covered = all(wide in (ANY, narrow) for wide, narrow in scopes)
    return covered and before.effective_from < row.effective_from


def scope_of(row: PolicyRow) -> tuple[str, str, str]:
    return row.agency, row.kind, row.channel
