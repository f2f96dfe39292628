"""The image: from pinned beginnings, as nobody in particular, with all that a process reads."""

import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import make_secrets
from shared.ops.console.sources import CONSOLE, OTHERS, files_in
from shared.ops.console.workshop import Workshop
from shared.service.processes.main import arguments_of
from shared.service.processes.registry import SERVICES
from shared.service.settings import ServiceSettings
from tests.deploy.composition import image_environment, known_variables

DOCKERFILE = Path("deploy/Dockerfile").read_text()
LINES = [line for line in DOCKERFILE.replace("\\\n", " ").splitlines() if line[:1].isupper()]


def instructions(word: str) -> list[str]:
    return [line.split(maxsplit=1)[1] for line in LINES if line.startswith(f"{word} ")]


def test_it_begins_from_pinned_images_of_the_supported_python() -> None:
    for image in instructions("FROM"):
        assert re.match(r"python:3\.11\.\d+-slim-[a-z]+( AS (build|console))?$", image)


def test_it_runs_as_a_user_without_a_name_among_the_mighty() -> None:
    assert instructions("USER") == ["10001:10001"]
    assert LINES.index("USER 10001:10001") > max(
        number for number, line in enumerate(LINES) if line.startswith(("COPY", "RUN"))
    )


def test_what_is_copied_exists_and_is_let_through() -> None:
    rules = Path(".dockerignore").read_text().split()
    assert rules[0] == "**"
    copied = [line.split()[:-1] for line in instructions("COPY") if "--from" not in line]
    for source in [one for sources in copied for one in sources]:
        assert Path(source).exists()
        assert f"!{source}" in rules


def test_what_only_tests_use_is_kept_out() -> None:
    rules = Path(".dockerignore").read_text().split()
    assert rules.index("shared/testing") > rules.index("!shared")


def test_it_holds_everything_that_settings_point_to() -> None:
    copied = {line.split()[0] for line in instructions("COPY")}
    assert str(ServiceSettings.model_fields["policies"].default) in copied
    assert {"services", "shared", "web/my", "web/print", "web/site"} <= copied


def test_the_console_is_built_in_a_stage_of_its_own_from_locks_alone() -> None:
    """Of what builds nothing reaches the image but the pages that it serves."""
    stage = DOCKERFILE.split("\nFROM ")[2]
    assert stage.splitlines()[0].endswith(" AS console")
    assert "--require-hashes --no-deps --only-binary :all:" in stage
    assert "npm ci --ignore-scripts" in stage
    taken = re.findall(r"COPY --from=console (\S+) (\S+)", DOCKERFILE.split("\nFROM ")[3])
    assert taken == [("/opt/console", "web/console/dist")]
    assert image_environment()["DUBAN_CONSOLE_BUILD"] == f"/opt/duban/{taken[0][1]}"
    assert "DUBAN_CONSOLE_OUT=/opt/console" in stage


def test_its_stage_copies_the_sources_of_the_build_and_runs_its_commands() -> None:
    """The same as `make console`: what is missing here would be a page that no image has."""
    stage = DOCKERFILE.split("\nFROM ")[2]
    copied = {Path(one) for line in re.findall(r"COPY (.+) \S+", stage) for one in line.split()}
    assert {CONSOLE, *OTHERS} <= copied
    left_out = [path for path in files_in() if not any(path.is_relative_to(one) for one in copied)]
    assert left_out == []
    made = inspect.getsource(Workshop)
    for arguments in (["ci", "--ignore-scripts"], ["run", "build"]):
        assert ", ".join(f'"{one}"' for one in arguments) in made
        assert f"npm {' '.join(arguments)}" in stage


def test_packages_are_those_of_its_lock_and_nothing_can_be_added() -> None:
    assert "--require-hashes --no-deps --only-binary :all: -r deploy/image.lock" in DOCKERFILE
    assert "venv --without-pip" in DOCKERFILE


