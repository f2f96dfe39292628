"""Mutants: one field name of a domain misspelt, or one field or payload left out, as edited source.

A site is a place in `services/*/domain` where a field has a name: a keyword or a `**payload` of a
call, an entry of a dict, a payload of `fields(A, B)`, an attribute read from a command or a fact,
and a string that is a key.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

READ_FROM = frozenset({"command", "event"})
"""Names that deciders and folds give to commands and facts."""

WIRING = frozenset({
    "TypeVar", "Projection", "routed", "dataclass", "field", "min", "max", "sorted", "zip",
    "titled",
})  # fmt: skip
"""Calls whose keywords name no field of a domain: they declare a type, put tables and folds
together, set options of a dataclass, say how to order or to pair, or how a form shows a field."""

TAKES_KEY = frozenset({"get", "pop", "setdefault", "getattr"})


@dataclass(frozen=True)
class Mutant:
    """`change` says what is done to `name` at `line`; `start` and `end` are positions in the
    source, in bytes."""

    path: Path
    line: int
    start: int
    end: int
    name: str
    change: str
    statement: tuple[int, int] | None
    """First and last line of the statement; None outside functions, which run at import."""

    @property
    def service(self) -> str:
        return self.path.parts[1]

    @property
    def module(self) -> str:
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def source(self) -> bytes:
        """Returns the module's source with the change."""
        text = self.path.read_bytes()
        if self.change == "left out":
            return text[: self.start] + b"".ljust(self.end - self.start) + text[self.end :]
        return text[: self.end] + b"_misspelt" + text[self.end :]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.name} {self.change}"


def mutants(root: Path) -> list[Mutant]:
    """Returns every mutant of every domain, in the order of paths and lines."""
    files = sorted(path for path in root.glob("services/*/domain/**/*.py"))
    return [mutant for path in files for mutant in of_module(path.relative_to(root))]


def of_module(path: Path) -> Iterator[Mutant]:
    text = path.read_bytes()
    lines = [0]
    for row in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(row))
    tree = ast.parse(text)
    statements = list(statements_of(tree))
    for start, end, line, name, change in sorted(set(sites(tree, text, lines))):
        around = [
            (last - first, first, last) for first, last in statements if first <= line <= last
        ]
        statement = min(around)[1:] if around else None
        yield Mutant(path, line, start, end, name, change, statement)


def statements_of(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """First and last lines of the simple statements in functions, and of the lambdas."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    bodies = [node for function in functions for node in ast.walk(function)]
    for node in [*bodies, *(node for node in ast.walk(tree) if isinstance(node, ast.Lambda))]:
        if isinstance(node, ast.stmt | ast.Lambda) and not isinstance(node, ast.FunctionDef):
            yield node.lineno, node.end_lineno or node.lineno


Found = tuple[int, int, int, str, str]
"""Start, end, line, name, change."""


def sites(tree: ast.AST, text: bytes, lines: list[int]) -> Iterator[Found]:
    def span(node: Part) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = lines[node.lineno - 1] + node.col_offset
        return start, lines[node.end_lineno - 1] + node.end_col_offset

    annotations = set(annotated(tree))
    for node in ast.walk(tree):
        for label, first, last in left_out(node):
            start, end = span(first)[0], span(last)[1]
            comma = text[end : end + 1] == b","
            yield start, end + comma, first.lineno, label, "left out"
        for attribute in read(node):
            start, end = span(attribute)
            yield end - len(attribute.attr), end, attribute.lineno, attribute.attr, "misspelt"
        for key in () if node in annotations else keys(node):
            start, end = span(key)
            yield start, end - 1, key.lineno, str(key.value), "misspelt"


Part = ast.expr | ast.keyword
LeftOut = tuple[str, Part, Part]
"""Name, first and last node."""


def left_out(node: ast.AST) -> Iterator[LeftOut]:
    """Keywords of calls, payloads of `fields(A, B)`, and entries of a dict with a constant key."""
    match node:
        case ast.Call():
            yield from of_call(node, getattr(node.func, "attr", getattr(node.func, "id", "")))
        case ast.Dict():
            entries = zip(node.keys, node.values, strict=True)
            yield from ((str(k.value), k, v) for k, v in entries if isinstance(k, ast.Constant))


def of_call(node: ast.Call, name: str) -> Iterator[LeftOut]:
    if name not in WIRING:
        yield from (named(keyword) for keyword in node.keywords)
    if name == "fields" and len(node.args) > 1:
        yield from ((ast.unparse(payload), payload, payload) for payload in node.args)


def named(keyword: ast.keyword) -> LeftOut:
    return keyword.arg or f"**{ast.unparse(keyword.value)}", keyword, keyword


def read(node: ast.AST) -> Iterator[ast.Attribute]:
    """Fields read from a command or a fact; methods are no fields."""
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=field) if name in READ_FROM:
            if field != "fields":
                yield node


def annotated(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of annotations: their strings name types and values, and no keys."""
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if part is not None:
                yield from ast.walk(part)


def keys(node: ast.AST) -> Iterator[ast.Constant]:
    """Strings that are keys of a document or names of a field."""
    match node:
        case ast.Dict():
            found = [key for key in node.keys if key is not None]
        case ast.Subscript():
            found = [node.slice]
        case ast.Call(func=ast.Attribute(attr=name)) if name in TAKES_KEY:
            found = node.args[:1]
        case ast.Call(func=ast.Name(id="getattr")):
            found = node.args[1:2]
        case _:
            found = []
    yield from (k for k in found if isinstance(k, ast.Constant) and isinstance(k.value, str))
