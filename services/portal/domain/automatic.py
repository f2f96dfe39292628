"""Facts of the course that follow from others without a person's act."""

AUTOMATIC = frozenset(
    {
        "number.issued", "case.numbered", "withdrawal.ended",
        "assignment.opened", "assignment.begun", "assignment.classified", "assignment.progressed",
        "assignment.stopped", "assignment.extended", "assignment.suspended", "cohandler.extended",
        "cohandler.suspended", "cohandler.resumed",
        "task.opened", "task.closed", "task.close-refused",
        "cohandler.joined", "cohandler.refused", "handling.stopped",
        "evaluation.opened", "feedback.stopped", "purpose.noted", "delivery.noted", "review.opened",
        "disclosure.noted", "disclosure.proposed", "disclosure.opened", "disclosure.requested",
        "disclosure.stopped", "publication.cleared", "publication.refused", "publication.ended",
        "publication.released", "pages.taken-down", "letter.number-taken",
        "clock.started", "clock.stopped", "clock.paused", "clock.resumed", "clock.extended",
        "clock.redated", "clocks.stopped", "light.changed", "reminder.voided",
        "erasure.progressed",
    }
)  # fmt: skip
"""Types without their version. A type that is not listed is shown as the act of a person."""


def is_automatic(type_: str) -> bool:
    """Returns whether readers of a course see the fact folded; `type_`: `clock.started.v1`."""
    return type_.rsplit(".v", 1)[0] in AUTOMATIC
