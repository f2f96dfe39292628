"""Reads deployment data from YAML and keeps the line of every value, so that a refusal names it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
Place = tuple[str | int, ...]
WHOLE = re.compile(r"0|-?[1-9][0-9]*")
CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}


class DataRefused(Exception):
    """A data file breaks its rules; each line of the message names file, line, field and reason."""


@dataclass(frozen=True)
class Located:
    """The content of one file, with the line on which each part of it stands."""

    path: Path
    data: Any
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of the place, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def fault(self, place: Place, reason: str, *, seen_at: Place | None = None) -> str:
        """One sentence; `seen_at` is where the wrong value stands if that is another place."""
        line = self.line(place if seen_at is None else seen_at)
        return f"{self.path}:{line}: {'.'.join(map(str, place)) or 'file'}: {reason}"

    def shaped(self, model: type[M]) -> M:
        """The whole file as the model; DataRefused with every finding."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            raise DataRefused("\n".join(self.faults(error))) from error

    def faults(self, error: ValidationError) -> list[str]:
        return [self.fault(spoken(found["loc"]), found["msg"]) for found in error.errors()]


def read_located(path: Path) -> Located:
    """Plain scalars are true, false, null, whole numbers or text: `off` is just a word."""
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise DataRefused(f"{path}: cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataRefused(f"{path}:{line}: not YAML: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataRefused(f"{path}:1: not YAML in UTF-8: {error}") from error
    if node is None:
        raise DataRefused(f"{path}:1: the file is empty")
    reading = _Reading(path)
    return Located(path, reading.plain(node, ()), reading.lines)


def refuse(faults: Sequence[str]) -> None:
    if faults:
        raise DataRefused("\n".join(faults))


def spoken(loc: Place) -> Place:
    """A place as people know it: pydantic says apart whether a key or its value is wrong."""
    return tuple(part for part in loc if part != "[key]")


@dataclass
class _Reading:
    path: Path
    lines: dict[Place, int] = field(default_factory=dict)

    def plain(self, node: yaml.Node, place: Place) -> Any:
        self.lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*place, n)) for n, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return _scalar(node.value, quoted=node.style is not None)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in node.value:
            line = name.start_mark.line + 1
            if not isinstance(name, yaml.ScalarNode):
                raise DataRefused(f"{self.path}:{line}: a key must be a single word")
            if name.value in found:
                raise DataRefused(f"{self.path}:{line}: {name.value!r} stands here twice")
            found[name.value] = self.plain(value, (*place, name.value))
            self.lines[(*place, name.value)] = line
        return found


def _scalar(text: str, *, quoted: bool) -> Any:
    if quoted:
        return text
    if text in CONSTANTS:
        return CONSTANTS[text]
    return int(text) if WHOLE.fullmatch(text) else text
