"""Small pieces of the edge: turns, histories, contexts, logs, metrics, health."""

import asyncio
import json
import logging
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from prometheus_client import REGISTRY

from shared.contracts.feedback import FeedbackStopped
from shared.http.auth import REFUSALS
from shared.http.health import Health, health_routes
from shared.kernel.decider import Decider
from shared.kernel.messages import Reaction, Recorded
from shared.service.commands.commit_draft import case_of
from shared.service.commands.concurrency import Turns
from shared.service.commands.context import reaction_context
from shared.service.commands.state_cache import History
from shared.service.observability import metrics
from shared.service.observability.logging import JsonLines, bound
from shared.service.resources.platform import tokens_of
from shared.service.settings import ServiceSettings
from shared.testing.small_service import CASE, Lapse

AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
CASE_ID = "56fa9635caf355c1b7bdf0735026de16"


async def test_turns_are_taken_one_after_another_per_stream_only() -> None:
    turns, order = Turns(), []

    async def work(stream: str, name: str) -> None:
        async with turns.of(stream):
            order.append(f"{name} in")
            await asyncio.sleep(0)
            order.append(f"{name} out")

    await asyncio.gather(work("a-1", "a"), work("a-1", "b"), work("b-1", "c"))
    assert order.index("a out") < order.index("b in")
    assert order.index("c in") < order.index("a out")
    assert turns._locks == {}


async def test_a_failure_gives_the_turn_to_the_next() -> None:
    turns = Turns()
    with pytest.raises(RuntimeError):
        async with turns.of("a-1"):
            raise RuntimeError
    async with turns.of("a-1"):
        pass


def test_only_older_knowledge_is_ignored() -> None:
    history = History(None, 3, "h", {"intake-1": 5})
    assert history.knows_newer({"intake-1": 4})
    assert not history.knows_newer({"intake-1": 5})
    assert not history.knows_newer({"intake-1": 6})
    assert not history.knows_newer({"assignment-1": 1})
    assert not history.knows_newer({})


def test_a_history_without_news_is_the_same() -> None:
    history = History("state")
    assert history.after([], Decider("state", lambda c, s: [], lambda s, e: s)) is history


def cause(actor: str = "p-1", on_behalf_of: str | None = None) -> Recorded:
    return Recorded(
        id="fact-1",
        stream=f"feedback-{CASE_ID}",
        version=4,
        event=FeedbackStopped(at=AT, **CASE, reason="erased"),
        source="feedback",
        agency="u-city",
        actor=actor,
        recorded_at=AT,
        correlation_id="conversation",
        on_behalf_of=on_behalf_of,
    )


def reaction(key: str = "") -> Reaction:
    return Reaction(f"handling-{CASE_ID}", Lapse(at=AT, by="system:handling"), key)


def test_a_reaction_is_named_by_its_fact_and_its_meaning() -> None:
    first = reaction_context("handling", cause(), reaction("task-1"))
    again = reaction_context("handling", cause(), reaction("task-1"))
    other = reaction_context("handling", cause(), reaction("task-2"))
    assert first == again
    assert first.command_id != other.command_id
    assert (first.causation_id, first.correlation_id) == ("fact-1", "conversation")
    assert first.basis == {f"feedback-{CASE_ID}": 4}


def test_a_reaction_acts_for_the_person_who_began_it() -> None:
    assert reaction_context("handling", cause(), reaction()).on_behalf_of == "p-1"
    by_system = cause("system:feedback", "p-2")
    assert reaction_context("handling", by_system, reaction()).on_behalf_of == "p-2"
    alone = cause("system:reminder")
    assert reaction_context("handling", alone, reaction()).on_behalf_of is None


def test_only_streams_of_cases_name_a_case() -> None:
    assert case_of(f"handling-{CASE_ID}") == CASE_ID
    assert case_of("unit-u-city") is None
    assert case_of("series-u-city-petition-2025") is None


def test_a_log_line_is_json_with_its_case_and_conversation() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "%s done", ("it",), None)
    with bound(case_id=CASE_ID, correlation_id="c", actor=None):
        line = json.loads(JsonLines().format(record))
    assert line["message"] == "it done"
    assert (line["case_id"], line["correlation_id"], line["level"]) == (CASE_ID, "c", "info")
    assert "actor" not in line
    assert "case_id" not in json.loads(JsonLines().format(record))


def test_metrics_have_our_prefix_base_units_and_no_ids() -> None:
    found = [one for one in vars(metrics).values() if hasattr(one, "_labelnames")]
    assert len(found) > 20
    for metric in found:
        assert metric._name.startswith("duban_")
        assert not {"case", "case_id", "person", "agency", "unit", "actor"} & set(
            metric._labelnames
        )


def test_a_refused_token_of_every_kind_is_counted_from_nought() -> None:
    """A series that began with its first burst would hide it."""
    tokens_of(ServiceSettings(_env_file=None), "unvisited")
    for rule in REFUSALS:
        labels = {"service": "unvisited", "rule": rule}
        assert REGISTRY.get_sample_value("duban_login_failures_total", labels) == 0


async def asked(health: Health, path: str) -> tuple[int, str]:
    app = FastAPI()
    app.routes.extend(health_routes(health))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        answer = await client.get(path)
        return answer.status_code, answer.text


async def test_readiness_names_what_is_missing_and_liveness_does_not_care() -> None:
    async def broken() -> str | None:
        raise ConnectionError("mongo-0.store: no primary")

    async def fine() -> str | None:
        return None

    health = Health("1", {"store": broken, "bus": fine})
    status, text = await asked(health, "/readyz")
    assert (status, json.loads(text)["missing"]) == (503, {"store": "ConnectionError"})
    assert (await asked(health, "/livez"))[0] == 200
    health.checks = {"bus": fine}
    assert (await asked(health, "/readyz"))[0] == 200
    health.draining = True
    assert (await asked(health, "/readyz"))[0] == 503
    assert "duban_" in (await asked(health, "/metrics"))[1]
    assert json.loads((await asked(health, "/version"))[1]) == {"version": "1"}
