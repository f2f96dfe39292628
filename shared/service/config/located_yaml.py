"""YAML of deployment data with the line of every value, so that a refusal names it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
Place = tuple[str | int, ...]
WHOLE = re.compile(r"0|-?[1-9][0-9]*")
LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Reads some ten times as fast in C, which PyYAML has wherever it comes as a wheel."""
CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}


class DataRefused(Exception):
    """Invalid deployment data; each line of the message names file, line, field and reason."""


class Line(NamedTuple):
    path: Path
    number: int

    def __str__(self) -> str:
        return f"{self.path}:{self.number}"


@dataclass(frozen=True)
class Located:
    """The content of a file, or of several laid over each other, with the line of each value.
    `path`: the file, or the uppermost of them."""

    path: Path
    data: Any
    lines: Mapping[Place, Line]

    def line(self, place: Place) -> Line:
        """Returns the line of the place, or of the nearest value around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, Line(self.path, 1))

    def fault(self, place: Place, reason: str, *, seen_at: Place | None = None) -> str:
        """Returns `file:line: place: reason`; the line is that of `seen_at` where it differs from
        the place."""
        line = self.line(place if seen_at is None else seen_at)
        return f"{line}: {'.'.join(map(str, place)) or 'file'}: {reason}"

    def shaped(self, model: type[M]) -> M:
        """Validates the whole file. Raises DataRefused with every fault."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            raise DataRefused("\n".join(self.faults(error))) from error

    def faults(self, error: ValidationError) -> list[str]:
        return [self.fault(spoken(each["loc"]), each["msg"]) for each in error.errors()]


def read_located(path: Path) -> Located:
    """Reads plain scalars as true, false, null, whole numbers or text: `off` is text. Raises
    DataRefused."""
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=LOADER)
    except OSError as error:
        raise DataRefused(unreadable(path, error)) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataRefused(f"{path}:{line}: not YAML: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataRefused(f"{path}:1: not YAML in UTF-8: {error}") from error
    if node is None:
        raise DataRefused(f"{path}:1: the file is empty")
    reading = _Reading(path)
    return Located(path, reading.plain(node, ()), reading.lines)


def unreadable(path: Path, error: OSError) -> str:
    """Returns the reason; where the whole folder is missing, with the setting that names it."""
    if path.parent.is_dir():
        return f"{path}: cannot be read: {error.strerror}"
    return (
        f"没有策略目录 {path.parent}（当前目录 {Path.cwd()}），请在安装目录中执行，"
        f"或者用 DUBAN_POLICIES 指明。"
        f"There is no folder {path.parent} here: name it by DUBAN_POLICIES."
    )


def refuse(faults: Sequence[str]) -> None:
    """Raises DataRefused if there are any."""
    if faults:
        raise DataRefused("\n".join(faults))


def spoken(loc: Place) -> Place:
    """Returns the place without pydantic's mark for a wrong key."""
    return tuple(part for part in loc if part != "[key]")


@dataclass
class _Reading:
    path: Path
    lines: dict[Place, Line] = field(default_factory=dict)

    def plain(self, node: yaml.Node, place: Place) -> Any:
        self.lines[place] = self._line(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*place, n)) for n, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return _scalar(node.value, quoted=bool(node.style))

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for name, value in node.value:
            line = self._line(name)
            if not isinstance(name, yaml.ScalarNode):
                raise DataRefused(f"{line}: a key must be a single word")
            if name.value in mapping:
                raise DataRefused(f"{line}: {name.value!r} stands here twice")
            mapping[name.value] = self.plain(value, (*place, name.value))
            self.lines[(*place, name.value)] = line
        return mapping

    def _line(self, node: yaml.Node) -> Line:
        return Line(self.path, node.start_mark.line + 1)


def _scalar(text: str, *, quoted: bool) -> Any:
    if quoted:
        return text
    if text in CONSTANTS:
        return CONSTANTS[text]
    return int(text) if WHOLE.fullmatch(text) else text
