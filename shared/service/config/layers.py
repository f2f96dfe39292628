"""Policy data in layers: the folder of a place says what differs from the folder it stands on."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.service.config.located_yaml import DataRefused, Located, Place, read_located

BASE = "base.yaml"
MOST_LAYERS = 4


class BaseFile(BaseModel):
    """`base`: the folder below this one, as a path from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: str


def layers(folder: Path) -> tuple[Path, ...]:
    """Returns the folders from the lowest to this one. Raises DataRefused for a base that is not
    there, and for more than four layers (a circle has no end)."""
    found = [folder.resolve()]
    while (named := found[0] / BASE).is_file():
        located = read_located(named)
        below = (found[0] / located.shaped(BaseFile).base).resolve()
        if not below.is_dir():
            raise DataRefused(located.fault(("base",), f"there is no folder {below}"))
        if len(found) == MOST_LAYERS:
            raise DataRefused(located.fault(("base",), f"more than {MOST_LAYERS} layers"))
        found.insert(0, below)
    return tuple(found)


def read_layered(folder: Path, name: str, joined: Collection[str] = ()) -> Located:
    """Reads a file of all layers as one: mappings are laid over each other, anything else replaces
    what the base has; the lists of the `joined` keys follow those of the base. Raises DataRefused.
    """
    paths = [layer / name for layer in layers(folder) if (layer / name).is_file()]
    located = read_located(paths[0] if paths else folder / name)
    for path in paths[1:]:
        located = laid_on(located, read_located(path), joined)
    return located


def laid_on(base: Located, own: Located, joined: Collection[str]) -> Located:
    """Returns both as one; `own` alone where it is no mapping, which its model then refuses."""
    if not isinstance(own.data, Mapping):
        return own
    lists = {name: base.data[name] for name in joined if both_lists(name, base, own)}
    data = merged(base.data, own.data) | {
        name: [*before, *own.data[name]] for name, before in lists.items()
    }
    lines = {moved(place, lists): line for place, line in own.lines.items()}
    return Located(own.path, data, {**base.lines, **lines})


def both_lists(name: str, *files: Located) -> bool:
    return all(isinstance(file.data.get(name), list) for file in files)


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Lays one mapping over another; null stays, so that a row can take a default away."""
    found = {**base, **own}
    for name, value in own.items():
        below = base.get(name)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            found[name] = merged(below, value)
    return found


def moved(place: Place, lists: Mapping[str, list[Any]]) -> Place:
    """Returns where a place of a layer is once its list follows that of the base."""
    match place:
        case (str(name), int(number), *rest) if name in lists:
            return (name, number + len(lists[name]), *rest)
    return place
