"""Generated documents say what the code says; links, paths and names in documents resolve."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from shared.ops.docgen.pages import pages

PAGES = sorted(
    [Path("README.md"), Path("README.zh.md"), Path("CONTRIBUTING.md"), *Path("docs").rglob("*.md")]
)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
SUPERSEDED = re.compile(r"^\d{4}-\d\d-\d\d · superseded", re.MULTILINE | re.IGNORECASE)
TOPS = ("bench", "deploy", "docs", "services", "shared", "tests")
REFERENCE = re.compile(
    rf"(?P<path>(?:(?:{'|'.join(TOPS)})/[\w./<>*{{}},-]*|[\w./<>*{{}},-]+\.(?:py|yaml|toml)))(?::(?P<name>[\w.]+))?"
)
MODULE = re.compile(r"(?:services|shared|tests|bench)(?:\.\w+)+")


@pytest.mark.parametrize(("path", "content"), list(pages()), ids=lambda value: str(value)[:40])
def test_a_generated_document_is_current(path: Path, content: str) -> None:
    assert path.exists(), "run `make docs`"
    assert path.read_text(encoding="utf-8") == content, f"{path} is stale: run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8")) if page.exists() else []
    assert [to for to in targets if not (page.parent / to).exists()] == []


TOUR, SHOWN = "## 在浏览器中试用", ("web/console/src/words/zh.ts", "deploy/policies/labels.yaml")
QUOTED = re.compile("“([^“”]+)”")


def test_the_words_of_the_tour_are_those_of_the_pages() -> None:
    """Sentences of the console, names of codes, titles of fields and commands."""
    readme = Path("README.zh.md").read_text(encoding="utf-8")
    tour = readme.partition(TOUR)[2].partition("\n## ")[0]
    sources = [*map(Path, SHOWN), *Path("docs/openapi").glob("*.json")]
    pages = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    words = QUOTED.findall(tour)
    assert len(words) > 30
    assert [word for word in words if word not in pages and word not in PEOPLE_OF_TOUR] == []


PEOPLE_OF_TOUR = ("于晓东",)
"""Stands inside the words of a button: 以“于晓东”身份登录."""


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_paths_and_names_in_a_document_resolve(page: Path) -> None:
    """A superseded decision may name what it decided then."""
    text = page.read_text(encoding="utf-8")
    if SUPERSEDED.search(text):
        return
    spans = SPAN.findall(FENCE.sub("", text))
    assert [span for span in spans if not resolves(span)] == []


def test_what_resolves_is_known_from_what_does_not() -> None:
    sound = ("shared/kernel/decider.py:routed", "services/<name>/app.py", "app.py", "w: majority")
    assert all(map(resolves, (*sound, "shared/kernel/decider.py:Decider.evolve", "shared.kernel")))
    stale = ("shared/kernel/gone.py", "shared/kernel/decider.py:gone", "gone.py", "shared.gone")
    assert not any(map(resolves, (*stale, "services/<name>/gone.py", "tests/gone")))


def resolves(span: str) -> bool:
    """Returns whether a code span is no reference, or one to a thing that exists; `<name>` and
    `*` are any name."""
    if MODULE.fullmatch(span):
        base = Path(*span.split("."))
        return base.is_dir() or base.with_suffix(".py").exists() or is_defined_in_parent(span)
    match = REFERENCE.fullmatch(span)
    if match is None:
        return True
    files = [file for pattern in alternatives(match["path"]) for file in found(pattern)]
    return bool(files) and (not match["name"] or any(defines(f, match["name"]) for f in files))


def is_defined_in_parent(dotted: str) -> bool:
    module, _, name = dotted.rpartition(".")
    file = Path(*module.split(".")).with_suffix(".py")
    return file.exists() and defines(file, name)


def alternatives(path: str) -> Iterator[str]:
    """`{a,b}` written out."""
    parts = re.split(r"\{([^}]*)\}", re.sub(r"<\w[\w ]*>", "*", path))
    choices = [part.split(",") if n % 2 else [part] for n, part in enumerate(parts)]
    yield from map("".join, product(*choices))


@cache
def found(pattern: str) -> list[Path]:
    """Files and folders of that path, or of a path that ends so."""
    whole = [path for path in Path().glob(pattern.rstrip("/"))]
    return whole or [path for top in TOPS for path in Path(top).rglob(pattern)]


@cache
def names_in(file: Path) -> frozenset[str]:
    """Functions, classes, assignments; members as `Class.member`."""
    return frozenset(members(ast.parse(file.read_text(encoding="utf-8")).body))


def members(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    for node in body:
        match node:
            case ast.ClassDef():
                yield prefix + node.name
                yield from members(node.body, f"{prefix}{node.name}.")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield prefix + node.name
            case ast.Assign(targets=targets):
                yield from (
                    prefix + n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)
                )
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield prefix + name


def defines(file: Path, name: str) -> bool:
    if file.suffix == ".py":
        return name in names_in(file)
    return name in file.read_text(encoding="utf-8")
