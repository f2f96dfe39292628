"""HTTP bodies and answers of feedback."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from shared.contracts import reviews
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


class HearingView(reviews.HearingPlan):
    """一次听证。地点和纪要仅对有权查阅的人显示。"""

    place: str | None  # type: ignore[assignment]
    chair: str | None = None  # type: ignore[assignment]
    paused: Annotated[bool, Field(description="听证时间不计入期限")]
    held: Annotated[bool | None, Field(description="尚未登记的为空")] = None
    ended_on: Day | None = None
    note: str | None = None


class ReviewView(DueBy, reviews.ReviewName):
    """一份处理意见的复查或复核；`due` 为作出意见的期限，听证停止计时的为空。理由、查明的情况和意见
    仅对有权查阅的人显示，否则为空。"""

    round: int
    status: Annotated[
        Literal["open", "requested", "hearing", "decided", "delivered", "lapsed"],
        Field(
            description="open 可以请求、requested 正在复查（复核）、hearing 听证、decided 待送达、"
            "delivered 已送达、lapsed 逾期未请求"
        ),
    ]
    ask_until: Annotated[Day, Field(description="请求的截止日期")]
    asked_by: str | None = None
    asked_on: Annotated[Day | None, Field(description="收到请求的日期")] = None
    reason: str | None = None
    organ: Annotated[str | None, Field(description="复查、复核机构")] = None
    hearings: Annotated[list[HearingView], Field(description="听证，先前的在前")]
    outcome: reviews.ReviewOutcome | None = None
    number: str | None = None
    issuer: Annotated[str | None, Field(description="作出机关；复查、复核机构作出的为空")] = None
    findings: str | None = None
    ruling: str | None = None
    decided_on: Day | None = None
    deliver_by: Annotated[Day | None, Field(description="送达期限；已经送达的为空")] = None
    delivered_on: Day | None = None
    mode: str | None = None
    concluded: Annotated[
        reviews.Ending | None,
        Field(description="终结：rechecked 复核终结、not-requested 逾期未请求"),
    ] = None


class FeedbackView(BaseModel):
    case_id: str
    version: int
    kind: str | None
    period: str | None
    stopped: Annotated[str | None, Field(description="办件撤回或删除后不再评价")] = None
    evaluations: list[EvaluationView]
    reviews: Annotated[
        list[ReviewView], Field(description="复查、复核，先前的在前；没有的为空列表")
    ] = []
