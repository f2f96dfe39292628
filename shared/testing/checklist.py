"""Answers to the checklist of a deployed policy row, as a screener gives them."""

from typing import Any

from shared.contracts.payloads.screening import CheckAnswer
from shared.testing.service import MONDAY, policies

CHANNELS = {"petition": "letter", "hotline": "mailbox"}


def answers(kind: str = "suggestion", *failed: str, note: str = "另有情况") -> list[dict[str, Any]]:
    """Returns all checks of the kind as met, but for those that `failed`, with the note."""
    row = policies().resolve("u-city", kind, CHANNELS.get(kind, "session"), MONDAY).row
    return [
        {"check": name, "met": name not in failed, "note": note if name in failed else ""}
        for name in row.checks
    ]


def answered(
    kind: str = "suggestion", *failed: str, note: str = "另有情况"
) -> tuple[CheckAnswer, ...]:
    """Returns the same as a command has them."""
    return tuple(CheckAnswer(**each) for each in answers(kind, *failed, note=note))


def checked(kind: str = "suggestion", *failed: str) -> dict[str, Any]:
    """Returns the body of an acceptance of a paper without a fault, or the part of a refusal's."""
    return {"checks": answers(kind, *failed)}


def refusing(reason: str, kind: str = "suggestion", note: str = "") -> dict[str, Any]:
    """Returns the body of a refusal for the reason, whose checks the paper fails."""
    row = policies().resolve("u-city", kind, CHANNELS.get(kind, "session"), MONDAY).row
    failed = [name for name, check in row.checks.items() if check.reason == reason]
    return {"reason": reason, "note": note, **checked(kind, *failed)}
