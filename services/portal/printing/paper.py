"""Paper: templates, phrases and style of what is printed, for one language and one day."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool

from services.portal.ledger import COLUMNS
from shared.kernel.calendar import BUSINESS_ZONE
from shared.service.api.page_reader import Words, words_in
from shared.service.config.labels import Language, label

WIDEST = 40
"""Characters of the widest column of a paper."""
FOLDER = Path(__file__).parents[3] / "web" / "print"


@dataclass(frozen=True)
class Paper:
    """`on`: the day of print; `special`: kind and agency of a case, which may have own words."""

    lang: Language
    on: date
    special: Mapping[str, str]

    def say(self, key: str, **values: Any) -> str:
        """Returns a phrase of `words.yaml`."""
        return phrase(self.lang, key, **values)

    def label(self, group: str, code: str | None) -> str:
        return label(group, code, self.lang, **self.special) if code else ""

    def day(self, day: date) -> str:
        return day.isoformat() if self.lang == "en" else f"{day.year}年{day.month}月{day.day}日"

    async def printed(self, template: str, **content: Any) -> Response:
        """Returns the page. It needs no script, and takes nothing from another address."""
        shown = {"paper": self, "say": self.say, "label": self.label, "moment": moment}
        render = materials().templates.get_template(template).render
        html = await run_in_threadpool(partial(render, **shown, **content))
        return HTMLResponse(html, headers={"Content-Security-Policy": materials().policy})


@dataclass(frozen=True)
class Materials:
    """`policy`: the page's own style and nothing else; a page of the console may frame it."""

    words: Words
    templates: Environment
    policy: str


@cache
def materials() -> Materials:
    style = "\n".join([(FOLDER / "print.css").read_text("utf-8"), *widths()])
    templates = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["style"] = style
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
    policy += "form-action 'none'; frame-ancestors 'self'"
    return Materials(words_in(FOLDER), templates, policy)


def phrase(lang: Language, key: str, **values: Any) -> str:
    chinese, english = materials().words[key]
    return (english if lang == "en" else chinese).format(**values)


def widths() -> list[str]:
    """Returns the rules of the columns' widths, which are those of the workbooks."""
    ledger = [f".c-{key} {{ width: {column.width / 2}em; }}" for key, column in COLUMNS.items()]
    return [*ledger, *(f".w-{n} {{ width: {n / 2}em; }}" for n in range(1, WIDEST + 1))]


def moment(iso: str) -> str:
    """Returns a moment in local time, to the minute."""
    return datetime.fromisoformat(iso).astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M")
