"""HTTP bodies and answers of feedback."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from shared.contracts.feedback import EvaluationForm, Grade, Rating, RehandlingDecision
from shared.http.due import DueBy
from shared.http.fields import Note
from shared.http.forms import Form
from shared.kernel.days import Day
from shared.kernel.form_words import titled


class RatingForm(Rating, Form):
    """征询意见表：态度和结果分别评价。"""

    attitude: Annotated[Grade, Field(description="办理态度")]
    result: Annotated[Grade, Field(description="办理结果")]
    overall: Annotated[Grade | None, Field(description="总体评价；不填时取两项中较差的一项")] = None
    reason: Annotated[Note, Field(description="具体意见；任一项不满意时必填")] = ""


class PaperForm(RatingForm):
    """纸质征询意见表；收到日期不填即今天，补录期满前收到的必须填写。"""

    on: Annotated[
        Day | None,
        Field(description="收到纸质表的日期"),
        titled("收到日期", hint="不填即今天；补录期满前收到的必填"),
    ] = None


class ReviewForm(RehandlingDecision, Form):
    """再次办理审核：由征询评价的主管机构决定。"""

    note: Annotated[Note, Field(description="不再办理的必填，告知提出人")] = ""


class EvaluationView(DueBy, EvaluationForm):
    """一份征询意见表。`reason` 仅对有权查阅的人显示，否则为空；承办单位在评价全部结束之前
    看不到评价人，`rater` 和 `entered_by` 为空。"""

    rater: str | None  # type: ignore[assignment]
    round: int
    status: Literal["open", "rated", "lapsed"]
    attitude: Grade | None = None
    result: Grade | None = None
    overall: Grade | None = None
    reason: str | None = None
    entered_by: str | None = None
    rehandling: Annotated[int | None, Field(description="这份评价启动的下一轮办理")] = None
    on: Annotated[Day | None, Field(description="收到纸质表的日期")] = None
    entered_on: Annotated[Day | None, Field(description="录入日期")] = None
    review: Annotated[
        Literal["open", "ordered", "refused"] | None,
        Field(description="再次办理审核：open 待审核、ordered 再次办理、refused 不再办理"),
    ] = None
    review_on: Annotated[Day | None, Field(description="审核期限")] = None
    review_note: Annotated[str | None, Field(description="审核说明；无权查阅的为空")] = None
    replaces_lapse: Annotated[bool, Field(description="期满前收到、期满后补录，代替未表态")] = False


class FeedbackView(BaseModel):
    case_id: str
    version: int
    kind: str | None
    period: str | None
    stopped: Annotated[str | None, Field(description="办件撤回或删除后不再评价")] = None
    evaluations: list[EvaluationView]
