"""The console's build by a real node and npm: once per content, whole or not at all, one builder at
a time; a small project with the same scripts stands for the pages."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from shared.ops.base.errors import OpsError
from shared.ops.base.settings import OpsSettings
from shared.ops.console.beside import Building
from shared.ops.console.node import (
    Node,
    NodeMissing,
    checked,
    find_node,
    node_on_path,
)
from shared.ops.console.sources import key_of
from shared.ops.console.workshop import NotBuilt, Workshop
from shared.ops.embedded.programs import Program
from shared.testing.eventually import eventually

BUILD = """
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
appendFileSync(process.env.BUILDS, 'built\\n')
const out = process.env.DUBAN_CONSOLE_OUT
mkdirSync(out, { recursive: true })
writeFileSync(`${out}/index.html`, readFileSync('index.html', 'utf8'))
"""
pytestmark = pytest.mark.skipif(
    isinstance(node_on_path(Path()), str), reason=f"no node: {node_on_path(Path())}"
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with pages, and a file in which every build leaves a line."""
    console = tmp_path / "project/web/console"
    console.mkdir(parents=True)
    scripts = {"build": "node build.mjs", "check": "node check.mjs", "slow": "sleep 600"}
    package = {"name": "pages", "version": "1.0.0", "private": True, "scripts": scripts}
    lock = {"name": "pages", "version": "1.0.0", "lockfileVersion": 3, "requires": True,
            "packages": {"": {"name": "pages", "version": "1.0.0"}}}  # fmt: skip
    (console / "package.json").write_text(json.dumps(package))
    (console / "package-lock.json").write_text(json.dumps(lock))
    (console / "build.mjs").write_text(BUILD)
    (console / "check.mjs").write_text(BUILD.replace("index.html", "checked.html", 1))
    (console / "index.html").write_text("<!doctype html>first")
    for other in ("docs/openapi/portal.json", "deploy/policies/labels.yaml"):
        path = tmp_path / "project" / other
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    monkeypatch.setenv("BUILDS", str(tmp_path / "builds"))
    return tmp_path / "project"


@pytest.fixture
def workshop(project: Path, tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "cache", root=project)


def builds(workshop: Workshop) -> int:
    lines = workshop.root.parent / "builds"
    return len(lines.read_text().splitlines()) if lines.exists() else 0


def change(workshop: Workshop, text: str, path: str = "web/console/index.html") -> None:
    (workshop.root / path).write_text(text)


def test_the_same_content_is_built_once_and_needs_no_node_afterwards(workshop: Workshop) -> None:
    folder = workshop.build()
    assert (folder / "index.html").read_text() == "<!doctype html>first"

    def none(downloads: Path) -> Node:
        raise NodeMissing(["taken away"])

    again = Workshop(workshop.downloads, root=workshop.root, find=none)
    assert again.build() == folder
    assert builds(workshop) == 1


@pytest.mark.parametrize(
    "path",
    ["web/console/index.html", "docs/openapi/portal.json", "deploy/policies/labels.yaml"],
)
def test_other_content_is_another_build(workshop: Workshop, path: str) -> None:
    before = key_of(workshop.root)
    change(workshop, "second", path)
    assert key_of(workshop.root) != before


@pytest.mark.parametrize(
    "path", ["web/console/node_modules/x.js", "web/console/dist/y.js", "web/console/a.gen.ts"]
)
def test_what_is_made_is_no_source(workshop: Workshop, path: str) -> None:
    before = key_of(workshop.root)
    (workshop.root / path).parent.mkdir(exist_ok=True)
    change(workshop, "made", path)
    assert key_of(workshop.root) == before


