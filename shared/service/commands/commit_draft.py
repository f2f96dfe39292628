"""Drafts of commits: the events of a decision with the context in which it was taken."""

import re
from collections.abc import Sequence

from shared.contracts.upcasters import encode
from shared.kernel.commit import Draft, NewFact
from shared.kernel.ids import CASE_ID
from shared.kernel.messages import Event
from shared.service.commands.context import Context
from shared.service.commands.state_cache import StreamState

CASE_STREAM = re.compile(rf"[a-z]+-({CASE_ID.pattern})")


def case_of(stream: str) -> str | None:
    """Returns the case of a stream; None for the directory and the number series."""
    match = CASE_STREAM.fullmatch(stream)
    return match[1] if match else None


def draft_of(  # noqa: PLR0913 - the parts of a commit
    stream: str,
    loaded: StreamState,
    events: Sequence[Event],
    context: Context,
    *,
    agency: str,
    fingerprint: str,
    clock: str,
) -> Draft:
    return Draft(
        stream=stream,
        expected=loaded.version,
        prev_hash=loaded.hash,
        command_id=context.command_id,
        fingerprint=fingerprint,
        facts=tuple(NewFact(event.type, event.at, encode(event)) for event in events),
        agency=agency,
        actor=context.actor.sub,
        correlation_id=context.correlation_id,
        case_id=case_of(stream),
        on_behalf_of=context.on_behalf_of,
        causation_id=context.causation_id,
        basis=context.basis,
        clock=clock,
    )
