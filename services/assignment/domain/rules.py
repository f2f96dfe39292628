"""Who may be handed what, until when, and which step fits which stage of a task."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.assignment.domain.commands import AssignCase, ObjectAssignment, Wanted
from shared.contracts.case_event import Task
from shared.kernel.eligible import check_assignable
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import entity_id
from shared.kernel.messages import Text
from shared.kernel.policy import Due, Policy

Stage = Literal[
    "handed-out", "received", "deemed-accepted", "objected", "returned", "must-act", "moved"
]

MOST_UNITS = 30

MOVED = ("task-moved", "该任务已改派给其他单位")
PENDING = ("objection-pending", "退办意见正在审核，请先等待审核结果")
RETURNED = ("task-returned", "退办已获同意，正等待改派")
REFUSALS: Mapping[tuple[str, Stage], tuple[str, str]] = {
    ("receive-assignment", "objected"): PENDING,
    ("receive-assignment", "returned"): RETURNED,
    ("receive-assignment", "moved"): MOVED,
    ("object-assignment", "received"): ("already-received", "已经签收，不能再提出退办"),
    ("object-assignment", "deemed-accepted"): ("objection-late", "退办期限已过，逾期视为接受"),
    ("object-assignment", "objected"): PENDING,
    ("object-assignment", "returned"): RETURNED,
    ("object-assignment", "must-act"): ("objection-dismissed", "退办意见未获同意，应当承办"),
    ("object-assignment", "moved"): MOVED,
    ("decide-objection", "handed-out"): ("no-objection", "该任务没有待审核的退办意见"),
    ("decide-objection", "received"): ("no-objection", "该任务已经签收，没有待审核的退办意见"),
    ("decide-objection", "deemed-accepted"): ("no-objection", "该任务没有待审核的退办意见"),
    ("decide-objection", "returned"): ("objection-decided", "退办意见已经审核，不能更改"),
    ("decide-objection", "must-act"): ("objection-decided", "退办意见已经审核，不能更改"),
    ("decide-objection", "moved"): MOVED,
    ("reassign", "objected"): ("objection-pending", "请先审核退办意见，再决定是否改派"),
    ("reassign", "moved"): MOVED,
}


def check_stage(action: str, stage: Stage) -> None:
    if refusal := REFUSALS.get((action, stage)):
        raise RuleViolated(*refusal, "task")


def check_team(command: AssignCase, agency: str) -> None:
    check_parts(command.tasks)
    for wanted in command.tasks:
        check_assignable(command.known, wanted.unit, agency, "tasks")


def check_parts(wanted: Sequence[Wanted]) -> None:
    """独办/主办+协办 or 分办; a separate part must say which part it is (L2 art. 13)."""
    parts = Counter(one.part for one in wanted)
    if not wanted or len(wanted) > MOST_UNITS:
        raise RuleViolated("units-bounded", f"承办单位应为 1 至 {MOST_UNITS} 个", "tasks")
    if len({one.unit for one in wanted}) < len(wanted):
        raise RuleViolated("units-distinct", "同一单位只能承担一项任务", "tasks")
    if parts["separate"] and len(parts) > 1:
        raise RuleViolated("lead-or-separate", "分办件各单位分别答复，不能再设主办或协办", "tasks")
    if not parts["separate"] and parts["lead"] != 1:
        raise RuleViolated("one-lead", "应当有且只有一个主办单位", "tasks")
    if parts["separate"] > 1 and any(is_blank(one.scope) for one in wanted):
        raise RuleViolated("scope-required", "分办件应写明每个单位负责的部分", "tasks")


def check_window(at: datetime, task: Task) -> None:
    """Late is deemed accepted (榆林, 广州办法); the window is recorded with the task."""
    if task.objection is None:
        raise RuleViolated("no-objection-window", "该任务不设退办期", "task")
    if at > task.objection.at:
        raise RuleViolated("objection-late", "退办期限已过，逾期视为接受", "task")


def check_objection(command: ObjectAssignment, task: Task) -> None:
    """A reason of the kind's, and what it must say besides, by the policy row."""
    row = command.rules.row
    check_window(command.at, task)
    if command.reason not in row.objection_reasons:
        raise RuleViolated("objection-reason", "退办理由不在规定的范围内", "reason")
    if "explanation" in row.objection_needs and is_blank(command.explanation):
        raise RuleViolated("explanation-required", "退办应当书面说明理由", "explanation")
    if "suggested-unit" in row.objection_needs and not command.suggested_unit:
        raise RuleViolated("suggestion-required", "退办应当提出建议承办单位", "suggested_unit")


def check_suggestion(command: ObjectAssignment, agency: str, task: Task) -> None:
    """Another unit, to which the agency could move the task."""
    if command.suggested_unit == task.unit:
        raise RuleViolated("suggestion-own", "建议承办单位不能是本单位", "suggested_unit")
    if command.suggested_unit:
        check_assignable(command.known, command.suggested_unit, agency, "suggested_unit")


def is_blank(text: Text) -> bool:
    return not text.strip() if isinstance(text, str) else text.size == 0


@dataclass(frozen=True)
class Terms:
    """By which policy a task is handed out, and since when its reply is due."""

    policy: Policy
    at: datetime
    reply_from: datetime
    reply_rule: str = "reply"

    def optional(self, rule: str) -> Due | None:
        return self.policy.due(rule, self.at) if self.policy.has(rule) else None

    def reply(self) -> Due:
        """Returns when the reply is due; by `reply` where the row in force no longer has the rule
        of the round."""
        rule = self.reply_rule if self.policy.has(self.reply_rule) else "reply"
        return self.policy.due(rule, self.reply_from)

    def task(self, wanted: Wanted, seed: str, lead_due: Due | None = None) -> Task:
        """A co-handler's opinion is never due later than its lead's reply: nested clocks."""
        co = wanted.part == "co"
        outer = lead_due or self.reply()
        return Task(
            task=entity_id(seed, f"task:{wanted.unit}:{wanted.part}"),
            unit=wanted.unit,
            part=wanted.part,
            scope=wanted.scope,
            sign_for=self.optional("sign-for"),
            objection=self.optional("objection"),
            first_contact=None if co else self.optional("first-contact"),
            due=nested(self.optional("co-opinion"), outer) if co else outer,
        )


def nested(inner: Due | None, outer: Due) -> Due:
    if inner is None:
        return outer
    return inner if inner.at <= outer.at else inner.model_copy(update={"at": outer.at})


@dataclass(frozen=True)
class Ledger:
    """What closing goes by: who replied to whom, who was heard, which rounds were announced."""

    replied: Mapping[str, frozenset[str]] = field(default_factory=dict)
    heard: frozenset[tuple[str, str]] = frozenset()
    promised: frozenset[tuple[str, int | None]] = frozenset()
    ordered: frozenset[tuple[str, int | None]] = frozenset()


def is_settled(ledger: Ledger, tasks: Sequence[str], evaluated: bool) -> bool:
    """Every unit replied; where ratings count, everybody was heard and no round is awaited."""
    if not tasks or not all(task in ledger.replied for task in tasks):
        return False
    if not evaluated:
        return True
    expected = {(task, rater) for task in tasks for rater in ledger.replied[task]}
    return expected <= ledger.heard and ledger.promised <= ledger.ordered
