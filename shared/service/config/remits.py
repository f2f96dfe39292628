"""The catalogue of remits (职责边界): remits.yaml of a folder like deploy/policies."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.codes import Code
from shared.kernel.remit_rules import MOST_REMITS, Remit
from shared.service.config.layers import layers, read_layered
from shared.service.config.located_yaml import Located

REMITS = "remits.yaml"


class RemitFile(BaseModel):
    """The remits by code; a place takes one of its base away with null."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    remits: Mapping[Code, Remit | None] = Field(default={}, max_length=MOST_REMITS)


def load_remits(folder: Path) -> tuple[Remit, ...]:
    """Returns the remits in the order of the file; none where the folder has no such file. Raises
    DataRefused with the line of each fault."""
    located = _read(folder)
    found = located.shaped(RemitFile).remits.values() if located else ()
    return tuple(remit for remit in found if remit)


def unknown_units(folder: Path, units: Collection[str]) -> list[str]:
    """Returns a fault for each remit that names a unit which the directory does not have."""
    located = _read(folder)
    return [*_unknown(located, units)] if located else []


def _unknown(located: Located, units: Collection[str]) -> Iterator[str]:
    for code, remit in located.shaped(RemitFile).remits.items():
        for unit in (remit.unit, *remit.beside) if remit else ():
            if unit not in units:
                reason = f"the directory has no unit {unit!r}; register it, or name another unit"
                yield located.fault(("remits", code), reason)


def _read(folder: Path) -> Located | None:
    written = any((layer / REMITS).is_file() for layer in layers(folder))
    return read_layered(folder, REMITS) if written else None
