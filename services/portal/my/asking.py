"""Questions to the services, and commands, under the session of one reader."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from fastapi import Request

from services.portal.console.passing import Passing
from services.portal.console.sessions import Live
from shared.kernel.errors import DomainError, NotFound, Unavailable
from shared.service.config.labels import Language

Answer = dict[str, Any]
NOT_SHOWN, NOT_YET_KNOWN = frozenset({400, 403, 404, 422}), "not-yet-known"
"""Statuses that mean: not there for this reader; so is the thing of a malformed address."""
ANSWER_WITHIN = 10.0
STALE = 412
"""Status of a condition that does not hold any more."""


@dataclass(frozen=True)
class Asker:
    """`lang`: the language of refusals."""

    passing: Passing
    request: Request
    live: Live
    lang: Language

    async def ask(self, service: str, path: str, **query: str) -> Answer:
        """Returns the answer. Raises NotFound for what the reader may not see, Refused when the
        token is worth nothing any more, Unavailable."""
        answer = await self._called(service, "GET", path, urlencode(query))
        if answer.status_code in NOT_SHOWN:
            raise NotFound(path)
        if not answer.is_success:
            raise Unavailable(problem_of(answer).get("detail", service))
        found: Answer = answer.json()
        return found

    async def ask_for_list(self, service: str, path: str, **query: str) -> list[Answer]:
        """Returns the answer of an address that answers with a list; raises as `ask` does."""
        found: Any = await self.ask(service, path, **query)
        return list(found)

    async def ask_since(self, service: str, path: str, since: str) -> tuple[Answer, bool]:
        """Returns the answer, and whether it knows what `since` names (`stream@version`)."""
        if since:
            answer = await self._called(service, "GET", path, urlencode({"at_least": since}))
            if answer.is_success:
                return answer.json(), True
            if problem_of(answer).get("rule") != NOT_YET_KNOWN:
                return await self.ask(service, path), True
        return await self.ask(service, path), not since

    async def try_to_ask(self, service: str, path: str) -> Answer | None:
        """Returns the answer, an empty one where the service knows no such case yet; None where it
        does not answer, which leaves a part of the page out."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self.ask(service, path)
        except NotFound:
            return {}
        except (DomainError, TimeoutError):
            return None

    async def tell(
        self, service: str, path: str, body: Mapping[str, Any], key: str, **query: str
    ) -> httpx.Response:
        """Returns the answer to a command, a refusal as well; the key makes it happen once."""
        headers = {"content-type": "application/json", "idempotency-key": key}
        sent = json.dumps(body).encode()
        return await self._called(service, "POST", path, urlencode(query), sent, headers)

    async def keep(
        self, service: str, path: str, body: Mapping[str, Any], version: int
    ) -> httpx.Response:
        """Returns the answer to a document of the reader that replaces the version he saw."""
        headers = {"content-type": "application/json", "if-match": f'"{version}"'}
        sent = json.dumps(body).encode()
        return await self._called(service, "PUT", path, "", sent, headers)

    async def drop(self, service: str, path: str, version: int | None = None) -> None:
        """Removes a document of the reader; with the version that he saw, only that one: what was
        written since stays. Raises Unavailable."""
        more = {} if version is None else {"if-match": f'"{version}"'}
        answer = await self._called(service, "DELETE", path, more=more)
        if not answer.is_success and (version is None or answer.status_code != STALE):
            raise Unavailable(service)

    async def _called(
        self,
        service: str,
        method: str,
        path: str,
        query: str = "",
        body: bytes = b"",
        more: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        headers = {"accept-language": self.lang, **(more or {})}
        return await self.passing.called(
            self.request, self.live, service, method, path, query, body, headers
        )


def problem_of(answer: httpx.Response) -> Answer:
    """Returns the problem document; an empty one where the answer is none."""
    try:
        problem = answer.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
