"""Consequences of an act, before it is done: the route that takes the act decides it, and the facts
say what follows (ADR 59)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from shared.contracts.effects import CASE
from shared.contracts.obligations import Change, Obligation, Obliging
from shared.http.actions import Blocked
from shared.http.consequences import (
    ClockAhead,
    ClockChanging,
    ClockEnding,
    Consequences,
    Considered,
    RungAhead,
    RungMoved,
    UnitAhead,
)
from shared.http.fields import CaseId
from shared.http.problems import prefers_english, validation_problem
from shared.kernel.calendar import ending_day
from shared.kernel.deadline_rules import Rung
from shared.kernel.errors import NotFound, RuleViolated
from shared.kernel.holding import Coming, Holding
from shared.kernel.messages import Command
from shared.kernel.policy import Due, Policy
from shared.service.api.action_links import Link
from shared.service.api.edge_route import edge_router
from shared.service.api.offered_actions import DryEdge, Passed, blocked
from shared.service.api.request_context import Edge, ServiceEdge
from shared.service.commands.rehearsal import Rehearsal
from shared.service.config.labels import label
from shared.service.definition import Scope

router = edge_router()
ENDING = ("meet", "withdraw")


class Foreseen(Exception):
    """The act would be done; `rehearsal` has its facts."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__(rehearsal.command.name)
        self.rehearsal = rehearsal


class ForeseeingEdge(DryEdge):
    """The edge of a route whose command is rehearsed; the first rehearsal ends the request."""

    async def rehearse(
        self, stream: str, command: Command, command_id: str | None = None
    ) -> NoReturn:
        raise Foreseen(await self.rehearsed(stream, command))

    async def beforehand(self, stream: str, command: Command) -> None:
        """Does nothing: a command before that of the request is decided by state alone."""


@router.post("/cases/{case_id}/consequences", summary="办理后果 What an act would bring about")
async def foresee(case_id: CaseId, body: Considered, edge: Edge) -> Consequences:
    """按现在填写的内容办理，会起止哪些时限和催办、哪些单位会增减这一件、是否公开；只预告，不办理。
    权限与办理时相同；会被拒绝的，答复拒绝的理由。"""
    definition = edge.runtime.definition
    await edge.check(definition.foresees, f"{definition.streams[0].prefix}-{case_id}")
    try:
        await call(edge, case_id, body)
    except (RuleViolated, RequestValidationError) as refusal:
        return Consequences(refused=refused(edge, body, refusal))
    except Passed:
        return Consequences()  # the act is in earnest from there on; it touches no clock
    except Foreseen as foreseen:
        return consequences_of(foreseen.rehearsal, case_id, edge)
    raise NotFound(body.action)


def refused(
    edge: ServiceEdge, act: Considered, refusal: RuleViolated | RequestValidationError
) -> Blocked:
    if isinstance(refusal, RuleViolated):
        return blocked(edge, act.action, act.target, refusal)
    english = prefers_english(edge.trace.request.headers)
    faults = validation_problem(refusal.errors(), english)
    told = {"rule": faults.rule, "detail": faults.detail, "field": faults.field}
    return Blocked(action=act.action, target=act.target, **told)


async def call(edge: ServiceEdge, case_id: str, act: Considered) -> None:
    """Calls the route of the act. Raises Foreseen or what the route would raise; NotFound where
    there is no such route."""
    links: Mapping[str, Link] = edge.trace.request.app.state.links
    link = links.get(act.action)
    places: dict[str, Any] = {**link.place(case_id, act.target)} if link else {}
    if link is None or "case_id" not in places or not all(places.values()):
        raise NotFound(act.action)
    if link.form:
        places["body"] = filled(link.form, act.body)
    await link.endpoint(**places, edge=ForeseeingEdge.of(edge))


def filled(form: type[BaseModel], body: Mapping[str, Any]) -> BaseModel:
    """Raises RequestValidationError with the places of the act's own body."""
    try:
        return form.model_validate(body)
    except ValidationError as faults:
        errors = [{**fault, "loc": ("body", *fault["loc"])} for fault in faults.errors()]
        raise RequestValidationError(errors) from faults


