"""Who asks for a command, why, and under which name it is remembered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.kernel import ids
from shared.kernel.actor import Actor
from shared.kernel.messages import Command, Reaction, Recorded

Place = tuple[str, int]
"""A stream and a version in it."""


@dataclass(frozen=True, slots=True)
class Context:
    """`sent` is what the fingerprint is made over: the request, or the reaction's command.
    `expected_of` is the stream whose version is expected, where the caller named one."""

    command_id: str
    sent: bytes
    actor: Actor
    correlation_id: str
    causation_id: str | None = None
    on_behalf_of: str | None = None
    basis: Mapping[str, int] = field(default_factory=dict)
    expected: int | None = None
    expected_of: str | None = None
    at_least: Sequence[Place] = ()


def system(service: str) -> Actor:
    """Reactions and timers act in the service's own name; access tables do not apply to them."""
    return Actor(f"system:{service}")


def reaction_context(service: str, cause: Recorded, reaction: Reaction) -> Context:
    """The command of a reaction is named by the fact, so that a repeated fact finds it done."""
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
    """The command of a timer: `meaning` (a clock, a rung) names it, so that it is done once."""
    command_id = str(ids.derived("job", service, command.name, *meaning))
    correlation = ids.derived("conversation", command_id).hex
    return Context(command_id, canonical_command(command), system(service), correlation)


def canonical_command(command: Command) -> bytes:
    """The command's JSON without what the edge fills in."""
    data = command.model_dump(mode="json")
    return json.dumps(
        {"name": command.name, **data}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    ).encode()
