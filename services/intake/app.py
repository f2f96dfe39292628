"""Intake on one page."""

from collections.abc import Mapping

from services.intake.domain.attachments.decider import is_attached
from services.intake.domain.authorization import paper_of, relations, situation
from services.intake.domain.decider import DECIDER, OFFERS
from services.intake.domain.erasure.commands import PeoplesErasureCommand
from services.intake.domain.holdings import holdings
from services.intake.domain.numbering.commands import IssueNumber
from services.intake.domain.numbering.decider import SERIES
from services.intake.domain.projections import READERS
from services.intake.domain.reactions import react
from services.intake.domain.registration.commands import RegisterCase
from services.intake.domain.rerouting.commands import DivertCase
from services.intake.domain.screening.commands import AcceptCase
from services.intake.domain.screening.decider import words_to_open
from services.intake.domain.state import IntakeState
from shared.attachments.erasing import erase_attachments_of, erase_left_uploads
from shared.attachments.object_store import COLLECTIONS as OBJECTS
from shared.attachments.uploads import UPLOADS
from shared.kernel.access import RolesByRelation
from shared.kernel.actor import Actor
from shared.kernel.decider import members
from shared.kernel.errors import NotFound
from shared.kernel.messages import Command, Sealed
from shared.ledger_import.erasing import erase_imports_of, erase_old_imports
from shared.ledger_import.stored import COLLECTIONS as IMPORTS
from shared.service.definition import Scope, ServiceDefinition, StreamKind


def scope(command: Command | None, state: IntakeState) -> Scope:
    """Returns the scope of the paper; of a diversion that of its new kind, whose rules decide."""
    paper = paper_of(command, state)
    if isinstance(command, DivertCase):
        return Scope(paper.agency, command.kind, command.channel)
    return Scope(paper.agency, paper.kind, paper.channel)


def to_open(command: Command, state: IntakeState) -> Mapping[str, Sealed]:
    return words_to_open(command, state) if isinstance(command, AcceptCase) else {}


def series_scope(command: Command | None, series: object) -> Scope:
    """Returns the scope that the command names; raises NotFound without a command."""
    if not isinstance(command, IssueNumber):
        raise NotFound("编号序列不能直接查询")
    return Scope(command.agency, command.kind, command.channel)


def series_situation(command: Command | None, series: object) -> str:
    return "open"


def series_relations(actor: Actor, command: Command | None, series: object) -> RolesByRelation:
    """Returns no relation: only reactions issue numbers."""
    return {}


SERVICE = ServiceDefinition(
    name="intake",
    streams=(
        StreamKind("intake", DECIDER, situation, relations, scope, to_open, holdings=holdings),
        StreamKind("series", SERIES, series_situation, series_relations, series_scope),
    ),
    routes="services.intake.api",
    react=react,
    listens=frozenset({"intake", "assignment", "handling", "feedback", "disclosure", "reminder"}),
    projections=(READERS,),
    jobs=(erase_old_imports, erase_left_uploads(is_attached)),
    seconds=True,
    keeps=(*IMPORTS, *OBJECTS, UPLOADS),
    forgets=(erase_imports_of, erase_attachments_of),
    foresees="read-case",
    actions=(
        RegisterCase,
        "import-ledger",
        *OFFERS,
        *members(PeoplesErasureCommand),
        "read-checklist",
        "read-erasure",
        "read-contact",
    ),
)
