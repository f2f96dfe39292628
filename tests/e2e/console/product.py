"""The product as `make run` starts it: own data, free ports, the small sample, played to the
end."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from shared.ops.base.errors import OpsError
from shared.ops.base.settings import chosen_in
from shared.ops.console.workshop import Workshop
from shared.service.settings import ServiceSettings
from shared.testing.eventually import eventually

PORTS = ("MONGO", "KAFKA", "KAFKA_CONTROLLER", "API", "SITE", "REACTIONS", "PROJECTIONS")
PLAYED = "has been played"
PLAYED_WITHIN, STOPPED_WITHIN, BACK_WITHIN = 900.0, 60.0, 90.0
AT = "DUBAN_JOURNEYS_AT"
"""Names the data folder of a run that is there already: for writing journeys."""


@dataclass(frozen=True)
class Product:
    data: Path

    @property
    def console(self) -> str:
        return self._url("api_port")

    @property
    def site(self) -> str:
        return self._url("site_port")

    @property
    def settings(self) -> ServiceSettings:
        """Of the store and the bus, for moving the clock."""
        ports = chosen_in(self.data)
        return ServiceSettings(
            _env_file=None,
            mongo_url=f"mongodb://127.0.0.1:{ports['mongo_port']}/?replicaSet=duban",
            kafka_bootstrap_servers=f"127.0.0.1:{ports['kafka_port']}",
            vault_key_file=self.data / "keys" / "vault.key",
        )

    def kill_api(self) -> None:
        """As a crash; the supervisor begins another one."""
        runner = (self.data / "lock").read_text().strip()
        found = subprocess.run(
            ("pgrep", "-P", runner, "-f", "processes.main api"),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        for pid in found.stdout.split():
            os.kill(int(pid), signal.SIGKILL)

    async def is_back(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:

            async def answers() -> bool:
                try:
                    return (await client.get(f"{self.console}/readyz")).is_success
                except httpx.HTTPError:
                    return False

            await eventually(answers, within=BACK_WITHIN, every=0.1)

    def _url(self, port: str) -> str:
        return f"http://127.0.0.1:{chosen_in(self.data)[port]}"


def built(downloads: Path) -> None:
    """Builds the pages of this checkout, or skips: without a node there are none to look at."""
    try:
        Workshop(downloads).build()
    except OpsError as error:
        pytest.skip(str(error))


class Running:
    """A `duban run` of a test session."""

    def __init__(self, folder: Path, downloads: Path) -> None:
        self.product = Product(folder / "data")
        self._said = folder / "said"
        own = {"DUBAN_DATA": str(self.product.data), "DUBAN_CACHE": str(downloads)}
        ports = {f"DUBAN_{name}_PORT": "0" for name in PORTS}
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                (Path(sys.executable).with_name("duban"), "run"),
                env={**os.environ, **own, **ports, "DUBAN_SAMPLE": "small"},
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip

    def wait_until_played(self) -> None:
        deadline = time.monotonic() + PLAYED_WITHIN
        while PLAYED not in self._said.read_text("utf-8"):
            assert self._process.poll() is None, self._said.read_text("utf-8")
            assert time.monotonic() < deadline, self._said.read_text("utf-8")
            time.sleep(0.2)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
