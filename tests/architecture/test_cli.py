"""The command line loads what is asked for, and everything that exists can be asked for."""

import re
from importlib import import_module
from pathlib import Path

import pytest
import typer

from shared.ops.cli.app import MODULES, wanted

COMMANDS = Path("shared/ops/cli/commands")


def names(module: str) -> set[str]:
    group = typer.main.get_group(import_module(f"shared.ops.cli.commands.{module}").app)
    return {group.name} if group.name else set(group.commands)


def test_every_module_of_commands_is_listed() -> None:
    assert {p.stem for p in COMMANDS.glob("*.py")} - {"__init__"} == set(MODULES.values())


@pytest.mark.parametrize("module", sorted(set(MODULES.values())))
def test_every_command_is_found_in_the_module_that_brings_it(module: str) -> None:
    assert {name for name, at in MODULES.items() if at == module} == names(module)


def test_the_readme_names_every_command() -> None:
    table = Path("README.md").read_text("utf-8").partition("## The command line")[2]
    named = re.findall(r"`([a-z-]+)[^`]*`", table.partition("\n## ")[0])
    assert MODULES.keys() - set(named) == set()


def test_help_loads_all_and_a_command_only_its_own() -> None:
    assert wanted(["token", "--as", "p-1"]) == ["token"]
    assert wanted(["--help"]) == wanted([]) == list(dict.fromkeys(MODULES.values()))
