"""Due dates of views: the local day that ends at a due moment stands beside the moment."""

from datetime import date

from pydantic import BaseModel, computed_field

from shared.kernel.calendar import ending_day
from shared.kernel.moment import Moment


class DueBy(BaseModel):
    """A view with a due moment; null where nothing is due."""

    due: Moment | None

    @computed_field(description="到期日（北京时间），当日 24:00 止")  # type: ignore[prop-decorator]
    @property
    def due_on(self) -> date | None:
        """Returns the last day on which the obligation may be met."""
        return ending_day(self.due) if self.due else None
