"""What became of a command, and the word that metrics have for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.kernel.commit import Commit
from shared.kernel.errors import ConcurrencyConflict, DomainError, NotAllowed, Unavailable

RESULTS: Mapping[type[Exception], str] = {
    NotAllowed: "denied",
    ConcurrencyConflict: "conflict",
    Unavailable: "failed",
    DomainError: "refused",
    Exception: "failed",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The stream's version after the command; no commit where there was nothing to do."""

    stream: str
    version: int
    command_id: str
    commit: Commit | None = None
    repeated: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(fact.type for fact in self.commit.facts) if self.commit else ()

    @property
    def result(self) -> str:
        return "repeated" if self.repeated else "accepted" if self.commit else "nothing"
