"""HTTP bodies and answers of disclosure."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.disclosure.domain.state import Status
from shared.contracts.disclosure import (
    Decision,
    Mode,
    PublicForm,
    Rendition,
    Reply,
    Review,
    Takedown,
)
from shared.http.fields import Code, Sentence, Title, Words
from shared.http.forms import Form


class DecisionForm(Decision, Form):
    """公开决定。主动公开须选形式；依申请公开、不予公开须有理由。"""

    mode: Annotated[Mode, Field(description="公开属性")]
    form: Annotated[PublicForm | None, Field(description="主动公开的形式：全文或摘要")] = None
    reason: Annotated[
        Code | None,
        Field(
            description="不公开的理由代码，见 labels 的 disclosure-reason", examples=["no-consent"]
        ),
    ] = None
    title: Annotated[Title | None, Field(description="公开时的标题；原标题不宜公开时填写")] = None
    text: Annotated[Words | None, Field(description="摘要，或隐去联系方式后的全文")] = None


class ReviewForm(Review, Form):
    """复核意见，由决定人以外的人提交。"""

    remark: Annotated[Sentence, Field(description="退回时必填")] = ""


class WithdrawalForm(Takedown, Form):
    """撤下已公开的答复。"""

    reason: Annotated[Sentence, Field(min_length=1, examples=["内容有误，更正后重新公开"])]


class DecisionView(Decision):
    """`title` and `text` are null where the reader may not see them."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    title: str | None
    text: str | None
    by: str
    at: datetime


class ReviewView(BaseModel):
    by: str
    approved: bool
    remark: str | None
    at: datetime


class PublicationView(Reply):
    """一份答复的公开情况。封存的答复正文不在此显示，请向办理服务查阅。"""

    round: int
    status: Status
    due: datetime | None
    replied_on: date | None
    public_text: str | None
    decision: DecisionView | None
    review: ReviewView | None
    note: str | None
    url: str | None
    digest: str | None
    public: Rendition | None


class DisclosureView(BaseModel):
    case_id: str
    version: int
    kind: str | None
    period: str | None
    title: str | None
    label: str | None
    consent: bool | None
    stopped: str | None
    publications: list[PublicationView]
