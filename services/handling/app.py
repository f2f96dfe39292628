"""Handling on one page."""

from collections.abc import Mapping

from services.handling.domain.authorization import OPEN, relations, relations_to_register, situation
from services.handling.domain.clearance.commands import SignReply
from services.handling.domain.clearance.decider import words_to_open
from services.handling.domain.decider import ACTIONS, DECIDER
from services.handling.domain.holdings import holdings
from services.handling.domain.letters.commands import LetterCommandBase, VoidNumber
from services.handling.domain.letters.decider import LETTERS
from services.handling.domain.reactions import react
from services.handling.domain.tasks.state import Handling
from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command, Sealed
from shared.service.definition import Scope, ServiceDefinition, StreamKind


def to_open(command: Command, state: Handling) -> Mapping[str, Sealed]:
    return words_to_open(command, state) if isinstance(command, SignReply) else {}


def letter_scope(command: Command | None, register: object) -> Scope:
    """Returns the scope that the command names; raises NotFound without a command."""
    if not isinstance(command, LetterCommandBase):
        raise NotFound("文号登记不能直接查询")
    return Scope(command.agency, command.kind, command.channel)


def letter_situation(command: Command | None, register: object) -> str:
    return OPEN


def letter_relations(actor: Actor, command: Command | None, register: object) -> RolesByRelation:
    """Returns the roles at the unit that voids a number; others are entered with the signature."""
    if not isinstance(command, VoidNumber):
        return {}
    return relations_to_register(actor, command.unit)


SERVICE = ServiceDefinition(
    name="handling",
    streams=(
        StreamKind("handling", DECIDER, situation, relations, to_open=to_open, holdings=holdings),
        StreamKind("letters", LETTERS, letter_situation, letter_relations, letter_scope),
    ),
    routes="services.handling.api",
    keeps_away="handling",
    react=react,
    listens=frozenset({"intake", "assignment", "feedback", "reminder"}),
    actions=(*ACTIONS, VoidNumber),
    foresees="read-case",
)
