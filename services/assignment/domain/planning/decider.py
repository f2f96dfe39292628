"""Decisions about plans: one waits at a time, and the very content that was read is handed out."""

from collections.abc import Sequence
from dataclasses import replace

from services.assignment.domain.hand_out.moving import handed_out, terms_of
from services.assignment.domain.hand_out.rules import check_team
from services.assignment.domain.hand_out.state import Assignment, require_unassigned
from services.assignment.domain.planning.commands import DecidePlan, PlanAssignment
from shared.contracts.case_event import CaseEvent
from shared.contracts.payloads.assignment import HandOut, Plan
from shared.contracts.planning import AssignmentPlanned, PlanDecided
from shared.kernel.decider import Decide, Evolve, Rows
from shared.kernel.errors import RuleViolated
from shared.kernel.ids import entity_id
from shared.kernel.messages import Act, Command
from shared.kernel.texts import require_text


def plan_assignment(command: PlanAssignment, state: Assignment) -> Sequence[AssignmentPlanned]:
    """Proposes the hand-out; a plan that still waits is replaced."""
    require_unassigned(state)
    if not command.rules.row.gates.leader_endorses:
        raise RuleViolated("plan-not-needed", "该类件不需领导批示，请直接交办")
    check_team(command, command.tasks, state.agency, state.purpose)
    terms_of(command, state).until(command.reply_by)
    require_text(command.reason, "拟办应当写明理由", "reason", "plan-reason")
    fields = state.case_mark(1) | command.fields(Act, Plan)
    return [AssignmentPlanned(**fields, plan=entity_id(command.seed, "plan"))]


def decide_plan(command: DecidePlan, state: Assignment) -> Sequence[CaseEvent]:
    """Hands the case out in the same commit, unless the plan goes back. Units are checked again:
    since the plan was made one may be gone, or the case be known to be against it."""
    require_unassigned(state)
    plan = waiting_plan(command, state)
    fields = state.case_mark(1) | command.fields(Act)
    decision = PlanDecided(**fields, plan=plan.plan, verdict=command.verdict, note=command.note)
    if command.verdict == "returned":
        require_text(command.note, "退回重拟的应当写明理由", "note", "plan-note")
    if command.verdict != "changed":
        check_untouched(command)
    if command.verdict == "returned":
        return [decision]
    chosen = command if command.verdict == "changed" else plan
    team = HandOut(tasks=chosen.tasks, reply_by=chosen.reply_by)
    check_team(command, team.tasks, state.agency, state.purpose)
    return [decision, handed_out(command, team, state)]


def waiting_plan(command: DecidePlan, state: Assignment) -> AssignmentPlanned:
    """Returns the plan that was read, by somebody else than who made it."""
    if (plan := state.planned) is None:
        raise RuleViolated("no-plan", "没有等待批示的拟办意见")
    if plan.plan != command.plan:
        raise RuleViolated("plan-replaced", "拟办意见已经重新提出，请查看新的意见后批示", "plan")
    if plan.by in command.senders:
        raise RuleViolated("own-plan", "本人提出的拟办意见，应当由其他领导批示")
    return plan


def check_untouched(command: DecidePlan) -> None:
    """Refuses units that the leader did not say to change."""
    if command.tasks or command.reply_by:
        message = "同意或者退回的，不填写承办单位和期限；需要调整的，请选“调整后同意”"
        raise RuleViolated("plan-stands", message, "verdict")


def briefed(command: Command, state: Assignment) -> Command:
    """Returns a decision on a plan with the units of the plan, which are to be looked up."""
    if not isinstance(command, DecidePlan) or state.planned is None:
        return command
    units = tuple(wanted.unit for wanted in state.planned.tasks)
    return command.model_copy(update={"planned": units})


def planned(state: Assignment, fact: AssignmentPlanned) -> Assignment:
    return replace(state, plan=fact, verdict=None)


def decided(state: Assignment, fact: PlanDecided) -> Assignment:
    return replace(state, verdict=fact)


DECIDE: Rows[Decide[Assignment]] = Rows({PlanAssignment: plan_assignment, DecidePlan: decide_plan})
EVOLVE: Rows[Evolve[Assignment]] = Rows({AssignmentPlanned: planned, PlanDecided: decided})
