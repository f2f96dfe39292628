"""`duban policies`: checks rules, labels, access tables, and their units against the directory."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
import yaml

from shared.mongo.read_models.generations import Generations
from shared.ops.base.screen import Json, as_json
from shared.ops.base.terminal import complaint, console
from shared.ops.installation.connections import opened_connections
from shared.ops.installation.local_settings import settings_here
from shared.service.config.access_tables import load_access
from shared.service.config.labels import load_labels
from shared.service.config.located_yaml import DataRefused
from shared.service.config.policies import load_policies
from shared.service.config.policy_rows import missing_organs
from shared.service.config.remits import unknown_units
from shared.service.identity.actors_projection import ACTORS
from shared.service.processes.registry import SERVICES

app = typer.Typer()

DirectoryFile = Annotated[
    Path | None,
    typer.Option("--directory", help="通讯录文件（YAML），缺省核对运行中的通讯录 a directory file"),
]


@app.command()
def policies(directory: DirectoryFile = None, json_lines: Json = False) -> None:
    """核对办理规则、名称、权限表，以及其中的单位是否在通讯录中。Check all policy data."""
    folder = settings_here().policies
    title, faults = "办理规则有误。Policy data are wrong:", wrong_in(folder)
    if not faults:
        units = units_of(directory) if directory else asyncio.run(registered_units())
        title = "办理规则中的单位未在通讯录登记。The directory lacks units:"
        found = [*missing_organs(folder, units), *unknown_units(folder, units)]
        faults = list(dict.fromkeys(found))
    if json_lines:
        typer.echo(as_json({"faults": faults}))
        raise typer.Exit(1 if faults else 0)
    if faults:
        raise complaint("\n".join([title, *faults]))
    console.print("办理规则无误，其中的单位均已登记。The policies are in order.")


def wrong_in(folder: Path) -> list[str]:
    """Returns the faults of rules, labels and access tables, each with file and line."""
    try:
        load_policies(folder)
        load_labels(folder)
        for service in SERVICES:
            load_access(folder, service)
    except DataRefused as refused:
        return str(refused).splitlines()
    return []


def units_of(file: Path) -> set[str]:
    rows = yaml.safe_load(file.read_text("utf-8"))["units"]
    return {row["unit"] for row in rows}


async def registered_units() -> set[str]:
    """Returns the units that the running directory knows."""
    async with opened_connections(bus=False) as place:
        database = place.database("directory")
        live = (await Generations(database).pointer(ACTORS.name, ACTORS.version)).live_collection
        return {str(unit["_id"]) async for unit in database[live].find({"_id": {"$regex": "^u-"}})}
