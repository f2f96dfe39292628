"""Holdings: the work of units, with what they still owe."""

from collections.abc import Iterator

from services.handling.domain.tasks.state import Handling, Work
from shared.contracts.handling import SIGNING
from shared.kernel.holding import Holding
from shared.kernel.policy import Due


def holdings(state: Handling) -> tuple[Holding, ...]:
    return tuple(holding(work, state) for work in state.live)


def holding(work: Work, state: Handling) -> Holding:
    opening, owes = work.opening, owed_by_cohandler if work.part == "co" else owed_by
    elsewhere = () if has_begun(work) else SIGNING
    return Holding(opening.task, opening.unit, work.part, tuple(owes(work, state)), elsewhere)


def has_begun(work: Work) -> bool:
    """Returns whether the unit has shown that it takes the task, as assignment hears of it."""
    worked = work.contacts or work.progress or work.opinions or work.drafts
    asked = work.extension_asked or work.extensions or work.extension_refused
    still = work.suspending
    return bool(worked or asked or still.asked or still.pauses or still.refused)


def owed_by_cohandler(work: Work, state: Handling) -> Iterator[Due]:
    """Yields the opinion, until it is given or its lead has replied without it."""
    leads = state.team("lead", work.round)
    if not work.opinions and not any(lead.replied for lead in leads):
        yield work.due


def owed_by(work: Work, state: Handling) -> Iterator[Due]:
    """Yields the first contact, until it was made, and the reply."""
    if work.replied:
        return
    if work.first_contact and not work.contacted:
        yield work.first_contact
    yield work.due
    if pause := work.suspending.running:
        yield pause.began.ends
