"""Policies, openings and commands for the tests of clocks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.reminder.domain.commands import AdvanceClocks, FollowFact, Opening
from shared.contracts.case_event import CaseMark
from shared.contracts.obligations import Change
from shared.kernel.policy import Due, Policy
from shared.service.config.policies import load_policies

MONDAY = datetime(2025, 3, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MARK = CaseMark(agency="u-city", kind="suggestion", channel="session", period="2025")
TASK, CLOCK = "a" * 12, "c" * 12


def policy() -> Policy:
    return load_policies(Path("deploy/policies")).resolve("u-city", "suggestion", "session", MONDAY)


RULES = policy()


def due(rule: str = "reply", start: datetime = MONDAY) -> Due:
    return RULES.due(rule, start)


def opening(rule: str = "reply", clock: str = CLOCK, **more: Any) -> Opening:
    return Opening(clock=clock, subject=TASK, unit="u-hou", due=due(rule), **more)


def change(*rules: str, subject: str | None = TASK, **more: Any) -> Change:
    """Returns a change that meets the obligations of the rules, or what `more` says."""
    return Change.model_validate(
        {"verb": "meet", "why": "done", **more, "rules": rules, "subject": subject}
    )


def follow(
    *openings: Opening, changes: tuple[Change, ...] = (), at: datetime = MONDAY
) -> FollowFact:
    return FollowFact(
        at=at, by="system:reminder", mark=MARK, round=1, openings=openings, changes=changes,
        policy=RULES,
    )  # fmt: skip


AT_THE_UNIT = {
    "u-hou:handler": "p-handler", "u-hou:liaison": "p-liaison", "u-hou:head": "p-head",
    "u-hou:section-head": "p-section", "u-city:leader": "p-leader",
}  # fmt: skip
HOLDERS = AT_THE_UNIT | {
    f"{organ}:{role}": f"p-{role}-{organ.removeprefix('u-')}"
    for organ in load_policies(Path("deploy/policies")).organs(MONDAY).units("u-city")
    for role in ("office", "publisher")
}


def advance(at: datetime, held: bool = False) -> AdvanceClocks:
    return AdvanceClocks(at=at, by="system:reminder", held=held, holders=HOLDERS, policy=RULES)