def test_two_builders_at_once_build_it_once(workshop: Workshop) -> None:
    others = [Workshop(workshop.downloads, root=workshop.root) for _ in range(2)]
    threads = [threading.Thread(target=each.build) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert builds(workshop) == 1
    assert (workshop.built / "index.html").is_file()


def test_a_failed_build_leaves_nothing_and_says_why(workshop: Workshop) -> None:
    change(workshop, "throw new Error('no such word')", "web/console/build.mjs")
    with pytest.raises(NotBuilt, match="no such word"):
        workshop.build()
    assert not workshop.built.exists()
    assert not list(workshop.home.glob("bench-*"))


def test_a_killed_builder_leaves_nothing_that_counts(workshop: Workshop) -> None:
    slow = BUILD + "await new Promise((done) => setTimeout(done, 600_000))"
    change(workshop, slow, "web/console/build.mjs")
    script = (
        "import sys; from pathlib import Path; from shared.ops.console.workshop import Workshop;"
        "Workshop(Path(sys.argv[1]), root=Path(sys.argv[2])).build()"
    )
    builder = subprocess.Popen(
        [sys.executable, "-c", script, str(workshop.downloads), str(workshop.root)],
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while builds(workshop) == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(builder.pid, signal.SIGKILL)
    builder.wait()
    assert not workshop.built.exists()
    change(workshop, BUILD, "web/console/build.mjs")
    assert (workshop.build() / "index.html").is_file()
    assert not list(workshop.home.glob("bench-*"))


def test_checks_run_once_per_content_and_again_after_a_failure(workshop: Workshop) -> None:
    assert workshop.check(("check",))
    assert not workshop.check(("check",))
    change(workshop, "process.exit(1)", "web/console/check.mjs")
    for _ in range(2):
        with pytest.raises(NotBuilt, match="npm run check failed"):
            workshop.check(("check",))


async def test_a_run_goes_on_without_pages_and_says_so(workshop: Workshop) -> None:
    heard: list[str] = []
    change(workshop, "throw new Error('no such word')", "web/console/build.mjs")
    failing = Building(Workshop(workshop.downloads, heard.append, workshop.root))
    assert failing.state == " （正在构建，稍后刷新）"
    failing.begin()
    await eventually(lambda: failing.failure is not None, within=60)
    failing.end()
    assert failing.state == " （未能构建，见上）"
    assert "no such word" in heard[-1]
    elsewhere = Building(Workshop(workshop.downloads, heard.append, workshop.downloads))
    elsewhere.begin()
    elsewhere.end()
    assert elsewhere.folder is None


async def test_the_end_of_a_run_ends_its_build(workshop: Workshop) -> None:
    slow = BUILD + "await new Promise((done) => setTimeout(done, 600_000))"
    change(workshop, slow, "web/console/build.mjs")
    building = Building(workshop)
    building.begin()
    await eventually(lambda: builds(workshop) == 1, within=60)
    building.end()
    assert not building.is_done
    assert not workshop.built.exists()


def test_an_old_node_is_none_and_all_reasons_are_given(tmp_path: Path) -> None:
    assert isinstance(checked(Program(Path("node"), "20.18.1")), str)
    assert isinstance(checked(Program(Path("node"), "20.19.0")), Program)
    with pytest.raises(NodeMissing, match="first; second"):
        find_node(tmp_path, [lambda folder: "first", lambda folder: "second"])


def test_the_first_node_that_can_be_had_is_taken_and_named(tmp_path: Path) -> None:
    found = find_node(tmp_path, [lambda folder: "not this one", node_on_path])
    assert "from the PATH (not this one)" in found.chosen
    assert issubclass(NodeMissing, OpsError)


@pytest.mark.on_change("console build")
def test_without_a_node_on_the_path_its_wheel_builds(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fetched once into the cache that `make run` uses, too; a script calls npm again."""
    programs = project.parent / "bin"
    programs.mkdir()
    for name in ("sh", "env"):
        (programs / name).symlink_to(shutil.which(name) or "")
    monkeypatch.setenv("PATH", str(programs))
    package = project / "web/console/package.json"
    package.write_text(package.read_text().replace("node build.mjs", "npm run build2"))
    package.write_text(
        package.read_text().replace('"check"', '"build2": "node build.mjs", "check"')
    )
    downloads = OpsSettings().downloads.resolve()
    try:
        found = find_node(downloads)
    except NodeMissing as missing:
        pytest.skip(str(missing))
    assert "from its Python wheel" in found.chosen
    workshop = Workshop(project.parent / "cache", root=project, find=lambda folder: found)
    assert (workshop.build() / "index.html").is_file()
