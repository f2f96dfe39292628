"""A town for imports: intake and the directory in one process, imports in a real MongoDB, and
ledgers as clerks write them."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from starlette.routing import Mount

from services.directory.domain.projections import REGISTER
from shared.contracts.intake import CaseRegistered
from shared.http.gateway import Gateway
from shared.kernel.actor import Actor, Post
from shared.kernel.commit import from_document
from shared.ledger_import import runs
from shared.ledger_import.headings import Headings
from shared.ledger_import.isolation import Reader, Report
from shared.ledger_import.reading import Fault, Reading
from shared.ledger_import.report import write_report
from shared.ledger_import.sealed_files import PIECE_BYTES
from shared.ledger_import.table import Ledger
from shared.mongo.connect import connect
from shared.mongo.read_models.reader import connect_reader
from shared.service.api.app import root_app, service_app
from shared.service.processes.registry import definition_of
from shared.testing.fold import folded, recorded
from shared.testing.organisation import city, deputy, staffed
from shared.testing.service import ServiceUnderTest
from tests.unit.shared.test_ledger_reading import HEAD

CLERK = Actor("p-reg", (Post("registrar", "u-city", ("u-city",)),))
OTHER = Actor("p-reg-2", (Post("registrar", "u-city", ("u-city",)),))
AUDITOR = Actor("p-audit", (Post("auditor", "u-city", ("u-city",)),))
PEOPLE = (CLERK, OTHER, AUDITOR)
WHO = "李四（0127）"
BASE = "http://duban.test/intake/v1"


def paper(serial: object, **changes: object) -> list[object]:
    """Returns a good row; `changes` by heading."""
    good = [serial, "建议", f"关于停车的建议{serial}", WHO, "十五届四次", "2025-03-03", "会中"]
    row = dict(zip(HEAD, [*good, "停车难。", "城建环保"], strict=True))
    return [*(row | changes).values()]


def ledger(*rows: Sequence[object], head: Sequence[str] = HEAD) -> bytes:
    book = Workbook()
    page = cast(Worksheet, book.active)
    page.title = "代表建议"
    for line in (head, *rows):
        page.append([*line])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def read_here(path: Path, ledgers: Sequence[Ledger], read: Reader) -> Reading:
    """In place of the process with bounded memory, whose start takes a second."""
    return read(path, ledgers)


def report_here(
    source: Path, faults: Sequence[Fault], heads: Mapping[str, Headings], folder: Path
) -> Report:
    return write_report(source, faults, heads)


@pytest.fixture
def in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "read_apart", read_here)
    monkeypatch.setattr(runs, "report_apart", report_here)


class Town:
    """`clerk` is a client of CLERK. The database outlives the processes."""

    def __init__(self, database: Any, models: Any) -> None:
        self.database, self.models = database, models
        self.intake = ServiceUnderTest(definition_of("intake"), *PEOPLE)
        self.directory = ServiceUnderTest(definition_of("directory"), *PEOPLE)
        self.intake.runtime.kept = database
        self.directory.runtime.models.collection = self._listed  # type: ignore[method-assign]
        services = {"intake": self.intake, "directory": self.directory}
        apps = {n: service_app(s.definition, s.authentication) for n, s in services.items()}
        self.root = root_app(apps)
        self.gateway = Gateway(self.root, apps.keys())
        for route in self.root.routes:
            if isinstance(route, Mount):
                cast(FastAPI, route.app).state.gateway = self.gateway

    async def _listed(self, projection: str) -> Any:
        model = self.models[projection]
        for key, document in folded(REGISTER, self.directory._own()).items():
            await model.replace_one({"_id": key}, document, upsert=True)
        return model

    async def found(self) -> None:
        for fact in (city(), *staffed("u-hou"), deputy("p-n1")):
            await self.directory.knows(fact)
            await self.intake.knows(fact)

    def client(self, who: Actor = CLERK) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.root), base_url=BASE,
            headers=self.intake._headers(who),
        )  # fmt: skip

    def registered(self) -> list[CaseRegistered]:
        commits = [from_document(document) for document in self.intake.store.documents]
        facts = [fact.event for commit in commits for fact in recorded(commit)]
        return [fact for fact in facts if isinstance(fact, CaseRegistered)]


@asynccontextmanager
async def open_town(mongo_url: str) -> AsyncIterator[Town]:
    space = f"t{uuid4().hex[:10]}"
    reader: Any = connect_reader(mongo_url)
    async with connect(mongo_url) as client:
        town = Town(client[f"{space}_intake"], reader[f"{space}_directory"])
        await town.found()
        yield town
        await town.gateway.close()
        for name in ("intake", "directory"):
            await client.drop_database(f"{space}_{name}")
    reader.close()


async def uploaded(http: httpx.AsyncClient, content: bytes, name: str = "台账.xlsx") -> str:
    """Uploads a file in pieces; returns the id of the import."""
    id_ = uuid4().hex
    await granted(http.put(f"/imports/{id_}", json={"name": name, "size": len(content)}))
    for n in range(0, len(content), PIECE_BYTES):
        piece = content[n : n + PIECE_BYTES]
        headers = {"Content-Type": "application/octet-stream"}
        path = f"/imports/{id_}/pieces/{n // PIECE_BYTES}"
        await granted(http.put(path, content=piece, headers=headers))
    return id_


async def granted(sent: Any) -> Any:
    answer = await sent
    assert answer.is_success, answer.text
    return answer.json() if "json" in answer.headers.get("content-type", "") else answer


async def ended(http: httpx.AsyncClient, id_: str) -> Mapping[str, Any]:
    """Returns the import after its run."""
    for _ in range(600):
        view: Mapping[str, Any] = await granted(http.get(f"/imports/{id_}"))
        if view["state"] not in ("checking", "registering") or view["interrupted"]:
            return view
        await asyncio.sleep(0.1)
    raise AssertionError(view)


async def checked(http: httpx.AsyncClient, content: bytes, name: str = "台账.xlsx") -> str:
    """Uploads and checks; returns the id of the import."""
    id_ = await uploaded(http, content, name)
    await granted(http.put(f"/imports/{id_}/check"))
    view = await ended(http, id_)
    assert view["state"] == "ready", view
    return id_
