"""Events on their way into the log, with everything that the commit says about them."""

import re
from collections.abc import Sequence

from shared.contracts.upcasters import encode
from shared.kernel.commit import Draft, NewFact
from shared.kernel.ids import CASE_ID
from shared.kernel.messages import Event
from shared.service.commands.context import Context
from shared.service.commands.state_cache import History

CASE_STREAM = re.compile(rf"[a-z]+-({CASE_ID.pattern})")


def case_of(stream: str) -> str | None:
    """The case that a stream is about; None for the directory and the number series."""
    found = CASE_STREAM.fullmatch(stream)
    return found[1] if found else None


def draft_of(  # noqa: PLR0913 - a commit says all of this
    stream: str,
    history: History,
    events: Sequence[Event],
    context: Context,
    *,
    agency: str,
    fingerprint: str,
    clock: str,
) -> Draft:
    return Draft(
        stream=stream,
        expected=history.version,
        prev_hash=history.hash,
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
