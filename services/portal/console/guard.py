"""The guard of the console: from a request to the live session behind it, or a refusal."""

from dataclasses import dataclass

from starlette.requests import Request

from services.portal.console.cookie import secret_in
from services.portal.console.notes import Notes
from services.portal.console.origin import SAFE, refuse_other_origins
from services.portal.console.sessions import Live, Sessions
from shared.http.refused import Refused
from shared.http.wording import Title

PROOF = "x-csrf-token"
BACKGROUND = "x-background"
"""Header of a read that no person has asked for, as of a page that looks for news."""
ENDED = Refused(
    401,
    "session-ended",
    Title("登录已结束，请重新登录；已填写的内容会保留", "The session has ended; sign in again"),
)
NO_PROOF = Refused(
    403, "csrf", Title("页面已过期，请刷新后再提交", "The page has expired; reload it")
)


@dataclass(frozen=True)
class Guard:
    sessions: Sessions
    notes: Notes

    async def session_of(self, request: Request) -> Live | None:
        """Returns the session, without prolonging it. Raises Refused for another origin."""
        refuse_other_origins(request)
        secret = secret_in(request)
        return await self.sessions.find(secret) if secret else None

    async def admitted(self, request: Request, proof: str | None = None) -> Live:
        """Returns the session, used now unless in the background. Raises Refused: `other-origin`,
        `session-ended`, and `csrf` for an unsafe request without the proof of a page (`proof`, else
        in the header)."""
        try:
            live = await self.session_of(request)
            if live is None:
                raise ENDED
            shown = request.headers.get(PROOF) if proof is None else proof
            if request.method not in SAFE and not live.secret.proves(shown):
                raise NO_PROOF
        except Refused as refusal:
            self.notes.refused(request, "use-session", refusal.rule)
            raise
        if request.method in SAFE and BACKGROUND in request.headers:
            return live
        return await self.sessions.keep_alive(live)

    async def end(self, request: Request, live: Live, reason: str | None = None) -> None:
        if await self.sessions.end(live):
            self.notes.signed_out(request, live.session, reason)
