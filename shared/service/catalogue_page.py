"""`/docs`: one page from which the API of every service of this process can be read and tried."""

from collections.abc import Mapping

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse

ROW = """<li><a href="/{name}/v1/docs">{name}</a>
<a href="/{name}/v1/openapi.json">OpenAPI</a> {charter}</li>"""
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>督办 API</title>
<h1>督办 API</h1><p>令牌 token：<code>duban token --as p-…</code></p><ul>{rows}</ul></html>"""


def add_catalogue(root: FastAPI, apps: Mapping[str, FastAPI]) -> None:
    """Routes of the root that say where everything is."""
    rows = "".join(ROW.format(name=name, charter=_first_line(app)) for name, app in apps.items())

    @root.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(PAGE.format(rows=rows))

    @root.get("/", include_in_schema=False)
    async def services() -> JSONResponse:
        return JSONResponse({name: f"/{name}/v1/openapi.json" for name in apps})


def _first_line(app: FastAPI) -> str:
    return (app.description or "").splitlines()[0] if app.description else ""
