"""Sample year: registers the ledgers' rows on their days, then carries out the acts of everybody
involved."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Protocol

from shared.demo.acts import accept
from shared.demo.case import REGISTRAR, Act, Case
from shared.demo.script import Cue, cues
from shared.kernel.calendar import BUSINESS_ZONE
from shared.ledger_import.checking import Directory
from shared.ledger_import.client import Api
from shared.ledger_import.importing import register
from shared.ledger_import.reading import Row
from shared.parallel import in_parallel

AT_ONCE = 16
OPENING = time(9, 0)


class Steps(Protocol):
    async def advance(self, to: datetime) -> int: ...


def at_nine(day: date) -> datetime:
    return datetime.combine(day, OPENING, BUSINESS_ZONE)


@dataclass
class Year:
    """`on_day(day, done, all)` is called after each day; `played` is the last finished day."""

    api: Api
    steps: Steps
    agency: str
    directory: Directory
    on_day: Callable[[date, int, int], None]
    keep: Callable[[date], Awaitable[None]]
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def play(
        self, rows: Sequence[tuple[Row, Mapping[str, Any]]], played: date | None = None
    ) -> int:
        """Plays the days that are left and returns the number of acts. A day that was begun is
        repeated, which changes nothing."""
        cases = [self._case(row, fields) for row, fields in rows]
        days = self._days(cases)
        done = 0
        for day in sorted(days):
            if played is None or day > played:
                await self.steps.advance(at_nine(day))
                await self._one_day(day, days[day])
                await self.keep(day)
            done += sum(len(cues) for _, cues in days[day])
            self.on_day(day, done, sum(len(cues) for row in days.values() for _, cues in row))
        return done

    def _case(self, row: Row, fields: Mapping[str, Any]) -> Case:
        name = f"{row.ledger.name}-{fields['received_on'].year}-{fields['serial']}"
        return Case(name, row, fields, self.directory.units, self.directory.letter_words, self.api)

    def _days(self, cases: Sequence[Case]) -> dict[date, list[tuple[Case, list[Cue]]]]:
        days: dict[date, list[tuple[Case, list[Cue]]]] = defaultdict(list)
        for case in cases:
            mine: dict[date, list[Cue]] = defaultdict(list)
            came = Cue(case.fields["received_on"], -1, "register", self._register)
            for cue in [came, *cues(case)]:
                mine[cue.day].append(cue)
            for day, acts in mine.items():
                days[day].append((case, sorted(acts, key=lambda cue: cue.order)))
        return days

    async def _one_day(self, day: date, work: Sequence[tuple[Case, list[Cue]]]) -> None:
        """The papers of the day get their numbers first, in the order of the ledgers, so that every
        play gives a case the same number; everything else goes side by side."""
        series: dict[str, list[Case]] = defaultdict(list)
        for case, acts in work:
            if any(cue.name == "accept" for cue in acts):
                series[case.row.ledger.kind].append(case)
        await in_parallel(lambda cases: self._numbered(cases, day), list(series.values()), AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for case, acts in work:
                rest = [cue.act for cue in acts if cue.name != "accept"]
                group.create_task(self._in_turn(case, rest, day))

    async def _numbered(self, cases: Sequence[Case], day: date) -> None:
        for case in cases:
            await self._register(case, day)
            await accept(case, day)
            await case.numbered()

    async def _in_turn(self, case: Case, acts: Sequence[Act], day: date) -> None:
        async with self.turns:
            if not case.id:
                await self._register(case, day)
            for act in acts:
                await act(case, day)

    async def _register(self, case: Case, day: date) -> None:
        """Registers a row again after an interrupted play: the row is known by its ledger, and
        the answer is its case."""
        if not case.id:
            answer = await register(self.api, REGISTRAR, self.agency, case.fields)
            case.id = answer["case_id"]
            case.note(answer)
