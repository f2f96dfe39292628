"""given(facts).when(command).then(facts): specifications for deciders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.kernel.decider import Decider
from shared.kernel.errors import DomainError, NotAllowed, RuleViolated
from shared.kernel.messages import Command, Event
from shared.testing.again import unheard


@dataclass(frozen=True)
class Specification:
    """Specification of a decider: a history, a command, and the expected facts in full."""

    decider: Decider[Any, Any, Any]
    history: Sequence[Event] = ()
    command: Command | None = None

    def given(self, *history: Event) -> "Specification":
        return Specification(self.decider, history)

    def when(self, command: Command) -> "Specification":
        return Specification(self.decider, self.history, command)

    def then(self, *expected: Event) -> None:
        assert list(self.outcome()) == list(expected)

    def then_nothing(self) -> None:
        self.then()

    def then_refused(self, rule: str, field: str | None = None) -> None:
        """Asserts the stable code of the rule, not its sentence."""
        refusal = self.refusal()
        assert isinstance(refusal, RuleViolated | NotAllowed), f"{refusal!r} is no refusal"
        assert refusal.rule == rule
        assert getattr(refusal, "field", None) == field

    def refusal(self) -> DomainError:
        try:
            facts = self.outcome()
        except DomainError as error:
            return error
        raise AssertionError(f"decided {facts} instead of refusing")

    def outcome(self) -> Sequence[Event]:
        """Returns the facts. Asserts, too, that the command is not passed over when it comes again
        and says something else."""
        state = self.decider.fold(self.history)
        facts = list(self.decider.decide(self.command, state))
        silent = unheard(self.decider, state, self.command) if facts else []
        assert not silent, f"a yes to another {', '.join(silent)} that records nothing"
        return facts
