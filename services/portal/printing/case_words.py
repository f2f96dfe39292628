"""Words of the sheet of a case: names for ids, and for what a line of the course is about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.case_page import CODED, Entry
from services.portal.printing.paper import Paper, moment
from services.portal.schemas import Line

SYSTEM = "system:"


@dataclass(frozen=True)
class CaseWords:
    paper: Paper
    names: Mapping[str, str]

    def name(self, id_: str | None) -> str:
        """Returns the name of a unit or person; the id itself, where it has none to be shown."""
        return self.names.get(id_, id_) if id_ else ""

    def named(self, ids: Iterable[str]) -> str:
        return "、".join(self.name(each) for each in ids)

    def actor(self, id_: str | None) -> str:
        return self.paper.say("system") if not id_ or id_.startswith(SYSTEM) else self.name(id_)

    def when(self, entry: Mapping[str, Any]) -> str:
        """Returns the day of a paper, else the moment of the entry."""
        return entry.get("on") or moment(entry["at"])

    def proposers(self, intake: Mapping[str, Any]) -> str:
        parts = ((each["name"], each["part"]) for each in intake["proposers"])
        return "、".join(f"{name}（{self.paper.label('proposer-part', of)}）" for name, of in parts)

    def passed_to(self, intake: Mapping[str, Any]) -> str:
        """Returns the unit to which a paper was passed on, and in which form."""
        refusal = intake["refusal"] or {}
        if not refusal.get("to"):
            return ""
        return f"{self.name(refusal['to'])}（{self.paper.label('pass-form', refusal['form'])}）"

    def former(self, intake: Mapping[str, Any]) -> str:
        """Returns what a paper was before it became another kind: each kind with its number, or the
        day on which it came in."""
        were = ((was["kind"], was["external_no"] or was["received_on"]) for was in intake["former"])
        return "、".join(f"{self.paper.label('kind', kind)}（{of}）" for kind, of in were)

    def merged(self, cases: Sequence[Mapping[str, Any] | None]) -> str:
        """Returns the numbers of cases with which this one is handled; their ids where they have
        none."""
        found = (one for one in cases if one)
        return "、".join(one["label"] or one["external_no"] or one["case_id"] for one in found)

    def particulars(self, line: Line) -> str:
        """Returns 集体访, 重复信访 and 越级走访, as far as the case is one."""
        return "、".join(self.paper.label("particular", each) for each in line.particulars)

    def reviews(self, line: Line) -> str:
        """Returns where the review of the opinions stands, where there is one."""
        return "、".join(self.paper.label("review-state", each) for each in line.reviews)

    def flag(self, value: bool | None) -> str:
        return "" if value is None else self.paper.say("yes" if value else "no")

    def way(self, given: Mapping[str, Any]) -> str:
        """Returns how a reply is to be published."""
        codes = [(f"disclosure-{name}", given.get(name)) for name in ("mode", "form", "reason")]
        return " · ".join(filter(None, (self.paper.label(*code) for code in codes)))

    def about(self, entry: Entry) -> str:
        """Returns units and codes by their names; tasks and other ids are left out."""
        codes = (self.paper.label(name, str(entry.about.get(name) or "")) for name in CODED)
        return "、".join(filter(None, (*self._units(entry), *codes)))

    def _units(self, entry: Entry) -> Iterator[str]:
        """Yields the names that the units had on the day of the act."""
        names = {**self.names, **entry.names}
        yield from (names[each] for each in entry.units() if each in names)
