"""Providers of the browser for journeys, one function each, in the order of preference."""

import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared.ops.base.errors import OpsError
from shared.ops.console.arriving import arriving
from shared.ops.console.node import Node, find_node
from shared.ops.embedded.programs import last_words, on_path, program

LOCK = Path(__file__).parents[3] / "deploy" / "browser"
"""A package that carries a Chromium for a machine without one, pinned by its hash."""
PACKAGE = Path("node_modules") / "@sparticuz" / "chromium"
OLDEST, WITHIN_SECONDS = 92, 600.0
UNPACK = (
    "const { brotliDecompressSync } = require('zlib'), { readFileSync, writeFileSync } = "
    "require('fs'); writeFileSync(process.argv[2], brotliDecompressSync(readFileSync("
    "process.argv[1])))"
)


class BrowserMissing(OpsError):
    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("没有可用的浏览器。", f"No browser was found: {'; '.join(reasons)}.")


@dataclass(frozen=True)
class Chromium:
    """A browser; `chosen` says which one and why, `environment` is what it needs beside ours."""

    program: Path
    chosen: str
    environment: Mapping[str, str] = field(default_factory=dict)


Provider = Callable[[Path], Chromium | str]
"""Takes the folder of downloads; returns the browser, or the reason why it cannot be had."""


def chromium_on_path(downloads: Path) -> Chromium | str:
    """Prefers the shell without windows: it draws the same pages with fewer processes."""
    reason = ""
    for name in ("chromium-headless-shell", "chromium"):
        found = on_path(name, "--version", OLDEST)
        if not isinstance(found, str):
            return Chromium(found.path, f"{name} {found.version} from the PATH")
        reason = found
    return reason


def chromium_of_npm(downloads: Path) -> Chromium | str:
    """Installs the package into the folder of downloads, once; later it needs no network. Its own
    libraries are used where this machine lacks some."""
    folder = downloads / f"chromium-{pinned()}"
    if not folder.is_dir() and (reason := installed(folder, downloads)):
        return reason
    path, libraries = folder / "chromium", {"LD_LIBRARY_PATH": str(folder / "lib")}
    for environment in ({}, libraries):
        found = program(path, "--version", OLDEST, environment)
        if not isinstance(found, str):
            chosen = f"Chromium {found.version} from its npm package, in {folder}"
            return Chromium(path, chosen, environment)
    return str(found)


def pinned() -> str:
    """Returns the version of the package, which is that of its browser."""
    lock = (LOCK / "package.json").read_text("utf-8")
    return lock.partition('"@sparticuz/chromium": "')[2].partition('"')[0]


def installed(folder: Path, downloads: Path) -> str | None:
    """Returns the reason where it fails."""
    try:
        node = find_node(downloads)
        with arriving(folder) as beside:
            for name in ("package.json", "package-lock.json"):
                shutil.copyfile(LOCK / name, beside / name)
            ran(node, [*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], beside)
            unpack(node, beside / PACKAGE / "bin", beside, "al2023.tar")
            shutil.rmtree(beside / "node_modules")
    except (OSError, OpsError, subprocess.SubprocessError, tarfile.TarError) as error:
        return f"the npm package of Chromium cannot be installed: {last_words(error)}"
    return None


def unpack(node: Node, packed: Path, folder: Path, libraries: str) -> None:
    """Puts the browser and its libraries, which an npm package carries compressed, into a
    folder."""
    for name in ("chromium", libraries):
        source, target = packed / f"{name}.br", folder / name
        ran(node, [str(node.program), "-e", UNPACK, str(source), str(target)], folder)
    (folder / "chromium").chmod(0o755)
    with tarfile.open(folder / libraries) as archive:
        archive.extractall(folder, filter="data")
    (folder / libraries).unlink()


def ran(node: Node, command: Sequence[str], folder: Path) -> None:
    subprocess.run(
        command, cwd=folder, env=node.environment, capture_output=True, text=True, check=True,
        timeout=WITHIN_SECONDS,
    )  # fmt: skip


PROVIDERS: Sequence[Provider] = (chromium_on_path, chromium_of_npm)


def find_browser(downloads: Path, providers: Sequence[Provider] = PROVIDERS) -> Chromium:
    """Returns the first browser that can be had. Raises BrowserMissing with all reasons."""
    reasons = []
    for provider in providers:
        found = provider(downloads)
        if isinstance(found, Chromium):
            return found
        reasons.append(found)
    raise BrowserMissing(reasons)
