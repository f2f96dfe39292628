"""The tests of a domain notice each of its fields: a misspelt or missing one makes them fail."""

import ast
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation import logic, tables
from tests.mutation.mutants import Mutant, mutants

SAMPLE = 6
SEED = 20250303
SMALL = """\
def note(command, state):
    kept = command.fields(Head, Note)
    facts = noted(Noted(at=command.at, **command.fields(Note), words="字"), round=2)
    return list(zip(facts, kept, strict=False))


@dataclass(frozen=True)
class Row:
    seen: int = field(default=0)


KEYS = {"words": document["text"], "open": True}


def row(one: Step["Row"]) -> list["Row"]:
    return [one]
"""
TABLE = """\
REFUSED = {
    "moved": 1,
    "removed": 2,
}
MERGED = {"moved": 1}
ALL = MERGED | REFUSED


def refusal(name):
    return READ[name]


READ = {"moved": [1], "removed": [2]}
"""

LOGIC = """\
def waits(now, end, done):
    try:
        return now > end and not done
    except TypeError:
        return False
"""


def run(*arguments: str, of: str = "tests.mutation") -> None:
    command = [sys.executable, "-m", of, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_sample_of_mutants_is_noticed() -> None:
    run("--sample", str(SAMPLE), "--seed", str(SEED))


@pytest.mark.long
def test_every_mutant_is_noticed() -> None:
    run()


@pytest.mark.long
def test_every_mutant_of_logic_is_noticed_or_kept_for_a_reason() -> None:
    run(of="tests.mutation.logic")


def test_logic_is_turned_round_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("waits.py").write_text(LOGIC, encoding="utf-8")
    found = {mutant.change: mutant.source().decode() for mutant in logic.mutants(Path("waits.py"))}
    assert list(found) == [
        "now > end and (not done) → now > end or not done",
        "now > end → now >= end",
        "not done → not not done",
        "return False → return None",
    ]
    assert all(source.count("\n") == ast.unparse(ast.parse(LOGIC)).count("\n")
               for source in found.values())  # fmt: skip


def test_a_mutant_is_a_module_with_one_change() -> None:
    every = mutants(Path())
    assert len(every) > 1_000
    for mutant in every[::20]:
        ast.parse(mutant.source())
        assert mutant.source() != mutant.path.read_bytes()


def test_fields_have_these_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keywords and payloads of calls, a field of a command, entries and keys of a document;
    options of a dataclass, and how two rows are paired, are none."""
    domain = tmp_path / "services/notes/domain"
    domain.mkdir(parents=True)
    (domain / "decider.py").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = [(mutant.name, mutant.change) for mutant in mutants(Path())]
    assert sorted(found) == [
        ("**command.fields(Note)", "left out"),
        ("Head", "left out"),
        ("Note", "left out"),
        ("at", "left out"),
        ("at", "misspelt"),
        ("open", "left out"),
        ("open", "misspelt"),
        ("round", "left out"),
        ("text", "misspelt"),
        ("words", "left out"),
        ("words", "left out"),
        ("words", "misspelt"),
    ]


def test_a_table_is_exchanged_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where functions alone read it: of other tables, something made at import would stay."""
    domain = tmp_path / "services/rows/domain"
    domain.mkdir(parents=True)
    (domain / "rules.py").write_text(TABLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    module = ModuleType("services.rows.domain.rules")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exchanged = {}
    for mutant in mutants(Path()):
        exec(TABLE, module.__dict__)
        before = module.READ
        if tables.exchanged_table(mutant):
            assert module.READ is before
            exchanged[mutant.name, mutant.change] = before
    assert exchanged == {
        ("moved", "misspelt"): {"moved_misspelt": [1], "removed": [2]},
        ("moved", "left out"): {"removed": [2]},
        ("removed", "misspelt"): {"moved": [1], "removed_misspelt": [2]},
        ("removed", "left out"): {"moved": [1]},
    }


def test_a_field_is_left_out_of_the_source(tmp_path: Path) -> None:
    path = tmp_path / "decider.py"
    path.write_text("Noted(at=1, words='字')")
    mutant = Mutant(path, 1, 6, 11, "at", "left out", None)
    assert mutant.source().decode() == "Noted(      words='字')"
