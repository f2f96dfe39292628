"""Context of a command: its actor, its cause and the id under which it is decided once."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.kernel import ids
from shared.kernel.actor import Actor
from shared.kernel.messages import Command, Reaction, Recorded

StreamVersion = tuple[str, int]
"""A stream and a version of it."""


def admit_at_once() -> None:
    """Returns: reactions and timers have no key."""


@dataclass(frozen=True, slots=True)
class Context:
    """`sent`: the bytes that the fingerprint is computed over (the request, or the command of a
    reaction). `expected`: the version that If-Match names, of the stream `expected_of` if named.
    `basis`: the foreign versions that the command is derived from. `admit()`: takes the lease of
    the request, once access is known. `dry`: only the refusal is wanted, and no text is read."""

    command_id: str
    sent: bytes
    actor: Actor
    correlation_id: str
    causation_id: str | None = None
    on_behalf_of: str | None = None
    basis: Mapping[str, int] = field(default_factory=dict)
    expected: int | None = None
    expected_of: str | None = None
    at_least: Sequence[StreamVersion] = ()
    admit: Callable[[], None] = admit_at_once
    dry: bool = False

    @property
    def reader(self) -> str | None:
        """Returns the person for whom sealed texts are opened; None where none is."""
        return None if self.dry else self.actor.sub


def system(service: str) -> Actor:
    """Returns the actor of reactions and timers, to whom access tables do not apply."""
    return Actor(f"system:{service}")


def reaction_context(service: str, cause: Recorded, reaction: Reaction) -> Context:
    """Returns a context whose command id derives from the fact: a repeated fact repeats the id."""
    name, stream = reaction.command.name, reaction.stream
    person = cause.on_behalf_of or cause.actor
    return Context(
        command_id=ids.reaction_command(cause.id, service, name, stream, reaction.key),
        sent=canonical_command(reaction.command),
        actor=system(service),
        correlation_id=cause.correlation_id,
        causation_id=cause.id,
        on_behalf_of=None if person.startswith("system:") else person,
        basis={cause.stream: cause.version},
    )


def job_context(service: str, command: Command, *meaning: str) -> Context:
    """Returns the context of a timer's command; `meaning` (a clock, a rung) is its identity."""
    command_id = str(ids.derived("job", service, command.name, *meaning))
    correlation = ids.derived("conversation", command_id).hex
    return Context(command_id, canonical_command(command), system(service), correlation)


def canonical_command(command: Command) -> bytes:
    """Returns the command as JSON, without the fields that the command handler fills in."""
    data = command.model_dump(mode="json")
    return json.dumps(
        {"name": command.name, **data}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    ).encode()
