"""Rules of a hand-out: which units, until when, and at which stage of a task."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import get_args

from services.assignment.domain.hand_out.commands import Moving, Reassign, Stage
from shared.contracts.case_event import Task
from shared.contracts.payloads.assignment import WantedUnit
from shared.kernel.calendar import business_day, ending_day
from shared.kernel.eligible import (
    Assigning,
    check_assignable,
    check_competent,
    check_impartial,
    check_staffed,
    check_unit,
)
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import entity_id
from shared.kernel.messages import RuledCommand
from shared.kernel.policy import Due, Policy
from shared.kernel.texts import is_blank

MOST_UNITS = 30

Refusals = Mapping[Stage, tuple[str, str]]
"""The stages of a task in which a command is refused, each with rule and sentence."""

MOVED = ("task-moved", "该任务已改派给其他单位")
REMOVED = ("task-removed", "该单位的{part:co}任务已经取消")
REASSIGNMENT_REFUSED: Refusals = {
    "removed": REMOVED,
    "objected": ("objection-pending", "请先审核退办意见，再决定是否改派"),
    "moved": MOVED,
}


def check_stage(stage: Stage, refusals: Refusals) -> None:
    if refusal := refusals.get(stage):
        raise RuleViolated(*refusal, "task")


def stages_but(*excluded: Iterable[Stage]) -> Collection[Stage]:
    """Returns the stages in which a command is offered: all but these."""
    return frozenset(get_args(Stage)).difference(*excluded)


def is_rightful(command: RuledCommand, unit: str, purpose: str | None) -> bool:
    """Returns whether the unit may have the case, by its purpose and by whom it is against."""
    admitted = command.rules.row.admits(purpose, unit, command.recused)
    return admitted and unit not in command.recused


def is_moved_out(command: RuledCommand, unit: str, moves: int, purpose: str | None) -> bool:
    """Returns whether the task was moved as often as it may, and no rule takes it from its unit."""
    return moves >= command.rules.row.most_moves and is_rightful(command, unit, purpose)


def check_move(
    command: Reassign, task: Task, stage: Stage, moves: int, purpose: str | None
) -> None:
    """Checks a move by the policy row: to another unit, with a reason unless the unit's objection
    was upheld, and not for ever to and fro (滞留、推诿) unless the unit may not have the case."""
    if command.unit == task.unit:
        raise RuleViolated("reassign-same-unit", "该单位正在承办，请改选其他单位", "unit")
    check_moves(command, task, moves, purpose)
    if stage != "returned" and is_blank(command.reason):
        raise RuleViolated("reassign-reason", "改派应当写明理由", "reason")
    if command.former_as_co:
        check_former(command, task, purpose)


def check_moves(command: Moving, task: Task, moves: int, purpose: str | None) -> None:
    """Refuses to move a task once more than the policy row lets it."""
    if is_moved_out(command, task.unit, moves, purpose):
        most = command.rules.row.most_moves
        message = f"该任务已经改派 {most} 次，不能再改派，由有权裁定的机关裁定承办单位"
        raise RuleViolated("moves-exhausted", message, "task")


def check_former(
    command: Moving, task: Task, purpose: str | None, field: str = "former_as_co"
) -> None:
    """Checks that the former unit may stay as co-handler, and still has people who could give an
    opinion: the signature of the reply waits for it."""
    if task.part != "lead":
        raise RuleViolated("former-not-lead", "只有原主办单位可以转为{part:co}", field)
    check_unit(command.directory, task.unit, field)
    check_impartial(command.directory, task.unit, command.recused, field)
    check_competent(command, task.unit, purpose, field)
    check_staffed(command, task.unit, "co", field)


def check_team(
    command: Assigning, team: Sequence[WantedUnit], agency: str, purpose: str | None
) -> None:
    check_parts(team)
    for wanted in team:
        check_assignable(command, wanted.unit, agency, "tasks")
        check_competent(command, wanted.unit, purpose, "tasks")
        check_staffed(command, wanted.unit, wanted.part, "tasks")


def check_parts(wanted: Sequence[WantedUnit]) -> None:
    """Checks 独办/主办+协办 or 分办; a separate part must say which part it is (L2 art. 13)."""
    parts = Counter(unit.part for unit in wanted)
    if not wanted or len(wanted) > MOST_UNITS:
        raise RuleViolated("units-bounded", f"承办单位应为 1 至 {MOST_UNITS} 个", "tasks")
    if len({unit.unit for unit in wanted}) < len(wanted):
        raise RuleViolated("units-distinct", "同一单位只能承担一项任务", "tasks")
    if parts["separate"] and len(parts) > 1:
        raise RuleViolated(
            "lead-or-separate", "分办件各单位分别答复，不能再设主办或{part:co}", "tasks"
        )
    if not parts["separate"] and parts["lead"] != 1:
        raise RuleViolated("one-lead", "应当有且只有一个主办单位", "tasks")
    if parts["separate"] > 1 and any(is_blank(unit.scope) for unit in wanted):
        raise RuleViolated("scope-required", "分办件应写明每个单位负责的部分", "tasks")


@dataclass(frozen=True)
class Terms:
    """The policy by which a task is handed out; its reply is due counted from `reply_from`. With
    `bound` no unit may object: it was ruled who must act. Nothing is due after `latest`."""

    policy: Policy
    at: datetime
    reply_from: datetime
    reply_rule: str = "reply"
    bound: bool = False
    latest: Due | None = None

    def until(self, day: date | None) -> "Terms":
        """Returns the terms by which units answer on this day at the latest: after today, and not
        after the day of the policy row."""
        if day is None:
            return self
        last = ending_day(self.reply().at)
        if day > last:
            message = f"答复期限不能晚于办理规则规定的 {last}"
            raise RuleViolated("reply-by-late", message, "reply_by")
        if day <= business_day(self.at):
            raise RuleViolated("reply-by-past", "答复期限应当在今天以后", "reply_by")
        return replace(self, latest=self.policy.on_day(self.reply_rule, day))

    def optional(self, rule: str) -> Due | None:
        return self._bounded(self.policy.due(rule, self.at)) if self.policy.has(rule) else None

    def _bounded(self, due: Due) -> Due:
        """Returns the due moment, no later than the last one: a day of the office is fixed, and
        one that rests on a guess is counted anew together with what it bounds."""
        bounded = nested(due, self.latest) if self.latest else due
        return bounded or due

    def reply(self) -> Due:
        """Returns when the reply is due; by `reply` where the row in force no longer has the rule
        of the round."""
        rule = self.reply_rule if self.policy.has(self.reply_rule) else "reply"
        return self._bounded(self.policy.due(rule, self.reply_from))

    def task(self, wanted: WantedUnit, seed: str, lead_due: Due | None = None) -> Task:
        """Returns the task of a unit. A co-handler's opinion is never due later than its lead's
        reply."""
        co = wanted.part == "co"
        outer = lead_due or self.reply()
        return Task(
            task=entity_id(seed, f"task:{wanted.unit}:{wanted.part}"),
            **wanted.fields(WantedUnit),
            sign_for=self.optional("sign-for"),
            objection=None if self.bound else self.optional("objection"),
            first_contact=None if co else self.optional("first-contact"),
            due=nested(self.optional("co-opinion"), outer) if co else outer,
        )


def nested(inner: Due | None, outer: Due) -> Due:
    """Returns the inner due, no later than the outer one; cut to its day it is counted with it."""
    if inner is None:
        return outer
    cut = {"at": outer.at, "provisional": outer.provisional, "recount": outer.recount}
    return inner if inner.at <= outer.at else inner.model_copy(update=cut)
