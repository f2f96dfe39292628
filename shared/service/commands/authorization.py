"""Authorization by the access table, and resolution of the policy row that rules a command."""

from datetime import datetime
from typing import Any, TypeVar

from shared.kernel.access import ANY, AccessTable, Relation, RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.errors import NotAllowed
from shared.kernel.messages import Command, RuledCommand
from shared.kernel.policy import Policy
from shared.kernel.visibility import AnyOf, visible_to
from shared.service.config.policies import PolicyBook
from shared.service.definition import Scope, StreamKind
from shared.service.observability.metrics import DENIED

C = TypeVar("C", bound=Command)


class Authorization:
    def __init__(self, service: str, access: AccessTable, policies: PolicyBook) -> None:
        self._service = service
        self._access = access
        self._policies = policies

    def knowing(self, actor: Actor, at: datetime) -> Actor:
        """Returns the actor with the organs of the day, which relations to cases ask for."""
        return actor.knowing(self._policies.organs(at))

    def check(self, actor: Actor, kind: StreamKind, command: Command, state: Any) -> None:
        """Raises NotAllowed when people or clients may not send the command. Reactions and timers
        act by rule and always may."""
        if actor.is_system:
            return
        situation = kind.situation(command, state)
        self.require(command.name, kind.relations(actor, command, state), situation)

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

    def ruled(self, command: C, scope: Scope) -> C:
        """Returns the command with the policy row in force at its moment.

        Raises RuleViolated when there is no such row.
        """
        if not isinstance(command, RuledCommand):
            return command
        return command.model_copy(update={"policy": self.policy(command, scope)})

    def policy(self, command: Command, scope: Scope) -> Policy:
        """Returns the policy row in force at the command's moment. Raises RuleViolated when no row
        fits."""
        return self._policies.resolve(scope.agency, scope.kind, scope.channel, command.at)


def denied(action: str) -> NotAllowed:
    return NotAllowed(
        f"not-allowed-{action}", "您的岗位在办件的当前状态下不能进行此项操作，请核对办理单位和环节"
    )
