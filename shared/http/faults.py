"""What is wrong with a body or a query, field by field, in the words of a clerk."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from shared.http.wording import FAULTS, FORMS


class Fault(BaseModel):
    """One field that is not as it must be."""

    field: str
    rule: str
    message: str


def fault(error: Mapping[str, Any]) -> Fault:
    """What pydantic found, with the path of the field as the sender wrote it."""
    return Fault(
        field=".".join(path_of(error)) or "body",
        rule=error["type"].replace("_", "-"),
        message=words_of(error),
    )


def path_of(error: Mapping[str, Any]) -> list[str]:
    """None in what is no JSON: pydantic tells the place in the text instead."""
    where = [str(part) for part in error["loc"]]
    if error["type"] == "json_invalid":
        return []
    return where[1:] if where[:1] in (["body"], ["query"], ["path"], ["header"]) else where


def words_of(error: Mapping[str, Any]) -> str:
    context = dict(error.get("ctx", {}))
    if "expected" in context:  # pydantic lists choices in English: 'a', 'b' or 'c'
        context["expected"] = context["expected"].replace("' or '", "', '").replace("', '", "'、'")
    try:
        message = FAULTS[error["type"]].format(**context)
    except (KeyError, IndexError):
        message = "内容不符合要求"
    return FORMS.get(context.get("pattern", ""), message)
