"""Words of a field for forms that are made from a schema: title, help, and the place of its values.

They stand where the field is declared, so that a command, its body and its view say the same (ADR
45). A program reads `description`; a person reads `title` and `x-help`.
"""

from typing import Any, Literal

from pydantic import Field

Pick = Literal[
    "unit", "person", "official", "proposer", "client", "region", "period", "check", "file",
    "attachment", "case",
]  # fmt: skip
"""Registers in which a person looks a value up: units and people in office, people who are
registered, in office or not, the proposers of the case, partner clients, regions and periods of the
agency, the checks by which the case is screened, its attachments;
other cases that the person may see; or a file, which is uploaded."""


def titled(
    title: str,
    *,
    hint: str = "",
    codes: str = "",
    pick: Pick | None = None,
    answers: tuple[str, str] | None = None,
) -> Any:
    """Returns the metadata of a field. `codes`: a group of labels.yaml; `answers`: the words for
    yes and no of a question, of which none is chosen beforehand."""
    words = {"x-help": hint, "x-code": codes, "x-pick": pick, "x-words": answers}
    return Field(title=title, json_schema_extra=extras(words))


def coded(group: str) -> Any:
    """Returns the metadata of a value whose names are a group of labels.yaml."""
    return Field(json_schema_extra=extras({"x-code": group}))


def picked(pick: Pick) -> Any:
    """Returns the metadata of a value that a person looks up in a register."""
    return Field(json_schema_extra=extras({"x-pick": pick}))


def extras(words: dict[str, Any]) -> dict[str, Any] | None:
    given = {key: list(word) if isinstance(word, tuple) else word for key, word in words.items()}
    return {key: word for key, word in given.items() if word} or None
