"""The tour of README: its commands, and what they print.

A line of an expected output matches a printed one; `…` stands for any text in a line, and alone on
a line for any lines.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTION = re.compile(r"^## A tour of five minutes\n(.*?)^## ", re.DOTALL | re.MULTILINE)
STARTS = ("DUBAN_SAMPLE=small make run",)
"""The command that the test itself carries out."""


@dataclass
class Step:
    command: str
    expected: list[str] = field(default_factory=list)


def steps_of(readme: Path) -> list[Step]:
    """Returns the commands in their order; a command goes on while its line ends in a backslash or
    its quotes are open."""
    section = SECTION.search(readme.read_text("utf-8"))
    assert section, "README has its tour"
    found: list[Step] = []
    for line in _indented(section[1]):
        if line.startswith("$ "):
            found.append(Step(line[2:]))
        elif found and _goes_on(found[-1]):
            found[-1].command += f"\n{line}"
        elif found:
            found[-1].expected.append(line)
    return [step for step in found if not step.command.startswith(STARTS)]


def _indented(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.startswith("    "):
            yield line[4:].rstrip()


def _goes_on(step: Step) -> bool:
    if step.expected or step.command.endswith("\\"):
        return not step.expected
    try:
        shlex.split(step.command)
    except ValueError:
        return True
    return False


def script_of(steps: list[Step]) -> str:
    """Returns one script, as it is pasted; a mark stands before the output of each command."""
    return "\n".join(f"echo '{MARK}'\n{step.command}\necho" for step in steps)


MARK = "-- next --"
ANY = r"(?:.*\n)*?"


def differences(steps: list[Step], printed: str) -> Iterator[str]:
    """Yields the steps whose output is not the expected one."""
    outputs = printed.split(f"{MARK}\n")[1:]
    assert len(outputs) == len(steps), printed
    for step, output in zip(steps, outputs, strict=True):
        lines = [line.rstrip() for line in output.splitlines() if line.strip()]
        if not matches(step.expected, lines):
            yield f"$ {step.command}\n" + "\n".join((*step.expected, "--- was ---", *lines))


def matches(expected: list[str], lines: list[str]) -> bool:
    pattern = "".join(ANY if line.strip() == "…" else _line(line) for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in lines)) is not None


def _line(expected: str) -> str:
    return ".*".join(map(re.escape, expected.split("…"))) + "\n"
