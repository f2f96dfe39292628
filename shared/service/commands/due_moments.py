"""Due moments of the obligations that fact classes open by declaration alone."""

from collections.abc import Callable, Iterable

from shared.contracts.obligations import Obliging
from shared.kernel.messages import Event
from shared.kernel.policy import Policy
from shared.service.commands.commit_draft import case_of


def with_due_moments(
    events: Iterable[Event], stream: str, policy: Callable[[], Policy]
) -> list[Event]:
    """Returns the events; those that open an obligation of the case's policy row record it with its
    due moment. Facts outside of cases open none."""
    case = case_of(stream)
    return [
        event.with_due(policy(), case)
        if case and isinstance(event, Obliging) and event.owes_by_policy()
        else event
        for event in events
    ]
