"""The console in the API process that has the portal; its package is loaded there only."""

import importlib
from collections.abc import Awaitable, Sequence

from fastapi import FastAPI

from shared.mongo.clock_store import real_time
from shared.service.api.request_trace import Tracing
from shared.service.definition import ServiceDefinition
from shared.service.resources.process_resources import ProcessResources

OWNER = "portal"
KEPT = ("services.portal.seen", "services.portal.preferences", "services.portal.drafts")
"""Modules of what the portal keeps for a person; `prepare` makes their indexes."""


async def open_console(
    root: FastAPI,
    resources: ProcessResources,
    trail: Tracing,
    definitions: Sequence[ServiceDefinition],
) -> list[Awaitable[None]]:
    """Adds the console and the pages of `services.portal` to the root of a process that has it;
    returns the work to run beside it."""
    if OWNER not in {definition.name for definition in definitions}:
        return []
    console = importlib.import_module("services.portal.console")
    sessions = importlib.import_module("services.portal.console.session_store")
    settings = importlib.import_module("services.portal.settings").PortalSettings(
        **dict(resources.settings)
    )
    database = resources.database(OWNER)
    store = sessions.MongoSessions(database)
    await store.prepare()
    for collection in KEPT:
        await importlib.import_module(collection).prepare(database)
    made = console.console_of(settings, store, root.state.gateway, trail, real_time)
    console.add_console(root, made)
    importlib.import_module("services.portal.my").add_my_pages(root, made, settings)
    return [made.work()]
