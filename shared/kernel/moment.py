"""Moments: aware, in UTC, to the millisecond, with one text form."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, PlainSerializer

MILLISECOND = timedelta(milliseconds=1)


def to_milliseconds(moment: datetime) -> datetime:
    """Returns the moment in UTC, cut to the millisecond."""
    moment = moment.astimezone(UTC)
    beyond = moment.microsecond % 1000
    return moment.replace(microsecond=moment.microsecond - beyond) if beyond else moment


def stamp(moment: datetime) -> str:
    """Returns the text form of a moment, `2026-01-02T03:04:05.678Z`."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"


Moment = Annotated[
    AwareDatetime,
    AfterValidator(to_milliseconds),
    PlainSerializer(stamp, return_type=str, when_used="json"),
]
