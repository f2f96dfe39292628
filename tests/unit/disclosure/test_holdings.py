"""Holdings of disclosure: the publication that is still owed of a reply."""

from services.disclosure.domain.decider import DECIDER
from services.disclosure.domain.holdings import holdings
from shared.contracts.case_event import CaseEvent
from shared.kernel.holding import Holding
from tests.unit.disclosure.renditions import (
    ON_ITS_WAY,
    READY,
    TASK,
    decided,
    opened,
    proposed,
    reviewed,
)


def held(*history: CaseEvent) -> Holding:
    (one,) = holdings(DECIDER.fold(history))
    return one


def test_a_publication_is_owed_until_it_was_decided_and_reviewed() -> None:
    owed = Holding(TASK, proposed().unit, owed=(opened().due,))
    for history in (READY, (*READY, decided()), (*READY, decided(), reviewed(approved=False))):
        assert held(*history) == owed
    assert held(*ON_ITS_WAY).owed == held(proposed()).owed == ()
