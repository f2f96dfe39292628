"""Health routes: readiness depends on the checks, liveness does not."""

import json

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from shared.http.health import Health, health_routes
from shared.service.observability.metrics import PUBLISHED


async def answer_of(health: Health, path: str) -> tuple[int, str]:
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
    status, text = await answer_of(health, "/readyz")
    assert (status, json.loads(text)["missing"]) == (503, {"store": "ConnectionError"})
    assert (await answer_of(health, "/livez"))[0] == 200
    health.checks = {"bus": fine}
    assert (await answer_of(health, "/readyz"))[0] == 200
    health.draining = True
    assert (await answer_of(health, "/readyz"))[0] == 503
    PUBLISHED.labels("intake").inc(0)
    assert "duban_" in (await answer_of(health, "/metrics"))[1]
    assert json.loads((await answer_of(health, "/version"))[1]) == {"version": "1"}
