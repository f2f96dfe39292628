"""Random walks over the decider of handling: whatever is sent, in whatever order, inner days stay
within outer ones, each obligation of an extension or a pause is open exactly while it is owed, and
no task stands still for longer than it may."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.handling.domain.decider import DECIDER
from services.handling.domain.tasks.commands import MoveTask
from services.handling.domain.tasks.pauses import days_used
from services.handling.domain.tasks.state import Handling, Work
from shared.contracts.obligations import Change, Obliging
from shared.kernel.calendar import business_day
from shared.kernel.errors import DomainError
from shared.kernel.messages import Command, Event
from shared.service.commands.due_moments import with_due_moments
from tests.unit.handling.test_extensions import ruled
from tests.unit.handling.test_suspensions import END
from tests.unit.handling.test_suspensions import ruled as suspended_by
from tests.unit.handling.world import (
    CO,
    CO_PROPOSER,
    DAY,
    HANDLER,
    LEAD,
    LEAD_PROPOSER,
    MONDAY,
    OTHER_CO,
    OTHER_LEAD,
    RULES,
    SEPARATE,
    agree,
    ask,
    contact,
    decide,
    deliver,
    draft,
    move,
    notify,
    open_tasks,
    opinion,
    pause,
    resume,
    ring,
    sign,
    stop,
    tell,
)

CASE = "5" * 32
ROWS = (
    RULES,
    ruled(most=3),
    ruled(by="any"),
    ruled(approvers=()),
    ruled(cohandlers="stay"),
    suspended_by(most=3),
    suspended_by(approvers=(), most=3, beside=()),
)
MOST_DAYS = RULES.row.suspensions["reply"].days
TASKS = (LEAD, OTHER_LEAD, SEPARATE)
Act = Callable[[datetime, Any], Command]
seats = st.sampled_from(("assignment-organ", "supervision-organ"))
people = st.sampled_from(("p-a", "p-b", HANDLER))
tasks = st.sampled_from(TASKS)


@st.composite
def acts(draw: Any) -> Act:
    """Draws what somebody sends, to be sent at a moment under a policy row."""
    whole, person, seat = draw(tasks), draw(people), draw(seats)
    task = whole.task
    days, ok = draw(st.integers(-3, 200)), draw(st.booleans())
    choices: Sequence[Act] = (
        lambda at, row: ask(whole, at=at, policy=row, until=business_day(at + days * DAY)),
        lambda at, row: decide(seat, ok=ok, at=at, policy=row, task=task, by=person),
        lambda at, row: decide(seat, ok=True, at=at, policy=row, task=task, by=person),
        lambda at, row: tell(at=at, policy=row, task=task),
        lambda at, row: contact(at=at, on=business_day(at), task=task),
        lambda at, row: draft(whole, at=at),
        lambda at, row: sign(whole, at=at),
        lambda at, row: deliver(LEAD_PROPOSER, at=at).model_copy(
            update={"policy": row, "task": task}
        ),
        lambda at, row: deliver(CO_PROPOSER, at=at).model_copy(
            update={"policy": row, "task": task}
        ),
        lambda at, row: pause(whole, at=at, policy=row, until=business_day(at + days * DAY)),
        lambda at, row: agree(ok=ok, at=at, policy=row, task=task, by=person),
        lambda at, row: agree(at=at, policy=row, task=task, by="p-a"),
        lambda at, row: resume(whole, at=at, policy=row),
        lambda at, row: ring(whole, at=at, planned=at, policy=row),
        lambda at, row: notify(whole, at=at, policy=row),
        lambda at, row: opinion(at=at, policy=row),
        lambda at, row: open_tasks(OTHER_CO, at=at),
        lambda at, row: move(LEAD, OTHER_LEAD).model_copy(update={"at": at}),
        lambda at, row: stop(),
    )
    return draw(st.sampled_from(choices))


def moves_reply(change: Change) -> bool:
    return bool({"reply", "co-opinion"} & {*change.rules})


class Walk:
    """A case, the facts recorded so far, and the obligations that run by them."""

    def __init__(self) -> None:
        self.state, self.facts = Handling(), list[Event]()
        self.running: set[tuple[str, str]] = set()
        self.still: set[str] = set()

    def with_granted_day(self, command: Command) -> Command:
        """Returns the move with the day that was granted, as assignment hands it out."""
        if not isinstance(command, MoveTask) or command.task not in self.state.works:
            return command
        granted = max(command.to.due, self.state.works[command.task].due, key=lambda due: due.at)
        to = command.to.model_copy(update={"due": granted})
        return command.model_copy(update={"to": to})

    def send(self, command: Command) -> list[Event]:
        command = self.with_granted_day(command)
        try:
            decided = list(DECIDER.decide(command, self.state))
        except DomainError:
            return []
        facts = with_due_moments(decided, f"handling-{CASE}", lambda: RULES)
        for fact in facts:
            self.state = DECIDER.evolve(self.state, fact)
            self.follow(fact)
        self.facts += facts
        return facts

    def follow(self, fact: Event) -> None:
        if isinstance(fact, Obliging):
            for change in fact.changes(CASE):
                if change.verb in {"pause", "resume"} and change.subject:
                    self.still ^= {change.subject} if moves_reply(change) else set()
                if change.verb in {"meet", "withdraw"}:
                    self.running = {each for each in self.running if not change.concerns(*each)}
            self.running |= {(each.due.rule, each.subject) for each in fact.opened(CASE)}

    def check_pauses(self, name: str, work: Work, owed: bool) -> None:
        """Checks that what stands still has an end that is owed, and keeps within its caps."""
        asked, running = work.suspending.asked, work.suspending.running
        assert (("suspension-ruling", name) in self.running) == bool(
            owed and asked and asked.approvers
        )
        assert (("suspension", name) in self.running) == bool(owed and running)
        assert (("suspension-notice", name) in self.running) == (owed and work.suspending.untold)
        assert not (work.reply and (running or asked))
        assert days_used(work) <= MOST_DAYS
        assert owed is False or (name in self.still) == (work.still_since is not None)
        if owed and work.still_since and work.part == "co":
            assert any(lead.still_since for lead in self.state.team("lead", 1))

    def check(self) -> None:
        for name, work in self.state.works.items():
            owed = not (work.closed or work.replied)
            ruling = bool(owed and work.extension_asked and work.extension_asked.approvers)
            notice = bool(owed and work.untold_extension)
            assert (("extension-ruling", name) in self.running) == ruling
            assert (("extension-notice", name) in self.running) == notice
            assert work.due.at >= work.opening.due.at
            self.check_pauses(name, work, owed)
        [lead, *others] = self.state.team("lead", 1) or [None]
        assert not others or any(work.reply for work in (lead, *others) if work)
        for co in self.state.team("co", 1) if lead else ():
            assert co.opinions or co.due.at <= max(lead.due.at, lead.opening.due.at)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(range(len(ROWS))), st.lists(st.tuples(st.integers(0, 25), acts()), max_size=25)
)
def test_whatever_is_sent_days_stay_in_order_and_obligations_end(
    row: int, steps: list[tuple[int, Act]]
) -> None:
    walk, at, stopped = Walk(), MONDAY, False
    walk.send(open_tasks(LEAD, CO, SEPARATE))
    for days, act in steps:
        at += days * DAY
        facts = walk.send(act(at, ROWS[row]))
        assert not (stopped and facts)
        stopped = walk.state.stopped is not None
        walk.check()


def test_the_walk_reaches_a_pause_and_its_end() -> None:
    walk = Walk()
    walk.send(open_tasks(LEAD, CO, SEPARATE))
    told = notify(at=END)
    for command in (pause(), agree(), notify(), open_tasks(OTHER_CO), ring(), told):
        assert walk.send(command)
        walk.check()
    assert not {rule for rule, _ in walk.running if rule.startswith("suspension")}
    assert not walk.still


def test_the_walk_reaches_an_extension() -> None:
    """A walk that never gets there would prove nothing."""
    walk = Walk()
    walk.send(open_tasks(LEAD, CO, SEPARATE))
    for command in (ask(), decide(), decide("supervision-organ", by="p-b"), tell()):
        assert walk.send(command)
        walk.check()
    assert walk.running >= {("reply", LEAD.task), ("co-opinion", CO.task)}
    assert not {rule for rule, _ in walk.running if rule.startswith("extension")}
