"""Rules of a policy row about what a unit asks for and others decide."""

from typing import Literal

from pydantic import Field

from shared.kernel.paper_rules import Row

Extensible = Literal["reply", "rehandling"]
"""Obligations of which a unit may ask for more time, or for a pause."""
Approver = Literal["assignment-organ", "supervision-organ", "agency", "task-unit"]
"""Relations to a case under which a request is decided; the access table names the posts."""


class ApprovalRules(Row):
    """`approvers` decide, `all` of them or `any`; without any, the unit decides by itself and tells
    the proposer. A request is granted `most` times at most."""

    approvers: tuple[Approver, ...] = ()
    by: Literal["all", "any"] = "all"
    most: int = Field(default=1, ge=1)
    basis: str = Field(min_length=1)
