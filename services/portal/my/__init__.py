"""Pages of deputies, advisers and citizens: their papers, the replies, and what they may do.

They are rendered on the server and need no JavaScript; sessions are those of the console.
"""

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from services.portal.console import Console
from services.portal.console.headers import PAGE_HEADERS, WithHeaders
from services.portal.console.origin import follows_a_link
from services.portal.my.acting import act
from services.portal.my.drafts import change, listed, shown
from services.portal.my.pages import Show, case, mine
from services.portal.my.registering import blank, kinds, register
from services.portal.my.rendering import Pages, refused
from services.portal.my.signing_in import sign_in, sign_out, welcome
from services.portal.settings import PortalSettings
from shared.http.refused import Refused
from shared.kernel.errors import DomainError

HEADERS = {
    **PAGE_HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}
"""No script runs here."""
BEFORE_SIGN_IN = {
    "/my/sign-in": "offers the providers' way in, and begins a session",
    "/my/static": "styles: the same for everybody",
}
"""Addresses that need no session, each with the reason."""
FAILURES = (Refused, DomainError, HTTPException, PyMongoError, Exception)
"""The reader gets a page whatever fails."""
ROUTES: dict[tuple[str, str], Show] = {
    ("GET", "/"): mine,
    ("GET", "/sign-in"): welcome,
    ("POST", "/sign-in"): sign_in,
    ("POST", "/sign-out"): sign_out,
    ("GET", "/new"): kinds,
    ("GET", "/new/{kind}"): blank,
    ("POST", "/new/{kind}"): register,
    ("GET", "/drafts"): listed,
    ("GET", "/drafts/{draft}"): shown,
    ("POST", "/drafts/{draft}"): change,
    ("GET", "/cases/{case_id}"): case,
    ("POST", "/cases/{case_id}/{action}/{target}"): act,
}


def my_pages(console: Console, settings: PortalSettings) -> FastAPI:
    """Returns the application. Its pages describe themselves nowhere."""
    pages = Pages(console, settings)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    for (method, path), show in ROUTES.items():
        app.add_api_route(path, shown_by(pages, show), methods=reading(method))
    app.mount("/static", StaticFiles(directory=settings.my_pages / "static"))
    for failure in FAILURES:
        app.add_exception_handler(failure, refused(pages))
    app.add_middleware(WithHeaders, of=lambda path: HEADERS)
    return app


def reading(method: str) -> list[str]:
    return ["GET", "HEAD"] if method == "GET" else [method]


def shown_by(pages: Pages, show: Show) -> Show:
    async def shown(request: Request) -> Response:
        if follows_a_link(request):
            return pages.onward(request)
        return await show(pages, request)

    return shown


def add_my_pages(root: FastAPI, console: Console, settings: PortalSettings) -> None:
    """Serves the pages at their address."""

    async def lead(request: Request) -> Response:
        return RedirectResponse("/my/", 303)

    root.add_api_route("/my", lead, methods=["GET", "HEAD"], include_in_schema=False)
    root.mount("/my", my_pages(console, settings), name="my")
