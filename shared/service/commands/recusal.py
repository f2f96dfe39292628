"""Recusal (回避): units and people whom a case is against neither read nor handle it (ADR 38).

Intake records whom a case is against; each other service notes it on its own stream of the case, by
a reaction of the platform. The command handler and the edge ask the stream before access.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from shared.contracts.recusal import AgainstNamed, RecusalNoted, Recused
from shared.kernel.codes import Id
from shared.kernel.messages import Command, Reaction, Recorded
from shared.service.commands.context import Context


class NoteRecusal(Command, Recused):
    """Import of against.named, on the stream of another service."""

    name: ClassVar[str] = "note-recusal"

    agency: Id


def reactions_to(recorded: Recorded, service: str, prefix: str) -> Sequence[Reaction]:
    """Returns the import into the service's stream of the case, `<prefix>-<case>`."""
    event = recorded.event
    if not (prefix and isinstance(event, AgainstNamed)):
        return []
    note = NoteRecusal(
        at=event.at, by=f"system:{service}", agency=recorded.agency, **event.fields(Recused)
    )
    return [Reaction(f"{prefix}-{recorded.case_id}", note)]


def noted(command: NoteRecusal, known: Recused) -> Sequence[RecusalNoted]:
    """Returns the fact; none where it is known already."""
    if command.ids == known.ids:
        return []
    return [RecusalNoted(at=command.at, **command.fields(Recused))]


def keeping(context: Context, against: Recused) -> Context:
    """Returns the context with the actor as a case sees it that is against these."""
    return replace(context, actor=context.actor.kept_from(against.ids)) if against.ids else context
