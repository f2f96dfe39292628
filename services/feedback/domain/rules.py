"""What a rating must be like, on the agency's scale."""

from dataclasses import dataclass

from services.feedback.domain.commands import Rating
from shared.contracts.feedback import Grade
from shared.kernel.errors import RuleViolated
from shared.kernel.messages import Text
from shared.kernel.policy import PolicyRow


@dataclass(frozen=True)
class Grades:
    attitude: Grade
    result: Grade
    overall: Grade

    def satisfied(self, row: PolicyRow) -> bool:
        """On every question; one unsatisfied answer is enough for 不满意 (L2 art. 21)."""
        return {self.attitude, self.result, self.overall} <= set(row.satisfied)


def graded(command: Rating, row: PolicyRow) -> Grades:
    """The scale goes from best to worst; `overall` is the worse answer, or worse than both."""
    attitude = on_scale(command.attitude, row, "attitude")
    result = on_scale(command.result, row, "result")
    worse = max(attitude, result, key=row.rating_scale.index)
    overall = on_scale(command.overall or worse, row, "overall")
    if row.rating_scale.index(overall) < row.rating_scale.index(worse):
        message = "总体评价不能高于办理态度和办理结果中较差的一项"
        raise RuleViolated("overall-too-good", message, "overall")
    return Grades(attitude, result, overall)


def on_scale(grade: Grade, row: PolicyRow, field: str) -> Grade:
    if grade not in row.rating_scale:
        raise RuleViolated(
            "grade-not-on-scale", "本类办件的评价档次中没有这一档，请重新选择", field
        )
    return grade


def is_blank(text: Text) -> bool:
    return not text.strip() if isinstance(text, str) else text.size == 0


def same_text(one: Text, other: Text) -> bool:
    """Sealed twice, a text has two references and one digest."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return one.digest == other.digest


def require_reason(grades: Grades, reason: Text, row: PolicyRow) -> None:
    """Whoever is not satisfied says why (L2 art. 21)."""
    if is_blank(reason) and not grades.satisfied(row):
        raise RuleViolated("reason-required", "评价为不满意时，请填写不满意的理由", "reason")
