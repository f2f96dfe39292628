"""Days that people may enter: every date of a payload lies between two bounds."""

from datetime import date
from typing import Annotated

from pydantic import Field

FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2099, 12, 31)
"""An earlier or later day is a slip of the pen; day arithmetic would end at year 1 or 9999."""

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
