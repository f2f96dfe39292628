"""Endpoints of the session itself: look, sign in, sign out, and the people of a development."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
from pydantic import BaseModel, StringConstraints, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.portal.console.cookie import put_secret, remove_secret
from services.portal.console.guard import Guard
from services.portal.console.origin import refuse_other_origins
from services.portal.console.passing import Passing
from services.portal.console.people import People, people_in
from services.portal.console.sessions import Live
from services.portal.console.sign_in import Kind, Provider, SignedIn
from shared.http.front import source_of
from shared.http.gateway import passed_back
from shared.http.json_body import parsed
from shared.http.refused import Refused
from shared.http.source_rate import SourceRate
from shared.http.unfinished import whole_body
from shared.http.wording import Title
from shared.kernel.errors import NotFound
from shared.kernel.moment import stamp

SIGN_INS_PER_SECOND = 2.0
"""From one address, of IPv6 one /64; ten seconds' worth at once."""
UNKNOWN = 403
NOT_LET_IN = frozenset({401, UNKNOWN})
Proof = TypeAdapter(
    dict[
        Annotated[str, StringConstraints(max_length=40)],
        Annotated[str, StringConstraints(max_length=4_000)],
    ]
)
NO_PROOF = Refused(422, "no-person", Title("登录内容不完整", "The sign-in is not complete"))
TOO_MANY = Title("登录过于频繁，请稍后重试", "Too many sign-ins from one address; try again later")


ProofIn = Callable[[Request], Awaitable[Mapping[str, str]]]
"""Returns the fields of a sign-in from its request. Raises Refused."""


class SignIn(BaseModel):
    kind: Kind


class SessionView(BaseModel):
    """The browser's session; `me` is null without one. `ends_at`: if no request comes."""

    me: dict[str, Any] | None = None
    csrf: str | None = None
    idle_seconds: int
    ends_at: str | None = None
    sign_in: SignIn


@dataclass(frozen=True)
class SessionEndpoints:
    guard: Guard
    passing: Passing
    provider: Provider
    rate: SourceRate
    people_file: Path | None

    async def look(self, request: Request) -> Response:
        """Returns the session without prolonging it: an open page alone keeps nobody signed in."""
        live = await self.guard.session_of(request)
        if live is None:
            return self._shown()
        answer = await self._me(request, live)
        if answer.status_code in NOT_LET_IN:  # the directory no longer knows the person
            return self._shown()
        return self._shown(live, answer.json()) if answer.is_success else passed_back(answer)

    async def sign_in(self, request: Request) -> Response:
        live, answer = await self.begin(request, json_proof)
        if live is None:
            return passed_back(answer)
        shown = self._shown(live, answer.json())
        put_secret(request, shown, live.secret)
        return shown

    async def begin(self, request: Request, proof: ProofIn) -> tuple[Live | None, httpx.Response]:
        """Begins a session, and ends the one that the browser had; returns it, or None, and what
        the portal says about the person. The record is stored before the cookie is sent: killed in
        between, nobody has its secret, and it expires. Raises Refused."""
        signed_in = await self._identified(request, proof)
        live = await self.guard.sessions.begin(signed_in)
        answer = await self._me(request, live)
        if not answer.is_success:
            await self.guard.sessions.end(live)
            if answer.status_code == UNKNOWN:
                notes = self.guard.notes
                notes.refused(request, "sign-in", "unknown-subject", signed_in.person)
            return None, answer
        if before := await self.guard.session_of(request):
            await self.guard.end(request, before)
        self.guard.notes.signed_in(request, signed_in.person)
        for ended in await self.guard.sessions.end_oldest(signed_in.person):
            self.guard.notes.signed_out(request, ended, "too-many-sessions")
        return live, answer

    async def sign_out(self, request: Request) -> Response:
        """Ends the session on the server; its cookie is worth nothing afterwards."""
        await self.guard.end(request, await self.guard.admitted(request))
        shown = self._shown()
        remove_secret(request, shown)
        return shown

    async def people(self, request: Request) -> People:
        """Returns the people of the sample. Raises NotFound outside of development."""
        if self.provider.kind != "development":
            raise NotFound("people")
        return people_in(self.people_file)

    async def _identified(self, request: Request, proof: ProofIn) -> SignedIn:
        try:
            refuse_other_origins(request)
            if seconds := self.rate.wait_of(source_of(request.client or ("", 0))):
                wait = {"Retry-After": str(seconds)}
                raise Refused(429, "too-many-requests", TOO_MANY, wait)
            return await self.provider.identify(await proof(request))
        except Refused as refusal:
            self.guard.notes.refused(request, "sign-in", refusal.rule)
            raise

    async def _me(self, request: Request, live: Live) -> httpx.Response:
        """Returns what the portal answers about the person as the directory knows it today."""
        return await self.passing.call(request, live, "portal", "GET", "me")

    def _shown(self, live: Live | None = None, me: Mapping[str, Any] | None = None) -> Response:
        sessions = self.guard.sessions
        view = SessionView(
            me=dict(me) if me else None,
            csrf=live.secret.csrf if live else None,
            idle_seconds=int(sessions.bounds.idle.total_seconds()),
            ends_at=stamp(sessions.ends_at(live.session)) if live else None,
            sign_in=SignIn(kind=self.provider.kind),
        )
        return JSONResponse(view.model_dump())


async def json_proof(request: Request) -> dict[str, str]:
    return proof_in(await whole_body(request))


def proof_in(body: bytes) -> dict[str, str]:
    """Returns the fields of a sign-in, all of them texts. Raises Refused."""
    try:
        return Proof.validate_python(parsed(body))
    except ValidationError:
        raise NO_PROOF from None
