"""The console with a portal, and beside it a service that says what it heard."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response

from services.portal.console import Console, add_console, console_of
from services.portal.console.sign_in import DevelopmentProvider, NoProvider
from services.portal.my import add_my_pages
from services.portal.settings import PortalSettings
from shared.kernel.actor import Actor, Post
from shared.testing.audit import MemoryTrail
from shared.testing.service import SECRET
from tests.component.portal.conftest import Portal, open_portal
from tests.unit.portal.browsers import MemorySessions, Watch

LOCAL, PUBLIC = "http://127.0.0.1:8000", "https://duban.test"
CLERK = Actor("p-reg-1", (Post("registrar", "u-city", ("u-city",)),))
HANDLER = Actor("p-hou-1", (Post("handler", "u-hou", ("u-hou", "u-city")),))
PEOPLE = [
    {"person": "p-reg-1", "name": "王芳", "role": "登记员", "unit": "临江市人民政府",
     "does": "登记", "role_code": "registrar", "unit_id": "u-city", "example": True},
    {"person": "p-n001", "name": "唐宏伟", "role": "人大代表", "unit": "临江区代表团",
     "does": "评价", "role_code": "npc", "unit_id": "", "example": True},
    {"person": "c-npc", "name": "人大平台", "role": "对接平台", "unit": "临江市人民政府",
     "does": "登记", "role_code": "client", "unit_id": "", "example": True},
]  # fmt: skip


class Echo:
    """A service that keeps what it heard, and answers as a test says."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, bytes, dict[str, str]]] = []
        self.answer = Response("done", 201, {"etag": '"1"', "set-cookie": "a=b"})

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
        async def hear(request: Request) -> Response:
            line = f"{request.method} {request.url.path}?{request.url.query}"
            source = request.client.host if request.client else ""
            self.heard.append((line, source, await request.body(), dict(request.headers)))
            return self.answer

        return app


class Desk:
    def __init__(self, portal: Portal, folder: Path, **settings: Any) -> None:
        self.store, self.watch, self.trail = MemorySessions(), Watch(), MemoryTrail()
        self.echo, self.folder = Echo(), folder
        self.portal, self._offered = portal, list[dict[str, str]]()
        portal.app.mount("/echo/v1", self.echo.app())
        portal.app.mount("/feedback/v1", self.feedback())
        gateway = portal.let_through("echo", "feedback", "intake", "directory", "reminder")
        for actor in (CLERK, HANDLER):
            portal.actors[actor.sub] = actor
        people = folder / "people.json"
        people.write_text(json.dumps(PEOPLE), "utf-8")
        chosen = {"people_file": people, "console_build": folder / "build", **settings}
        self.settings = PortalSettings(_env_file=None, **chosen)
        self.console: Console = console_of(
            self.settings, self.store, gateway, self.trail, self.watch.now,
            provider=self.provider(), elapsed=self.watch.elapsed,
        )  # fmt: skip
        add_console(portal.app, self.console)
        add_my_pages(portal.app, self.console, self.settings)
        self.app = portal.app

    def feedback(self) -> FastAPI:
        """Returns the echo, which offers what a test says."""
        app = FastAPI()

        @app.get("/cases/{case_id}/actions")
        async def offer(case_id: str) -> dict[str, Any]:
            return {"actions": self._offered}

        app.mount("/", self.echo.app())
        return app

    def offer(self, *actions: dict[str, str]) -> None:
        self._offered.extend(actions)

    def provider(self) -> DevelopmentProvider | NoProvider:
        if self.settings.in_production:
            return NoProvider()
        return DevelopmentProvider(SECRET, "tests", "duban", self.watch.now)

    def browser(self, address: str = LOCAL, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url=address, headers=headers)

    def build(self, **files: str) -> None:
        """`assets__x_js` is the file `assets/x.js`."""
        for name, text in {"index_html": "<!doctype html>", **files}.items():
            path = self.folder / "build" / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    def now(self) -> datetime:
        return self.watch.now()


async def sign_in(browser: httpx.AsyncClient, who: str = CLERK.sub) -> str:
    """Returns the proof that pages send."""
    answer = await browser.post("/console/session", json={"person": who})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["csrf"])


@asynccontextmanager
async def open_desk(mongo_url: str, folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    async with open_portal(mongo_url) as portal:
        yield Desk(portal, folder, **settings)
