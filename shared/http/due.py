"""Due dates of views: the local day that ends at a due moment stands beside the moment."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from shared.kernel.calendar import ending_day
from shared.kernel.moment import Moment


def last_day(fields: Mapping[str, Any]) -> date | None:
    """Returns the last day on which what is due at `due` may be met."""
    due = fields.get("due")
    return ending_day(due) if due else None


class DueBy(BaseModel):
    """A view with a due moment and its day; both are null where nothing is due."""

    due: Moment | None
    due_on: date | None = Field(
        default_factory=last_day, description="到期日（北京时间），当日 24:00 止"
    )
