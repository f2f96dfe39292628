"""Accepted: the answer to a command."""

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

ACCEPTED: JsonDict = {
    "stream": "intake-56fa9635caf355c1b7bdf0735026de16",
    "version": 1,
    "command_id": "08c5f346-062f-5539-af14-751f7940c2a6",
    "facts": ["case.registered.v1"],
    "case_id": "56fa9635caf355c1b7bdf0735026de16",
}


class Accepted(BaseModel):
    """The stream's version after the command and the facts recorded (none: nothing to do).

    `repeated`: the command was decided before, and this is its first outcome. `pending` (202): the
    act waits under this id for a second person. `similar`: cases that probably have the same text
    as a paper just registered."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [ACCEPTED]})

    stream: str
    version: int
    command_id: str
    facts: tuple[str, ...] = ()
    case_id: str | None = None
    repeated: bool = False
    pending: str | None = None
    similar: tuple[str, ...] = ()
