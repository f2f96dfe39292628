"""The answer to a command: the same over HTTP and inside."""

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
    """What became of a command: the stream's version, the facts recorded (none: nothing to do).

    `repeated`: it was decided before, and this is what it did then."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [ACCEPTED]})

    stream: str
    version: int
    command_id: str
    facts: tuple[str, ...] = ()
    case_id: str | None = None
    repeated: bool = False
