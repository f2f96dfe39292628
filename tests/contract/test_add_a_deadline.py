"""docs/how-to/add-a-deadline.md, followed to the letter on a copy of the policies."""

import re
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from textwrap import indent
from typing import Any, ClassVar

import pytest

from services.reminder.app import SERVICE as REMINDER
from services.reminder.domain.commands import AdvanceClocks
from shared.contracts.catalogue import FACT_OF
from shared.contracts.effects import Effects, meets, opens
from shared.contracts.handling import ProgressReported, TaskOpened
from shared.contracts.reminder import ClockStarted, ClockStopped, ReminderSent
from shared.kernel.decider import Decider
from shared.kernel.messages import Command, Event
from shared.service.commands.context import job_context
from shared.service.config.labels import load_labels, policies_in_use
from shared.service.config.located_yaml import DataRefused
from shared.service.config.policies import PolicyBook, load_policies
from shared.service.definition import Scope, ServiceDefinition, StreamKind
from shared.testing.service import MONDAY, ServiceUnderTest

PAGE = Path("docs/how-to/add-a-deadline.md").read_text(encoding="utf-8")
TRIED = "mid-report-of-the-page"
"""The name of the page's deadline in the copy: the policies may have it by its own name."""
ROW, LABEL = re.findall(r"```yaml\n(.*?)```", PAGE.replace("mid-report", TRIED), re.DOTALL)
CASE, TASK = "5" * 32, "a" * 12
HOLDERS = {"u-hou:handler": "p-handler", "u-hou:head": "p-head"}


class TaskOpenedToo(TaskOpened):
    """TaskOpened with the line of the page."""

    obligations: ClassVar[Effects] = (*TaskOpened.obligations, opens(TRIED))


class ProgressReportedToo(ProgressReported):
    """ProgressReported with the line of the page."""

    obligations: ClassVar[Effects] = (meets(TRIED, why="reported"),)


class Record(Command):
    """Makes an owner record a fact that it has decided."""

    name: ClassVar[str] = "record"

    event: Any


def decide(command: Record, state: None) -> Sequence[Event]:
    return [command.event]


def scope(command: Command | None, state: None) -> Scope:
    assert isinstance(command, Record)
    return Scope("u-city", command.event.kind, command.event.channel)


OWNER = ServiceDefinition(
    name="handling",
    streams=(
        StreamKind(
            "handling",
            Decider[Any, None, Event](None, decide, lambda state, event: None),
            lambda command, state: "open",
            lambda actor, command, state: {},
            scope,
        ),
    ),
    routes="shared.testing.small_service",
)


def below(text: str, head: str, block: str, depth: int) -> str:
    """The text with a block of the page under the first `head`."""
    place = text.index(head) + len(head)
    return text[:place] + indent(re.sub("(?m)^   ", "", block), " " * depth) + text[place:]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The policies, with the first two edits of the page for petitions."""
    copied = Path(shutil.copytree(policies_in_use(), tmp_path / "policies"))
    policy, labels = copied / "policy.yaml", copied / "labels.yaml"
    before, petition, after = policy.read_text("utf-8").partition("  - kind: petition")
    policy.write_text(before + petition + below(after, "    obligations:\n", ROW, 6), "utf-8")
    labels.write_text(below(labels.read_text("utf-8"), "\nrule:\n", LABEL, 2), "utf-8")
    return copied


@pytest.fixture
def book(folder: Path) -> PolicyBook:
    return load_policies(folder, [*FACT_OF.values(), TaskOpenedToo])


class Case:
    """A case at its owner and at reminder, both with the new policies."""

    def __init__(self, book: PolicyBook, kind: str, channel: str) -> None:
        self.owner = ServiceUnderTest(OWNER, book=book)
        self.reminder = ServiceUnderTest(REMINDER, book=book)
        self.policy = book.resolve("u-city", kind, channel, MONDAY)
        self.about: dict[str, Any] = {
            "agency": "u-city", "kind": kind, "channel": channel, "period": "2025",
            "task": TASK, "unit": "u-hou",
        }  # fmt: skip
        self.heard = 0

    async def records(self, event: Event) -> None:
        """The owner records the fact as the platform stores it, and reminder hears of it."""
        stream, command = f"handling-{CASE}", Record(at=event.at, by="s", event=event)
        context = job_context("handling", command, stream, event.type)
        outcome = await self.owner.handler.handle(stream, command, context)
        assert outcome.commit is not None
        [stored] = outcome.commit.facts
        self.heard += 1
        made = type(event).model_validate({**stored.data, "at": stored.occurred_at})
        await self.reminder.react_to(made, stream, self.heard)

    async def opened(self) -> None:
        due = self.policy.due("reply", MONDAY)
        await self.records(TaskOpenedToo(at=MONDAY, **self.about, part="lead", due=due))

    async def looks(self) -> None:
        """The timer finds the case due."""
        stream = f"clocks-{CASE}"
        command = AdvanceClocks(at=self.reminder.now, by="s", held=False, holders=HOLDERS)
        context = job_context("reminder", command, stream, str(self.reminder.now))
        await self.reminder.handler.handle(stream, command, context)

    async def clocks(self) -> list[Any]:
        facts = await self.reminder.facts(f"clocks-{CASE}")
        return [fact for fact in facts if getattr(fact, "rule", "") == TRIED]


def test_the_lines_of_the_page_are_those_of_the_fact_classes_here() -> None:
    assert 'opens("mid-report")' in PAGE
    assert 'meets("mid-report", why="reported")' in PAGE


def test_the_label_is_what_people_read(folder: Path) -> None:
    assert load_labels(folder).label("rule", TRIED) == "中期报告"


def test_without_the_fact_the_row_is_refused_with_its_line(folder: Path) -> None:
    with pytest.raises(DataRefused) as refused:
        load_policies(folder)
    lines = (folder / "policy.yaml").read_text("utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, 1) if f"{TRIED}:" in text)
    assert f"policy.yaml:{line}: rows.6.obligations.{TRIED}: no fact opens" in str(refused.value)


async def test_a_petition_gets_the_clock_with_its_ladder(book: PolicyBook) -> None:
    case = Case(book, "petition", "letter")
    await case.opened()
    [started] = await case.clocks()
    assert isinstance(started, ClockStarted)
    assert started.due == case.policy.due(TRIED, MONDAY)
    assert (started.subject, started.unit) == (TASK, "u-hou")
    assert [step.rung for step in started.plan] == ["d-7", "d0", "wd+5"]


async def test_a_suggestion_does_not(book: PolicyBook) -> None:
    case = Case(book, "suggestion", "session")
    await case.opened()
    assert await case.clocks() == []
    assert await case.reminder.facts(f"clocks-{CASE}")


async def test_a_rung_fires_and_the_report_stops_the_clock(book: PolicyBook) -> None:
    case = Case(book, "petition", "letter")
    await case.opened()
    case.reminder.now = case.policy.due(TRIED, MONDAY).at - timedelta(days=7)
    await case.looks()
    [*_, reminded] = [fact for fact in await case.clocks() if isinstance(fact, ReminderSent)]
    assert (reminded.rung, reminded.person) == ("d-7", "p-handler")
    text, by = "已现场核实，正在整改", "p-handler"
    report = {"by": by, "node": "investigation", "text": text}
    await case.records(ProgressReportedToo(at=case.reminder.now, **case.about, **report))
    [stopped] = [fact for fact in await case.clocks() if isinstance(fact, ClockStopped)]
    assert (stopped.why, stopped.late) == ("reported", False)
