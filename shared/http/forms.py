"""Forms: bodies of requests by people or partner platforms."""

from pydantic import BaseModel, ConfigDict


class Form(BaseModel):
    """Refuses unknown fields, and strips white space around every text."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, json_schema_extra=None
    )


class NoBody(Form):
    """An empty body."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})
