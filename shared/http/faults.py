"""Faults of bodies and parameters, field by field, in plain Chinese or English."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from shared.http.wording import FAULTS, FORMS, SAID, UNKNOWN_FAULT

LONGEST_NAME = 60
CHOICE = re.compile("'([^']*)'")
Named = Callable[[Sequence[str], bool], Sequence[str]]
"""Codes that a field may have, and whether English is asked for → the codes with their names."""


def unnamed(codes: Sequence[str], english: bool) -> Sequence[str]:
    return codes


class Fault(BaseModel):
    """One invalid field."""

    field: str
    rule: str
    message: str


def fault(error: Mapping[str, Any], english: bool = False, named: Named = unnamed) -> Fault:
    """Returns an error of pydantic as a fault, with the path of the field as it was sent."""
    return Fault(
        field=".".join(path_of(error)) or "body",
        rule=error["type"].replace("_", "-"),
        message=message_of(error, english, named),
    )


def tells(error: Mapping[str, Any]) -> bool:
    """Returns whether an error tells something: a field that may be empty is not of that, too."""
    return bool(error.get("ctx", {}).get("expected") != "''")


def path_of(error: Mapping[str, Any]) -> list[str]:
    """Returns the path; empty for invalid JSON, where pydantic gives a position in the text. Names
    that were sent are cut; which set of choices a value is not of is no part of it."""
    loc = [str(part)[:LONGEST_NAME] for part in error["loc"]]
    if error["type"] == "json_invalid":
        return []
    if error["type"] == "literal_error" and loc[-1].startswith("literal["):
        loc = loc[:-1]
    return loc[1:] if loc[:1] in (["body"], ["query"], ["path"], ["header"]) else loc


def message_of(error: Mapping[str, Any], english: bool, named: Named) -> str:
    context = dict(error.get("ctx", {}))
    if "expected" in context:  # pydantic lists choices in English: 'a', 'b' or 'c'
        choices = CHOICE.findall(context["expected"])
        context["expected"] = (", " if english else "、").join(named(choices, english))
    context.setdefault("english", in_english(str(context.get("error", ""))))
    try:
        message = FAULTS[error["type"]][english].format(**context)
    except (KeyError, IndexError):
        message = UNKNOWN_FAULT[english]
    form = FORMS.get(context.get("pattern", ""))
    return form[english] if form else message


def in_english(chinese: str) -> str:
    return SAID.get(chinese.partition("：")[0], UNKNOWN_FAULT.english)
