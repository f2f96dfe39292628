"""Rendering of a page for one reader: language, size, contrast, phrases, links, ETag."""

import hashlib
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.status import HTTP_200_OK

from services.disclosure import queries
from services.disclosure.queries import Models, Units
from services.disclosure.settings import SiteSettings
from services.disclosure.site.remembering import Remembered
from shared.kernel.calendar import BUSINESS_ZONE
from shared.kernel.period_rules import PeriodRow
from shared.service.api.page_reader import PageReader, words_in

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML document and no page may hold: one of them would break a whole feed."""
PAGE_CACHING = "public, max-age=60"
NOT_NOW: Mapping[int, Mapping[str, str]] = {503: {"Retry-After": "60"}}
"""Headers of a status besides its caching; seconds."""


class Site:
    """Settings, phrases, style and templates that all pages share; `periods` are those of the
    policy rows, newest first."""

    def __init__(
        self,
        models: Models,
        once_simulated: Callable[[], bool],
        settings: SiteSettings,
        periods: Sequence[PeriodRow],
    ) -> None:
        self.models = models
        self.periods = periods
        self.settings = settings
        self.once_simulated = once_simulated
        self.remembered = Remembered(settings.site_keeps_seconds)
        self.words = words_in(settings.site_pages)
        style = (settings.site_pages / "static" / "site.css").read_bytes()
        self.style = f"/static/site.css?v={hashlib.sha256(style).hexdigest()[:12]}"
        self.templates = Environment(
            loader=FileSystemLoader(settings.site_pages / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.filters["local_minute"] = local_minute

    async def counted(self) -> dict[str, int]:
        return await self.remembered.of("counted", partial(queries.counted, self.models))

    async def choices(self) -> Mapping[str, Sequence[str]]:
        return await self.remembered.of("choices", partial(queries.choices, self.models))

    async def units(self) -> Units:
        return await self.remembered.of("units", partial(queries.units, self.models))


class Reader(PageReader):
    """The choices of one reader of the site."""

    def __init__(self, site: Site, request: Request) -> None:
        super().__init__(site.words, request)

    def region(self, code: str, units: Units) -> str:
        if code in units.regions:
            return units.regions[code]
        return self.say("region-direct") if code == "direct" else self.value(code)

    def value(self, code: str) -> str:
        return self.say("not-stated") if code == "-" else code


def local_minute(moment: str) -> str:
    """Returns the moment as page tags write it, `2025-03-03 09:00`, in local office time."""
    return f"{datetime.fromisoformat(moment).astimezone(BUSINESS_ZONE):%Y-%m-%d %H:%M}"


def address(site: Site, request: Request, path: str) -> str:
    """Returns an absolute address, on the base that operators set, else on that of the request."""
    base = site.settings.site_url or str(request.base_url)
    return base.rstrip("/") + quote(path)


Show = Callable[..., Coroutine[Any, Any, Response]]


def routes(site: Site, shows: Mapping[str, Show]) -> APIRouter:
    """Returns the routes by path; they are only read."""
    router = APIRouter(include_in_schema=False)

    def at(path: str, show: Show) -> None:
        async def shown(request: Request) -> Response:
            return await show(site, request, **request.path_params)

        router.add_api_route(path, shown, methods=["GET", "HEAD"])

    for path, show in shows.items():
        at(path, show)
    return router


def page(
    site: Site, request: Request, template: str, status: int = 200, **content: Any
) -> Response:
    reader = Reader(site, request)
    shown = {
        "site": site.settings,
        "style": site.style,
        "reader": reader,
        "say": reader.say,
        "label": reader.label,
        "link": reader.link,
        "simulated": site.once_simulated(),
        "status": status,
    }
    html = site.templates.get_template(template).render(**shown, **content)
    return answer(request, html, "text/html", status)


def answer(request: Request, text: str, media_type: str, status: int = 200) -> Response:
    """Returns the page, or 304 where the reader has it. Only pages with status 200 are cached."""
    text = ILLEGAL.sub("", text)
    if status != HTTP_200_OK:
        headers = {"Cache-Control": "no-store", **NOT_NOW.get(status, {})}
        return Response(text, status, headers, media_type)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": PAGE_CACHING}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(text, status, headers, media_type)
