"""The supervisor and small children: what fails comes back, and nothing is left behind."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from shared.ops.base.errors import AlreadyRunning, ChildRefused
from shared.ops.base.ports import free_port
from shared.ops.supervision.child import Child, Condition
from shared.ops.supervision.lease import sole_use_of
from shared.ops.supervision.supervisor import Patience, Supervisor
from shared.ops.supervision.watch import all_ready, watch
from shared.testing.eventually import eventually

pytestmark = pytest.mark.on_change("supervised processes")

QUICK = Patience(grace=0.5, first_pause=0.02, longest_pause=0.1)
SLEEPS = "import time; print('up', flush=True); time.sleep(60)"
FAILS = "import os; print('ordinal', os.environ['DUBAN_ORDINAL'], flush=True); os._exit(70)"
WORDY = "import sys; print('x' * 9_000, flush=True); sys.exit(3)"
REFUSES = (
    "import sys\n"
    "from shared.service.config.errors import EXIT_CODE, StartRefused\n"
    'print(\'{"level": "info"}\', file=sys.stderr)\n'
    "print(StartRefused('缺少主密钥。', 'There is no master key.'), file=sys.stderr)\n"
    "sys.exit(EXIT_CODE)\n"
)
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPS
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]);" + SLEEPS
DRAINS = (
    "import signal, sys, time\n"
    "def drain(*_): print('drained', flush=True); sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, drain)\n" + SLEEPS
)


def child(name: str, code: str, **more: object) -> Child:
    return Child(name, (sys.executable, "-c", code), **more)  # type: ignore[arg-type]


@asynccontextmanager
async def running(logs: Path, *children: Child) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(children, logs, QUICK)
    task = asyncio.create_task(supervisor.run())
    try:
        yield supervisor
    finally:
        supervisor.stop()
        await asyncio.wait_for(task, 5)


def is_running(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def said(logs: Path, name: str) -> str:
    log = logs / f"{name}.log"
    return log.read_text() if log.exists() else ""


async def test_a_child_that_fails_is_started_again_and_counted(tmp_path: Path) -> None:
    async with running(tmp_path, child("worker", FAILS, ordinal=3)) as supervisor:
        await eventually(lambda: supervisor.doing["worker"].restarts >= 3)
        assert supervisor.doing["worker"].last_exit == 70
    assert said(tmp_path, "worker").count("ordinal 3") >= 3


async def test_what_a_child_said_last_is_told_in_a_line(tmp_path: Path) -> None:
    told: list[str] = []
    supervisor = Supervisor([child("worker", WORDY)], tmp_path, QUICK, told.append)
    task = asyncio.create_task(supervisor.run())
    await eventually(lambda: bool(told))
    supervisor.stop()
    await asyncio.wait_for(task, 5)
    assert told[0].startswith("worker ended with 3; restart 1 in")
    assert 100 < told[0].count("x") < 300


async def test_a_child_that_must_not_start_ends_all_and_says_why(tmp_path: Path) -> None:
    told: list[str] = []
    children = [child("site", SLEEPS), child("api", REFUSES)]
    (tmp_path / "api.log").write_text("of an earlier run\n")
    supervisor = Supervisor(children, tmp_path, QUICK, told.append)
    with pytest.raises(ChildRefused) as refused:
        await asyncio.wait_for(supervisor.run(), 60)
    assert str(refused.value).splitlines() == [
        "进程 api 拒绝启动 (api refused to start)：",
        "缺少主密钥。",
        "There is no master key.",
    ]
    assert told == []
    assert all(doing.condition is Condition.STOPPED for doing in supervisor.doing.values())
    assert supervisor.doing["api"].restarts == 0


async def test_a_child_that_drains_ends_by_itself(tmp_path: Path) -> None:
    async with running(tmp_path, child("worker", DRAINS)):
        await eventually(lambda: "up" in said(tmp_path, "worker"))
    assert "drained" in said(tmp_path, "worker")


async def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    async with running(tmp_path, child("worker", DEAF)) as supervisor:
        await eventually(lambda: "up" in said(tmp_path, "worker"))
        pid = supervisor.doing["worker"].pid
    assert pid is not None
    assert not is_running(pid)
    assert supervisor.doing["worker"].last_exit == -signal.SIGKILL
    assert supervisor.doing["worker"].condition is Condition.STOPPED


async def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    async with running(tmp_path, child("worker", PARENT)) as supervisor:
        await eventually(lambda: said(tmp_path, "worker").count("up") == 2)
        group = supervisor.doing["worker"].pid
    assert group is not None
    await eventually(lambda: not members_of(group))


async def test_stopping_ends_the_wait_for_a_restart(tmp_path: Path) -> None:
    patience = Patience(grace=1, first_pause=60)
    supervisor = Supervisor([child("worker", FAILS)], tmp_path, patience)
    task = asyncio.create_task(supervisor.run())
    await eventually(lambda: supervisor.doing["worker"].condition is Condition.RESTARTING)
    supervisor.stop()
    await asyncio.wait_for(task, 2)


async def test_a_cancelled_supervisor_leaves_nothing_behind(tmp_path: Path) -> None:
    supervisor = Supervisor([child("worker", DEAF)], tmp_path, QUICK)
    task = asyncio.create_task(supervisor.run())
    await eventually(lambda: supervisor.doing["worker"].pid is not None)
    pid = supervisor.doing["worker"].pid
    task.cancel()
    await asyncio.wait([task])
    assert pid is not None
    assert not is_running(pid)


async def test_a_child_is_ready_when_it_says_so(tmp_path: Path) -> None:
    port = free_port()
    serves = (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1")
    api = Child("api", serves, ready_url=f"http://127.0.0.1:{port}/")
    broken = Child("site", (*serves[:1], "-c", SLEEPS), ready_url="http://127.0.0.1:9/")
    async with running(tmp_path, api, broken) as supervisor:
        watching = asyncio.create_task(watch(supervisor, between_looks=0.05))
        await eventually(lambda: supervisor.doing["api"].condition is Condition.READY)
        assert supervisor.doing["site"].condition is Condition.STARTING
        assert not all_ready(supervisor)
        watching.cancel()


def test_a_pause_grows_and_is_bounded() -> None:
    assert [Patience().pause(failures) for failures in (1, 2, 3, 99)] == [0.5, 1.0, 2.0, 10.0]


def test_a_folder_in_use_is_refused_with_the_process_that_uses_it(tmp_path: Path) -> None:
    with sole_use_of(tmp_path):
        second = sole_use_of(tmp_path)
        with pytest.raises(AlreadyRunning, match=rf"在运行（进程 {os.getpid()}），.+\n.+process"):
            second.__enter__()
    with sole_use_of(tmp_path):
        pass


def members_of(group: int) -> list[int]:
    return [pid for pid in processes() if group_of(pid) == group]


def processes() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def group_of(pid: int) -> int:
    with suppress(ProcessLookupError):
        return os.getpgid(pid)
    return -1
