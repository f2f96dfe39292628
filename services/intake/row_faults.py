"""Faults of an import, of its rows and of the whole file, in the language of the reader."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from shared.http.rules_in_english import in_english
from shared.http.wording import SENTENCES


class RowFault(BaseModel):
    """One reason against a row, at its cell."""

    sheet: str
    row: int
    cell: str | None = Field(examples=["C17"])
    column: str
    field: str | None
    rule: str
    reason: str

    def in_english(self) -> "RowFault":
        """Returns it with the sentence of its rule, without the words of the cell."""
        of_platform = SENTENCES.get(self.rule)
        said = of_platform.english if of_platform else in_english(self.rule)
        return self.model_copy(update={"reason": said})


def refusal_in(refusal: Mapping[str, str], english: bool) -> str:
    """Returns why a whole file was refused; in English without the words of the file."""
    return in_english(refusal["rule"]) if english else refusal["sentence"]
