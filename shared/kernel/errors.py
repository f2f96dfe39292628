"""Errors of the domain and of the port `EventStore`."""

from collections.abc import Callable


class DomainError(Exception):
    """The base of all of them."""


class RuleViolated(DomainError):
    """A rule forbids a well-formed request in this state.

    `rule` is a stable code (`contact-before-reply`), `field` the input it is about, `message` a
    Chinese sentence that a clerk can act on. `{group:code}` in it stands for the name that
    labels.yaml gives the code for the kind and agency of the case.
    """

    def __init__(self, rule: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.rule, self.message, self.field = rule, message, field

    def spoken(self, words: Callable[[str], str]) -> "RuleViolated":
        """Returns the refusal with names in the places of its sentence (`{group:code}`)."""
        return RuleViolated(self.rule, words(self.message), self.field)


class NotAllowed(DomainError):
    """The access table does not allow the action; `rule` names the missing row."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule, self.message = rule, message


class NotFound(DomainError):
    """The thing does not exist, or its existence is hidden from the reader."""


class NotYetKnown(DomainError):
    """A fact that the caller has seen (`stream@version`) has not arrived here within the wait."""

    def __init__(self, at_least: str) -> None:
        super().__init__(f"{at_least} 尚未到达本服务，请稍后重试")
        self.at_least = at_least


class ConcurrencyConflict(DomainError):
    """Another writer has appended to the stream first."""

    def __init__(self, stream: str, expected: int) -> None:
        super().__init__(f"{stream} is no longer at version {expected}")
        self.stream, self.expected = stream, expected


class StaleMatch(DomainError):
    """If-Match named a version that is no longer the last one of the stream."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"内容已经更新（{stream} 现为第 {actual} 版，您看到的是第 {expected} 版）")
        self.stream, self.expected, self.actual = stream, expected, actual


class KeyReused(DomainError):
    """The idempotency key or the command id was used before, for another request."""

    def __init__(self, command_id: str) -> None:
        super().__init__(f"command {command_id} was sent before with another content")
        self.command_id = command_id


class Unavailable(DomainError):
    """The store could not prove an outcome in time: it may have happened or not."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BeingRebuilt(DomainError):
    """The read model is of older code; its documents are not shown until it is built again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unstorable(DomainError):
    """The facts break a bound of the log (count, size, kind of value)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
