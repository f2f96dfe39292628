"""The workshop: one folder of the cache in which one builder at a time works on the console."""

import fcntl
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shared.ops.base.errors import OpsError
from shared.ops.console.arriving import arriving
from shared.ops.console.node import Node, find_node
from shared.ops.console.sources import CONSOLE, ROOT, copy_to, files_in, key_of, modules_key

INSTALL_SECONDS, SCRIPT_SECONDS = 900.0, 600.0
INDEX = "index.html"
LINES = 30
"""Of the end of what a failed program printed."""
QUIET = {"npm_config_audit": "false", "npm_config_fund": "false",
         "npm_config_update_notifier": "false", "NO_COLOR": "1"}  # fmt: skip


class NotBuilt(OpsError):
    def __init__(self, reason: str) -> None:
        super().__init__(
            "工作台未能构建，其他服务照常运行。", f"The console is not built: {reason}"
        )


@dataclass
class Workshop:
    """`downloads` is the cache; `tell` hears what is chosen and what takes long."""

    downloads: Path
    tell: Callable[[str], None] = lambda words: None
    root: Path = ROOT
    find: Callable[[Path], Node] = find_node
    _running: subprocess.Popen[str] | None = field(default=None, init=False)
    _stopped: threading.Event = field(default_factory=threading.Event, init=False)

    @property
    def home(self) -> Path:
        return (self.downloads / "console").resolve()

    @property
    def built(self) -> Path:
        """Returns the folder of this content's build, which may not be there yet."""
        return self.home / f"build-{key_of(self.root)}"

    def build(self) -> Path:
        """Returns the folder with the build, made now unless it is there. Raises NotBuilt and
        NodeMissing."""
        if not files_in(self.root):
            raise NotBuilt(f"there is no {CONSOLE} here")
        target = self.built
        with self._alone():
            if not (target / INDEX).is_file():
                self.tell("正在构建工作台，首次约需一分钟……Building the console")
                self._make(target)
        return target

    def check(self, scripts: tuple[str, ...]) -> bool:
        """Runs npm scripts on this content, unless they passed before; returns whether they ran.
        Raises NotBuilt with what a failing one printed, and NodeMissing."""
        passed = self.home / f"passed-{'-'.join(scripts)}-{key_of(self.root)}"
        if passed.exists():
            return False
        built = self.build()
        with self._alone(), self._bench() as (node, bench):
            for script in scripts:
                self._run(node, ["run", script], bench, out=built)
        passed.touch()
        return True

    def stop(self) -> None:
        """Ends what runs; a build that was cut leaves nothing that counts."""
        self._stopped.set()
        if self._running and self._running.poll() is None:
            os.killpg(self._running.pid, signal.SIGKILL)

    def _make(self, target: Path) -> None:
        """Builds beside the target and renames: half a build is never served."""
        with self._bench() as (node, bench):
            out = bench.parent / "out"
            self._run(node, ["run", "build"], bench, out)
            if not (out / INDEX).is_file():
                raise NotBuilt(f"npm run build left no {INDEX}")
            if self.built != target:
                raise NotBuilt("the sources changed meanwhile; build again")
            out.rename(target)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Waits for another builder, also of another process, and then works alone."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _bench(self) -> Iterator[tuple[Node, Path]]:
        """Yields a copy of the sources with the packages of their lock. What a killed builder left
        is swept away first."""
        for left in (*self.home.glob("bench-*"), *self.home.glob("modules-*.*")):
            shutil.rmtree(left, ignore_errors=True)
        node = self.find(self.downloads)
        self.tell(node.chosen)
        folder = self.home / f"bench-{os.getpid()}"
        try:
            console = copy_to(folder, self.root)
            (console / "node_modules").symlink_to(self._modules(node) / "node_modules")
            yield node, console
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _modules(self, node: Node) -> Path:
        """Returns the folder of the installed packages: once per lock, whole or not at all."""
        modules = self.home / f"modules-{modules_key(self.root)}"
        if not modules.is_dir():
            with arriving(modules) as beside:
                for name in ("package.json", "package-lock.json"):
                    shutil.copyfile(self.root / CONSOLE / name, beside / name)
                self._run(node, ["ci", "--ignore-scripts"], beside, within=INSTALL_SECONDS)
        return modules

    def _run(
        self,
        node: Node,
        command: list[str],
        folder: Path,
        out: Path | None = None,
        within: float = SCRIPT_SECONDS,
    ) -> None:
        """Runs npm in a session of its own. Raises NotBuilt with the end of what it printed."""
        if self._stopped.is_set():
            raise NotBuilt("stopped")
        environment = {**node.environment, **QUIET, "DUBAN_CONSOLE_OUT": str(out or "")}
        self._running = subprocess.Popen(
            [*node.npm, *command], cwd=folder, env=environment, text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            printed, _ = self._running.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            os.killpg(self._running.pid, signal.SIGKILL)
            raise NotBuilt(f"npm {' '.join(command)} took more than {within:.0f} s") from None
        if self._running.returncode:
            end = "\n".join(printed.splitlines()[-LINES:])
            raise NotBuilt(f"npm {' '.join(command)} failed:\n{end}")