@dataclass(frozen=True)
class Foresight:
    """The effects of facts on obligations of a case, at a moment and under its policy row."""

    case: str
    policy: Policy
    scope: Scope
    at: datetime
    opened: tuple[Obligation, ...]
    changes: tuple[Change, ...]

    def starts(self) -> Iterator[ClockAhead]:
        for each in self.opened:
            deadline, due = self.policy.row.obligations[each.due.rule], each.due
            yield ClockAhead(
                **self.named(due.rule),
                unit=each.unit,
                due=due.at,
                due_on=ending_day(due.at),
                provisional=due.provisional,
                period=deadline.period,
                basis=deadline.basis,
                rungs=self.rungs(due),
            )

    def ends(self, holdings: Iterable[Holding]) -> Iterator[ClockEnding]:
        for held in holdings:
            for due in held.owed:
                if self.ended(due.rule, held):
                    fields = {"due_on": ending_day(due.at), "rungs": self.rungs(due)}
                    yield ClockEnding(**self.named(due.rule), unit=held.unit, **fields)
            for rule in held.elsewhere:
                if self.ended(rule, held):
                    yield ClockEnding(**self.named(rule), unit=held.unit, due_on=None)

    def changing(self, holdings: Iterable[Holding]) -> Iterator[ClockChanging]:
        for held in holdings:
            subject = self.case if held.task == CASE else held.task
            for rule in (*(due.rule for due in held.owed), *held.elsewhere):
                for change in self.changes:
                    if change.verb not in ENDING and change.concerns(rule, subject):
                        day = ending_day(change.due.at) if change.due else None
                        fields = {"change": change.verb, "due_on": day}
                        yield ClockChanging(**self.named(rule), unit=held.unit, **fields)

    def ended(self, rule: str, held: Holding) -> bool:
        subject = self.case if held.task == CASE else held.task
        return any(is_ended(change, rule, subject) for change in self.changes)

    def rungs(self, due: Due) -> list[RungAhead]:
        """Returns the steps of the ladder that are still to come, the earliest first; none where
        the due moment was dated by another row than today's."""
        row, shift = self.policy.row, self.policy.calendar.shift
        deadline = row.obligations.get(due.rule) if row.version == due.policy else None
        ladder = deadline.ladder if deadline else ()
        dated = ((shift(due.at, rung.offset, rung.unit), rung) for rung in ladder)
        ahead = sorted((each for each in dated if each[0] > self.at), key=lambda each: each[0])
        return [RungAhead(**step(rung), on=ending_day(at)) for at, rung in ahead]

    def moves(self, was: Sequence[Coming], now: Sequence[Coming]) -> Iterator[RungMoved]:
        """Yields the next steps of clocks that would come at another moment."""
        before = {(each.clock, each.rung): each.at for each in was}
        for each in now:
            at = before.get((each.clock, each.rung), each.at)
            if at != each.at:
                days = {"was_on": ending_day(at), "on": ending_day(each.at)}
                yield RungMoved(**self.named(each.rule), unit=each.unit, **step(each), **days)

    def named(self, rule: str) -> dict[str, str]:
        kind, agency = self.scope.kind, self.scope.agency
        return {"rule": rule, "rule_name": label("rule", rule, kind=kind, agency=agency)}


def step(rung: Rung | Coming) -> dict[str, Any]:
    kind = {"escalates": rung.escalates, "deems": rung.deems}
    return {"role": rung.role, "role_name": label("role", rung.role), **kind}


def is_ended(change: Change, rule: str, subject: str) -> bool:
    return change.verb in ENDING and change.concerns(rule, subject)


def consequences_of(rehearsal: Rehearsal, case_id: str, edge: ServiceEdge) -> Consequences:
    kind, facts = rehearsal.kind, [f for f in rehearsal.facts if isinstance(f, Obliging)]
    scope = kind.scope(rehearsal.command, rehearsal.before)
    policies, at = edge.runtime.policies, rehearsal.command.at
    policy = policies.resolve(scope.agency, scope.kind, scope.channel, at)
    effects = [fact.foreseen(case_id, policy) for fact in facts]
    foresight = Foresight(
        case_id,
        policy,
        scope,
        at,
        tuple(each for opened, _ in effects for each in opened),
        tuple(each for _, changes in effects for each in changes),
    )
    before, after = kind.holdings(rehearsal.before), kind.holdings(rehearsal.after)
    return Consequences(
        starts=list(foresight.starts()),
        ends=list(foresight.ends(before)),
        changes=list(foresight.changing(before)),
        moves=list(foresight.moves(kind.coming(rehearsal.before), kind.coming(rehearsal.after))),
        units=list(units_of(before, after)),
        ends_case=any(change.ends_case for change in foresight.changes),
        public=next((fact.page for fact in facts if fact.page), None),
        second_person=rehearsal.second_person and bool(rehearsal.facts),
    )


def units_of(before: Sequence[Holding], after: Sequence[Holding]) -> Iterator[UnitAhead]:
    """Yields the units whose part changes."""
    was, now = parts_of(before), parts_of(after)
    for unit in dict.fromkeys((*was, *now)):
        if was.get(unit) != now.get(unit):
            change = "loses" if unit not in now else "changes" if unit in was else "gains"
            yield UnitAhead(unit=unit, change=change, was=was.get(unit), part=now.get(unit))


def parts_of(holdings: Sequence[Holding]) -> dict[str, str]:
    """Returns the part of each unit; the one of its newest task."""
    return {held.unit: held.part for held in holdings if held.unit}
