"""Sources of the console: what its build is made of, and the key of their content."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
CONSOLE = Path("web/console")
OTHERS = (Path("docs/openapi"), Path("deploy/policies/labels.yaml"))
"""Types, forms and words are generated from these."""
MADE = frozenset({"node_modules", "dist", "coverage"})
GENERATED = (".gen.ts", ".gen.json")
KEY_LETTERS = 16


def files_in(root: Path = ROOT) -> list[Path]:
    """Returns the files of the build by their paths below the root; none where they are not
    there, as in an image."""
    if not (root / CONSOLE / "package.json").is_file():
        return []
    places = (root / CONSOLE, *(root / other for other in OTHERS))
    return sorted(path.relative_to(root) for place in places for path in _below(place))


def _below(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    for path in place.iterdir():
        if path.is_dir() and path.name not in MADE and not path.name.startswith("."):
            yield from _below(path)
        elif path.is_file() and not path.name.endswith(GENERATED):
            yield path


def key_of(root: Path = ROOT) -> str:
    """Returns the key of the content: other files, names or bytes have another one."""
    digest = hashlib.sha256()
    for path in files_in(root):
        content = (root / path).read_bytes()
        digest.update(f"{path.as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:KEY_LETTERS]


def modules_key(root: Path = ROOT) -> str:
    """Returns the key of the packages that the lock names."""
    lock = (root / CONSOLE / "package-lock.json").read_bytes()
    return hashlib.sha256(lock).hexdigest()[:KEY_LETTERS]


def copy_to(folder: Path, root: Path = ROOT) -> Path:
    """Copies the sources as they lie in the project; returns the copy of the console. Nothing of a
    build is written into the checkout, which others may build at the same time."""
    for path in files_in(root):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, folder / path)
    return folder / CONSOLE
