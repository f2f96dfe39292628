"""The public site: a process and database of its own, without access to logs, vaults, tokens."""

import importlib
from collections.abc import Sequence
from urllib.parse import urlsplit

from fastapi import FastAPI

from shared.http.front import Front
from shared.http.health import Health
from shared.http.request_telemetry import RequestTelemetry
from shared.mongo.clock_store import ClockStore
from shared.mongo.connect import answering, connect
from shared.mongo.read_models.live import LiveModels, Reads
from shared.mongo.read_models.reader import connect_reader
from shared.service.api.app import measure_for
from shared.service.config.policies import load_policies
from shared.service.config.production_checks import check_settings, check_site_address
from shared.service.definition import ServiceDefinition
from shared.service.observability.metrics import READY
from shared.service.processes.health_port import add_health
from shared.service.processes.http_server import (
    LINGER_SECONDS,
    front_of,
    run_until_stopped,
    server_of,
)
from shared.service.resources.business_clock import FollowedClock, follower
from shared.service.settings import ServiceSettings
from shared.version import VERSION


async def serve_site(settings: ServiceSettings, definitions: Sequence[ServiceDefinition]) -> None:
    """Serves the pages of `services.disclosure.site` until SIGTERM. Raises StartRefused."""
    check_settings(settings, bus=False)
    front = front_of_site(settings)
    reader, client = connect_reader(settings.mongo_url), connect(settings.mongo_url)
    site = reader[settings.database("site")]
    clocks = ClockStore(client[settings.database("control")])

    async def missing() -> str | None:
        await site.command("ping")
        return None

    try:
        await answering(client)
        async with FollowedClock(clocks, follower("site", settings.ordinal)) as clock:
            app = pages_of(settings, lambda projection: site, clock)
            health = Health(VERSION, {"store": missing}, on_look=READY.set)
            beside = add_health(app, health, settings)
            server = server_of(app, settings.host, settings.port, front)
            await run_until_stopped(server, health, beside, LINGER_SECONDS)
    finally:
        reader.close()
        await client.close()


def front_of_site(settings: ServiceSettings) -> Front:
    """Returns the front that knows the site's own address. Raises StartRefused in production where
    there is none."""
    address = importlib.import_module("services.disclosure.settings").SiteSettings().site_url
    check_site_address(settings, address)
    return front_of(settings, *filter(None, [urlsplit(address).hostname]))


def pages_of(settings: ServiceSettings, reads: Reads, clock: FollowedClock) -> FastAPI:
    """Returns the application of the pages, measured, with the periods of the deployed policies and
    the versions of the read models that this release shows."""
    pages = importlib.import_module("services.disclosure.site")
    models = LiveModels(reads, codes=pages.CODES)
    app: FastAPI = pages.site_app(models, clock, load_policies(settings.policies).periods)
    app.add_middleware(RequestTelemetry, measure=measure_for(set(), otherwise="site"))
    return app
