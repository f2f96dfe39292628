"""Days and moments that people may send lie between two bounds.

An earlier or later one is a slip of the pen; arithmetic would end at year 1 or 9999.
"""

from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import AwareDatetime, Field

FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2099, 12, 31)
FIRST_MOMENT, LAST_MOMENT = (datetime.combine(day, time(), UTC) for day in (FIRST_DAY, LAST_DAY))

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
BoundedMoment = Annotated[AwareDatetime, Field(ge=FIRST_MOMENT, le=LAST_MOMENT)]
