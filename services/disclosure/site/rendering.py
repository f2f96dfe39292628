"""One page for one reader: language, size and contrast, words, links, and an ETag."""

import hashlib
from collections.abc import Callable, Coroutine, Mapping
from datetime import date
from typing import Any, Literal
from urllib.parse import quote, urlencode

import yaml
from fastapi import APIRouter, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.disclosure.queries import Models, Units
from services.disclosure.settings import SiteSettings
from shared.service.config.labels import Language, standard_labels

PAGES_LAST = "public, max-age=60"
CHOICES = {"lang": {"en"}, "size": {"l"}, "contrast": {"1"}}
"""What a reader may choose in the address; anything else is the default."""


class Site:
    """What all pages share."""

    def __init__(
        self, models: Models, once_simulated: Callable[[], bool], settings: SiteSettings
    ) -> None:
        self.models = models
        self.settings = settings
        self.once_simulated = once_simulated
        words = (settings.site_pages / "words.yaml").read_text(encoding="utf-8")
        self.words: Mapping[str, tuple[str, str]] = yaml.safe_load(words)
        style = (settings.site_pages / "static" / "site.css").read_bytes()
        self.style = f"/static/site.css?v={hashlib.sha256(style).hexdigest()[:12]}"
        self.templates = Environment(
            loader=FileSystemLoader(settings.site_pages / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )


class Reader:
    """How this reader wants to read, from the address alone: there are no cookies."""

    def __init__(self, site: Site, request: Request) -> None:
        asked = request.query_params
        self._site = site
        self.chosen = {n: asked[n] for n, known in CHOICES.items() if asked.get(n) in known}
        self.lang: Language = "en" if self.chosen.get("lang") else "zh"
        self.path = request.url.path
        self.query = {n: value for n, value in asked.items() if n not in CHOICES}

    def say(self, key: str, **values: Any) -> str:
        chinese, english = self._site.words[key]
        return (english if self.lang == "en" else chinese).format(**values)

    def label(self, group: str, code: str) -> str:
        return standard_labels().label(group, code, self.lang)

    def link(self, path: str, **query: Any) -> str:
        """To another page, as the reader wants to read it."""
        wanted = {name: value for name, value in query.items() if value not in ("", None)}
        return with_query(quote(path), {**wanted, **self.chosen})

    def again(self, name: Literal["lang", "size", "contrast"], value: str) -> str:
        """To this page, read otherwise; an empty value is the default."""
        chosen = {n: v for n, v in {**self.chosen, name: value}.items() if v}
        return with_query(quote(self.path), {**self.query, **chosen})

    def region(self, code: str, units: Units) -> str:
        if code in units.regions:
            return units.regions[code]
        return self.say("region-direct") if code == "direct" else self.value(code)

    def value(self, code: str) -> str:
        return self.say("not-stated") if code == "-" else code

    def day(self, iso: str) -> str:
        day = date.fromisoformat(iso)
        return iso if self.lang == "en" else f"{day.year}年{day.month}月{day.day}日"


def with_query(path: str, query: Mapping[str, Any]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def address(site: Site, request: Request, path: str) -> str:
    """An absolute address: as operators set it, else as the request came."""
    base = site.settings.site_url or str(request.base_url)
    return base.rstrip("/") + quote(path)


Show = Callable[..., Coroutine[Any, Any, Response]]


def routes(site: Site, shows: Mapping[str, Show]) -> APIRouter:
    """What can be read, by address; nothing can be sent here."""
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
    """Unchanged since the reader's last visit: 304. What is not there is asked for again."""
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    good = status == 200  # noqa: PLR2004
    headers = {"ETag": tag, "Cache-Control": PAGES_LAST} if good else {"Cache-Control": "no-store"}
    if good and tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(text, status, headers, media_type)
