"""A client's history: commands and answers; a missing answer is an outcome of its own."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

What = Literal["invoke", "ok", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Entry:
    """`ok` says where the facts lie. `fail`: refused for good. `unknown`: perhaps done, perhaps
    not."""

    what: What
    command_id: str
    at: float
    stream: str = ""
    version: int = 0
    facts: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """All answers about one command, over all its attempts."""

    command_id: str
    invoked: int = 0
    acknowledged: tuple[Entry, ...] = ()
    refused: int = 0
    unknown: int = 0

    @property
    def outcome(self) -> What:
        """`unknown` also after a refusal, when an earlier attempt may have succeeded."""
        if self.acknowledged:
            return "ok"
        return "fail" if self.refused and not self.unknown else "unknown"

    @property
    def settled(self) -> bool:
        """Returns whether the client has a final answer."""
        return bool(self.acknowledged or self.refused)


@dataclass
class History:
    entries: list[Entry] = field(default_factory=list)

    def note(self, what: What, command_id: str, **said: object) -> None:
        self.entries.append(Entry(what, command_id, time.monotonic(), **said))  # type: ignore[arg-type]

    def commands(self) -> dict[str, Asked]:
        asked: dict[str, list[Entry]] = {}
        for entry in self.entries:
            asked.setdefault(entry.command_id, []).append(entry)
        return {command: _asked(command, entries) for command, entries in asked.items()}

    def counts(self) -> Counter[str]:
        """Returns how many commands had each outcome."""
        return Counter(asked.outcome for asked in self.commands().values())

    def longest_silence(self) -> float:
        """Returns the longest time without an acknowledgement, in seconds."""
        moments = [e.at for e in self.entries if e.what == "ok"]
        begin = [self.entries[0].at] if self.entries else []
        pairs = zip([*begin, *moments], moments, strict=False)
        return max((later - earlier for earlier, later in pairs), default=0.0)

    def save(self, path: Path) -> None:
        lines = (json.dumps(asdict(entry), ensure_ascii=False) for entry in self.entries)
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def load(path: Path) -> History:
    return History(list(_entries(path)))


def _entries(path: Path) -> Iterator[Entry]:
    for line in path.read_text("utf-8").splitlines():
        said = json.loads(line)
        yield Entry(**{**said, "facts": tuple(said["facts"])})


def _asked(command: str, entries: list[Entry]) -> Asked:
    counts = Counter(entry.what for entry in entries)
    acknowledged = tuple(entry for entry in entries if entry.what == "ok")
    return Asked(command, counts["invoke"], acknowledged, counts["fail"], counts["unknown"])
