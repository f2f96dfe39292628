"""Authorization by the access table, and resolution of the policy row that rules a command."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from shared.kernel.access import ANY, AccessRow, AccessTable, Relation, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.errors import NotAllowed, NotFound, RuleViolated
from shared.kernel.messages import Command, GoverningCommand, RuledCommand
from shared.kernel.policy import Policy
from shared.kernel.visibility import AnyOf, visible_to
from shared.service.commands.pending_acts import PendingAct
from shared.service.config.access_tables import deployed_access
from shared.service.config.policies import PolicyBook
from shared.service.definition import Scope, StreamKind
from shared.service.observability.metrics import DENIED

C = TypeVar("C", bound=Command)


@dataclass(frozen=True, slots=True)
class Admission:
    """The rows that admit an act, and the person on whose behalf the actor acts under them."""

    rows: tuple[AccessRow, ...] = ()
    on_behalf_of: str | None = None

    @property
    def relations(self) -> frozenset[str]:
        """Returns the relations to the case under which the rows admit."""
        return frozenset(row.relation for row in self.rows)

    @property
    def second_person(self) -> AccessRow | None:
        """Returns the row by which the act is only proposed (of several, the one that waits
        longest); None where a row leaves it to one person."""
        if not self.rows or not all(row.second_person for row in self.rows):
            return None
        return max(self.rows, key=lambda row: row.wait_days)


OWN_GAIN = NotAllowed(
    "own-gain", "任何人不得为自己或者所代表的人办理任职、委托和登记，请由其他有权的人办理"
)
OWN_ACT = NotAllowed("own-act", "提请人和被代表的人不能自己确认，须由另一人确认或退回")


class Authorization:
    def __init__(self, service: str, access: AccessTable, policies: PolicyBook) -> None:
        self._service = service
        self._access = access
        self._policies = policies

    def knowing(self, actor: Actor, at: datetime) -> Actor:
        """Returns the actor with the organs of the day, which relations to cases ask for."""
        return actor.knowing(self._policies.organs(at))

    def check(self, actor: Actor, kind: StreamKind, command: Command, state: Any) -> Admission:
        """Raises NotAllowed when people or clients may not send the command. Reactions and timers
        act by rule and always may. An own post counts before a delegated one."""
        if actor.is_system:
            return Admission()
        situation = kind.situation(command, state)
        self.require(command.name, kind.relations(actor, command, state), situation)
        admission = next(self._admissions(actor, kind, command, state))
        check_gain(actor, admission, command)
        return admission

    def may_second(self, actor: Actor, kind: StreamKind, act: PendingAct, state: Any) -> bool:
        """Returns whether some row could let the actor end the act, whatever its content is: that
        is opened, and its opening traced, for no others."""
        roles = kind.relations(actor, None, state)
        rows = (row for row in self._access.rows_of(act.fact.action) if row.second_person)
        return actor.sub in act.proposers or any(row.admits_roles(roles) for row in rows)

    def check_second(
        self, actor: Actor, kind: StreamKind, act: PendingAct, command: Command, state: Any
    ) -> Admission:
        """Returns the admission of a second person: by a row with `second-person`, in a post that
        no proposer of the act holds.

        Raises NotAllowed for a proposer, and NotFound for people whom no such row admits.
        """
        if actor.sub in act.proposers:
            raise OWN_ACT
        for admission in self._admissions(actor, kind, command, state):
            seconding = any(row.second_person for row in admission.rows)
            if seconding and admission.on_behalf_of not in act.proposers:
                check_gain(actor, admission, command)
                return admission
        DENIED.labels(self._service, command.name).inc()
        raise NotFound(act.fact.act)

    def _admissions(
        self, actor: Actor, kind: StreamKind, command: Command, state: Any
    ) -> Iterator[Admission]:
        """Yields the admissions of the actor, in its own posts and in those of others."""
        situation = kind.situation(command, state)
        for capacity, person in actor.capacities():
            roles = kind.relations(capacity, command, state)
            if rows := self._access.admitting(command.name, roles, situation):
                yield Admission(rows, person)

    def admit(self, actor: Actor, action: str, relation: Relation = ANY) -> None:
        """Raises NotAllowed for an action that concerns no case: all roles of the actor count."""
        self.require(action, {relation: actor.roles}, ANY)

    def require(self, action: str, relations: RolesByRelation, situation: str) -> None:
        """Raises NotAllowed when no row of the access table grants the action."""
        if not self.allows(action, relations, situation):
            DENIED.labels(self._service, action).inc()
            raise denied(action)

    def visible(self, actor: Actor, action: str) -> AnyOf:
        """Returns the filter for the cases in a register that the actor may see."""
        return visible_to(actor, self._access.rows_of(action))

    def allows(self, action: str, relations: RolesByRelation, situation: str) -> bool:
        return self._access.allows(action, relations, situation)

    def may_allow(self, action: str, relations: RolesByRelation) -> bool:
        """Returns whether some row allows the action in some situation."""
        return any(row.admits_roles(relations) for row in self._access.rows_of(action))

    def knows(self, relations: RolesByRelation) -> bool:
        """Returns whether some row lets the actor do or read something of the case."""
        return self._access.knows(relations)

    @staticmethod
    def rows_at(owner: str, action: str) -> tuple[AccessRow, ...]:
        """Returns the rows by which the table of a service grants the action."""
        return deployed_access(owner).rows_of(action)

    def allows_at(
        self, owner: str, action: str, relations: RolesByRelation, situation: str
    ) -> bool:
        """Returns whether the access table of another service grants the action."""
        return deployed_access(owner).allows(action, relations, situation)

    @staticmethod
    def within_reach(owners: Iterable[str], roles: frozenset[str]) -> list[str]:
        """Returns the actions that the tables of these services grant to one of the roles."""
        reached = (deployed_access(owner).within_reach(roles) for owner in owners)
        return sorted(frozenset[str]().union(*reached))

    def ruled(self, command: C, scope: Scope) -> C:
        """Returns the command with the policy row in force at its moment.

        Raises RuleViolated when there is no such row.
        """
        if isinstance(command, GoverningCommand):
            rules = self._policies.organisation_rules(command.at)
            return command.model_copy(update={"organisation_rules": rules})
        if not isinstance(command, RuledCommand):
            return command
        return command.model_copy(update={"policy": self.policy(command, scope)})

    @contextmanager
    def in_words_of(self, scope: Scope) -> Iterator[None]:
        """Fills the places of a refusal's sentence with the names that the case's kind and agency
        use."""
        spoken = partial(self._policies.labels.spoken, kind=scope.kind, agency=scope.agency)
        try:
            yield
        except RuleViolated as refused:
            raise refused.spoken(spoken) from refused

    def policy(self, command: Command, scope: Scope) -> Policy:
        """Returns the policy row in force at the command's moment. Raises RuleViolated when no row
        fits."""
        return self._policies.resolve(scope.agency, scope.kind, scope.channel, command.at)


def check_gain(actor: Actor, admission: Admission, command: Command) -> None:
    """Raises NotAllowed when the command gives rights to the actor or to the person acted for."""
    if {actor.sub, admission.on_behalf_of} & set(command.gains()):
        raise OWN_GAIN


def denied(action: str) -> NotAllowed:
    return NotAllowed(
        f"not-allowed-{action}", "您的岗位在办件的当前状态下不能进行此项操作，请核对办理单位和环节"
    )
