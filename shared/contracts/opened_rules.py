"""Names of the obligations that facts open."""

from collections.abc import Iterable

from shared.contracts.obligations import Obliging
from shared.kernel.messages import Event


def rules_opened(facts: Iterable[type[Event]]) -> frozenset[str]:
    """Returns the names of all obligations that one of the fact classes opens."""
    return frozenset(
        rule
        for fact in facts
        if issubclass(fact, Obliging)
        for effect in fact.obligations
        if effect.verb == "open"
        for rule in effect.rules
    )
