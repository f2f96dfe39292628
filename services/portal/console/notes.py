"""Entries of sessions in the audit trail: sign-in, refusal, sign-out and expiry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.requests import Request

from services.portal.console.sessions import Session
from shared.audit.entry import Entry
from shared.http.gateway import source_of

SERVICE = "portal"


class Trail(Protocol):
    """The trail of the process; `shared/audit/trail.py:Trail` keeps it."""

    def now(self) -> datetime: ...

    def note(self, entry: Entry) -> None: ...


@dataclass(frozen=True)
class Notes:
    """Ids, codes and addresses; never a token, a secret or a proof."""

    trail: Trail

    def signed_in(self, request: Request, person: str) -> None:
        self._note(request, kind="login", action="sign-in", result="done", subject=person)

    def refused(self, request: Request, action: str, rule: str, person: str | None = None) -> None:
        self._note(
            request, kind="refusal", action=action, result="refused", reason=rule, subject=person
        )

    def signed_out(self, request: Request, session: Session, reason: str | None = None) -> None:
        """`reason`: the rule by which it ended against the person's will; None where asked."""
        self._note(
            request,
            kind="logout",
            action="sign-out",
            result="done",
            subject=session.person,
            reason=reason,
        )

    def expired(self, session: Session) -> None:
        """Notes an end that no request has brought."""
        at, person = self.trail.now(), session.person
        expiry = Entry(
            at=at, kind="logout", action="expire", result="done", service=SERVICE, subject=person
        )
        self.trail.note(expiry)

    def _note(self, request: Request, **fields: object) -> None:
        trace = getattr(request.state, "trace_id", None)
        about = {"service": SERVICE, "address": source_of(request), "request": trace}
        self.trail.note(Entry(at=self.trail.now(), **about, **fields))  # type: ignore[arg-type]
