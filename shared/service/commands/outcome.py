"""Outcomes of commands, counted and timed."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from shared.contracts.pending_acts import ActProposed
from shared.http.accepted import Accepted
from shared.http.idempotency import Repeat
from shared.http.refused import Refused
from shared.kernel.commit import Commit
from shared.kernel.errors import ConcurrencyConflict, DomainError, NotAllowed, Unavailable
from shared.service.commands.commit_draft import case_of
from shared.service.observability.metrics import COMMAND_SECONDS, COMMANDS

RESULTS: Mapping[type[Exception], str] = {
    NotAllowed: "denied",
    ConcurrencyConflict: "conflict",
    Unavailable: "failed",
    DomainError: "refused",
    Refused: "refused",
    Repeat: "repeated",
    Exception: "failed",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The stream's version after the command; no commit if there was nothing to do. `pending`: the
    act that waits for a second person."""

    stream: str
    version: int
    command_id: str
    commit: Commit | None = None
    repeated: bool = False
    pending: str | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(fact.type for fact in self.commit.facts) if self.commit else ()

    @property
    def result(self) -> str:
        return "repeated" if self.repeated else "accepted" if self.commit else "nothing"


def accepted_of(outcome: Outcome) -> Accepted:
    return Accepted(
        stream=outcome.stream,
        version=outcome.version,
        command_id=outcome.command_id,
        facts=outcome.facts,
        case_id=case_of(outcome.stream),
        repeated=outcome.repeated,
        pending=outcome.pending,
    )


@contextmanager
def measured(service: str, command: str) -> Iterator[Callable[[Outcome], Outcome]]:
    """Counts the command by its result and observes its duration in seconds. The yielded function
    notes an outcome and returns it; an exception is counted by its type."""
    began, result = time.perf_counter(), "failed"

    def note(outcome: Outcome) -> Outcome:
        nonlocal result
        result = outcome.result
        return outcome

    try:
        yield note
    except Exception as error:
        result = next(RESULTS[kind] for kind in type(error).__mro__ if kind in RESULTS)
        raise
    finally:
        COMMANDS.labels(service, command, result).inc()
        COMMAND_SECONDS.labels(service, command).observe(time.perf_counter() - began)


def concluded(commit: Commit, repeated: bool = False) -> Outcome:
    proposed = [f.data["act"] for f in commit.facts if f.type == ActProposed.type]
    act = proposed[0] if proposed else None
    return Outcome(commit.stream, commit.last, commit.command_id, commit, repeated, act)
