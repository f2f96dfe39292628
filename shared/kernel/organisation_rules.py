"""Rules about posts and delegations that the business may change; rows are deployment data."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.access import Role
from shared.kernel.codes import Version


class OrganisationRules(BaseModel):
    """Rules of all agencies from a day on.

    `alone`: roles whose holder has no other role (三员). `delegable`: roles in whose posts another
    person may act, `longest_delegation_days` at a time. `days_back`: days by which an appointment
    or a delegation may be entered late.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Version
    effective_from: date
    basis: str = Field(min_length=1)
    alone: tuple[Role, ...]
    delegable: tuple[Role, ...]
    longest_delegation_days: int = Field(ge=1, le=366)
    post_days_back: int = Field(ge=0)
    delegation_days_back: int = Field(ge=0)
