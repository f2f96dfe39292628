"""The public site: pages rendered on the server, without JavaScript, from their own database."""

from collections.abc import Sequence
from typing import Protocol

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

from services.disclosure.domain.projections import PUBLIC_SITE, PUBLIC_UNITS
from services.disclosure.queries import Models
from services.disclosure.settings import SiteSettings
from services.disclosure.site.feeds import feed_routes
from services.disclosure.site.pages import message, page_routes
from services.disclosure.site.rendering import Site
from shared.kernel.errors import BeingRebuilt
from shared.kernel.period_rules import PeriodRow

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STYLES = "public, max-age=86400"
CODES = {model.name: model.version for model in (PUBLIC_SITE, PUBLIC_UNITS)}
"""Versions of the read models whose documents the pages show."""


class Clock(Protocol):
    """The business clock of the installation."""

    @property
    def once_simulated(self) -> bool:
        """Returns whether any fact was recorded in simulated time; then every page says so."""
        ...


def site_app(
    models: Models,
    clock: Clock,
    periods: Sequence[PeriodRow],
    settings: SiteSettings | None = None,
) -> FastAPI:
    """Returns the application. It has pages to read, and no API description and no sessions."""
    chosen = settings or SiteSettings()
    site = Site(models, lambda: clock.once_simulated, chosen, periods)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.include_router(page_routes(site))
    app.include_router(feed_routes(site))
    app.mount("/static", StaticFiles(directory=chosen.site_pages / "static"), name="static")

    @app.middleware("http")
    async def with_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = guarded(await call_next(request))
        caching = STYLES if request.url.path.startswith("/static/") else "no-store"
        response.headers.setdefault("Cache-Control", caching)
        return response

    add_failures(app, site)
    return app


def add_failures(app: FastAPI, site: Site) -> None:
    """Adds the pages of one sentence for requests that have no page."""

    @app.exception_handler(HTTPException)
    async def on_http_error(request: Request, error: HTTPException) -> Response:
        return message(site, request, "missing", error.status_code)

    @app.exception_handler(BeingRebuilt)
    async def on_rebuild(request: Request, error: BeingRebuilt) -> Response:
        return message(site, request, "being-rebuilt", 503)

    @app.exception_handler(Exception)
    async def on_failure(request: Request, error: Exception) -> Response:
        """Is called outside of the middleware."""
        return guarded(message(site, request, "busy", 503))


def guarded(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
