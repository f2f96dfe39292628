"""Yesterday's backup of a store, and the operator's commands after a disaster."""

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pymongo import MongoClient

from shared.ops.embedded.part import Part


@dataclass
class Backup:
    """Of a store of one node; `took`: the seconds of each step, for the runbook."""

    store: Part
    data: Path
    took: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.took[name] = round(time.monotonic() - began, 1)

    def take(self) -> None:
        """As a snapshot of the disk: the store stands still for the moment."""
        with self.step("backup"), MongoClient(self.store.address) as client:
            client.admin.command("fsync", lock=True)
            shutil.copytree(self.data, self._copy, ignore=shutil.ignore_patterns("mongod.lock"))
            client.admin.command("fsyncUnlock")

    def put_back(self) -> None:
        """After a disaster: the data are those of the backup."""
        self.store.nodes[0].kill()
        with self.step("restore"):
            shutil.rmtree(self.data)
            shutil.copytree(self._copy, self.data)
            self.store.nodes[0].start()

    async def duban(self, environment: Mapping[str, str], *words: str) -> tuple[int | None, str]:
        """A command of the operator: its exit code, and what it said."""
        with self.step(f"duban {words[0]}"):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", "from shared.ops.cli.app import app; app()", *words),
                env={**os.environ, **environment, "COLUMNS": "200"},
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            said, _ = await process.communicate()
        return process.returncode, said.decode()

    @property
    def _copy(self) -> Path:
        return self.data.with_name("backup")