def locked(path: str) -> dict[str, set[str]]:
    """Package and version → its hashes."""
    lines = Path(path).read_text().replace("\\\n", " ").splitlines()
    pins = [line for line in lines if re.match(r"[a-z0-9]", line)]
    return {pin.split()[0]: set(re.findall(r"--hash=(\S+)", pin)) for pin in pins}


def test_its_lock_is_a_part_of_the_projects_lock() -> None:
    image, whole = locked("deploy/image.lock"), locked("requirements.lock")
    assert all(image.values())
    assert {pin: hashes for pin, hashes in image.items() if whole.get(pin) != hashes} == {}


@pytest.mark.parametrize(
    "path",
    [
        "deploy/image.lock",
        "requirements.lock",
        "deploy/console/node.lock",
        "deploy/browser/package-lock.json",
    ],
)
def test_a_lock_names_no_address(path: str) -> None:
    assert "://" not in Path(path).read_text()


def names(requirements: Iterable[str]) -> set[str]:
    return {canonicalize_name(Requirement(one).name) for one in requirements}


def test_what_builds_tests_or_is_embedded_is_not_in_it() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    embedded = [
        line for line in Path("deploy/embedded.in").read_text().splitlines() if line[:1] != "#"
    ]
    within = names(locked("deploy/image.lock"))
    assert names(project["dependencies"]) <= within
    assert within & names([*project["optional-dependencies"]["dev"], *embedded]) == set()


KEPT_OUT = """
import sys
from importlib.metadata import packages_distributions

class KeptOut:
    def find_spec(self, name, path=None, target=None):
        if name in out or name == "shared.testing":
            raise ModuleNotFoundError(f"the image has no {name}", name=name)

within = set(sys.argv[1].split(","))
known = packages_distributions().items()
plain = lambda name: name.lower().replace("_", "-").replace(".", "-")
out = {top for top, owners in known if not within & set(map(plain, owners))}
out -= {"shared", "services"}
sys.meta_path.insert(0, KeptOut())
import shared.service.processes.main
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.resources.process_resources import open_resources
import shared.service.processes.api, shared.service.processes.reactions
import shared.service.processes.projections, shared.service.processes.site
import services.disclosure.site
for name in SERVICES:
    definition_of(name)
sys.argv[1:] = ["--help"]
from shared.ops.cli.app import app
assert {"pytest", "jgo", "setuptools"} <= out
app()
"""


def test_every_process_and_command_finds_what_it_imports_in_the_image() -> None:
    within = ",".join(sorted(names(locked("deploy/image.lock"))))
    command = (sys.executable, "-c", KEPT_OUT, within)
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr[-2000:]
    assert "rotate-keys" in answer.stdout


def test_its_variables_are_settings_and_its_command_is_one() -> None:
    assert set(image_environment()) <= known_variables()
    [command] = instructions("CMD")
    asked = arguments_of(re.findall(r'"([^"]+)"', command)[2:])
    assert asked.services == ",".join(SERVICES)


def test_the_key_file_has_a_place_that_only_its_owner_sees() -> None:
    place = Path(image_environment()["DUBAN_VAULT_KEY_FILE"]).parent
    assert f"install -d -o duban -g duban -m 700 {place}" in DOCKERFILE


def test_secrets_are_made_once_and_never_changed(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    command = (sys.executable, "deploy/make_secrets.py", "--folder", str(folder))
    subprocess.run(command, check=True, capture_output=True)
    first = {path.name: path.read_text() for path in folder.iterdir()}
    (folder / "intake_kafka_password").unlink()
    subprocess.run(command, check=True, capture_output=True)
    second = {path.name: path.read_text() for path in folder.iterdir()}
    assert set(first) == set(second) == {name for name, _ in make_secrets.contents(folder, "m")}
    assert [name for name in first if first[name] != second[name]] == ["intake_kafka_password"]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_services_of_the_secrets_are_the_services() -> None:
    assert set(make_secrets.SERVICES) == set(SERVICES)
