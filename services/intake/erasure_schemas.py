"""The bodies of an erasure, and the answer how far it is."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from services.intake.domain.state import Erasing
from shared.contracts import erasure
from shared.contracts.erasure import Erasure
from shared.http.fields import Note
from shared.http.forms import Form
from shared.kernel.calendar import business_day
from shared.service.config.labels import label


class Stayed(BaseModel):
    """仍然保留的一类内容，及保留的理由。"""

    code: str
    name: str


class ErasureRequest(erasure.Erasure, Form):
    pass


class ErasureStop(erasure.ErasureStop, Form):
    reason: Annotated[Note, Field(min_length=1, examples=["信访人撤回了清除的请求。"])]


class ErasureView(Erasure):
    """清除的进度。`destroyed`：已销毁密钥的服务；`stayed` 在完成之后列出。"""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    case_id: str
    version: int
    step: Literal["waiting", "confirmed", "completed"]
    asked_by: str
    asked_at: datetime
    not_before: datetime
    not_before_on: Annotated[date, Field(description="自哪一天起可以确认")]
    confirmed_by: str | None
    confirmed_at: datetime | None
    pages: int
    destroyed: list[str]
    completed_at: datetime | None
    stayed: list[Stayed]

    @classmethod
    def of(cls, case_id: str, version: int, erasure: Erasing) -> Self:
        asked = erasure.asked
        codes = erasure.stayed if erasure.completed_at else ()
        return cls(
            **asked.fields(Erasure),
            case_id=case_id,
            version=version,
            step=erasure.step,
            asked_by=asked.by,
            asked_at=asked.at,
            not_before=asked.not_before,
            not_before_on=business_day(asked.not_before),
            confirmed_by=erasure.confirmed_by or None,
            confirmed_at=erasure.confirmed_at,
            pages=erasure.pages,
            destroyed=sorted(erasure.destroyed),
            completed_at=erasure.completed_at,
            stayed=[Stayed(code=code, name=label("erasure-stayed", code)) for code in codes],
        )
