"""Tables of a module, exchanged in place, so that a mutant of an entry needs no import.

A table is a dict with constant keys that a statement of the module makes and that only functions
read: what else is made of it at import keeps the old entries.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.mutation.mutants import Mutant


def exchanged_table(mutant: Mutant) -> bool:
    """Gives the table of the mutant its keys, and the old values; returns whether it is one."""
    found = table_at(mutant)
    if found is None or found[0] in read_at_import(mutant.service):
        return False
    name, keys = found
    table = vars(sys.modules[mutant.module])[name]
    old = dict(table)
    if keys == list(old):
        return False
    renamed = dict(zip(keys, old.values(), strict=False))
    new = renamed if len(keys) == len(old) else {key: old[key] for key in keys}
    table.clear()
    table.update(new)
    return True


def table_at(mutant: Mutant) -> tuple[str, list[object]] | None:
    """Name and keys, as the mutant has them, of the table at its line."""
    for name, statement, value in tables(ast.parse(mutant.source())):
        if statement.lineno <= mutant.line <= (statement.end_lineno or 0):
            return name, [key.value for key in value.keys if isinstance(key, ast.Constant)]
    return None


def tables(tree: ast.Module) -> Iterator[tuple[str, ast.stmt, ast.Dict]]:
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict() as value)
            ) if all(isinstance(key, ast.Constant) for key in value.keys):
                yield name, statement, value


@cache
def read_at_import(service: str) -> frozenset[str]:
    """Names that statements outside functions read, in all modules of the service."""
    trees = (ast.parse(path.read_bytes()) for path in Path("services", service).rglob("*.py"))
    outside = (s for tree in trees for s in tree.body if not isinstance(s, ast.FunctionDef))
    return frozenset(
        node.id for statement in outside for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )  # fmt: skip
