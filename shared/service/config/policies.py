"""The policy book: all rows of a folder like deploy/policies, and the one in force for a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.calendar import OFFICIAL_YEARS, Calendar, business_day
from shared.kernel.codes import Version
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Event
from shared.kernel.organisation_rules import OrganisationRules
from shared.kernel.organs import Jurisdiction, OrganBook, Organs
from shared.kernel.period_rules import PeriodRow
from shared.kernel.policy import Policy, PolicyRow
from shared.kernel.remit_rules import Remit
from shared.service.config.labels import Labels, load_labels, standard_labels
from shared.service.config.layers import read_layered
from shared.service.config.located_yaml import refuse
from shared.service.config.policy_rows import ALL_FACTS, ANY, load_rows
from shared.service.config.remits import load_remits


class Override(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    day: Literal["working", "off"]
    reason: str


class CalendarFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Version
    official_until: int
    announced: frozenset[int] = frozenset()
    overrides: dict[date, Override] = {}


@dataclass(frozen=True)
class PolicyBook:
    """All policy rows, with the calendar that counts their days."""

    rows: tuple[PolicyRow, ...]
    calendar: Calendar
    organisation: tuple[OrganisationRules, ...] = ()
    remits: tuple[Remit, ...] = ()
    labels: Labels = field(default_factory=standard_labels, repr=False, compare=False)
    organs_by_day: dict[date, OrganBook] = field(default_factory=dict, repr=False, compare=False)

    def resolve(self, agency: str, kind: str, channel: str, at: datetime) -> Policy:
        """Returns the row in force at the moment: agency counts most, then kind, channel, latest
        start. Raises RuleViolated when no row fits."""
        day = business_day(at)
        scope = {"agency": agency, "kind": kind, "channel": channel}
        matching = [row for row in self.rows if row.effective_from <= day and _fits(row, scope)]
        if not matching:
            raise self._no_row(kind, channel)
        return Policy(max(matching, key=_precision), self.calendar)

    def of_agency(self, agency: str, at: datetime) -> tuple[PolicyRow, ...]:
        """Returns the rows in force at the moment for cases of the agency."""
        day = business_day(at)
        begun = [row for row in self.rows if row.effective_from <= day]
        scopes = {(row.kind, row.channel) for row in begun if row.agency in (ANY, agency)}
        return tuple(self.resolve(agency, *scope, at).row for scope in sorted(scopes))

    def in_force(self, at: datetime) -> tuple[PolicyRow, ...]:
        """Returns the rows in force at the moment, the most precise first; one for each scope."""
        return tuple(rows_in_force(self.rows, business_day(at)))

    @property
    def period_names(self) -> dict[str, str]:
        """Returns the titles of all periods by code."""
        return {period.code: period.title for period in self.periods}

    @property
    def periods(self) -> tuple[PeriodRow, ...]:
        """Returns the periods of all rows, newest first."""
        by_code = {period.code: period for row in self.rows for period in row.periods}
        return tuple(sorted(by_code.values(), key=lambda row: row.received_from, reverse=True))

    def chased(self) -> tuple[set[str], set[str]]:
        """Returns the obligations that have a ladder, and the roles that are escalated to."""
        terms = [item for row in self.rows for item in row.obligations.items()]
        rungs = [rung for _, deadline in terms for rung in deadline.ladder]
        rules = {rule for rule, deadline in terms if deadline.ladder}
        return rules, {rung.role for rung in rungs if rung.escalates}

    def organs(self, at: datetime) -> OrganBook:
        """Returns the organs of all cases on the day: of the latest row of each scope in force."""
        day = business_day(at)
        if day not in self.organs_by_day:
            self.organs_by_day[day] = organ_book(self.rows, day)
        return self.organs_by_day[day]

    def organisation_rules(self, at: datetime) -> OrganisationRules:
        """Returns the rules about posts and delegations in force. Raises RuleViolated when none
        are."""
        day = business_day(at)
        begun = [rules for rules in self.organisation if rules.effective_from <= day]
        if not begun:
            raise RuleViolated("no-policy", "没有适用于此日期的任职和委托规则")
        return max(begun, key=lambda rules: rules.effective_from)

    def _no_row(self, kind: str, channel: str) -> RuleViolated:
        wrong = "channel" if any(row.kind == kind for row in self.rows) else "kind"
        label = self.labels.label
        scope = f"“{label('kind', kind)}”类、“{label('channel', channel)}”渠道"
        message = f"没有适用于{scope}的办理规则，请检查类别、渠道和日期"
        return RuleViolated("no-policy", message, wrong)


def load_policies(folder: Path, facts: Iterable[type[Event]] = ALL_FACTS) -> PolicyBook:
    """Returns the book of the folder. Raises DataRefused with the line of each fault.

    `facts` are the fact classes that may open obligations.
    """
    calendar = load_calendar(folder / "calendar.yaml")
    rows, rules = load_rows(folder, facts), load_organisation_rules(folder)
    return PolicyBook(rows, calendar, rules, load_remits(folder), load_labels(folder))


class OrganisationFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[OrganisationRules, ...] = Field(min_length=1)


def load_organisation_rules(folder: Path) -> tuple[OrganisationRules, ...]:
    """Loads organisation.yaml. Raises DataRefused with file, line and field."""
    return read_layered(folder, "organisation.yaml").shaped(OrganisationFile).rules


def load_calendar(path: Path) -> Calendar:
    """Raises DataRefused when the official calendar has grown: then due dates may change, which
    needs a new version."""
    located = read_layered(path.parent, path.name)
    file = located.shaped(CalendarFile)
    if file.official_until != OFFICIAL_YEARS[-1]:
        reason = (
            f"the official calendar ends with {OFFICIAL_YEARS[-1]}; name that and a new version"
        )
        refuse([located.fault(("official_until",), reason)])
    overrides = {day: override.day == "working" for day, override in file.overrides.items()}
    return Calendar(file.version, overrides, file.announced)


def rows_in_force(rows: Iterable[PolicyRow], day: date) -> list[PolicyRow]:
    """Returns the latest row of each scope that is in force on the day, the most precise first."""
    scopes: dict[tuple[str, str, str], PolicyRow] = {}
    for row in sorted(rows, key=_precision):
        if row.effective_from <= day:
            scopes[row.agency, row.kind, row.channel] = row
    return sorted(scopes.values(), key=_precision, reverse=True)


def organ_book(rows: Iterable[PolicyRow], day: date) -> OrganBook:
    """Returns the jurisdictions of a day; channels with the same organs are one."""
    merged: dict[tuple[bool, str, str, Organs], set[str]] = {}
    for row in rows_in_force(rows, day):
        named = (row.channel != ANY, row.agency, row.kind, row.organs)
        merged.setdefault(named, set()).add(row.channel)
    return OrganBook(
        tuple(
            Jurisdiction(agency, kind, frozenset(channels), organs)
            for (_, agency, kind, organs), channels in merged.items()
        )
    )


def _fits(row: PolicyRow, scope: Mapping[str, str]) -> bool:
    return all(getattr(row, name) in (ANY, value) for name, value in scope.items())


def _precision(row: PolicyRow) -> tuple[bool, bool, bool, date]:
    return (row.agency != ANY, row.kind != ANY, row.channel != ANY, row.effective_from)
