"""A folder arrives whole, or not at all."""

from pathlib import Path

import pytest

from shared.ops.console.arriving import arriving


def test_it_is_seen_only_when_it_is_filled(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    with arriving(folder) as beside:
        (beside / "bin").touch()
        assert not folder.exists()
    assert [path.name for path in tmp_path.rglob("*")] == ["node", "bin"]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), arriving(tmp_path / "node") as beside:
        (beside / "half").rename(beside / "missing" / "half")
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_another_process_that_was_first_stays(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    with arriving(folder) as beside:
        (beside / "late").touch()
        folder.mkdir()
        (folder / "first").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["node", "first"]
