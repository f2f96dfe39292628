"""States of the world for the tests of feedback: a reply and its evaluation forms."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.feedback.domain.commands import OpenEvaluations, RateByProxy, RateReply
from services.feedback.domain.decider import DECIDER
from shared.contracts.case_event import CaseMark, Kind
from shared.contracts.feedback import CaseRated, EvaluationOpened
from shared.kernel.ids import entity_id
from shared.kernel.policy import Policy
from shared.service.config.policies import load_policies
from shared.testing.given import Specification

MONDAY = datetime(2025, 3, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
BOOK = load_policies(Path("deploy/policies"))
TASK, OTHER_TASK, UNIT = "a" * 12, "b" * 12, "u-hou"
SEED = "8c2b7c1e-0000-5000-8000-000000000001"
RATER, SECOND, OFFICE = "p-d1", "p-d2", "p-office"
spec = Specification(DECIDER)


def mark(kind: Kind = "suggestion", channel: str = "session") -> CaseMark:
    return CaseMark(agency="u-city", kind=kind, channel=channel, period="2025")


def rules(kind: Kind = "suggestion", channel: str = "session", **changes: Any) -> Policy:
    found = BOOK.resolve("u-city", kind, channel, MONDAY)
    return Policy(found.row.model_copy(update=changes), found.calendar)


RULES = rules()


def form(task: str = TASK, rater: str = RATER) -> str:
    return entity_id(SEED, f"evaluation:{task}:{rater}")


def ask(*raters: str, policy: Policy = RULES, **changes: Any) -> OpenEvaluations:
    fields = {"mark": mark(), "round": 1, "task": TASK, "unit": UNIT, "part": "lead"} | changes
    return OpenEvaluations(
        at=MONDAY, by="system:feedback", seed=SEED, raters=raters, policy=policy, **fields
    )


def opened(rater: str = RATER, **changes: Any) -> EvaluationOpened:
    task = changes.get("task", TASK)
    fields: dict[str, Any] = {
        **mark().model_dump(),
        "round": 1,
        "evaluation": form(task, rater),
        "task": task,
        "unit": UNIT,
        "part": "lead",
        "rater": rater,
        "due": RULES.due("rating", MONDAY),
        "at": MONDAY,
    }
    return EvaluationOpened(**fields | changes)


def rate(attitude: str, result: str, reason: str = "", **changes: Any) -> RateReply:
    return RateReply(**rating(attitude, result, reason, RATER) | changes)


def by_proxy(attitude: str, result: str, reason: str = "", **changes: Any) -> RateByProxy:
    return RateByProxy(**rating(attitude, result, reason, OFFICE) | changes)


def rating(attitude: str, result: str, reason: str, by: str) -> dict[str, Any]:
    return {
        "at": MONDAY + DAY,
        "by": by,
        "seed": SEED,
        "evaluation": form(),
        "attitude": attitude,
        "result": result,
        "reason": reason,
        "policy": RULES,
    }


def rated(attitude: str, result: str, overall: str, reason: str = "", **changes: Any) -> CaseRated:
    fields: dict[str, Any] = {
        **mark().model_dump(),
        "round": 1,
        "at": MONDAY + DAY,
        "evaluation": form(),
        "task": TASK,
        "unit": UNIT,
        "rater": RATER,
        "attitude": attitude,
        "result": result,
        "overall": overall,
        "reason": reason,
        "entered_by": RATER,
    }
    return CaseRated(**fields | changes)
