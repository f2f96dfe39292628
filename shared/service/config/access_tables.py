"""Access tables of services, loaded from deploy/policies/access."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from shared.kernel.access import AccessRow, AccessTable
from shared.service.config.labels import policies_in_use
from shared.service.config.layers import read_layered
from shared.service.config.located_yaml import Located, refuse


class AccessFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    rows: tuple[AccessRow, ...]


def load_access(folder: Path, service: str) -> AccessTable:
    """Loads `<folder>/access/<service>.yaml`. Raises DataRefused with file, line and field."""
    located = read_layered(folder, f"access/{service}.yaml")
    file = located.shaped(AccessFile)
    refuse([*_foreign(located, file, service), *_doubles(located, file)])
    return AccessTable(service, file.rows)


@cache
def deployed_access(service: str) -> AccessTable:
    """Returns the table of a service in the policies that this process is set to use."""
    return load_access(policies_in_use(), service)


def missing_rows(table: AccessTable, actions: Iterable[str]) -> list[str]:
    """Returns the actions without a row: nobody could be allowed to do them."""
    return sorted(set(actions) - table.actions)


def _foreign(located: Located, file: AccessFile, service: str) -> Iterator[str]:
    if file.service != service:
        yield located.fault(("service",), f"this is the table of {service!r}")


def _doubles(located: Located, file: AccessFile) -> Iterator[str]:
    """Two rows of one scope are refused: a change of one of them would be silently incomplete."""
    seen: set[tuple[str, str, tuple[str, ...], bool]] = set()
    for number, row in enumerate(file.rows):
        scope = (row.action, row.relation, row.states, row.second_person)
        if scope in seen:
            yield located.fault(("rows", number), f"a second row for {row.action}, {row.relation}")
        seen.add(scope)
