"""Forms: bodies of requests, as people or partner platforms send them."""

from pydantic import BaseModel, ConfigDict


class Form(BaseModel):
    """Refuses unknown fields, and strips white space around every text."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, json_schema_extra=None
    )


class NoBody(Form):
    """Nothing needs to be said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})
