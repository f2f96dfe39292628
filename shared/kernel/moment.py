"""Moments: aware, in UTC, to the millisecond, with one text form."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, PlainSerializer

MILLISECOND = timedelta(milliseconds=1)
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


def to_milliseconds(moment: datetime) -> datetime:
    """Returns the moment in UTC, cut to the millisecond."""
    moment = moment.astimezone(UTC)
    beyond = moment.microsecond % 1000
    return moment.replace(microsecond=moment.microsecond - beyond) if beyond else moment


def is_stamp(text: str) -> bool:
    """Returns whether the text of a moment is the one that `stamp` would give it."""
    return STAMP.fullmatch(text) is not None


def stamp(moment: datetime) -> str:
    """Returns the text form of a moment, `2026-01-02T03:04:05.678Z`."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    day = (moment.year, moment.month, moment.day)
    time = (moment.hour, moment.minute, moment.second, moment.microsecond // 1_000)
    return "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ" % (*day, *time)  # noqa: UP031 (a third less)


Moment = Annotated[
    AwareDatetime,
    AfterValidator(to_milliseconds),
    PlainSerializer(stamp, return_type=str, when_used="json"),
]
