"""The policy of the audit trail: deploy/policies/audit.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.codes import Code, Id, Version
from shared.service.config.layers import read_layered

LEAST_DAYS = 183
"""Half a year, the shortest time that the law allows (网络安全法第二十一条)."""


class AuditPolicy(BaseModel):
    """Days that entries are kept, units whose auditors read them, and commands of people that are
    written before they are decided, by service (`any`: all of them)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Version
    keep_days: int = Field(ge=LEAST_DAYS)
    basis: str = Field(min_length=1)
    readers: Annotated[tuple[Id, ...], Field(min_length=1)]
    administration: Mapping[Id, Literal["any"] | tuple[Code, ...]]

    def is_administration(self, service: str, action: str) -> bool:
        actions = self.administration.get(service, ())
        return actions == "any" or action in actions


def load_audit_policy(folder: Path) -> AuditPolicy:
    """Raises DataRefused with the line of each fault."""
    return read_layered(folder, "audit.yaml").shaped(AuditPolicy)
