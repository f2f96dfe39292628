"""The front of a server: addresses that are answered, sources that are served, headers of every
answer."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.pages import page_of
from shared.http.refused import Refused
from shared.http.single_headers import twice
from shared.http.source_rate import SourceRate
from shared.http.wording import SENTENCES, TITLES, Title
from shared.kernel.addresses import NETWORK_BITS, SOURCE_BITS, is_address, within

log = logging.getLogger(__name__)

Network = IPv4Network | IPv6Network
HOST = re.compile(r"(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
HEALTH = frozenset({"/livez", "/readyz", "/metrics", "/version"})
"""Asked by machines under any name; their answers hold no address."""
HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
UNKNOWN_HOST = Refused(
    421, "unknown-host", Title("请求的网址不是本系统的网址", "This server has no such name")
)
NO_PATH = Refused(400, "no-path", Title("请求的路径不正确", "The path of the request is not valid"))
FAILED = Refused(500, "unexpected", SENTENCES["unexpected"])
RATE = Title("请求过于频繁，请稍后重试", "Too many requests from one address; try again later")


@dataclass(frozen=True)
class Front:
    """`hosts`: names under which the server is reached, besides its own machine's; None: any.
    `proxies`: networks of reverse proxies, whose X-Forwarded-For is believed. `rate`: requests per
    second from one source. `on_refusal(rule)` counts refusals."""

    hosts: frozenset[str] | None = None
    proxies: tuple[Network, ...] = ()
    rate: SourceRate = field(default_factory=SourceRate)
    on_refusal: Callable[[str], None] = lambda rule: None

    def caller(self, scope: Scope) -> str:
        """Returns the address of the caller: the last one that no proxy of ours has."""
        host = str((scope.get("client") or ("",))[0])
        named = Headers(scope=scope).getlist("x-forwarded-for") if self.proxies else []
        for before in reversed([part.strip() for part in ",".join(named).split(",")]):
            if not (self._is_proxy(host) and is_address(before)):
                break
            host = before
        return host

    def _is_proxy(self, host: str) -> bool:
        return is_address(host) and any(ip_address(host) in network for network in self.proxies)

    def refusal(self, scope: Scope) -> Refused | None:
        """Returns the reason for which a request is not even looked at."""
        if not is_path(scope["path"]):
            return NO_PATH
        if refusal := twice(scope):
            return refusal
        host = Headers(scope=scope).get("host", "")
        if scope["path"] not in HEALTH and not self._knows(name_in(host)):
            return UNKNOWN_HOST
        if seconds := self.rate.wait_of(source_of(scope["client"])):
            return Refused(429, "too-many-requests", RATE, {"Retry-After": str(seconds)})
        return None

    def _knows(self, name: str) -> bool:
        return self.hosts is None or name in self.hosts or is_loopback(name)


class _Answer:
    """Sends an answer with the headers of every answer, and notes how far it is."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.began = self.ended = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.began = True
            add_headers(message)
        self.ended = message["type"] == "http.response.body" and not message.get("more_body")
        await self._send(message)


class Fronted:
    """ASGI: the outermost layer. An error behind it ends the request and not the connection."""

    def __init__(self, app: ASGIApp, front: Front) -> None:
        self._app, self.front = app, front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        scope["client"] = (self.front.caller(scope), 0)
        try:
            await self._answered(scope, receive, answer)
        except Exception as error:
            if not answer.began:
                log.error("%s failed", scope["method"], exc_info=error)
                await answer_of(scope, FAILED)(scope, receive, answer)
            elif not answer.ended:
                raise  # the answer is cut: only the end of the connection says so

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self.front.refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
            return
        self.front.on_refusal(refusal.rule)
        await answer_of(scope, refusal)(scope, receive, send)


def answer_of(scope: Scope, refusal: Refused) -> Response:
    """Returns a page for people, or the problem document, as `shared.http.problems` does, which
    workers do not load."""
    if page := page_of(scope, refusal):
        return page
    english = Headers(scope=scope).get("accept-language", "").lower().startswith("en")
    document = {
        "type": f"urn:duban:problem:{refusal.rule}",
        "title": TITLES[refusal.status][english],
        "status": refusal.status,
        "detail": refusal.sentence[english],
        "rule": refusal.rule,
    }
    return JSONResponse(document, refusal.status, refusal.headers, "application/problem+json")


def add_headers(message: Message) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


def is_path(path: str) -> bool:
    """Returns whether a path leads into this server: browsers read `//host` and `/\\host` as the
    address of another."""
    return path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()


def name_in(host: str) -> str:
    """Returns the name in a Host header, without the port; empty where it is malformed: a user
    before the name or a path behind it would go into links."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".") if HOST.fullmatch(host) else ""
    except ValueError:
        return ""


def is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def source_of(client: tuple[str, int]) -> str:
    """Returns the address of the caller; of IPv6 the network, which one caller has as a whole."""
    return within(client[0], SOURCE_BITS)


def network_of(client: tuple[str, int]) -> str:
    """Returns the address of the caller; of IPv6 the network of its site."""
    return within(client[0], NETWORK_BITS)
