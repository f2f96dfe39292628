"""One connection of a server: limits in time and number, and one reading of every request."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.http.front import Fronted, network_of, source_of

HEADER_SECONDS = 10.0
"""From the first byte of a request to the end of its headers."""
DRAIN_SECONDS = 5.0
"""For the rest of a body after the answer; then the connection is closed."""
MOST_OF_A_SOURCE = 256
MOST_OF_A_NETWORK = 1_000
MOST_CONNECTIONS = 2_000
BUSY = "连接过多，请稍后重试 (too many connections)\n".encode()
TOO_MANY = (
    b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n"
    b"X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n%s"
) % (len(BUSY), BUSY)
BAD_REQUEST = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\n"
    b"Content-Length: 12\r\n\r\nBad request\n"
)


class StrictConnection(h11.Connection):
    """Reads requests as h11 does, and refuses those that others read otherwise."""

    def next_event(self) -> Any:
        event = super().next_event()
        if isinstance(event, h11.Request):
            refuse_ambiguous(event)
        return event


def refuse_ambiguous(request: h11.Request) -> None:
    """Raises RemoteProtocolError for another version, a target that is no path, and a length beside
    chunks. The front names headers that come twice (`shared.http.single_headers`)."""
    if request.http_version not in (b"1.0", b"1.1"):
        raise h11.RemoteProtocolError("another version of HTTP")
    if not request.target.startswith(b"/"):
        raise h11.RemoteProtocolError("the target is no path")
    names = [name for name, _ in request.headers]
    if b"transfer-encoding" in names and b"content-length" in names:
        raise h11.RemoteProtocolError("both Transfer-Encoding and Content-Length")


class BoundedConnection(H11Protocol):
    """A half request is waited for some seconds only, whether it grows or not."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.conn = StrictConnection(h11.SERVER, self.config.h11_max_incomplete_event_size or 0)
        self._patience: asyncio.TimerHandle | None = None
        self.source = self.network = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        client = self.client or ("", 0)
        self.source, self.network = source_of(client), network_of(client)
        if self._is_one_too_many():
            transport.write(TOO_MANY)
            transport.close()
            return
        self._wait(HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        try:
            super().data_received(data)
        except h11.ProtocolError:  # the answer has begun: nothing else can be said
            self.transport.close()
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def send_400_response(self, msg: str) -> None:
        """Answers unless an answer has begun, and closes."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE) and not self._has_begun():
            self.transport.write(BAD_REQUEST)
        self._wait(None)
        self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """Says nothing: who asks for another protocol (HTTP/2 of a Java client) is answered as who
        does not, and anybody could fill the log with advice to install one."""

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _has_begun(self) -> bool:
        """Returns whether a part of an answer was sent: a body may turn out to be none only while
        the application reads it."""
        return self._is_answering() and self.cycle.response_started

    def _is_one_too_many(self) -> bool:
        """Counts the connections of this source, and of its network. Behind a proxy (rate 0) only
        the total counts."""
        known = [c for c in self.connections if isinstance(c, BoundedConnection)]
        told_apart = isinstance(self.app, Fronted) and self.app.front.rate.is_bounded
        if len(known) > MOST_CONNECTIONS or not told_apart:
            return bool(len(known) > MOST_CONNECTIONS)
        of_source = sum(each.source == self.source for each in known)
        of_network = sum(each.network == self.network for each in known)
        return bool(of_source > MOST_OF_A_SOURCE or of_network > MOST_OF_A_NETWORK)

    def _watch(self) -> None:
        """Waits for the rest of headers, or of a body that was answered already; not for a body
        that the application reads, and not between two requests."""
        if self.conn.their_state is h11.IDLE:
            seconds = HEADER_SECONDS if self.conn.trailing_data[0] else None
        elif self.conn.their_state is h11.SEND_BODY and not self._is_answering():
            seconds = DRAIN_SECONDS
        else:
            seconds = None
        if seconds is None or self._patience is None:
            self._wait(seconds)

    def _wait(self, seconds: float | None) -> None:
        if self._patience is not None:
            self._patience.cancel()
        self._patience = self.loop.call_later(seconds, self._end) if seconds else None

    def _end(self) -> None:
        self._patience = None
        self.transport.close()
