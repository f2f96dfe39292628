"""Loads a service's access table from deploy/policies/access, and finds actions that it forgot."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from shared.kernel.access import AccessRow, AccessTable
from shared.service.config.located_yaml import Located, read_located, refuse


class AccessFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    rows: tuple[AccessRow, ...]


def load_access(folder: Path, service: str) -> AccessTable:
    """`<folder>/access/<service>.yaml`; DataRefused names file, line and field of what is wrong."""
    located = read_located(folder / "access" / f"{service}.yaml")
    file = located.shaped(AccessFile)
    refuse([*_foreign(located, file, service), *_doubles(located, file)])
    return AccessTable(service, file.rows)


def missing_rows(table: AccessTable, actions: Iterable[str]) -> list[str]:
    """The actions that nobody could ever be allowed: a service with such a route must not start."""
    return sorted(set(actions) - table.actions)


def _foreign(located: Located, file: AccessFile, service: str) -> Iterator[str]:
    if file.service != service:
        yield located.fault(("service",), f"this is the table of {service!r}")


def _doubles(located: Located, file: AccessFile) -> Iterator[str]:
    """Two rows that only together say what one could are a trap for whoever changes one of them."""
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    for number, row in enumerate(file.rows):
        scope = (row.action, row.relation, row.states)
        if scope in seen:
            yield located.fault(("rows", number), f"a second row for {row.action}, {row.relation}")
        seen.add(scope)
