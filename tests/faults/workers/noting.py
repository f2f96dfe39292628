"""The public API as people use it who want an answer, whatever it takes: each attempt and what
became of it is noted."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_delay,
    wait_random_exponential,
)

from shared.kernel import ids
from shared.ledger_import.client import Api, Busy, Refused, answered
from shared.testing.faults.history import History

HEALS_WITHIN = 120.0
"""Seconds; the machine may be busy with other tests."""


class Noting(Api):
    """Asks until it is answered, and notes each attempt and what became of it."""

    def __init__(self, base_url: str, token_for: Any, history: History) -> None:
        super().__init__(base_url, token_for, HEALS_WITHIN)
        self.history = history
        self.acknowledged = 0

    async def post(
        self, path: str, who: str, body: Mapping[str, Any], key: str | None = None
    ) -> Any:
        key = key or uuid4().hex
        command = ids.http_command(who, key)
        headers = {**self._headers(who), "Idempotency-Key": key}
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type((Busy, httpx.TransportError)),
            wait=wait_random_exponential(0.05, max=1),
            stop=stop_after_delay(HEALS_WITHIN),
            reraise=True,
        ):
            with attempt:
                return await self._attempt(command, path, headers, body)

    async def _attempt(self, command: str, path: str, headers: Any, body: Any) -> Any:
        self.history.note("invoke", command)
        try:
            said = answered(await self._http.request("POST", path, headers=headers, json=body))
        except Refused as refused:
            self.history.note("fail", command, why=refused.rule)
            raise
        except (Busy, httpx.TransportError) as error:
            self.history.note("unknown", command, why=repr(error))
            raise
        done = {"stream": said["stream"], "version": said["version"]}
        self.history.note("ok", command, **done, facts=tuple(said["facts"]))
        self.acknowledged += 1
        return said
