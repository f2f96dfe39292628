"""The sample directory in waves: nothing is sent before what it names."""

from pathlib import Path

from shared.ledger_import.directory import calls, read_directory

ROWS = read_directory(Path("deploy/samples/directory.yaml"))


def test_a_unit_comes_after_its_parent_and_its_agency() -> None:
    placed: set[str] = set()
    for wave in calls(ROWS):
        units = [body for path, body, _ in wave if path == "/directory/v1/units"]
        for unit in units:
            assert unit["agency"] in placed | {unit["unit"]}
            assert unit.get("parent") in placed | {None}
        placed |= {unit["unit"] for unit in units}
    assert len(placed) == len(ROWS["units"])


def test_every_row_is_sent_once() -> None:
    keys = [key for wave in calls(ROWS) for _, _, key in wave]
    assert len(keys) == len(set(keys)) == sum(map(len, ROWS.values()))
