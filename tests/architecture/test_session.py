"""The tables of the test session name what there is: paths, fixtures, folders, sets."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests import budgets, changes, groups

ROOT = Path(__file__).parents[2]
SOURCES = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]


@pytest.mark.parametrize("name", changes.PATHS)
def test_every_path_of_a_set_exists(name: str) -> None:
    assert [path for path in changes.PATHS[name] if not (ROOT / path).exists()] == []


def test_every_mark_names_a_set_and_every_set_is_named() -> None:
    named = {name for path in SOURCES for name in named_in(path)}
    assert named | set(changes.FOLDERS.values()) == changes.PATHS.keys()


def named_in(path: Path) -> list[str]:
    marks = re.findall(r"mark\.on_change\(([^)]*)\)", path.read_text())
    return [name for mark in marks for name in re.findall(r'"([^"]+)"', mark)]


def test_a_journey_is_left_out_where_the_console_is_unchanged() -> None:
    """Without its set it would start the whole product for a change that no journey can see."""
    journeys = [path for path in SOURCES if path.match("tests/e2e/console/test_*.py")]
    assert len(journeys) > 20
    assert [path.name for path in journeys if "console" not in named_in(path)] == []


def test_a_test_has_its_own_sets_or_that_of_its_folder() -> None:
    relay = "tests/integration/test_relay.py::test_x"
    assert changes.sets_of(relay, ()) == {"machinery"}
    assert changes.sets_of(relay, ("intake", "more partitions")) == {"intake", "more partitions"}
    assert changes.sets_of("tests/unit/shared/test_ids.py::test_x", ()) == frozenset()


def test_a_change_touches_what_lies_in_a_folder_and_nothing_beside_it() -> None:
    paths = ("shared/kafka", "Makefile")
    assert changes.touched(paths, ["docs/faults.md", "shared/kafka/relay.py"])
    assert changes.touched(paths, ["Makefile"])
    assert not changes.touched(paths, ["shared/kafka.py", "deploy/Makefile"])


def test_without_a_base_everything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_CHANGED_SINCE", "no-such-commit")
    assert changes.unchanged() == ()


def test_every_group_has_tests_and_every_fixture_exists() -> None:
    sources = {path.relative_to(ROOT).as_posix(): path.read_text() for path in SOURCES}
    for start in groups.GROUPS:
        place, _, test = start.partition("::")
        assert [p for p, text in sources.items() if p.startswith(place) and test in text], start
    assert set(groups.OWNERS.values()) <= set(groups.GROUPS.values())
    missing = [name for name in groups.OWNERS if f"def {name}(" not in "\n".join(sources.values())]
    assert missing == []


def test_the_longest_groups_begin_first() -> None:
    unit, killed = (
        "tests/unit/shared/test_ids.py::test_x",
        "tests/faults/test_store_lost.py::test_y",
    )
    relay = "tests/faults/test_relay_faults.py::test_z"
    assert sorted([unit, relay, killed], key=groups.rank) == [killed, relay, unit]
    assert groups.group_of(unit) == "tests/unit/shared/test_ids.py"
    assert groups.misplaced(unit, ["tmp_path", "replicas"]) == ["replicas"]
    assert groups.misplaced(killed, ["replicas"]) == []


def test_every_level_has_a_budget() -> None:
    tests = ROOT / "tests"
    levels = {path.relative_to(tests).parts[0] for path in tests.rglob("test_*.py")}
    assert levels | {"long"} == budgets.BUDGETS.keys()


def commit(folder: Path, name: str, day: int) -> str:
    """Commits a new file at noon of that day in January; returns the commit's id."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).touch()
    moment = {f"GIT_{who}_DATE": f"2026-01-{day:02}T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    person = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for words in (("add", "."), (*person, "commit", "--quiet", "-m", name), ("rev-parse", "HEAD")):
        done = subprocess.run(
            ("git", *words), cwd=folder, env=os.environ | moment,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two old commits and a new one, no remote."""
    subprocess.run(("git", "init", "--quiet"), cwd=tmp_path, check=True)
    for name, day in (("README.md", 1), ("bench/append.py", 5), ("docs/faults.md", 9)):
        commit(tmp_path, name, day)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DUBAN_CHANGED_SINCE", raising=False)
    return tmp_path


def test_without_a_branch_the_last_days_count(repository: Path) -> None:
    assert changes.changed_paths() == ["docs/faults.md"]
    assert "benchmarks" in changes.unchanged()
    commit(repository, "bench/visible.py", 10)
    assert "benchmarks" not in changes.unchanged()


def test_the_proven_commit_is_the_base_where_it_is_an_ancestor(repository: Path) -> None:
    proven = commit(repository, "bench/visible.py", 10)
    (repository / "tests").mkdir()
    changes.PROVEN.write_text(f"{proven}\n")
    assert changes.changed_paths() == ["tests/proven"]
    for stranger in ("0" * 40, "--all", ""):
        changes.PROVEN.write_text(stranger)
        assert changes.changed_paths() == ["bench/visible.py", "docs/faults.md", "tests/proven"]


def test_on_a_branch_its_own_commits_count(repository: Path) -> None:
    subprocess.run(("git", "update-ref", "refs/remotes/origin/main", "HEAD"), check=True)
    commit(repository, "tests/bench/test_smoke.py", 30)
    assert changes.changed_paths() == ["tests/bench/test_smoke.py"]


def test_what_is_not_committed_counts(repository: Path) -> None:
    (repository / "bench/append.py").write_text("changed")
    (repository / "bench/new.py").touch()
    assert changes.changed_paths() == ["bench/append.py", "docs/faults.md", "bench/new.py"]


def test_a_young_history_has_no_base(repository: Path) -> None:
    subprocess.run(("git", "checkout", "--quiet", "--orphan", "young"), check=True)
    commit(repository, "bench/append.py", 20)
    assert changes.unchanged() == ()
