"""The play beside a run: what interrupts it is said in sentences, and ends nothing else."""

import subprocess
import sys

from shared.ops.base.ports import free_port

PLAYS = """
import asyncio
from shared.demo.beside import play_beside
from shared.ops.base.settings import OpsSettings
settings = OpsSettings(sample="small")
asyncio.run(play_beside(settings, {addresses!r}, {api!r}, lambda: print("ready")))
print("the run goes on")
"""


def test_a_play_that_is_interrupted_says_so_without_a_traceback(
    mongo_url: str, kafka_bootstrap: str
) -> None:
    """In a process of its own: under pytest, logging always has a handler."""
    addresses = {"MONGO_URL": mongo_url, "KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap}
    port = free_port()
    program = PLAYS.format(addresses=addresses, api=f"http://127.0.0.1:{port}")
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("演示中断，服务照常运行；执行 duban play small 可继续。")
    assert f"无法连接督办接口（127.0.0.1:{port}）" in done.stdout
    assert "ready\n" in done.stdout
    assert done.stdout.endswith("the run goes on\n")
    assert "Traceback" not in done.stdout + done.stderr
