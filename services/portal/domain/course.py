"""Course: the lines of one act, where a case records several facts by it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MOVED = "assignment.reassigned.v1"
BESIDE = ("assignment.removed.v1", "assignment.added.v1")
"""Facts of the same commit, by which the former lead or the successor has another part."""
SWAPPED = "assignment.swapped.v1"
"""Type of the line of a move with both: lead and co-handler have changed places. No fact is called
so."""
COMMIT = ("at", "recorded", "actor")

Line = Mapping[str, Any]


def one_line_each(timeline: Sequence[Line]) -> Iterator[Line]:
    """Yields the lines of a service; a move of a task with what it changed beside is one line, by
    the version of its first fact."""
    act: list[Line] = []
    for line in timeline:
        if act and belongs(line, act):
            act.append(line)
            continue
        yield from told_as_one(act)
        act = [line]
    yield from told_as_one(act)


def belongs(line: Line, act: Sequence[Line]) -> bool:
    """Returns whether the line is a part of the move with which the act begins."""
    first = act[0]
    if first["type"] != MOVED or line["type"] not in BESIDE:
        return False
    same = all(line[name] == first[name] for name in COMMIT)
    return same and line["type"] not in [each["type"] for each in act]


def told_as_one(act: Sequence[Line]) -> Iterator[Line]:
    if not act[1:]:
        yield from act
        return
    first, *beside = act
    swapped = {"type": SWAPPED} if len(act) > len(BESIDE) else {}
    yield {**first, **swapped, "units": [each["unit"] for each in beside if each.get("unit")]}
