"""Rendering of the pages for one reader."""

import hashlib
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException

from services.portal.console import Console
from services.portal.console.cookie import secret_in
from services.portal.console.origin import SAFE
from services.portal.console.people import proposers_in
from services.portal.console.sessions import Live
from services.portal.my.asking import Asker
from services.portal.my.typed import Typed
from services.portal.settings import PortalSettings
from shared.http.refused import Refused
from shared.kernel.calendar import business_day
from shared.kernel.errors import DomainError, NotFound
from shared.service.api.page_reader import PageReader, words_in

HOME, NEW, DRAFTS = "/my/", "/my/new/", "/my/drafts"
ENDED, MISSING, BUSY = 401, 404, 503
log = logging.getLogger(__name__)

Handler = Callable[[Request, Exception], Awaitable[Response]]


class Pages:
    """Templates, phrases and style, and the console whose sessions they use."""

    def __init__(self, console: Console, settings: PortalSettings) -> None:
        self.console, self.people_file = console, settings.people_file
        self.words = words_in(settings.my_pages)
        self.form_words: dict[str, str] = json.loads(settings.form_words.read_text("utf-8"))
        self.style = styled(settings.my_pages / "static" / "my.css")
        self.templates = Environment(
            loader=FileSystemLoader(settings.my_pages / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def reader(self, request: Request) -> PageReader:
        """Returns the choices of the reader; on the answer to a form they lead to its page."""
        reader = PageReader(self.words, request)
        if request.method not in SAFE:
            reader.path, reader.query = page_of(request), {}
        return reader

    def form_word(self, request: Request, chinese: str) -> str:
        """Returns the title or help of a field in the reader's language."""
        english = self.reader(request).lang == "en"
        return self.form_words.get(chinese, chinese) if english else chinese

    def sentence(self, request: Request, refusal: Refused) -> str:
        english = self.reader(request).lang == "en"
        return refusal.sentence.english if english else refusal.sentence.chinese

    async def admitted(self, request: Request, proof: str | None = None) -> Asker:
        """Returns the way to ask under the request's session. Raises Refused as the guard does."""
        live = await self.console.guard.admitted(request, proof)
        return self.asker(request, live)

    def asker(self, request: Request, live: Live) -> Asker:
        lang = self.reader(request).lang
        return Asker(self.console.passing, request, live, lang)

    def page(
        self,
        request: Request,
        template: str,
        status: int = 200,
        *,
        live: Live | None = None,
        **content: Any,
    ) -> Response:
        """Returns the page. Each has a key of its own, by which a command happens once."""
        reader = self.reader(request)
        shown = {
            "style": self.style,
            "reader": reader,
            "say": reader.say,
            "label": reader.label,
            "link": reader.link,
            "local_day": lambda moment: reader.day(day_of(moment)),
            "csrf": live.secret.csrf if live else "",
            "key": secrets.token_hex(16),
        }
        html = self.templates.get_template(template).render(**shown, **content)
        return Response(html, status, media_type="text/html")

    def way_in(
        self, request: Request, status: int = 200, *, wanted: str, kept: Typed | None = None
    ) -> Response:
        """Returns the page of sign-in. `wanted`: the page that it leads to; `kept`: what was typed
        there before the session ended."""
        kind = self.console.provider.kind
        people = proposers_in(self.people_file) if kind == "development" else []
        ended = status == ENDED and secret_in(request) is not None
        shown: dict[str, Any] = {
            "kind": kind,
            "people": people,
            "next": wanted,
            "ended": ended,
            "may_be_signed_in": secret_in(request) is None and request.method in SAFE,
            "kept": kept or {},
        }
        return self.page(request, "sign-in.html", status, **shown)

    def onward(self, request: Request) -> Response:
        """Returns the page that leads on to the one that was asked for, whatever it is: it asks for
        no session."""
        return self.page(request, "onward.html")

    def refusal(self, request: Request, error: Refused) -> Response:
        if error.status == ENDED:
            return self.way_in(request, ENDED, wanted=wanted_by(request))
        said = self.message(request, "refused", error.status, self.sentence(request, error))
        said.headers.update(error.headers)
        return said

    def message(
        self, request: Request, key: str, status: int, detail: str = "", live: Live | None = None
    ) -> Response:
        return self.page(request, "message.html", status, key_of=key, detail=detail, live=live)


def styled(file: Path) -> str:
    """Returns the address of the style; it changes with the content."""
    return f"/my/static/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


def day_of(moment: str) -> str:
    return business_day(datetime.fromisoformat(moment)).isoformat()


def refused(pages: Pages) -> Handler:
    """Returns the handler of failures that end a page: the reader gets a page that says so."""

    async def answer(request: Request, error: Exception) -> Response:
        match error:
            case Refused():
                return pages.refusal(request, error)
            case NotFound():
                return pages.message(request, "missing", MISSING)
            case HTTPException(status_code=status):
                return pages.message(request, "missing", status)
            case DomainError() | PyMongoError():
                return pages.message(request, "busy", BUSY)
            case _:
                log.error("%s failed", request.url.path, exc_info=error)
                return pages.message(request, "busy", BUSY)

    return answer


def wanted_by(request: Request) -> str:
    """Returns the page that a sign-in leads back to."""
    return request.url.path if request.method in SAFE else HOME


def page_of(request: Request) -> str:
    """Returns the address of the page with the request's form: that of a case, of a paper, or of a
    draft; the first page without one."""
    places = request.path_params
    if kind := places.get("kind"):
        return f"{NEW}{quote(kind, safe='')}"
    if draft := places.get("draft"):
        return f"{DRAFTS}/{quote(draft, safe='')}"
    case_id = places.get("case_id")
    return f"/my/cases/{quote(case_id, safe='')}" if case_id else HOME
