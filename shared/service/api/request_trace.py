"""Entries that one request leaves in the audit trail: login, refusal, denial, sealed texts read,
exports, administration."""

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from fastapi import Request

from shared.audit.chain import Cut
from shared.audit.entry import Entry, Kind, Result
from shared.http.refused import Refused
from shared.kernel.actor import Actor
from shared.kernel.bounded_cache import BoundedCache
from shared.kernel.errors import DomainError, NotAllowed, NotFound, NotYetKnown
from shared.service.config.audit_policy import AuditPolicy

NOT_LET_IN = frozenset({401, 403})
MOST_SESSIONS = 20_000
AUDITOR = "auditor"
OFFERS = "/actions"
"""The end of routes that say what may be done now: to ask for it is no attempt to do it."""


class Tracing(Protocol):
    """The port to the trail; `shared/audit/trail.py:Trail` keeps it."""

    def now(self) -> datetime: ...

    def note(self, entry: Entry) -> None:
        """Has the entry written behind the answer."""
        ...

    async def write(self, entry: Entry) -> None:
        """Returns when the entry is written; raises Unavailable."""
        ...


class Entries(Protocol):
    """The stored trail; `shared/audit/store.py:AuditStore` keeps it."""

    async def find(
        self, wanted: Mapping[str, Any], limit: int, before: int | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """Returns entries with these fields, the newest first."""
        ...

    async def entry(self, number: int) -> Mapping[str, Any] | None: ...

    async def cut(self) -> tuple[Cut, Mapping[str, Any] | None]:
        """Returns the last cut, and the fact that declares it."""
        ...

    def behind(self, number: int, limit: int = 0) -> AsyncIterator[Mapping[str, Any]]:
        """Yields the entries behind a number in their order."""
        ...


@dataclass
class Sessions:
    """Digests of the tokens that this process has seen; the oldest are forgotten."""

    seen: BoundedCache[str, bool] = field(default_factory=lambda: BoundedCache(MOST_SESSIONS))

    def is_first_use(self, token: str) -> bool:
        session = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
        first = self.seen.get(session) is None
        self.seen.put(session, True)
        return first


@dataclass(frozen=True)
class Auditor:
    """The trail as the requests of one service use it. `sessions` are those of the process."""

    service: str
    trail: Tracing
    policy: AuditPolicy
    entries: Entries
    sessions: Sessions = field(default_factory=Sessions)

    def admits(self, actor: Actor) -> None:
        """Raises NotAllowed unless the actor is an auditor at a unit that the policy names."""
        posts = {post.unit for post in actor.posts if post.role == AUDITOR}
        if posts.isdisjoint(self.policy.readers):
            raise NotAllowed("not-allowed-read-trail", "只有本机关的审计管理员可以查阅审计记录")

    def of(self, request: Request) -> "RequestTrace":
        return RequestTrace(self, request)


@dataclass
class RequestTrace:
    """The trace of one request. `subject` is known once its token is checked."""

    auditor: Auditor
    request: Request
    subject: str | None = None
    on_behalf_of: str | None = None
    cases_read: set[tuple[str, str]] = field(default_factory=set)

    def admitted(self, sub: str, token: str | None) -> None:
        """Notes the login when the token is used for the first time."""
        self.subject = sub
        if token and self.auditor.sessions.is_first_use(token):
            self.auditor.trail.note(self._entry("login", "authenticate", "done"))

    def acts_as(self, actor: Actor) -> None:
        """Keeps the people in whose posts the actor may act, beside its own."""
        people = sorted({post.held_by for post in actor.posts if post.held_by})
        self.on_behalf_of = ",".join(people) or None

    def imported(self, stream: str) -> None:
        """Notes a row of a ledger; rows of one import become a few entries with their number."""
        self.auditor.trail.note(self._entry("import", self._action(), "done", target=stream))

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Notes how the request is turned away; its error goes on."""
        token = TRACE.set(self)
        try:
            yield
        except Refused as refusal:
            if refusal.status in NOT_LET_IN:
                self._note("refusal", "authenticate", refusal.rule)
            raise
        except NotAllowed as error:
            self._note("denial", self._action(), error.rule)
            raise
        except (NotFound, NotYetKnown) as error:
            self._note_hidden(error)
            raise
        finally:
            TRACE.reset(token)

    def _note_hidden(self, error: NotFound | NotYetKnown) -> None:
        """Notes the denial that an answer hides: the caller learns of no such thing."""
        cause = error.__cause__
        if self.request.url.path.endswith(OFFERS):
            return
        if isinstance(cause, NotAllowed):
            self._note("denial", self._action(), cause.rule)
        elif isinstance(error, NotFound):
            self._note("denial", self._action(), "not-found")

    async def read(self, subject: str, reason: str = "") -> None:
        """Writes that sealed texts of a case or person are opened, once a request and reason.
        Raises Unavailable: then they stay sealed."""
        if (subject, reason) in self.cases_read:
            return
        await self.write("read", self._action(), case_id=subject, reason=reason or None)
        self.cases_read.add((subject, reason))

    @asynccontextmanager
    async def command(self, name: str, stream: str) -> AsyncIterator[None]:
        """Writes a command of administration before it is decided, and notes its outcome."""
        if not self.auditor.policy.is_administration(self.auditor.service, name):
            yield
            return
        await self.write("administration", name, target=stream)
        try:
            yield
        except DomainError as error:
            rule = getattr(error, "rule", type(error).__name__)
            self._note("administration", name, str(rule), target=stream)
            raise
        self.auditor.trail.note(self._entry("administration", name, "done", target=stream))

    async def write(self, kind: Kind, action: str, **more: Any) -> None:
        """Writes an entry before the work begins. Raises Unavailable: then it must not begin."""
        await self.auditor.trail.write(self._entry(kind, action, "asked", **more))

    async def inspect(self, actor: Actor, action: str) -> "Entries":
        """Returns the stored trail to an auditor, after writing that he looks. Raises NotAllowed,
        Unavailable."""
        self.auditor.admits(actor)
        await self.write("inspection", action)
        return self.auditor.entries

    def _note(self, kind: Kind, action: str, reason: str, **more: Any) -> None:
        entry = self._entry(kind, action, "refused", reason=reason, **more)
        self.auditor.trail.note(entry)

    def _action(self) -> str:
        """Returns the name of the route's function: the address may hold typed text."""
        endpoint = self.request.scope.get("endpoint")
        return str(getattr(endpoint, "__name__", "unknown")).replace("_", "-")

    def _entry(self, kind: Kind, action: str, result: Result, **more: Any) -> Entry:
        fields = {"case_id": self.request.path_params.get("case_id"), **more}
        sub = self.subject
        return Entry(
            at=self.auditor.trail.now(),
            kind=kind,
            action=action,
            result=result,
            service=self.auditor.service,
            subject=sub,
            on_behalf_of=self.on_behalf_of,
            client=sub if sub and sub.startswith("c-") else None,
            address=self.request.client.host if self.request.client else None,
            request=getattr(self.request.state, "trace_id", None),
            **fields,
        )


TRACE: ContextVar[RequestTrace | None] = ContextVar("trace", default=None)


async def trace_read(subject: str, reader: str, reason: str) -> None:
    """Has the vault of an API process traced: no text of a person's request is opened before."""
    trace = TRACE.get()
    if trace is not None:
        await trace.read(subject, reason)
