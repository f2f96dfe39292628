"""Catalogue of the APIs at `/docs`: the pages of the services, and the people to try them as."""

import json
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse

from shared.service.api.whole_api import whole_app
from shared.service.config.labels import label

CONSOLE_OF = "portal"
SEE_OTHER = 303
SERVICE = """<tr><th><a href="/{name}/v1/docs">{title}</a></th><td>{charter}</td>
<td><a href="/{name}/v1/openapi.json">OpenAPI</a></td></tr>"""
PERSON = """<tr><th><code>{person}</code></th><td>{name}</td><td>{role}</td><td>{unit}</td>
<td>{does}</td></tr>"""
PEOPLE = """<h2>示例人员 People to try</h2>
<p>以其身份办理：<code>duban token --as 编号</code>。</p>
<table><thead><tr><th>编号</th><th>姓名</th><th>岗位</th><th>单位</th><th>可办事项</th></tr></thead>
<tbody>{rows}</tbody></table>"""
PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>督办接口</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body {{ font: 16px/1.7 system-ui, "Noto Sans CJK SC", sans-serif; color: #1b1b1f;
  max-width: 68rem; margin: 0 auto; padding: 1.5rem; }}
h1 {{ border-bottom: 3px solid #b3131b; padding-bottom: .25rem; }}
a {{ color: #174a86; }}
code {{ background: #f5f1ee; padding: 0 .25rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .375rem .75rem .375rem 0;
  border-bottom: 1px solid #ddd; }}
</style></head><body>
<h1>督办接口 Duban APIs</h1>
<p><a href="/docs/all/">全部接口，一页试用 All APIs on one page</a> ·
<a href="/docs/all/openapi.json">OpenAPI</a>（供生成客户端 for generated clients）</p>
<p>先取令牌：<code>duban token --as 编号</code>；在任意一页填写后，各页通用。
代码的名称见 <code>GET /portal/v1/codes</code>；某件当前可办的事项及其地址，见
<code>GET /portal/v1/cases/…</code> 的 <code>actions</code>。</p>
<h2>服务 Services</h2>
<table><tbody>{services}</tbody></table>
{people}</body></html>"""


def add_catalogue(
    root: FastAPI, apps: Mapping[str, FastAPI], page: Mapping[str, Any], people: Path | None = None
) -> None:
    """Adds `/docs`, which lists the services, and `/`, which leads to the console where this
    process has it. `page`: parameters of the page with all APIs; `people`: the file of
    `people_in`."""
    services = rows(SERVICE, (service(name, app) for name, app in apps.items()))

    @root.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        found = rows(PERSON, people_in(people))
        shown = PEOPLE.format(rows=found) if found else ""
        return HTMLResponse(PAGE.format(services=services, people=shown))

    root.mount("/docs/all", whole_app(apps, page))

    @root.get("/", include_in_schema=False)
    async def home() -> RedirectResponse:
        return RedirectResponse("/console/" if CONSOLE_OF in apps else "/docs", SEE_OTHER)


def service(name: str, app: FastAPI) -> dict[str, str]:
    charter = (app.description or "").partition("\n")[0]
    return {"name": name, "title": f"{name} {label('service', name)}", "charter": charter}


def people_in(file: Path | None) -> list[dict[str, str]]:
    """Returns an example of each role that a play has put there; none where there is no such
    file."""
    try:
        people = json.loads(file.read_text("utf-8")) if file else []
    except (OSError, ValueError):
        return []
    examples = (person for person in people if person.pop("example"))
    return [{name: str(value) for name, value in person.items()} for person in examples]


def rows(template: str, found: Iterable[Mapping[str, str]]) -> str:
    return "".join(template.format_map(escaped(fields)) for fields in found)


def escaped(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: escape(text) for name, text in fields.items()}
