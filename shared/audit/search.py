"""Filters of the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Search:
    """Fields that entries must have; `since` and `until` are moments in their text form."""

    kind: str | None = None
    subject: str | None = None
    case_id: str | None = None
    address: str | None = None
    since: str | None = None
    until: str | None = None

    def as_filter(self) -> Mapping[str, Any]:
        names = ("kind", "subject", "case_id", "address")
        exact = {name: value for name in names if (value := getattr(self, name))}
        bounds = {"$gte": self.since, "$lte": self.until}
        within = {sign: value for sign, value in bounds.items() if value}
        return {**exact, **({"at": within} if within else {})}
