"""Reports of libraries during a command go to a file, not to the operator's terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pymongo.errors import ExecutionTimeout

from shared.mongo.counting import counted

LOUD = """
import logging, sys, warnings
import typer
from shared.ops.base.terminal import Commands
app = typer.Typer(cls=Commands)
@app.command()
def loud():
    for name in ("aiokafka.conn", "kafka.client", "faust", "pymongo", "asyncio", "some.library"):
        logging.getLogger(name).error("%s is away", name)
    warnings.warn("a library is old")
    print("done")
@app.command()
def other(): ...
app(["loud"])
"""


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DUBAN_DATA": str(folder), "TMPDIR": str(folder.parent)}
    return subprocess.run(
        [sys.executable, "-c", LOUD],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_libraries_log_to_the_log(tmp_path: Path) -> None:
    done = run(tmp_path / "data")
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")
    lines = (tmp_path / "data" / "logs" / "duban.log").read_text().splitlines()
    assert len(lines) == 7
    assert "kafka.client is away" in lines[1]


def test_a_folder_that_cannot_be_written_disturbs_nobody(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder belongs")
    done = run(tmp_path / "data")
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")
    assert (tmp_path / "duban.log").exists()


class Slow:
    async def count_documents(self, wanted: object, maxTimeMS: int) -> int:  # noqa: N803
        raise ExecutionTimeout("too many")

    async def estimated_document_count(self) -> int:
        return 7


async def test_a_number_that_is_not_counted_is_no_exact_one() -> None:
    slow: pytest.FixtureRequest | object = Slow()
    assert await counted(slow) == (7, False)  # type: ignore[arg-type]
