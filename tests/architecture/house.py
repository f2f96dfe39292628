"""Measures of the house: `python -m tests.architecture.house [FOLDER]`, or `make house`.

Prints one table for a checkout (default: this one): sizes, folders, repetition, and in how many
files written by hand a command with its fact, a typed field and an obligation are named. Files that
one *adds* to are fewer: try a change on a branch and count them with `git diff --stat`.
"""

import ast
import re
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

PRODUCT = ("services", "shared")
GENERATED = ("docs/openapi/", "docs/asyncapi.json", "docs/events.md", "docs/deadlines.md")
WINDOW = 6
"""Lines of code that two places must share to count as a pair."""

NAMED = {
    "a command with its fact (report-progress)": (
        "ReportProgress|ProgressReported|report-progress|progress\\.reported"
    ),
    "a field that people type (doc_no)": "\\bdoc_no\\b",
    "a deadline (rehandling)": "\\brehandling\\b",
}


def main(arguments: Sequence[str]) -> None:
    house = Path(arguments[0] if arguments else ".")
    for name, value in measures(house):
        sys.stdout.write(f"| {name} | {value} |\n")


def measures(house: Path) -> Iterator[tuple[str, str]]:
    files = tracked(house)
    modules = [path for path in files if path.suffix == ".py" and path.parts[0] in PRODUCT]
    texts = {path: (house / path).read_text(encoding="utf-8") for path in modules}
    lines = sorted(len(text.splitlines()) for text in texts.values() if text.strip())
    yield "modules, lines", f"{len(lines)}, {sum(lines):,}"
    yield "file: median, longest", f"{statistics.median(lines):.0f}, {lines[-1]}"
    lengths = sorted(size for text in texts.values() for size in function_lengths(text))
    yield (
        "functions, median, longest",
        f"{len(lengths)}, {statistics.median(lengths)}, {lengths[-1]}",
    )
    folder, most = Counter(path.parent for path in modules).most_common(1)[0]
    yield "most files in one folder", f"{most} ({folder})"
    yield "pairs of files that share six lines", str(len(repeated(texts)))
    for what, pattern in NAMED.items():
        yield f"files written by hand that name {what}", str(naming(house, files, pattern))


def tracked(house: Path) -> list[Path]:
    names = subprocess.check_output(["git", "-C", str(house), "ls-files"], text=True)
    return [Path(name) for name in names.splitlines() if (house / name).is_file()]


def function_lengths(text: str) -> Iterator[int]:
    """Lines of every function, signature and docstring included."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1


def repeated(texts: dict[Path, str]) -> set[tuple[Path, Path]]:
    """Pairs of files with a run of `WINDOW` equal lines of code; imports and prose do not count."""
    places: defaultdict[tuple[str, ...], set[Path]] = defaultdict(set)
    for path, text in texts.items():
        code = list(lines_of_code(text))
        for start in range(len(code) - WINDOW + 1):
            places[tuple(code[start : start + WINDOW])].add(path)
    return {pair for shared in places.values() for pair in combinations(sorted(shared), 2)}


def lines_of_code(text: str) -> Iterator[str]:
    skipped = set(prose_and_imports(ast.parse(text)))
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if number not in skipped and re.search(r"\w", bare) and not bare.startswith("#"):
            yield bare


def prose_and_imports(tree: ast.Module) -> Iterator[int]:
    """Numbers of the lines of docstrings and imports."""
    for node in ast.walk(tree):
        prose = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if prose or isinstance(node, ast.Import | ast.ImportFrom):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def naming(house: Path, files: Iterable[Path], pattern: str) -> int:
    """Counts the files written by hand that match the pattern."""
    by_hand = [path for path in files if not str(path).startswith(GENERATED)]
    return sum(bool(re.search(pattern, read(house / path))) for path in by_hand)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    main(sys.argv[1:])
