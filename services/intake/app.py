"""Intake on one page."""

from services.intake.domain.commands import (
    AcceptCase,
    DeclineCase,
    EraseCase,
    IssueNumber,
    RegisterCase,
    SendBackCase,
    WithdrawCase,
)
from services.intake.domain.decider import DECIDER, SERIES
from services.intake.domain.projections import READERS
from services.intake.domain.reactions import react
from services.intake.domain.state import IntakeState, is_opened, paper_of, relations, situation
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command
from shared.service.definition import Scope, ServiceDefinition, StreamKind


def scope(command: Command | None, state: IntakeState) -> Scope:
    paper = paper_of(command, state)
    return Scope(paper.agency, paper.kind, paper.channel, is_opened(command, state))


def series_scope(command: Command | None, series: object) -> Scope:
    """Numbers are issued by command only, and the command says for what."""
    if not isinstance(command, IssueNumber):
        raise NotFound("编号序列不能直接查询")
    return Scope(command.agency, command.kind, command.channel)


def always_open(command: Command | None, series: object) -> str:
    return "open"


def nobody(actor: Actor, command: Command | None, series: object) -> dict[str, frozenset[str]]:
    """People do not number; acceptance does."""
    return {}


SERVICE = ServiceDefinition(
    name="intake",
    streams=(
        StreamKind("intake", DECIDER, situation, relations, scope),
        StreamKind("series", SERIES, always_open, nobody, series_scope),
    ),
    routes="services.intake.api",
    react=react,
    listens=frozenset({"intake", "disclosure"}),
    projections=(READERS,),
    actions=(RegisterCase, AcceptCase, DeclineCase, SendBackCase, WithdrawCase, EraseCase),
)
