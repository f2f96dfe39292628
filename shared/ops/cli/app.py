"""The command line `duban`. Only the chosen command is loaded, because the services behind all
commands take longer to load than most commands take to run."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from shared.ops.base.terminal import Commands
from shared.version import VERSION

MODULES = {
    "run": "run", "console": "console", "parts": "parts", "status": "status",
    "import": "import_ledger",
    "case": "case", "calendar": "calendar", "vacancies": "vacancies",
    "login": "login", "logout": "login",
    "people": "people", "play": "play",
    "token": "token", "topics": "topics", "prepare": "prepare", "lag": "lag",
    "policies": "policies",
    "rebuild": "rebuild", "republish": "rebuild", "refill": "refill", "parked": "parked",
    "verify": "verify", "audit": "audit", "heads": "heads", "rotate-keys": "vault",
    "rotate-signing-key": "signing", "docs": "docs", "reset": "reset",
}  # fmt: skip
"""Command → the module in shared.ops.cli.commands that brings it, in the order of the help."""

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(VERSION)
        raise typer.Exit


@app.callback()
def duban(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="版本号")
    ] = False,
) -> None:
    """督办：建议、提案、来信来访的办理。Duban, on the command line."""


def wanted(arguments: Sequence[str]) -> list[str]:
    """Returns the modules of the chosen command; all of them for the help or an unknown command."""
    command = arguments[0] if arguments else ""
    return list(dict.fromkeys([MODULES[command]] if command in MODULES else MODULES.values()))


for module in wanted(sys.argv[1:]):
    app.add_typer(import_module(f"shared.ops.cli.commands.{module}").app)
