"""A desk with somebody at it: what he does, what he is refused, and what he sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from shared.ledger_import.client import Refused
from tests.e2e.world import World

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    world: World
    who: str

    async def does(
        self, path: str, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> Answer:
        """Patient, and under a key: what was sent twice is done once."""
        key = key or uuid4().hex
        answer: Answer = await self.world.api.post(path, self.who, body or {}, key=key)
        return answer

    async def may_not(
        self, path: str, body: Mapping[str, Any] | None = None, *, rule: str, field: str = ""
    ) -> None:
        """The problem names the rule, the field where one is wrong, and says it in Chinese."""
        answer = await self.world.ask("POST", path, self.who, json=dict(body or {}))
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json", problem
        assert (problem["rule"], problem.get("field", "")) == (rule, field), problem
        assert problem["status"] == answer.status_code
        assert not problem["detail"].isascii()

    async def is_denied(self, path: str, body: Mapping[str, Any] | None = None) -> None:
        """By the name of the action: it knows the case."""
        answer = await self.world.ask("POST", path, self.who, json=dict(body or {}))
        assert answer.status_code == 403, answer.text

    async def is_a_stranger(self, path: str, body: Mapping[str, Any] | None = None) -> None:
        """As if there were no such case."""
        answer = await self.world.ask("POST", path, self.who, json=dict(body or {}))
        assert answer.status_code == 404, answer.text

    async def sees(self, path: str, **params: Any) -> Any:
        return await self.world.api.get(path, self.who, **params)

    async def sees_nothing_at(self, path: str) -> bool:
        try:
            await self.sees(path)
        except Refused as refused:
            return refused.status == 404
        return False
