"""Checkers C1 to C10: invariants after a fault, from the client's history and the stores alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from shared.testing.faults.evidence import Evidence, Finding
from shared.testing.faults.history import History
from shared.testing.faults.on_bus import in_order, one_story
from shared.testing.faults.on_consumers import (
    all_answered,
    effects_once,
    imports_in_order,
    nobody_stuck,
    nothing_vanishes,
)
from shared.testing.faults.on_log import acknowledged_once, contiguous, unbroken
from shared.testing.faults.on_models import models_are_folds
from shared.testing.faults.on_processes import as_well_as_before
from shared.testing.faults.on_timers import rungs_once

Checker = Callable[[Evidence, History], Iterator[Finding]]

CHECKERS: Mapping[str, Sequence[Checker]] = {
    "C1": (acknowledged_once,),
    "C2": (effects_once,),
    "C3": (contiguous, in_order, imports_in_order),
    "C4": (nobody_stuck, all_answered),
    "C5": (rungs_once,),
    "C6": (models_are_folds,),
    "C7": (nothing_vanishes,),
    "C8": (unbroken,),
    "C9": (one_story,),
    "C10": (as_well_as_before,),
}


def findings(evidence: Evidence, history: History, *names: str) -> list[Finding]:
    """Returns the findings of the named checkers, or of all; empty when every invariant holds."""
    wanted = names or tuple(CHECKERS)
    return [f for name in wanted for checker in CHECKERS[name] for f in checker(evidence, history)]
