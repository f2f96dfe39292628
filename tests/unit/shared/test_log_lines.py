"""What somebody typed does not come into a log line, not even by an error that nobody expected."""

import json
import logging
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from pymongo.errors import AutoReconnect

from shared.contracts.intake import CaseNumbered
from shared.http.problems import add_problem_handlers
from shared.http.request_telemetry import RequestTelemetry
from shared.kernel.commit import from_document
from shared.kernel.messages import Event, Reaction, Recorded
from shared.service.observability.logging import BOUND, JsonLines
from shared.service.reactions.reactor import Reactor
from shared.testing.fold import recorded
from shared.testing.stories import Story, numbered

CASE, TRACE = "a" * 32, "4bf92f3577b34da6a3ce929d0e0e4736"
SECRET = "欧阳淑芬13812345678"
pytestmark = pytest.mark.filterwarnings("ignore")


class Answer(BaseModel):
    number: int


def an_event(said: str) -> Event:
    head = {"at": "2025-03-03T01:00:00Z", "kind": "petition", "channel": "letter", "period": "2025"}
    return CaseNumbered.model_validate({**head, "number": 1, "label": f"{said} 两行"})


def out_of_reach(said: str) -> None:
    try:
        {}[said]
    except KeyError as error:
        raise RuntimeError("out of reach") from error


def breaking() -> FastAPI:
    app = FastAPI()
    add_problem_handlers(app)
    app.add_middleware(RequestTelemetry, measure=lambda *measured: None)

    @app.get("/value/{said}")
    def value(said: str) -> None:
        raise ValueError(said)

    @app.get("/key/{said}")
    def key(said: str) -> None:
        out_of_reach(said)

    @app.get("/fact/{said}")
    def fact(said: str) -> None:
        an_event(said)

    @app.get("/answer/{said}")
    def answer(said: str) -> Answer:
        return {"number": said}  # type: ignore[return-value]

    @app.get("/store/{case_id}")
    def store(case_id: str) -> None:
        raise AutoReconnect("no primary")

    return app


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(JsonLines().format(record)) for record in caplog.records
            if record.name.startswith("shared.")]  # fmt: skip


@pytest.mark.parametrize(
    ("route", "kind"),
    [
        ("value", "ValueError"),
        ("key", "RuntimeError: out of reach"),
        ("fact", "ValidationError"),
        ("answer", "ResponseValidationError"),
    ],
)
async def test_an_unexpected_error_says_where_and_of_which_kind(
    caplog: pytest.LogCaptureFixture, route: str, kind: str
) -> None:
    assert (await asked(route)).status_code == 500
    [line] = lines(caplog)
    assert line["message"] == f"GET /{route}/{{said}} failed"
    assert line["correlation_id"] == TRACE
    assert kind in line["exception"].splitlines()
    assert SECRET not in json.dumps(line, ensure_ascii=False)


async def test_a_store_that_is_away_is_told_by_the_route(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert (await asked("store")).status_code == 503
    [line] = lines(caplog)
    assert line["message"].startswith("GET /store/{case_id}: AutoReconnect")
    assert line["correlation_id"] == TRACE


@pytest.mark.parametrize(("typed", "named"), [(CASE, CASE), (SECRET, None), (CASE + "b", None)])
async def test_a_line_about_a_request_names_its_case(
    caplog: pytest.LogCaptureFixture, typed: str, named: str | None
) -> None:
    await asked("store", typed)
    [line] = lines(caplog)
    assert line.get("case_id") == named


async def test_what_is_said_about_a_reaction_names_its_case_and_its_conversation() -> None:
    heard: list[dict[str, str]] = []

    def react(fact: Recorded) -> Sequence[Reaction]:
        heard.append(BOUND.get())
        return ()

    [fact] = recorded(from_document(Story(f"intake-{CASE}").tell(numbered(), case_id=CASE)))
    nobody: Any = None  # there is nothing to ask
    await Reactor("handling", react, nobody, nobody)._handle_bound(fact)
    said = {"service": "handling", "case_id": CASE, "correlation_id": fact.correlation_id}
    assert heard == [said]


async def asked(route: str, typed: str = SECRET) -> httpx.Response:
    transport = httpx.ASGITransport(breaking(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://duban.test") as client:
        headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        return await client.get(f"/{route}/{typed}", headers=headers)
