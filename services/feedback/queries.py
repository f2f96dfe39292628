"""Reads of one case's evaluations, from the folded stream: no read model is needed for them."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.feedback.domain.state import Evaluation, Feedback


def evaluation_row(evaluation: Evaluation) -> Mapping[str, Any]:
    """Everything but the reason, which is only for those who may read it."""
    grades = evaluation.grades
    return {
        "evaluation": evaluation.id,
        "round": evaluation.round,
        "task": evaluation.task,
        "unit": evaluation.unit,
        "rater": evaluation.rater,
        "due": evaluation.due.at,
        "status": evaluation.status,
        "attitude": grades.attitude if grades else None,
        "result": grades.result if grades else None,
        "overall": grades.overall if grades else None,
        "entered_by": evaluation.entered_by,
        "rehandling": evaluation.rehandling,
    }


def in_order(state: Feedback) -> Iterator[Evaluation]:
    """By round, then unit, then rater."""
    return iter(sorted(state.evaluations.values(), key=lambda e: (e.round, e.unit, e.rater)))
