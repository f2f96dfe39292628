"""All facts of a feedback stream."""

from shared.contracts.feedback import (
    CaseRated,
    EvaluationLapsed,
    EvaluationOpened,
    FeedbackStopped,
    RehandlingOrdered,
)

FeedbackEvent = (
    EvaluationOpened | CaseRated | EvaluationLapsed | RehandlingOrdered | FeedbackStopped
)
