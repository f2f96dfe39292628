"""Faults of bodies and parameters, field by field, in plain Chinese."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from shared.http.wording import FAULTS, FORMS

LONGEST_NAME = 60


class Fault(BaseModel):
    """One invalid field."""

    field: str
    rule: str
    message: str


def fault(error: Mapping[str, Any]) -> Fault:
    """Returns an error of pydantic as a fault, with the path of the field as it was sent."""
    return Fault(
        field=".".join(path_of(error)) or "body",
        rule=error["type"].replace("_", "-"),
        message=message_of(error),
    )


def path_of(error: Mapping[str, Any]) -> list[str]:
    """Returns the path; empty for invalid JSON, where pydantic gives a position in the text. Names
    that were sent are cut."""
    loc = [str(part)[:LONGEST_NAME] for part in error["loc"]]
    if error["type"] == "json_invalid":
        return []
    return loc[1:] if loc[:1] in (["body"], ["query"], ["path"], ["header"]) else loc


def message_of(error: Mapping[str, Any]) -> str:
    context = dict(error.get("ctx", {}))
    if "expected" in context:  # pydantic lists choices in English: 'a', 'b' or 'c'
        context["expected"] = context["expected"].replace("' or '", "', '").replace("', '", "'、'")
    try:
        message = FAULTS[error["type"]].format(**context)
    except (KeyError, IndexError):
        message = "内容不符合要求"
    return FORMS.get(context.get("pattern", ""), message)
