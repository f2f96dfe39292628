"""Rules of a rating, on the agency's scale."""

from typing import TypeVar

from shared.contracts.feedback import Grade, Grades, Rating
from shared.kernel.errors import RuleViolated
from shared.kernel.policy import PolicyRow
from shared.kernel.texts import require_text

R = TypeVar("R", bound=Rating)


def graded(rating: R, row: PolicyRow) -> R:
    """Returns the rating with its overall grade: the worse answer, or one that is worse than both.

    Raises RuleViolated for a grade that is not on the row's scale, which goes from best to worst.
    """
    attitude = on_scale(rating.attitude, row, "attitude")
    result = on_scale(rating.result, row, "result")
    worse = max(attitude, result, key=row.rating_scale.index)
    overall = on_scale(rating.overall or worse, row, "overall")
    if row.rating_scale.index(overall) < row.rating_scale.index(worse):
        message = "总体评价不能高于办理态度和办理结果中较差的一项"
        raise RuleViolated("overall-too-good", message, "overall")
    return rating.model_copy(update={"overall": overall})


def on_scale(grade: Grade, row: PolicyRow, field: str) -> Grade:
    if grade not in row.rating_scale:
        raise RuleViolated(
            "grade-not-on-scale", "本类办件的评价档次中没有这一档，请重新选择", field
        )
    return grade


def is_satisfied(grades: Grades, row: PolicyRow) -> bool:
    """Returns whether every answer is satisfied; a single unsatisfied one means 不满意 (L2 art.
    21)."""
    return set(grades.fields(Grades).values()) <= set(row.satisfied)


def require_reason(rating: Rating, row: PolicyRow) -> None:
    """An unsatisfied rating needs a reason (L2 art. 21)."""
    if not is_satisfied(rating, row):
        message = "评价为不满意时，请填写不满意的理由"
        require_text(rating.reason, message, "reason", "reason-required")
