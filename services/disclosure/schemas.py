"""HTTP answers of disclosure."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from services.disclosure.domain.state import Status
from shared.contracts.disclosure import (
    Decision,
    Rendition,
    Reply,
)
from shared.http.due import DueBy


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


class ExemptionView(BaseModel):
    """`reason` is null where the reader may not see it."""

    field: str
    start: int
    length: int
    kind: str
    kind_name: str
    reason: str | None


class PublicationView(DueBy, Reply):
    """一份答复的公开情况。封存的答复正文不在此显示，请向办理服务查阅。"""

    round: int
    status: Status
    replied_on: date | None
    public_text: str | None
    decision: DecisionView | None
    review: ReviewView | None
    exemptions: list[ExemptionView]
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
