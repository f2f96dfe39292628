"""A recorded case, from registration to disclosure, as the portal hears it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.contracts import assignment as a
from shared.contracts import disclosure as d
from shared.contracts import feedback as f
from shared.contracts import handling as h
from shared.contracts import intake as i
from shared.contracts import reminder as r
from shared.contracts.case_event import CaseEvent, Proposer, Task
from shared.contracts.payloads.handling import DisclosureProposal
from shared.kernel.messages import Recorded
from shared.kernel.policy import Due

START = datetime(2025, 3, 3, 1, tzinfo=UTC)
DUE = Due(at=START + timedelta(days=92), rule="reply", policy="p1", calendar="c1")
CASE = "0123456789abcdef" * 2
LEAD, CO, EVALUATION, CLOCK = "a" * 12, "b" * 12, "e" * 12, "c" * 12
WHO = Proposer(id="p-n001", known=True, masked="李四", part="lead")
MARK: dict[str, Any] = {
    "agency": "u-city",
    "kind": "suggestion",
    "channel": "session",
    "period": "2025",
}
LEADING: dict[str, Any] = {**MARK, "task": LEAD, "unit": "u-hou", "by": "p-1"}
RATED: dict[str, Any] = {
    **MARK,
    "evaluation": EVALUATION,
    "task": LEAD,
    "unit": "u-hou",
    "rater": "p-n001",
}
CHASED: dict[str, Any] = {**MARK, "clock": CLOCK, "rule": "reply", "subject": LEAD, "unit": "u-hou"}
PAPER: dict[str, Any] = {
    "subject": "urban", "region": "c01", "proposers": (WHO,), "text": "正文",
    "received_on": date(2025, 3, 3),
}  # fmt: skip
RENDITION = d.Rendition(
    title="关于电梯的建议",
    label="2025年第1号建议",
    names=("李四",),
    unit="u-hou",
    letter="A",
    meaning="solved",
    text="答复",
    form="full",
    replied_on=date(2025, 5, 2),
)
OPEN = DisclosureProposal(mode="open", form="full")


def happened(day: int) -> dict[str, Any]:
    return {"at": START + timedelta(days=day)}


def life() -> Sequence[tuple[str, CaseEvent]]:
    tasks = (
        Task(task=LEAD, unit="u-hou", part="lead", due=DUE),
        Task(task=CO, unit="u-fin", part="co", due=DUE),
    )
    grades: dict[str, Any] = dict.fromkeys(("attitude", "result", "overall"), "satisfied")
    replied: dict[str, Any] = {"number": "临建函〔2025〕1号", "letter": "A", "meaning": "solved"}
    return (
        (
            "intake",
            i.CaseRegistered(**MARK, **PAPER, **happened(0), title="关于电梯的建议"),
        ),
        (
            "intake",
            i.CaseAccepted(**MARK, **PAPER, **happened(1), by="p-office-1", title="关于电梯的建议"),
        ),
        ("intake", i.CaseNumbered(**MARK, **happened(1), number=1, label="2025年第1号建议")),
        ("assignment", a.CaseAssigned(**MARK, **happened(2), tasks=tasks, by="p-office-1")),
        ("assignment", a.AssignmentReceived(**LEADING, **happened(3))),
        (
            "handling",
            h.TaskOpened(**MARK, **happened(2), task=LEAD, unit="u-hou", part="lead", due=DUE),
        ),
        ("handling", h.CohandlerJoined(**MARK, **happened(2), task=CO, unit="u-fin", due=DUE)),
        (
            "reminder",
            r.ClockStarted(**CHASED, **happened(2), due=DUE, yellow_at=DUE.at - timedelta(days=7)),
        ),
        (
            "handling",
            h.CaseContacted(
                **LEADING,
                **happened(9),
                phase="before",
                mode="visit",
                on=date(2025, 3, 12),
                summary="见面",
            ),
        ),
        (
            "handling",
            h.ReplySigned(
                **LEADING,
                **replied,
                **happened(59),
                version=1,
                public_text="答复",
                digest="0",
                disclosure=OPEN,
            ),
        ),
        (
            "handling",
            h.CaseReplied(
                **MARK,
                **replied,
                **happened(60),
                task=LEAD,
                unit="u-hou",
                part="lead",
                raters=("p-n001",),
                on_time=True,
            ),
        ),
        ("reminder", r.ClockStopped(**CHASED, **happened(60), why="replied", late=False)),
        ("feedback", f.EvaluationOpened(**RATED, **happened(60), due=DUE)),
        ("feedback", f.CaseRated(**RATED, **grades, **happened(65), entered_by="p-n001")),
        ("assignment", a.CaseClosed(**MARK, **happened(65), rule="evaluated")),
        (
            "disclosure",
            d.DisclosureOpened(
                **MARK,
                **happened(60),
                task=LEAD,
                unit="u-hou",
                due=DUE,
                replied_on=date(2025, 5, 2),
            ),
        ),
        (
            "disclosure",
            d.CaseDisclosed(
                **MARK,
                **happened(70),
                task=LEAD,
                request="q",
                public=RENDITION,
                digest="0",
                url="/cases/1",
            ),
        ),
    )


def as_recorded(facts: Sequence[tuple[str, CaseEvent]]) -> Iterator[Recorded]:
    """Each owner's facts get the versions of one stream."""
    versions: dict[str, int] = {}
    for owner, event in facts:
        versions[owner] = versions.get(owner, 0) + 1
        stream = f"{'clocks' if owner == 'reminder' else owner}-{CASE}"
        yield Recorded(
            id=f"{owner}-{versions[owner]}",
            stream=stream,
            version=versions[owner],
            event=event,
            source=owner,
            agency="u-city",
            actor="p-1",
            recorded_at=START,
            correlation_id="k",
            case_id=CASE,
        )
