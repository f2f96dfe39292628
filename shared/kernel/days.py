"""Days and moments that people may send lie between two bounds.

An earlier or later one is a slip of the pen; arithmetic would end at year 1 or 9999.
"""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field

FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2099, 12, 31)
FIRST_MOMENT, LAST_MOMENT = (datetime.combine(day, time(), UTC) for day in (FIRST_DAY, LAST_DAY))

WRITTEN = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def written_day(value: object) -> object:
    """Raises ValueError for a moment or a number in place of a day: of which zone it is a day
    nobody has said."""
    written = WRITTEN.fullmatch(value) if isinstance(value, str) else isinstance(value, date)
    if not written:
        raise ValueError("日期应写作 2025-03-03")
    return value


Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY), BeforeValidator(written_day)]
BoundedMoment = Annotated[AwareDatetime, Field(ge=FIRST_MOMENT, le=LAST_MOMENT)]
