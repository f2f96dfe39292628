"""The console: sessions of browsers, calls of services under them, and the files of its pages."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import FastAPI, Request, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse

from services.portal.console.endpoints import SIGN_INS_PER_SECOND, SessionEndpoints
from services.portal.console.expiry import expire_for_ever
from services.portal.console.files import ConsoleFiles
from services.portal.console.guard import Guard
from services.portal.console.headers import WithHeaders, headers_of
from services.portal.console.notes import Notes, Trail
from services.portal.console.passing import Passing
from services.portal.console.problem_pages import ProblemPages
from services.portal.console.sessions import Bounds, Sessions, Store
from services.portal.console.sign_in import Provider, provider_of
from services.portal.settings import PortalSettings
from shared.http.gateway import Gateway
from shared.http.problems import add_problem_handlers
from shared.http.source_rate import SourceRate

CALLS = "/api/{service}/{path:path}"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
BEFORE_SIGN_IN: Mapping[str, str] = {
    "/console": "files of the pages: the same for everybody, they hold no data",
    "/console/session": "says whether there is a session, begins one, and ends one by its proof",
    "/console/session/people": "names the sample's people; in production there is no such page",
}
"""Addresses that need no session, each with the reason. What they do stands in no access table: no
case is behind them. Everything else needs a session, and the services ask their tables."""


@dataclass(frozen=True)
class Console:
    """The application at `/console`, and the work that has to run beside it."""

    app: FastAPI
    guard: Guard
    passing: Passing
    provider: Provider
    endpoints: SessionEndpoints
    work: Callable[[], Awaitable[None]]


def console_of(  # noqa: PLR0913 - its parts
    settings: PortalSettings,
    store: Store,
    gateway: Gateway,
    trail: Trail,
    now: Callable[[], datetime],
    *,
    provider: Provider | None = None,
    elapsed: Callable[[], float] = time.monotonic,
) -> Console:
    """`now` is real time. Without a `provider` the settings choose it. `elapsed` in seconds."""
    bounds = Bounds(settings.idle, settings.longest, settings.sessions_of_a_person)
    guard = Guard(Sessions(store, bounds, now), Notes(trail))
    passing = Passing(guard, gateway)
    rate = SourceRate(SIGN_INS_PER_SECOND if settings.source_rate else 0, elapsed)
    chosen = provider or provider_of(settings, now)
    endpoints = SessionEndpoints(guard, passing, chosen, rate, settings.people_file)
    app = application(endpoints, passing)
    app.mount("/", GZipMiddleware(ConsoleFiles(settings.console_build)), name="files")
    return Console(app, guard, passing, chosen, endpoints, lambda: expire_for_ever(guard))


def application(endpoints: SessionEndpoints, passing: Passing) -> FastAPI:
    """Returns the routes. They describe themselves nowhere: pages of this host alone call them."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    add_problem_handlers(app)
    app.add_middleware(ProblemPages)
    app.add_middleware(WithHeaders, of=headers_of)
    app.add_api_route("/session", endpoints.look, methods=["GET"])
    app.add_api_route("/session", endpoints.sign_in, methods=["POST"])
    app.add_api_route("/session", endpoints.sign_out, methods=["DELETE"])
    app.add_api_route("/session/people", endpoints.people, methods=["GET"])

    @app.api_route(CALLS, methods=METHODS)
    async def passed(service: str, path: str, request: Request) -> Response:
        return await passing.passed(request, service, path)

    return app


def add_console(root: FastAPI, console: Console) -> None:
    """Serves the console at its address."""

    async def lead(request: Request) -> Response:
        return RedirectResponse("/console/", 303)

    root.add_api_route("/console", lead, methods=["GET", "HEAD"], include_in_schema=False)
    root.mount("/console", console.app, name="console")
