"""A sheet of a workbook as it was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.ledger_import.merged import Area


@dataclass(frozen=True)
class Sheet:
    """Lines of a sheet; `hidden` are the numbers of its hidden rows."""

    name: str
    lines: list[list[Any]]
    visible: bool
    hidden: frozenset[int]
    hidden_columns: frozenset[int]
    from_1904: bool
    areas: Sequence[Area] = ()
