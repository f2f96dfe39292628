"""Pages in place of problem documents, where a browser asks for a page and no page's own code was
reached."""

from html import escape

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import Scope

from shared.http.refused import Refused
from shared.http.wording import TITLES, Title

FOR_PEOPLE = "/my"
"""Addresses under it have pages alone."""
CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
HINT = Title(
    "请稍后再试；刚填写的内容，可用浏览器的“后退”找回。",
    "Please try again later; what you typed is still there when you go back.",
)
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ font: 18px/1.8 "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #1f2329;
max-width: 40rem; margin: 10vh auto; padding: 0 1.5rem; }} h1 {{ font-size: 1.5rem; }}</style>
</head><body><main><h1>{title}</h1><p>{sentence}</p><p>{hint}</p></main></body></html>
"""


def page_of(scope: Scope, refusal: Refused) -> HTMLResponse | None:
    """Returns the page that says the refusal; None where a program asks, which gets a problem
    document."""
    headers = Headers(scope=scope)
    if "text/html" not in headers.get("accept", "") and not is_for_people(scope["path"]):
        return None
    english = headers.get("accept-language", "").lower().startswith("en")
    html = PAGE.format(
        lang="en" if english else "zh",
        title=escape(TITLES[refusal.status][english]),
        sentence=escape(refusal.sentence[english]),
        hint=HINT[english],
    )
    return HTMLResponse(html, refusal.status, {**refusal.headers, "Content-Security-Policy": CSP})


def is_for_people(path: str) -> bool:
    return path == FOR_PEOPLE or path.startswith(f"{FOR_PEOPLE}/")
